"""Places of a date are blocked, as for a sick colleague, or released again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from queue_service.access.audit_entries import entry_by
from queue_service.bookings.operations.day import booking_day
from queue_service.bookings.operations.keeping import asking
from queue_service.bookings.operations.letters import displace, restore
from queue_service.bookings.rules.booking import Booking, BookingPlace, slot_field
from queue_service.bookings.rules.day import DaySlot
from queue_service.bookings.rules.earlier import KeptTime, released_times
from queue_service.bookings.rules.off_grid import overlapping
from queue_service.bookings.rules.room import without_time
from queue_service.bookings.store import LONGEST_MS, BlockWrite, BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, retry
from queue_service.errors import BookingNotFound, Invalid, NotOffered
from queue_service.language.instants import rfc3339
from queue_service.store.audit_log import AuditEntry
from queue_service.visits.rules.refusals import require_here


class Block(NamedTuple):
    """So many ``places`` of each slot of a service from ``begin`` until ``end``, by the wall clock
    of a date; 0 places release them."""

    service: str
    date: str
    begin: str
    end: str
    places: int


class PlannedBlock(NamedTuple):
    """The effect of a block: the slots that it concerns as they are now, those who have no place
    once it is in force, and of these the ones who were not informed yet.

    ``fitting`` are citizens with room again once it is in force, after they were asked for another
    time. ``replayed``: it answers a request that was answered before.
    """

    block: Block
    slots: tuple[DaySlot, ...]
    met: tuple[Booking, ...]
    newly_met: tuple[Booking, ...]
    fitting: tuple[Booking, ...]
    replayed: bool = False

    @property
    def letters(self) -> int:
        """How many citizens gave a contact, of those who were not informed yet and those with room
        again."""
        return sum(one.contact is not None for one in (*self.newly_met, *self.fitting))

    @property
    def unchanged(self) -> bool:
        """Whether it is in force already."""
        return all(map(self.in_force, self.slots))

    def in_force(self, slot: DaySlot) -> bool:
        """Whether it is in force for one of its slots."""
        return slot.blocked == self.wanted(slot)

    def wanted(self, slot: DaySlot) -> int:
        """How many places of a slot are blocked once it is in force."""
        return wanted_of(self.block, slot)


def plan_block(queue: Queue, branch: Branch, block: Block, now: int) -> PlannedBlock:
    """The effect of a block as of ``now`` (ms). Nothing is changed.

    It concerns each slot of which any part lies within it, and that has not begun. Raises Invalid,
    and NotOffered for a service without an offer.
    """
    offer = branch.bookings.offers.get(block.service)
    if offer is None:
        raise NotOffered("This service has no appointments.")
    if not 0 <= block.places <= offer.at_once:
        raise Invalid.at("places", f"It must be at most {offer.at_once}.")
    if block.begin >= block.end:
        raise Invalid.at("until", "It must end after it begins.")
    all_slots = _slots_of(queue, branch, block, now)
    since = clock_on(branch, block.date, block.begin)
    until = clock_on(branch, block.date, block.end)
    slots = tuple(
        one
        for one in all_slots
        if one.slot.starts_at < until and since < one.slot.ends_at and now < one.slot.starts_at
    )
    blocked = {_field(block, one): one.blocked for one in all_slots}
    blocked |= {_field(block, one): wanted_of(block, one) for one in slots}
    met, fitting = _met_and_fitting(branch, all_slots, slots, blocked)
    new = tuple(booking for booking in met if booking.displaced_at is None)
    return PlannedBlock(block, slots, met, new, fitting)


def wanted_of(block: Block, slot: DaySlot) -> int:
    """How many places of a slot are blocked once a block is in force."""
    return min(block.places, slot.slot.places)


def _slots_of(queue: Queue, branch: Branch, block: Block, now: int) -> list[DaySlot]:
    """All slots of a block's service on its date."""
    days = booking_day(queue, branch, block.date, now).services
    return [one for day in days if day.service == block.service for one in day.slots]


def _met_and_fitting(
    branch: Branch, all_slots: list[DaySlot], slots: Iterable[DaySlot], blocked: Mapping[str, int]
) -> tuple[tuple[Booking, ...], tuple[Booking, ...]]:
    """Of the bookings of some slots those without room, and those with room again."""
    known = [booking for one in all_slots for booking in one.bookings]
    lost = {booking.code for booking in without_time(branch, known, blocked)}
    booked = [one for slot in slots for one in slot.bookings if one.state == "booked"]
    met = tuple(one for one in booked if one.code in lost)
    return met, tuple(
        one for one in booked if one.code not in lost and one.displaced_at is not None
    )


def block_places(
    queue: Queue, command: Command, block: Block, *, letters: bool = False
) -> PlannedBlock:
    """Put a block in force; returns its effect. Repeated it changes nothing, and sends nothing.

    Existing bookings stay. Citizens with room again, after they were asked to choose another time,
    keep theirs and get a letter. With ``letters`` the citizens whom it meets, and who were not
    informed before, are asked to choose another time, and their bookings say so. It has the
    refusals of :func:`plan_block`.
    """
    planned = _block(queue, command, block, letters=letters)
    _inform(queue, command._replace(idempotency=None), block, letters=letters)
    return planned


def _inform(queue: Queue, command: Command, block: Block, *, letters: bool) -> None:
    """Inform each citizen once, by the blocks that are in force now: a repeated request may be an
    old one, or informs those whom the first left out when it was broken off."""
    branch, now = queue.get(BranchStore).get(command.branch), queue.now(command)
    planned = plan_block(queue, branch, block, now)
    all_slots = _slots_of(queue, branch, block, now)
    blocked = {_field(block, one): one.blocked for one in all_slots}
    met, _ = _met_and_fitting(branch, all_slots, filter(planned.in_force, planned.slots), blocked)
    _, fitting = _met_and_fitting(branch, all_slots, planned.slots, blocked)
    asked = [one for one in met if one.displaced_at is None] if letters else []
    for change, some in ((displace, asked), (restore, fitting)):
        for booking in some:
            with suppress(BookingNotFound):
                change(queue, command, booking.code)


@retry
def _block(queue: Queue, command: Command, block: Block, *, letters: bool) -> PlannedBlock | None:
    branch = queue.get(BranchStore).get(command.branch)
    require_here(branch)
    now = queue.now(command)
    planned = plan_block(queue, branch, block, now)
    if not planned.slots or (planned.unchanged and command.idempotency is None):
        return planned
    asked = planned.newly_met if letters else ()
    reached = sum(one.contact is not None for one in (*asked, *planned.fitting))
    write = BlockWrite(
        before={_field(block, slot): slot.blocked for slot in planned.slots},
        after={_field(block, slot): planned.wanted(slot) for slot in planned.slots},
        event={
            "service": block.service,
            "starts_at": rfc3339(planned.slots[0].slot.starts_at),
            "places": block.places,
            "at": now,
        },
        entry=_entry(command, block, reached),
        keeps=_keeps(queue, branch, planned, now),
        capacity={_field(block, slot): slot.bookable for slot in planned.slots},
        near=_near(queue, branch, planned, now),
    )
    reply = queue.get(BookingStore).block(branch, write, command.idempotency)
    commit = committed(queue, branch.id, reply)
    return planned._replace(replayed=commit.replayed) if commit else None


def _keeps(queue: Queue, branch: Branch, planned: PlannedBlock, now: int) -> tuple[KeptTime, ...]:
    """The places that it releases and that are kept for those who ask for an earlier time."""
    service = planned.block.service
    released = {
        BookingPlace(service, slot.slot.starts_at): min(slot.blocked, slot.bookable - slot.taken)
        - planned.wanted(slot)
        for slot in planned.slots
    }
    if not any(n > 0 for n in released.values()):
        return ()
    return released_times(branch, released, asking(queue, branch.id), now)


def _near(
    queue: Queue, branch: Branch, planned: PlannedBlock, now: int
) -> dict[str, tuple[str, ...]]:
    """For each of its slots the fields of the times off the grid that overlap with it."""
    times = queue.get(BookingStore).off_grid(branch, now - LONGEST_MS)
    service, slots = planned.block.service, [slot.slot for slot in planned.slots if times]
    return {
        slot_field(service, one.starts_at): overlapping(times, service, one.starts_at, one.ends_at)
        for one in slots
    }


def _entry(command: Command, block: Block, letters: int) -> AuditEntry:
    """The entry of the audit log; it names no booking."""
    return entry_by(
        command.caller,
        "booking.blocked" if block.places else "booking.released",
        branch=command.branch,
        target=block.service,
        details={
            "date": block.date,
            "time": f"{block.begin}–{block.end}",
            "places": str(block.places) if block.places else "",
            "letters": str(letters) if letters else "",
        },
    )


def _field(block: Block, slot: DaySlot) -> str:
    return slot_field(block.service, slot.slot.starts_at)
