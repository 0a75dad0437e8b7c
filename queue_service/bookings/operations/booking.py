"""Holding, confirming, booking, moving and cancelling a time."""

from __future__ import annotations

from functools import partial

from queue_service.access.rules.codes import typed_letters
from queue_service.bookings.operations.changing import (
    BookingResult,
    Sender,
    address_digest,
    answered_again,
    branch_of,
    change_booking,
    new_code,
    unknown_code,
    write,
)
from queue_service.bookings.rules import changes
from queue_service.bookings.rules.booking import (
    OVER,
    Booking,
    BookingChannel,
    BookingContact,
    booking_or_none,
)
from queue_service.bookings.rules.changes import BookingCase, BookingChange
from queue_service.bookings.store import MOST_WRONG_CODES, BookingStore, owner_digest
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, once, retry
from queue_service.errors import AlreadyBooked, RateLimited
from queue_service.visits.rules.refusals import require_language, require_service

_STAFF: frozenset[BookingChannel] = frozenset({"phone", "desk"})
"""The channels of bookings that the staff make: no notice binds them."""


def hold(
    queue: Queue,
    command: Command,
    service: str,
    starts_at: int,
    owner: str,
    *,
    language: str | None = None,
    channel: BookingChannel = "web",
    address: str = "",
) -> BookingResult:
    """Hold a time (ms) for the page with the key ``owner``, as long as the branch says.

    The owner's earlier hold is given back for it; the same time again stays held until the same
    instant, and is returned as booked once it is. One after the other, an owner that is not the
    staff holds times for at most :data:`changes.MOST_HOLDS` times as long. ``address`` is the
    sender's, on which holds are counted; empty: they are not.

    Raises NotOffered, SlotTaken, TooLate, RateLimited, HoldEnded if the owner has held times for so
    long, AlreadyBooked if it has booked another one, ServiceNotFound, ServiceInactive, and Invalid
    for a language that the branch has not.
    """
    sender = Sender(owner_digest(owner), address_digest(address))
    act = partial(_take, queue, command, service, starts_at, sender, language, channel, None)
    return once(queue, command, act, partial(answered_again, queue, command))


def book(
    queue: Queue,
    command: Command,
    service: str,
    starts_at: int,
    *,
    language: str | None = None,
    channel: BookingChannel = "desk",
    contact: BookingContact | None = None,
    earlier: bool = False,
    owner: str = "",
    address: str = "",
) -> BookingResult:
    """Hold and confirm in one, with the refusals of :func:`hold`, and Invalid for the wish for an
    earlier time without a contact."""
    changes.require_reachable(contact, earlier=earlier)
    sender = Sender(owner_digest(owner), address_digest(address))
    wishes = (contact, earlier)
    act = partial(_take, queue, command, service, starts_at, sender, language, channel, wishes)
    return once(queue, command, act, partial(answered_again, queue, command))


def confirm(
    queue: Queue,
    command: Command,
    code: str,
    owner: str,
    *,
    contact: BookingContact | None = None,
    earlier: bool = False,
    starts_at: int = 0,
) -> BookingResult:
    """Book what the page with the key ``owner`` holds; one that is booked already stays as it is.

    ``starts_at`` is the time that the page showed (ms), 0 if it is not known: a hold that another
    tab has moved is not confirmed. A hold that has ended is confirmed if its place is still free,
    within an hour.

    Raises HoldEnded, TooLate, BookingOver, BookingNotFound, and Invalid for the wish for an earlier
    time without a contact.
    """
    digest = owner_digest(owner)

    def decide(case: BookingCase) -> BookingChange:
        return changes.confirm(case, digest, contact, earlier, starts_at)

    return change_booking(queue, command, code, decide)


def release_hold(queue: Queue, command: Command, code: str, owner: str) -> None:
    """Give a held time back; nothing happens to one that is booked or gone.

    Raises HoldEnded for another owner's.
    """
    digest = owner_digest(owner)

    def decide(case: BookingCase) -> BookingChange:
        if case.booking.owner != digest:
            raise changes.hold_ended()
        held = case.booking.state == "held"
        return BookingChange(None if held else case.booking)

    if queue.get(BookingStore).load(command.branch, command.at, code=code).booking is not None:
        change_booking(queue, command, code, decide)


def find(queue: Queue, branch_id: str, code: str, address: str = "") -> Booking:
    """The booking with the code that somebody typed, in whatever state; one that is only held is
    not found.

    ``address`` is the sender's: unknown codes are counted on it; empty: they are not. Raises
    BookingNotFound and RateLimited.
    """
    typed, store = typed_letters(code), queue.get(BookingStore)
    found = None
    if typed and address:
        reply = store.find(branch_id, typed, address_digest(address))
        if reply[0] == "limited":
            raise RateLimited(
                "Many unknown codes were tried from here; wait a moment.", retry_after=int(reply[1])
            )
        found = booking_or_none(reply[1]) if reply[0] == "found" else None
    elif typed:
        found = store.load(branch_id, None, code=typed).booking
    if found is None or found.state == "held":
        raise unknown_code()
    return found


def of_owner(queue: Queue, branch_id: str, owner: str) -> Booking | None:
    """The booking that the page with the key ``owner`` holds or has made within the last day; None
    for none."""
    return queue.get(BookingStore).load(branch_id, None, owner=owner_digest(owner)).booking


def find_in_any(queue: Queue, code: str, address: str = "") -> tuple[str, Booking] | None:
    """The branch and the booking of a code, whichever branch has it; None for an unknown one.

    It counts no unknown codes: :func:`find` in the branch at hand comes first, and does. An
    ``address`` that has tried more than :data:`MOST_WRONG_CODES` at all branches together finds
    none, as each code is tried at every branch; empty: it may try any number.
    """
    typed, store = typed_letters(code), queue.get(BookingStore)
    if not typed:
        return None
    branch_ids = queue.get(BranchStore).ids()
    if address and store.wrong_codes(branch_ids, address_digest(address)) > MOST_WRONG_CODES:
        return None
    for branch_id in branch_ids:
        booking = store.load(branch_id, None, code=typed).booking
        if booking is not None and booking.state != "held":
            return branch_id, booking
    return None


def set_contact(
    queue: Queue,
    command: Command,
    code: str,
    contact: BookingContact | None,
    *,
    earlier: bool = False,
) -> BookingResult:
    """Add an address to a booking, or correct it; the letter about the booking goes there, and none
    that waits goes to a former one. None removes it.

    It is deleted as any other. Raises BookingNotFound, BookingOver, HoldEnded, and TooLate once the
    time has begun.
    """
    decide = partial(changes.set_contact, contact=contact, earlier=earlier)
    return change_booking(queue, command, code, decide)


def move(
    queue: Queue,
    command: Command,
    code: str,
    starts_at: int,
    *,
    staff: bool = False,
    by_staff: bool = False,
) -> BookingResult:
    """Move a booking to another time of its service (ms): the new place is taken and the old one
    given back in one step. The earlier time that is offered to it is one of these.

    ``staff``: no notice binds it. ``by_staff``: the branch wants it and not the citizen; it is
    counted apart, and the event says so. Raises BookingNotFound, BookingOver, NotOffered, SlotTaken
    and TooLate.
    """

    def decide(case: BookingCase) -> BookingChange:
        return changes.move(case, starts_at, staff=staff, by_staff=by_staff)

    return change_booking(queue, command, code, decide)


def cancel(queue: Queue, command: Command, code: str, *, staff: bool = False) -> BookingResult:
    """Cancel a booking; its contact goes. A cancelled booking stays as it is.

    ``staff``: by the branch and not by the citizen. The letter and the event say so, and it is
    counted apart. Raises BookingNotFound, and BookingOver for one that has arrived or was missed.
    """
    return change_booking(queue, command, code, lambda case: changes.cancel(case, staff=staff))


def mark_arrived(
    queue: Queue, command: Command, code: str, visit: str, starts_at: int = 0
) -> BookingResult:
    """Note the visit that the arrival of a booking made; its contact goes.

    ``starts_at`` is the booked time (ms) for which it came, 0 if it is not known. Raises
    BookingNotFound, BookingOver, HoldEnded for one that is only held, and OtherDay for another
    time.
    """

    def decide(case: BookingCase) -> BookingChange:
        return changes.arrive(case, visit, starts_at)

    return change_booking(queue, command, code, decide)


def mark_missed(queue: Queue, command: Command, code: str) -> BookingResult:
    """Note that the citizen of a booking did not come; its contact goes. Raises BookingNotFound."""
    return change_booking(queue, command, code, changes.miss)


@retry
def _take(
    queue: Queue,
    command: Command,
    service: str,
    starts_at: int,
    sender: Sender,
    language: str | None,
    channel: BookingChannel,
    wishes: tuple[BookingContact | None, bool] | None,
) -> BookingResult | None:
    """Take a place: held, or booked at once with the contact and the wish for an earlier time."""
    branch = branch_of(queue, command)
    require_service(branch, service)
    spoken = require_language(branch, language)
    store = queue.get(BookingStore)
    loaded = (
        store.load(branch.id, command.at, owner=sender.owner)
        if sender.owner
        else store.load_none(command.at)
    )
    known = loaded.booking
    if known is not None:
        if _has(known, service, starts_at, loaded.now, booked=wishes is not None):
            return BookingResult(known)
        if known.state in OVER:
            loaded = loaded._replace(raw="", booking=None)
    staff = channel in _STAFF
    slot, places, until = changes.require_bookable(
        branch, service, starts_at, loaded.now, staff=staff
    )
    mine, hold_ms = loaded.booking, branch.bookings.hold_ms
    held_since = mine.created_at if mine is not None else loaded.now
    if wishes is None and not staff:
        changes.require_new_hold(held_since, hold_ms, loaded.now)
    after = Booking(
        code=mine.code if mine is not None else new_code(),
        service=service,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        language=spoken,
        channel=channel,
        state="held",
        created_at=held_since,
        held_until=loaded.now + hold_ms,
        owner=sender.owner,
    )
    if wishes is not None:
        contact, earlier = wishes
        after = after._replace(
            state="booked", booked_at=loaded.now, held_until=None, contact=contact, earlier=earlier
        )
    change = BookingChange(
        after,
        None if wishes is None else "booked",
        {after.places[0].field: places},
        until,
        letter=None if wishes is None else "booked",
    )
    return write(queue, command, branch, loaded, change, sender._replace(hold_ms=hold_ms))


def _has(known: Booking, service: str, starts_at: int, now: int, *, booked: bool) -> bool:
    """Whether an owner has the time that it asks for: booked, or held and not to be ``booked``.

    Raises AlreadyBooked if it has booked another.
    """
    held = known.state == "held" and now < (known.held_until or 0)
    if (known.service, known.starts_at) == (service, starts_at) and (
        known.state == "booked" or (held and not booked)
    ):
        return True
    if known.state == "booked":
        raise AlreadyBooked(
            "This page has booked a time already; move that booking instead.", booking=known.code
        )
    return False
