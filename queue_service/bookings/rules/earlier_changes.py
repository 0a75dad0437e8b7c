"""The changes of a booking whose citizen asks for an earlier time."""

from __future__ import annotations

from queue_service.bookings.rules.booking import OfferedTime
from queue_service.bookings.rules.changes import (
    BookingCase,
    BookingChange,
    hold_ended,
    is_held,
    move,
    require_open,
    require_reachable,
)
from queue_service.bookings.rules.earlier import KeptTime, next_to_ask
from queue_service.bookings.rules.slots import slot_at
from queue_service.errors import HoldEnded


def ask(case: BookingCase, *, wanted: bool) -> BookingChange:
    """The booking with the wish for an earlier time, or without it.

    Raises BookingOver, and Invalid without a contact, by which the citizen is asked.
    """
    booking = case.booking
    require_open(booking)
    require_reachable(booking.contact, earlier=wanted)
    return BookingChange(booking._replace(earlier=wanted))


def offer(case: BookingCase, *, kept: KeptTime, places: int, until: int) -> BookingChange:
    """The booking with a kept time held for it until an instant (ms).

    ``places``: how many of its slot can be booked. A booking that has changed so that the time does
    not suit it stays as it is.
    """
    booking, branch = case.booking, case.branch
    rules = branch.bookings.offers.get(kept.service)
    slot = slot_at(branch, rules, kept.starts_at) if rules else None
    if slot is None or next_to_ask([booking], kept.service, kept.starts_at) is None:
        return BookingChange(booking)
    after = booking._replace(offered=OfferedTime(slot.starts_at, slot.ends_at, until))
    capacity = {after.places[-1].field: places}
    return BookingChange(after, "offered", capacity, letter="offered", takes=kept)


def accept(case: BookingCase, starts_at: int) -> BookingChange:
    """The booking at the time that is offered to it; one that is there already stays as it is.

    Raises BookingOver, and HoldEnded once the offer is over, the branch is closed then, or its
    place is blocked.
    """
    booking = case.booking
    require_open(booking)
    offered = booking.offered
    if booking.state == "booked" and booking.starts_at == starts_at:
        return BookingChange(booking)
    if offered is None or offered.starts_at != starts_at or not is_held(case):
        raise hold_ended()
    return move(case, starts_at, staff=False)._replace(refused=HoldEnded)


def end_offer(case: BookingCase, starts_at: int) -> BookingChange:
    """The booking without the time that was offered to it, which is not offered to it again."""
    booking, offered = case.booking, case.booking.offered
    if offered is None or offered.starts_at != starts_at:
        return BookingChange(booking)
    return BookingChange(booking._replace(offered=None, refused=(*booking.refused, starts_at)))
