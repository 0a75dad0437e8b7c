"""The estimated wait on a ticket, and whether it came true."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.visits.rules.visit import Visit

_MINUTE_MS: Final = 60_000
_LONG_SECONDS: Final = 3600
_PEOPLE: Final = (0, 1, 2, 4, 7, 12, 20, 35, 60, 100)
_COUNTERS: Final = (0, 1, 2, 4)
_BANDS: Final = (0, 3)
LONG_QUEUE: Final = 13
_LONG_AT_COUNTER: Final = 3

Range = tuple[int, int]
"""In seconds, from its low to its high end."""


def kinds_of_wait(service: str, ahead: int, counters: int) -> tuple[str, str, str, str, str]:
    """Under which names a wait is learnt (``BranchKeys.estimates``), nearest first.

    ``ahead``: people before it, whatever their service. ``counters``: open ones that take the
    service. The first are waits of the service with about as many people ahead and open counters;
    the second with as many people ahead; the others are waits divided by one more than the people
    ahead, in ms, of the service with an empty queue, up to three or more ahead, of the whole
    service, and of all services that had too few waits of their own then. ``kinds_of_wait`` in
    ``store/prelude.lua`` has the same.
    """
    people = f"{service}|{bisect_left(_PEOPLE, ahead)}"
    each = f"{service}|each"
    same = f"{people}|{bisect_left(_COUNTERS, counters)}"
    return same, people, f"{each}|{bisect_left(_BANDS, ahead)}", each, "|each"


def turn_of(service: str) -> str:
    """The name, next to the kinds of waits, of the least time that an open counter takes for one of
    the people ahead (``waits/rules/rows.py``), in ms, at both ends of the range."""
    return f"{service}|turn"


def no_shorter(found: Range, turn_ms: int, ahead: int, counters: int) -> Range:
    """The range with an upper end of no less than the people ahead need at the open counters, with
    ``turn_ms`` for each at one of these.

    So a range that was learnt with more counters is not too short. ``store/prelude.lua`` has the
    same.
    """
    low, high = found
    return low, max(high, turn_ms * ahead // (1000 * max(1, counters)))


def expected(
    estimates: Mapping[str, Range], service: str, ahead: int, counters: int
) -> Range | None:
    """The wait that the next ticket may expect, or None if too little is known.

    ``estimates`` has the learnt range of each kind, from the 10th to the 90th percentile; in a long
    queue the one from the 5th to the 95th is used. ``expected`` in ``store/prelude.lua`` is the
    same for a ticket that is issued.
    """
    found = _of_kinds(estimates, service, ahead, counters)
    turn_ms, _ = estimates.get(turn_of(service), (0, 0))
    return None if found is None else no_shorter(found, turn_ms, ahead, counters)


def _of_kinds(
    estimates: Mapping[str, Range], service: str, ahead: int, counters: int
) -> Range | None:
    long = ahead >= LONG_QUEUE and ahead >= _LONG_AT_COUNTER * counters
    wide = "|wide" if long else ""
    same, people, *by_turns = kinds_of_wait(service, ahead, counters)
    for kind in (same, people):
        if kind + wide in estimates:
            return estimates[kind + wide]
    for kind in by_turns:
        if kind + wide in estimates:
            low, high = estimates[kind + wide]
            return low * (ahead + 1) // 1000, -(-high * (ahead + 1) // 1000)
    return estimates.get(same)  # of version 0.4.0, which kept no wide ranges


@dataclass(frozen=True, slots=True)
class EstimatedWaits:
    """How many of the ``numbers`` drawn were ``shown`` an estimated wait, and how often it held.

    ``alone`` are those with an empty queue whose estimate has come true or not, ``behind`` those
    with people ahead.
    """

    numbers: int
    shown: int
    alone: int
    alone_held: int
    behind: int
    behind_held: int


def shown_minutes(low: int, high: int) -> tuple[int, int]:
    """The range in seconds as the kiosk and its slip show it: rounded outward to whole minutes.

    Above an hour to whole five minutes; the upper end is never under a minute. The kiosk's script
    (``pages/kiosk/static/slip/slip.js``) shows the same, and a test holds them together.
    """
    step = 5 if high > _LONG_SECONDS else 1
    seconds = 60 * step
    return low // seconds * step, max(1, -(-high // seconds) * step)


def came_true(visit: Visit) -> bool | None:
    """Whether the first wait lies in the range that was shown, both ends included.

    It does not for who left before any call and had waited beyond its upper end. None if no range
    was shown, if it is not known yet, or if it never will be, because the visit left before that.
    """
    if visit.estimate is None:
        return None
    low, high = (minutes * _MINUTE_MS for minutes in shown_minutes(*visit.estimate))
    waited = visit.first_wait(visit.first_called_at)
    if waited is not None:
        return low <= waited <= high
    gave_up = visit.first_wait(visit.ended_at) if visit.left_uncalled else None
    return False if gave_up is not None and gave_up > high else None
