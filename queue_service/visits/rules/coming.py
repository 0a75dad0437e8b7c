"""The bookings that may be called before a waiting visit, though their citizens have not come yet.

The place of a visit is that of its arrival, or an earlier one for a booking
(``visits/rules/booked.py``). So somebody who comes later is called before it only if

* the booking is for a service that a counter of the visit takes;
* the time in which its citizen may come is not over, and begins within the wait that is shown;
* its place would be the earlier one if its citizen came as soon as possible, now or when that time
  begins: its booked time is before the visit's place, or that arrival less the head start is.

How many come in time is unknown, so the number is the most that there can be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from queue_service.branches.rules.booking_offers import BookingRules
from queue_service.visits.rules.ahead import AheadCounter
from queue_service.visits.rules.visit import Visit
from queue_service.visits.rules.wait_estimate import Range, shown_minutes

_MINUTE_MS: Final = 60_000


class ComingBooking(NamedTuple):
    """A booking whose citizen has not come yet: its service and its booked time (ms)."""

    service: str
    at: int


def times_around(place: int, rules: BookingRules, now: int) -> tuple[int, int]:
    """The first and the last booked time (ms) that can be called before a visit of this place
    (microseconds)."""
    last = place // 1000 + rules.head_start_ms + rules.early_ms
    return now - rules.late_ms, last


def bookings_ahead(
    visit: Visit,
    coming: Iterable[ComingBooking],
    counters: Collection[AheadCounter],
    rules: BookingRules,
    wait: Range | None,
    now: int,
) -> int:
    """How many of the bookings may be called before a visit that waits at ``now`` (ms).

    ``counters`` are those that its place is counted over, ``wait`` the range that is shown, from
    now on (seconds); without one each booking counts whose place would be the earlier one.
    """
    place = visit.place // 1000
    until = None if wait is None else now + shown_minutes(*wait)[1] * _MINUTE_MS

    def comes_before(booking: ComingBooking) -> bool:
        first_arrival = max(now, booking.at - rules.early_ms)
        if now > booking.at + rules.late_ms or (until is not None and first_arrival > until):
            return False
        if not any(booking.service in counter.services for counter in counters):
            return False
        return min(first_arrival - rules.head_start_ms, booking.at) < place

    return sum(comes_before(booking) for booking in coming)
