"""The estimated wait on a ticket, and whether it came true."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from queue_service.visits.rules.visit import Visit

_MINUTE_MS: Final = 60_000
_LONG_SECONDS: Final = 3600
_PEOPLE: Final = (0, 1, 2, 4, 7, 12, 20, 35, 60, 100)
_COUNTERS: Final = (0, 1, 2, 4)


ANY_SERVICE: Final = ""


def like(service: str, ahead: int, counters: int) -> str:
    """Under which name a wait is learnt, with those that are like it (``BranchKeys.estimates``).

    ``ahead``: people before it, whatever their service. ``counters``: open ones that take the
    service. Each wait is learnt under :data:`ANY_SERVICE` too, which makes up for a rare kind. The
    classes are those of ``like`` in ``store/prelude.lua``.
    """
    return f"{service}|{bisect_left(_PEOPLE, ahead)}|{bisect_left(_COUNTERS, counters)}"


def shown_minutes(low: int, high: int) -> tuple[int, int]:
    """The range in seconds as the kiosk and its slip show it: rounded outward to whole minutes.

    Above an hour to whole five minutes; the upper end is never under a minute. The kiosk's script
    (``pages/kiosk/static/slip.js``) shows the same, and a test holds them together.
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
