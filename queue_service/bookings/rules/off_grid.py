"""Bookings at times that are no slots any more, since the configuration was changed.

They still take the time of a counter: a slot that overlaps with them has so many places less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from queue_service.bookings.rules.booking import Booking, slot_field
from queue_service.bookings.rules.slots import slot_at
from queue_service.branches.rules.branch import Branch


class TakenTime(NamedTuple):
    """A time of a service, from and until (ms), of which places are held or booked."""

    service: str
    starts_at: int
    ends_at: int

    @property
    def field(self) -> str:
        """Its field in the hashes of places."""
        return slot_field(self.service, self.starts_at)


def off_grid(branch: Branch, bookings: Iterable[Booking]) -> frozenset[TakenTime]:
    """The times of these bookings that are no slots of the branch's offers."""
    return frozenset(time for one in bookings for time in _times(one) if not _is_slot(branch, time))


def overlapping(
    times: Iterable[TakenTime], service: str, starts_at: int, ends_at: int
) -> tuple[str, ...]:
    """The fields of the times of a service that overlap with a slot and begin at another time."""
    fields = {
        one.field
        for one in times
        if one.service == service
        and one.starts_at != starts_at
        and one.starts_at < ends_at
        and starts_at < one.ends_at
    }
    return tuple(sorted(fields))


def _times(booking: Booking) -> Iterator[TakenTime]:
    for place in booking.places:
        offered = booking.offered if place.offered else None
        ends_at = offered.ends_at if offered else booking.ends_at
        yield TakenTime(booking.service, place.starts_at, ends_at)


def _is_slot(branch: Branch, time: TakenTime) -> bool:
    offer = branch.bookings.offers.get(time.service)
    slot = slot_at(branch, offer, time.starts_at) if offer else None
    return slot is not None and slot.ends_at == time.ends_at
