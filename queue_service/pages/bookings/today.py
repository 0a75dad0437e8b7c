"""Today's bookings in a line, as the staff's pages show them."""

from __future__ import annotations

from typing import Final, NamedTuple

from queue_service.bookings.rules.day import BookedToday
from queue_service.branches.rules.branch import Branch
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording

MOST: Final = 3
"""How many of the next times are named."""


class TodayLine(NamedTuple):
    """How many bookings there are, what has become of them, and the next times."""

    booked: str
    so_far: str
    next: str


def today_line(found: BookedToday, branch: Branch, say: Wording) -> TodayLine:
    """The line of a branch: ``24`` · ``3 arrived, 1 not come`` · ``Next 10:15, 10:30 (2)``."""
    parts = [say(N_("{n} arrived"), n=say.count(found.arrived))]
    if found.not_come:
        parts.append(say(N_("{n} not come"), n=say.count(found.not_come)))
    times = ", ".join(
        say.time_of_day(one.starts_at, branch.timezone)
        + (f"\N{NO-BREAK SPACE}({say.count(one.citizens)})" if one.citizens > 1 else "")
        for one in found.coming[:MOST]
    )
    upcoming = say(N_("Next {times}"), times=times) if times else ""
    return TodayLine(say.count(found.booked), ", ".join(parts), upcoming)
