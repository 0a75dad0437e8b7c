"""The result of a command: the visit as it now is, and its position."""

from __future__ import annotations

from typing import NamedTuple

from queue_service.visits.rules.visit import Visit, visit_from_json


class CommandResult(NamedTuple):
    """The outcome of a command, the same whenever it is repeated.

    ``position`` is the number of people ahead and ``estimate`` a wait from 10th to 90th
    percentile in seconds; both only while the visit waits, the estimate only with enough history
    and for a visit that is not held back and did not come before its booked time: for such a one
    nothing is learnt.
    ``code`` follows a new ticket on a phone, if one was asked for.
    """

    visit: Visit
    now: int
    position: int | None = None
    estimate: tuple[int, int] | None = None
    replayed: bool = False
    code: str = ""


def read_answer(text: str, *, replayed: bool = False) -> CommandResult:
    """Read ``now|position|low|high``, a newline and the visit's document."""
    first_line, document = text.split("\n", 1)
    now, position, low, high = first_line.split("|")
    visit = visit_from_json(document)
    estimated = low and (visit.held_until or 0) <= int(now) and not visit.before_booked_time
    return CommandResult(
        visit=visit,
        now=int(now),
        position=int(position) if position else None,
        estimate=(int(low), int(high)) if estimated else None,
        replayed=replayed,
    )
