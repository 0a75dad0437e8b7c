"""Citizens whose time a branch cannot keep: it is closed then, or has too few places.

Of the citizens at one time the first who booked keep it. A citizen who is here keeps it always.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from queue_service.bookings.rules.booking import Booking, slot_field
from queue_service.bookings.rules.day import COMING
from queue_service.bookings.rules.slots import Slot, is_offered, slots_on
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment


def without_time(
    branch: Branch, bookings: Iterable[Booking], blocked: Mapping[str, int]
) -> list[Booking]:
    """The bookings of a branch whose time it cannot keep.

    ``blocked`` has the blocked places of slots by their fields. A time that is no slot any more is
    kept while the service is offered then. Without its offer a service has no number of places.
    """
    parts: dict[tuple[str, str], list[Booking]] = {}
    for one in bookings:
        if one.state in COMING:
            parts.setdefault((one.service, moment(branch, one.starts_at).date), []).append(one)
    return [
        one
        for (service, day), some in parts.items()
        for one in _without(branch, service, day, some, blocked)
    ]


def _without(
    branch: Branch, service: str, day: str, bookings: list[Booking], blocked: Mapping[str, int]
) -> list[Booking]:
    """The same of one service on one date."""
    offer = branch.bookings.offers.get(service)
    slots = slots_on(branch, offer, day) if offer else ()
    times = {(one.starts_at, one.ends_at) for one in bookings}
    offered = {time: is_offered(branch, service, *time) for time in times}
    kept: list[Booking] = []
    lost: list[Booking] = []
    for one in sorted(bookings, key=_order):
        places = offer.at_once - _blocked(one, slots, blocked) if offer else len(bookings)
        if one.state == "arrived" or (
            offered[one.starts_at, one.ends_at] and _most(one, kept) < places
        ):
            kept.append(one)
        else:
            lost.append(one)
    return lost


def _order(booking: Booking) -> tuple[bool, int, str]:
    return booking.state != "arrived", booking.booked_at or booking.created_at, booking.code


def _blocked(booking: Booking, slots: Collection[Slot], blocked: Mapping[str, int]) -> int:
    """The most places that are blocked at any moment of a booking's time."""
    if not blocked:
        return 0
    return max(
        (
            blocked.get(slot_field(booking.service, slot.starts_at), 0)
            for slot in slots
            if slot.starts_at < booking.ends_at and booking.starts_at < slot.ends_at
        ),
        default=0,
    )


def _most(booking: Booking, others: Collection[Booking]) -> int:
    """The most of these bookings at any one moment of a booking's time."""
    near = [
        one for one in others if one.starts_at < booking.ends_at and booking.starts_at < one.ends_at
    ]
    begins = {max(one.starts_at, booking.starts_at) for one in near}
    return max((sum(one.starts_at <= at < one.ends_at for one in near) for at in begins), default=0)
