"""Bookings and free times as the interface gives them."""

from __future__ import annotations

from typing import Any

from queue_service.bookings.operations.blocking import PlannedBlock
from queue_service.bookings.operations.day import BookingDay
from queue_service.bookings.operations.slots import FreeSlot
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.day import DaySlot
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


def day_json(branch_id: str, day: BookingDay, now: int) -> dict[str, Any]:
    """A date with its bookings, at ``now`` (ms)."""
    return {
        "branch": branch_id,
        "date": day.date,
        "at": rfc3339(now),
        "services": [
            {"service": one.service, "slots": [_day_slot(branch_id, slot) for slot in one.slots]}
            for one in day.services
        ],
    }


def _day_slot(branch_id: str, one: DaySlot) -> dict[str, Any]:
    return {
        "starts_at": rfc3339(one.slot.starts_at),
        "ends_at": rfc3339(one.slot.ends_at),
        "places": one.slot.places,
        "bookable": one.bookable,
        "free": one.free,
        "held": one.held,
        "blocked": one.blocked,
        "walk_in": one.walk_in,
        "bookings": [booking_json(branch_id, booking) for booking in one.bookings],
    }


def block_json(branch_id: str, planned: PlannedBlock, *, preview: bool) -> dict[str, Any]:
    """The effect of a block."""
    return {
        "service": planned.block.service,
        "date": planned.block.date,
        "places": planned.block.places,
        "slots": [rfc3339(one.slot.starts_at) for one in planned.slots],
        "met": [booking_json(branch_id, booking) for booking in planned.met],
        "newly_met": len(planned.newly_met),
        "fitting": [booking_json(branch_id, booking) for booking in planned.fitting],
        "letters": planned.letters,
        "preview": preview,
    }
