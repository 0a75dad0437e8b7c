"""Places of a date are blocked, as for a sick colleague, or released again."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from queue_service.access.audit_entries import entry_by
from queue_service.bookings.operations.day import booking_day
from queue_service.bookings.operations.letters import displace, restore
from queue_service.bookings.rules.booking import Booking, slot_field
from queue_service.bookings.rules.day import DaySlot, without_room
from queue_service.bookings.store import BlockWrite, BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import clock_on
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
    once it is in force, and of these the ones who were not informed yet."""

    block: Block
    slots: tuple[DaySlot, ...]
    met: tuple[Booking, ...]
    newly_met: tuple[Booking, ...]

    @property
    def fitting(self) -> tuple[Booking, ...]:
        """Citizens with room again once it is in force, after they were asked for another time."""
        return tuple(booking for one in self.slots for booking in _fitting(one, self.wanted(one)))

    @property
    def unchanged(self) -> bool:
        """Whether it is in force already."""
        return all(slot.blocked == self.wanted(slot) for slot in self.slots)

    def wanted(self, slot: DaySlot) -> int:
        """How many places of a slot are blocked once it is in force."""
        return min(self.block.places, slot.slot.places)


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
    days = booking_day(queue, branch, block.date, now).services
    since = clock_on(branch, block.date, block.begin)
    until = clock_on(branch, block.date, block.end)
    slots = tuple(
        one
        for day in days
        for one in day.slots
        if day.service == block.service
        and one.slot.starts_at < until
        and since < one.slot.ends_at
        and now < one.slot.starts_at
    )
    met = tuple(
        booking for one in slots for booking in without_room(one.bookings, one.room, block.places)
    )
    new = tuple(booking for booking in met if booking.displaced_at is None)
    return PlannedBlock(block, slots, met, new)


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
    # Each is informed once: a repeated request informs those who are missing.
    for booking in planned.newly_met if letters else ():
        with suppress(BookingNotFound):
            displace(queue, command._replace(idempotency=None), booking.code)
    _restore(queue, command, block)
    return planned


def _restore(queue: Queue, command: Command, block: Block) -> None:
    """Restore bookings with room by the present blocks: a repeated request may be an old one."""
    branch = queue.get(BranchStore).get(command.branch)
    for slot in plan_block(queue, branch, block, queue.now(command)).slots:
        for booking in _fitting(slot, slot.blocked):
            with suppress(BookingNotFound):
                restore(queue, command._replace(idempotency=None), booking.code)


def _fitting(slot: DaySlot, blocked: int) -> tuple[Booking, ...]:
    """The bookings of a slot with so many blocked places that have room, though their citizens were
    asked to choose another time."""
    met = without_room(slot.bookings, slot.room, blocked)
    return tuple(
        booking
        for booking in slot.bookings
        if booking.state == "booked" and booking.displaced_at is not None and booking not in met
    )


@retry
def _block(queue: Queue, command: Command, block: Block, *, letters: bool) -> PlannedBlock | None:
    branch = queue.get(BranchStore).get(command.branch)
    require_here(branch)
    now = queue.now(command)
    planned = plan_block(queue, branch, block, now)
    if planned.unchanged:
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
    )
    reply = queue.get(BookingStore).block(branch, write, command.idempotency)
    return planned if committed(queue, branch.id, reply) else None


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
