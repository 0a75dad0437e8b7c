"""What a branch's opening hours are worth: how much is served while another branch is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import WEEKDAYS
from queue_service.history.operations.history import Past
from queue_service.history.rules.figures import Row
from queue_service.history.rules.history import HourOfWeek

_MINUTES_IN_A_WEEK: Final = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Hall:
    """Inquiries completed in hours of the week when ``branch`` is closed, of all of them.

    ``ratio`` is None when there are none.
    """

    branch: Branch
    inquiries: int
    outside: int

    @property
    def ratio(self) -> float | None:
        """The share outside the other branch's hours."""
        return self.outside / self.inquiries if self.inquiries else None


def outside_hours(past: Past, hall: Branch) -> Hall:
    """This branch's work held against another's weekly hours, as they are set now.

    An hour in which the other is open for any part counts as open, and so do its holidays, since
    only hours of the week are kept.
    """
    rows: Mapping[HourOfWeek, Row] = past.history.hours
    counted = {key: row.inquiries.durations.n for key, row in rows.items()}
    outside = sum(n for (weekday, hour), n in counted.items() if not _open(hall, weekday, hour))
    return Hall(hall, sum(counted.values()), outside)


def worth_holding_against(branches: Iterable[Branch]) -> list[Branch]:
    """The branches that close at times, the longest open first, and then those that never do."""
    longest = sorted(branches, key=_weekly_minutes, reverse=True)
    return sorted(longest, key=lambda branch: _weekly_minutes(branch) >= _MINUTES_IN_A_WEEK)


def _weekly_minutes(branch: Branch) -> int:
    spans = (span for spans in branch.opening_hours.values() for span in spans)
    return sum(_minutes(end) - _minutes(begin) for begin, end in spans)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _open(branch: Branch, weekday: int, hour: str) -> bool:
    begins, ends = f"{hour}:00", f"{int(hour) + 1:02}:00"
    spans = branch.opening_hours.get(WEEKDAYS[weekday], ())
    return any(begin < ends and end > begins for begin, end in spans)
