"""The wait that a citizen was told of with the ticket, and whether it came true."""

from __future__ import annotations

from typing import Final

from queue_service.visits.rules.visit import Visit

_MINUTE_MS: Final = 60_000
_LONG_SECONDS: Final = 3600


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

    None where no range was told, nobody knows yet, or nobody ever will: who left before the call.
    """
    waited = visit.first_wait(visit.first_called_at)
    if visit.estimate is None or waited is None:
        return None
    low, high = shown_minutes(*visit.estimate)
    return low * _MINUTE_MS <= waited <= high * _MINUTE_MS
