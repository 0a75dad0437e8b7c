"""Bookings and free times as the interface gives them."""

from __future__ import annotations

from typing import Any

from queue_service.bookings.operations.slots import FreeSlot
from queue_service.bookings.rules.booking import Booking
from queue_service.language.instants import rfc3339, rfc3339_or_none


def booking_json(branch_id: str, booking: Booking) -> dict[str, Any]:
    """A booking, without its owner and without where its letters go."""
    offered = booking.offered
    return {
        "branch": branch_id,
        "code": booking.code,
        "service": booking.service,
        "starts_at": rfc3339(booking.starts_at),
        "ends_at": rfc3339(booking.ends_at),
        "language": booking.language,
        "channel": booking.channel,
        "state": booking.state,
        "created_at": rfc3339(booking.created_at),
        "booked_at": rfc3339_or_none(booking.booked_at),
        "held_until": rfc3339_or_none(booking.held_until),
        "sequence": booking.sequence,
        "earlier": booking.earlier,
        "contact": booking.contact.kind if booking.contact else None,
        "visit": booking.visit,
        "moved_from": rfc3339_or_none(booking.moved_from),
        "offered": offered
        and {"starts_at": rfc3339(offered.starts_at), "until": rfc3339(offered.until)},
    }


def slot_json(slot: FreeSlot) -> dict[str, Any]:
    """A free time."""
    return {
        "starts_at": rfc3339(slot.starts_at),
        "ends_at": rfc3339(slot.ends_at),
        "places": slot.places,
    }
