"""Operations of letters: find those that are due, begin one, and note how its try ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from queue_service.access.rules.caller import PERIODIC
from queue_service.bookings.letter_store import LetterStore, StoredLetter
from queue_service.bookings.operations.changing import BookingResult, change_booking
from queue_service.bookings.rules import changes
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.changes import BookingCase, BookingChange
from queue_service.bookings.rules.letters import (
    BookingLetter,
    LetterOutcome,
    is_due,
    is_expired,
    is_lost,
    is_true,
    letter_field,
    reminder_due,
    reminders_now,
)
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.errors import (
    BookingNotFound,
    BranchArchived,
    BranchElsewhere,
    BranchNotFound,
)
from queue_service.playbook import operations as playbook
from queue_service.playbook.rules import EntryContent


class DueLetter(NamedTuple):
    """A letter that is due: the branch, its id, and how many tries were begun."""

    branch: str
    id: str
    tries: int


class BegunLetter(NamedTuple):
    """A letter whose try has begun, with all that its text is made of.

    ``entry`` is the approved entry of the playbook about its service. ``other`` is the only
    other booking of the same contact for the same service on the same date, perhaps a mistake; None
    if there are several, as of somebody who books for many.
    """

    branch: Branch
    stored: StoredLetter
    letter: BookingLetter
    entry: EntryContent | None
    other: Booking | None = None


def remind(queue: Queue, at: int | None = None) -> None:
    """Leave the reminders that are due; one for each booking, however often this runs.

    ``at`` is in ms, by default the store's time, here and below.
    """
    now = queue.store.time() if at is None else at
    for branch in queue.get(BranchStore).all():
        if branch.bookings.offers and not branch.archived and reminders_now(branch, now):
            # Archived or removed meanwhile: the other branches have their reminders.
            with suppress(BranchNotFound, BranchArchived, BranchElsewhere):
                _remind_branch(queue, branch, now, at)


def displace(queue: Queue, command: Command, code: str) -> BookingResult:
    """Note once that the branch cannot keep the time of a booking: its letter waits, no reminder is
    sent, its page says so, and an event informs the municipality's own letters.

    Raises BookingNotFound.
    """
    return change_booking(queue, command, code, changes.displace)


def restore(queue: Queue, command: Command, code: str) -> BookingResult:
    """Note that the branch keeps the time of a booking after all: the mark is gone, a letter waits.

    Nothing happens without a mark. Raises BookingNotFound.
    """
    return change_booking(queue, command, code, changes.restore)


def due_letters(queue: Queue, at: int | None = None) -> Iterator[DueLetter]:
    """All letters that are due now, of every branch; those that are never sent are removed.

    So no letter keeps its contact for longer than :data:`EXPIRES_MS` and until the next look.
    """
    now = queue.store.time() if at is None else at
    store = queue.get(LetterStore)
    for branch_id in store.branches(queue.get(BranchStore).ids()):
        for stored in store.all(branch_id):
            letter = stored.letter
            if letter is None:
                store.change(branch_id, stored, None)
            elif is_lost(letter, now) or is_expired(letter, now):
                store.change(branch_id, stored, None, letter_field(letter.contact.kind, "failed"))
            elif is_due(letter, now):
                yield DueLetter(branch_id, stored.id, letter.tries)


def begin(queue: Queue, due: DueLetter, at: int | None = None) -> BegunLetter | None:
    """Begin a try, once; None if the letter is not due any more.

    A letter that a later change has overtaken is removed. Raises BranchNotFound.
    """
    now = queue.store.time() if at is None else at
    branch, store = queue.get(BranchStore).get(due.branch, at), queue.get(LetterStore)
    stored = store.get(branch.id, due.id)
    letter = stored.letter if stored else None
    if stored is None or letter is None or not is_due(letter, now):
        return None
    booking = next(iter(queue.get(BookingStore).by_code(branch.id, [letter.code])), None)
    if not is_true(letter, booking, now):
        store.change(branch.id, stored, None)
        return None
    begun = letter.begun(now)
    if not store.change(branch.id, stored, begun):
        return None
    entry = playbook.in_force(queue, branch).get(letter.service)
    stored = StoredLetter(stored.id, begun.to_json(), begun)
    others = list(_others(queue, branch, begun))
    other = others[0] if len(others) == 1 else None
    return BegunLetter(branch, stored, begun, entry.content if entry else None, other)


def end(queue: Queue, begun: BegunLetter, outcome: LetterOutcome) -> None:
    """Note that a letter was sent or will never be; it is removed, and with it the contact."""
    field = letter_field(begun.letter.contact.kind, outcome)
    queue.get(LetterStore).change(begun.branch.id, begun.stored, None, field)


def try_again(queue: Queue, begun: BegunLetter, at: int | None = None) -> None:
    """Note that a letter has not arrived: it is tried again after a pause, or given up."""
    now = queue.store.time() if at is None else at
    later = begun.letter.failed(now)
    if later is None:
        end(queue, begun, "failed")
    else:
        queue.get(LetterStore).change(begun.branch.id, begun.stored, later)


def _others(queue: Queue, branch: Branch, letter: BookingLetter) -> Iterator[Booking]:
    if letter.reason not in ("booked", "moved"):
        return
    day = moment(branch, letter.starts_at)
    for other in queue.get(BookingStore).between(branch.id, day.day_begins, day.day_ends):
        same = (other.contact, other.service) == (letter.contact, letter.service)
        if same and other.state == "booked" and other.code != letter.code:
            yield other


def _remind_branch(queue: Queue, branch: Branch, now: int, at: int | None) -> None:
    tomorrow = moment(branch, moment(branch, now).day_ends)
    store = queue.get(BookingStore)
    for booking in store.between(branch.id, tomorrow.day_begins, tomorrow.day_ends):
        if reminder_due(branch, booking, now):
            with suppress(BookingNotFound):  # it was removed meanwhile
                change_booking(queue, Command(branch.id, PERIODIC, at=at), booking.code, _remind)


def _remind(case: BookingCase) -> BookingChange:
    if not reminder_due(case.branch, case.booking, case.now):
        return BookingChange(case.booking)
    after = case.booking._replace(reminded_at=case.now)
    return BookingChange(after, "reminded", letter="reminder")
