"""How every change of a booking is made: load, decide, write, and again if it changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from secrets import randbelow
from typing import NamedTuple

from queue_service.access.rules.codes import LETTER_CODES, code_digest, letter_code
from queue_service.bookings.operations.keeping import kept_by
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.changes import (
    BookingCase,
    BookingChange,
    booking_event,
    hold_ended,
    slot_taken,
)
from queue_service.bookings.rules.counting import WANTED_BY_STAFF, counted, date_of_count
from queue_service.bookings.rules.letters import letter_about
from queue_service.bookings.rules.off_grid import overlapping
from queue_service.bookings.store import LONGEST_MS, BookingStore, BookingWrite, LoadedBooking
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, once, retry
from queue_service.errors import BookingNotFound, HoldEnded, RateLimited
from queue_service.visits.rules.refusals import require_here

Decide = Callable[[BookingCase], BookingChange]


class BookingResult(NamedTuple):
    """A booking as a command left it, and whether the command is a repeated one.

    ``gone``: the booking was only held and is there no longer.
    """

    booking: Booking
    replayed: bool = False
    gone: bool = False


class Sender(NamedTuple):
    """The origin of a hold: the digest of a page's key, and the address on which holds are counted,
    both empty if there is none; and how long it is held (ms)."""

    owner: str = ""
    address: str = ""
    hold_ms: int = 0


def change_booking(queue: Queue, command: Command, code: str, decide: Decide) -> BookingResult:
    """Change a booking as ``decide`` says, which may be asked several times, or refuses.

    Raises BookingNotFound, BranchNotFound, BranchElsewhere, BranchArchived, IdempotencyKeyReused,
    and SlotTaken or HoldEnded where no place is left.
    """
    return once(
        queue,
        command,
        partial(_change, queue, command, code, decide),
        partial(answered_again, queue, command),
    )


@retry
def _change(queue: Queue, command: Command, code: str, decide: Decide) -> BookingResult | None:
    branch = branch_of(queue, command)
    loaded = queue.get(BookingStore).load(branch.id, command.at, code=code)
    if loaded.booking is None:
        raise unknown_code()
    change = decide(BookingCase(branch, loaded.booking, loaded.now))
    return write(queue, command, branch, loaded, change)


def write(
    queue: Queue,
    command: Command,
    branch: Branch,
    loaded: LoadedBooking,
    change: BookingChange,
    sender: Sender | None = None,
) -> BookingResult | None:
    """Write a change of the loaded booking; None if another was first.

    A change to the same writes nothing.

    Raises SlotTaken or HoldEnded where no place is left, RateLimited and BranchNotFound.
    """
    before, after = loaded.booking, change.after
    if after == before and before is not None:
        return BookingResult(before)
    asked = _as_write(queue, branch, loaded, change, sender or Sender())
    reply = queue.get(BookingStore).change(branch, asked, command.idempotency, command.at)
    if reply[0] == "taken":
        raise hold_ended() if change.refused is HoldEnded else slot_taken()
    if reply[0] == "limited":
        raise RateLimited(
            "Many times were reserved from here in a short time; wait a moment.",
            retry_after=int(reply[1]),
        )
    commit, about = committed(queue, branch.id, reply), after or before
    if commit is None or about is None:
        return None
    if commit.replayed:
        return answered_again(queue, command, commit.answer)
    return BookingResult(about, gone=after is None)


def _as_write(
    queue: Queue, branch: Branch, loaded: LoadedBooking, change: BookingChange, sender: Sender
) -> BookingWrite:
    before, after, now = loaded.booking, change.after, loaded.now
    today, about, deed = moment(branch, now), after or before, change.deed
    apart = WANTED_BY_STAFF.get(deed) if deed and change.by_staff else None
    deeds = [one for one in (deed, apart) if one is not None]
    return BookingWrite(
        loaded,
        after,
        date=date_of_count(branch, about, now) if about else today.date,
        since=today.day_begins,
        until=min(today.day_ends, change.until or today.day_ends),
        capacity=change.capacity,
        event=booking_event(deed, before, after, now, by_staff=change.by_staff)
        if deed and after
        else None,
        counts={counted(branch, one, after, now): 1 for one in deeds} if after else {},
        letter=letter_about(change.letter, before, after, now),
        takes=change.takes,
        keeps=kept_by(queue, branch, before, after, now),
        owner=sender.owner,
        address=sender.address,
        hold_ms=sender.hold_ms,
        near=near_of(queue, branch, after, now),
        most=change.most,
    )


def near_of(
    queue: Queue, branch: Branch, after: Booking | None, now: int
) -> dict[str, tuple[str, ...]]:
    """For each of a booking's slots the fields of the times off the grid that overlap with it."""
    times = queue.get(BookingStore).off_grid(branch, now - LONGEST_MS) if after else frozenset()
    if after is None or not times:
        return {}
    length = after.ends_at - after.starts_at
    return {
        place.field: overlapping(times, after.service, place.starts_at, place.starts_at + length)
        for place in after.places
    }


def answered_again(queue: Queue, command: Command, code: str) -> BookingResult:
    """The booking of an earlier answer to the same request, as it is now.

    Raises BookingNotFound.
    """
    loaded = queue.get(BookingStore).load(command.branch, command.at, code=code)
    if loaded.booking is None:
        raise unknown_code()
    return BookingResult(loaded.booking, replayed=True)


def branch_of(queue: Queue, command: Command) -> Branch:
    """The branch of a command. Raises BranchNotFound, BranchElsewhere and BranchArchived."""
    branch = queue.get(BranchStore).get(command.branch, command.at)
    require_here(branch)
    return branch


def new_code() -> str:
    """A code of six letters that cannot be guessed."""
    return letter_code(randbelow(LETTER_CODES))


def unknown_code() -> BookingNotFound:
    """The refusal of a code of no booking."""
    return BookingNotFound("There is no booking with this code; check the six letters.")


def address_digest(address: str) -> str:
    """The digest under which an address is counted; empty for none."""
    return code_digest(address) if address else ""
