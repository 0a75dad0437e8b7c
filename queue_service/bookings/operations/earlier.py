"""Operations of earlier times: ask for one, offer it, take it, and count.

A place that becomes free while somebody asks for it is kept by the change that frees it
(``bookings/operations/keeping.py``). A worker offers it to the next, and gives it back to
everybody after the last.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from queue_service.access.rules.caller import PERIODIC
from queue_service.bookings.earlier_store import EarlierStore
from queue_service.bookings.operations.changing import BookingResult, change_booking
from queue_service.bookings.operations.keeping import asking, freed_by
from queue_service.bookings.rules import earlier_changes as changes
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.earlier import (
    KeptTime,
    first_chance,
    last_chance,
    next_to_ask,
    offer_ends,
)
from queue_service.bookings.rules.slots import bookable, slot_at
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.errors import BookingNotFound, BookingOver, BranchNotFound, SlotTaken


class EarlierCount(NamedTuple):
    """Of a service: how many ask for an earlier time, and how many times are offered now."""

    service: str
    asking: int
    offered: int


def ask(queue: Queue, command: Command, code: str, *, wanted: bool) -> BookingResult:
    """Ask for an earlier time, or no longer. An offer stays until it is answered or over.

    Raises BookingNotFound, BookingOver, and Invalid without a contact that could be asked.
    """
    return change_booking(queue, command, code, lambda case: changes.ask(case, wanted=wanted))


def accept(queue: Queue, command: Command, code: str, starts_at: int) -> BookingResult:
    """Take the time (ms) that is offered to a booking: it is moved there.

    A booking that is there already stays as it is. Raises BookingNotFound, BookingOver, and
    HoldEnded once the offer is over.
    """
    return change_booking(queue, command, code, lambda case: changes.accept(case, starts_at))


def decline(queue: Queue, command: Command, code: str, starts_at: int) -> BookingResult:
    """Leave the time (ms) that is offered to the next; nothing happens if it is offered no more.

    Raises BookingNotFound.
    """
    return change_booking(queue, command, code, lambda case: changes.end_offer(case, starts_at))


def counts(queue: Queue, branch_id: str) -> list[EarlierCount]:
    """The counts of each service for which somebody asks now, by its id."""
    found = asking(queue, branch_id)
    asked = Counter(booking.service for booking in found)
    offered = Counter(booking.service for booking in found if booking.offered is not None)
    return [EarlierCount(service, asked[service], offered[service]) for service in sorted(asked)]


def kept_places(queue: Queue, branch_id: str) -> Counter[str]:
    """How many places of each slot, by its field, are kept for those who asked."""
    return Counter(kept.field for kept in queue.get(EarlierStore).kept(branch_id))


def is_kept(queue: Queue, branch_id: str, booking: Booking) -> bool:
    """Whether the place that a cancelled booking had is kept for those who asked."""
    by = freed_by(booking)
    return any(kept.by == by for kept in queue.get(EarlierStore).kept(branch_id))


def offer_all(queue: Queue, at: int | None = None) -> None:
    """Offer what is kept, in every branch. ``at`` is in ms, by default the store's time."""
    for branch_id in queue.get(EarlierStore).branches(queue.get(BranchStore).ids()):
        try:
            offer_next(queue, branch_id, at)
        except BranchNotFound:
            continue


def offer_next(queue: Queue, branch_id: str, at: int | None = None) -> None:
    """End the offers of a branch that are over, and offer each kept time to the next.

    A time that suits no citizen, or cannot be offered soon enough, is given back to everybody; at
    night it waits. Raises BranchNotFound.
    """
    branch = queue.get(BranchStore).get(branch_id, at)
    now = queue.store.time() if at is None else at
    command = Command(branch_id, PERIODIC, at=at)
    for booking in asking(queue, branch_id):
        if booking.offered is not None and now >= booking.offered.until:
            decline(queue, command, booking.code, booking.offered.starts_at)
    for kept in queue.get(EarlierStore).kept(branch_id):
        if now < kept.until:
            _offer(queue, command, branch, kept, now)


def _offer(queue: Queue, command: Command, branch: Branch, kept: KeptTime, now: int) -> None:
    last = last_chance(branch, kept.service, kept.starts_at)
    found = next_to_ask(asking(queue, branch.id), kept.service, kept.starts_at)
    places = _places(queue, branch, kept, now)
    if found is None or not places or first_chance(branch, now, last) is None:
        queue.get(EarlierStore).release(branch.id, kept)
        return
    until = offer_ends(branch, now, last)
    if until is None:
        return
    decide = partial(changes.offer, kept=kept, places=places, until=until)
    # Another worker was first, or the citizen has cancelled: the next check offers it again.
    with suppress(BookingNotFound, BookingOver, SlotTaken):
        change_booking(queue, command, found.code, decide)


def _places(queue: Queue, branch: Branch, kept: KeptTime, now: int) -> int:
    """How many places of a slot can be booked; 0 if there is no such slot any more, or fewer than
    are taken: the staff may have blocked the one that is kept."""
    offer = branch.bookings.offers.get(kept.service)
    slot = slot_at(branch, offer, kept.starts_at) if offer else None
    if offer is None or slot is None:
        return 0
    places = bookable(branch, offer, slot, now).places
    (use,) = queue.get(BookingStore).use(branch.id, [kept.field], now)
    return places if use.taken + use.blocked <= places else 0
