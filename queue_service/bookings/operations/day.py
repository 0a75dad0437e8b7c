"""A date of a branch with its appointments, as the staff see it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date as calendar_date
from datetime import timedelta
from typing import Final, NamedTuple

from queue_service.bookings.operations.slots import SlotState, slot_states
from queue_service.bookings.rules import day as rules
from queue_service.bookings.rules.booking import Booking, slot_field
from queue_service.bookings.rules.day import BookedToday, DaySlot, DayTotals, by_slot, totals
from queue_service.bookings.rules.room import without_time
from queue_service.bookings.rules.slots import Slot
from queue_service.bookings.store import BookingStore, SlotUse
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.command import Queue
from queue_service.errors import Invalid

FARTHEST: Final = timedelta(days=400)
"""How far from today a date may be."""


class DayOfService(NamedTuple):
    """The slots of a service on a date, in their order."""

    service: str
    slots: tuple[DaySlot, ...]


class BookingDay(NamedTuple):
    """A date of a branch: its services with offers or bookings, and its figures."""

    date: str
    services: tuple[DayOfService, ...]
    totals: DayTotals


def booking_day(queue: Queue, branch: Branch, date: str, now: int) -> BookingDay:
    """The appointments of a date as of ``now`` (ms). Raises Invalid for one that is years away.

    A booking whose time is no slot any more, because the configuration has changed, is in a slot
    without places. It has room while fewer citizens are expected at any moment than there are
    places.
    """
    if abs(_date(date) - _date(moment(branch, now).date)) > FARTHEST:
        raise Invalid.at("date", "It must be within 400 days of today.")
    store = queue.get(BookingStore)
    known = store.between(branch.id, *day_bounds(branch, date))
    bookings = by_slot(known)
    days = {
        service: [
            _day_slot(service, state, bookings)
            for state in slot_states(queue, branch, service, date, now)
        ]
        for service in branch.bookings.offers
    }
    for some in bookings.values():  # those of a slot that there is have been taken out
        alone = Slot(some[0].starts_at, some[0].ends_at, 0, 0, 0)
        taken = sum(len(booking.places) for booking in some)
        slot = DaySlot(alone, tuple(some), 0, taken, 0)
        days.setdefault(some[0].service, []).append(slot)
    former = [one for some in bookings.values() for one in some if one.places]
    blocked = {
        slot_field(service, one.slot.starts_at): one.blocked
        for service, slots in days.items()
        for one in slots
        if one.blocked
    }
    lost = {one.code for one in without_time(branch, known, blocked)}
    days = {
        service: [_with_lost(_with_former(service, one, former), lost) for one in slots]
        for service, slots in days.items()
    }
    found = tuple(
        DayOfService(service, tuple(sorted(slots, key=lambda one: one.slot.starts_at)))
        for service, slots in days.items()
    )
    return BookingDay(date, found, totals((slot for one in found for slot in one.slots), now))


def booked_today(queue: Queue, branch: Branch, now: int) -> BookedToday:
    """The figures of today's bookings at ``now`` (ms)."""
    bounds = day_bounds(branch, moment(branch, now).date)
    bookings = queue.get(BookingStore).between(branch.id, *bounds)
    return rules.booked_today(bookings, branch.bookings.late_ms, now)


def _date(text: str) -> calendar_date:
    return calendar_date.fromisoformat(text)


def _with_former(service: str, slot: DaySlot, former: Sequence[Booking]) -> DaySlot:
    """A slot of the offer with how many bookings at a former time overlap with it."""
    if not slot.slot.places:
        return slot
    begins, ends = slot.slot.starts_at, slot.slot.ends_at
    overlapping = [
        one
        for one in former
        if one.service == service and one.starts_at < ends and begins < one.ends_at
    ]
    return slot._replace(former=len(overlapping))


def _with_lost(slot: DaySlot, lost: Set[str]) -> DaySlot:
    """A slot with how many of its bookings have no room, by the codes of all that have none."""
    return slot._replace(lost=sum(one.code in lost for one in slot.bookings))


def _day_slot(service: str, state: SlotState, bookings: dict[str, list[Booking]]) -> DaySlot:
    use: SlotUse = state.use
    own = bookings.pop(slot_field(service, state.slot.starts_at), [])
    return DaySlot(state.slot, tuple(own), state.released, use.taken, use.blocked)
