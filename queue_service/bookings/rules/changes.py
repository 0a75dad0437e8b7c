"""The changes of a booking, each with its conditions and its result.

A decision rests on the booking as it was read at one instant, and is written only if the booking
has not changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from queue_service.access.rules.codes import grouped
from queue_service.booking_days.rules import BookingDeed
from queue_service.bookings.rules.booking import (
    OVER,
    Booking,
    BookingContact,
)
from queue_service.bookings.rules.earlier import KeptTime
from queue_service.bookings.rules.letters import LetterReason
from queue_service.bookings.rules.slots import Slot, bookable, is_offered, slot_at
from queue_service.branches.rules.booking_offers import BookingOffer
from queue_service.branches.rules.branch import Branch
from queue_service.errors import (
    BookingOver,
    HoldEnded,
    Invalid,
    NotOffered,
    OtherDay,
    QueueError,
    SlotTaken,
    TooLate,
)
from queue_service.language.instants import rfc3339

MOST_HOLDS: Final = 3
"""A page that holds one time after the other does so for at most this many times as long as a time
is held: then its last place is free for others."""


class BookingCase(NamedTuple):
    """A booking as it was read with its branch at ``now`` (ms)."""

    branch: Branch
    booking: Booking
    now: int


class BookingChange(NamedTuple):
    """The next state of a booking, ``after``; None if it is removed.

    ``deed`` names its count and its event in the branch's log; None: it has neither. ``capacity``
    has how many places can be booked of the slots that it may have to take a place of, by their
    fields, and holds until just before ``until`` (ms; 0: as long as the date). ``most`` has for
    slots how many places there are at all, those included that it has already. ``refused`` is the
    refusal if there is none left. ``letter`` is the reason of a letter about it;
    ``takes`` a place that was kept for those who ask for an earlier time. ``by_staff``: the branch
    wanted it and not the citizen.
    """

    after: Booking | None
    deed: BookingDeed | None = None
    capacity: Mapping[str, int] = {}
    until: int = 0
    refused: type[QueueError] = SlotTaken
    letter: LetterReason | None = None
    takes: KeptTime | None = None
    by_staff: bool = False
    most: Mapping[str, int] = {}


def confirm(
    case: BookingCase, owner: str, contact: BookingContact | None, earlier: bool, starts_at: int
) -> BookingChange:
    """The held booking, booked. ``starts_at``: the time that the page showed; 0: it is not known.

    Raises HoldEnded for another owner or another time, and once the branch is closed at the time or
    has no place for it any more; TooLate once it has begun, BookingOver, and Invalid for the wish
    for an earlier time without a contact.
    """
    booking = case.booking
    if not owner or booking.owner != owner or starts_at not in (0, booking.starts_at):
        raise hold_ended()
    if booking.state == "booked":
        return BookingChange(booking)
    require_open(booking)
    if case.now >= booking.starts_at:
        raise TooLate("The time has begun; choose another one.")
    if not is_offered(case.branch, booking.service, booking.starts_at, booking.ends_at):
        raise hold_ended()
    require_reachable(contact, earlier=earlier)
    after = booking._replace(
        state="booked", booked_at=case.now, held_until=None, contact=contact, earlier=earlier
    )
    offer = case.branch.bookings.offers.get(booking.service)
    slot = slot_at(case.branch, offer, booking.starts_at) if offer else None
    places, until = 0, booking.starts_at
    if offer and slot:
        found = bookable(case.branch, offer, slot, case.now)
        places, until = found.places, min(until, found.until)
    capacity, most = {after.places[0].field: places}, _most(case, after)
    return BookingChange(after, "booked", capacity, until, HoldEnded, "booked", most=most)


def _most(case: BookingCase, after: Booking) -> Mapping[str, int]:
    """How many places there are at the time of a booking, for :attr:`BookingChange.most`."""
    offer = case.branch.bookings.offers.get(after.service)
    return {after.places[0].field: offer.at_once} if offer else {}


def move(
    case: BookingCase, starts_at: int, *, staff: bool, by_staff: bool = False
) -> BookingChange:
    """The booking at another time of its service; one that is there already stays as it is.

    ``staff``: no notice binds it. ``by_staff``: the branch wanted it and not the citizen. Raises
    NotOffered, TooLate and BookingOver.
    """
    booking = case.booking
    require_booked(booking)
    if booking.starts_at == starts_at:
        return BookingChange(booking)
    if case.now >= booking.starts_at and not staff:
        raise TooLate("The booked time has begun, so it cannot be moved; call the branch.")
    offered = booking.offered
    accepted = offered is not None and offered.starts_at == starts_at and is_held(case)
    after = booking._replace(
        starts_at=starts_at,
        sequence=booking.sequence + 1,
        moved_from=booking.starts_at,
        offered=None,
        reminded_at=case.now,
        displaced_at=None,
    )
    if accepted and offered is not None:
        own = after._replace(ends_at=offered.ends_at, earlier=False)
        return BookingChange(
            own,
            "moved",
            until=offered.until,
            letter="moved",
            by_staff=by_staff,
            most=_most(case, own),
        )
    slot, places, until = require_bookable(
        case.branch, booking.service, starts_at, case.now, staff=staff
    )
    moved = after._replace(ends_at=slot.ends_at)
    capacity = {moved.places[0].field: places}
    until = until if staff else min(until, booking.starts_at)
    return BookingChange(moved, "moved", capacity, until, letter="moved", by_staff=by_staff)


def is_held(case: BookingCase) -> bool:
    """Whether the earlier time that is offered to a booking is held for it, and the branch is open
    then."""
    offered, service = case.booking.offered, case.booking.service
    if offered is None or case.now >= offered.until:
        return False
    return is_offered(case.branch, service, offered.starts_at, offered.ends_at)


def set_contact(
    case: BookingCase, contact: BookingContact | None, *, earlier: bool
) -> BookingChange:
    """The booking with an address that its citizen has given or corrected afterwards, and the
    letter about it: that it is booked, or that its time cannot be kept.

    None removes the address, and with it the wish for an earlier time. Raises BookingOver,
    HoldEnded, and TooLate for an address once the time has begun.
    """
    booking = case.booking
    require_booked(booking)
    if booking.contact == contact:
        return BookingChange(booking)
    if contact is None:
        return BookingChange(booking._replace(contact=None, earlier=False))
    if case.now >= booking.starts_at:
        raise TooLate("The time has begun, so no letter about it is sent any more.")
    after = booking._replace(contact=contact, earlier=booking.earlier or earlier)
    return BookingChange(after, letter="displaced" if booking.displaced_at else "booked")


def displace(case: BookingCase) -> BookingChange:
    """The booking whose time the branch cannot keep; it stays booked until the citizen moves or
    cancels it. Nothing happens to one that is over."""
    booking = case.booking
    if booking.state != "booked" or booking.displaced_at is not None:
        return BookingChange(booking)
    after = booking._replace(displaced_at=case.now, sequence=booking.sequence + 1)
    return BookingChange(after, "displaced", letter="displaced")


def restore(case: BookingCase) -> BookingChange:
    """The booking whose time the branch can keep after all. Nothing happens to one that is over,
    or whose citizen was not asked to choose another time, or has done so."""
    booking = case.booking
    if booking.state != "booked" or booking.displaced_at is None:
        return BookingChange(booking)
    after = booking._replace(displaced_at=None, reminded_at=case.now, sequence=booking.sequence + 1)
    return BookingChange(after, "restored", letter="restored")


def cancel(case: BookingCase, *, staff: bool) -> BookingChange:
    """The booking cancelled, without its contact; one that is cancelled stays as it is.

    ``staff``: by the branch and not by the citizen, and the letter says so.
    Raises BookingOver for one that has arrived or was missed.
    """
    booking = case.booking
    if booking.state == "cancelled":
        return BookingChange(booking)
    require_open(booking)
    if booking.state == "held":
        return BookingChange(None)
    after = _over(booking, "cancelled")._replace(sequence=booking.sequence + 1)
    letter: LetterReason = "called_off" if staff else "cancelled"
    return BookingChange(after, "cancelled", letter=letter, by_staff=staff)


def call_off(case: BookingCase) -> BookingChange:
    """The booking cancelled because its time is over, and the branch could not keep it.

    A citizen who was asked for another time gets no second letter, nor a change of the calendar
    entry, and the first one still holds. Raises BookingOver as :func:`cancel`.
    """
    change = cancel(case, staff=True)
    if case.booking.displaced_at is None or change.after is None:
        return change
    return change._replace(after=change.after._replace(sequence=case.booking.sequence), letter=None)


def arrive(case: BookingCase, visit: str, starts_at: int) -> BookingChange:
    """The booking with the visit that its arrival made. ``starts_at``: the booked time then; 0: it
    is not known.

    Raises BookingOver for another visit, and OtherDay if it was moved since.
    """
    booking = case.booking
    if booking.state == "arrived" and booking.visit == visit:
        return BookingChange(booking)
    require_booked(booking)
    if starts_at not in (0, booking.starts_at):
        raise OtherDay("The booking has been moved.", starts_at=rfc3339(booking.starts_at))
    return BookingChange(_over(booking, "arrived")._replace(visit=visit), "arrived")


def miss(case: BookingCase) -> BookingChange:
    """The booking of a citizen who did not come; any other stays as it is."""
    booking = case.booking
    if booking.state != "booked":
        return BookingChange(booking)
    return BookingChange(_over(booking, "missed"), "missed")


def _over(booking: Booking, state: Any) -> Booking:
    return booking._replace(state=state, contact=None, offered=None)


def require_open(booking: Booking) -> None:
    """Raises BookingOver for a booking that is cancelled, missed or has arrived."""
    if booking.state in OVER:
        said = {
            "cancelled": "is cancelled",
            "arrived": "has arrived already",
            "missed": "was not used on its day",
        }[booking.state]
        raise BookingOver(f"The booking {grouped(booking.code)} {said}.", state=booking.state)


def require_booked(booking: Booking) -> None:
    """Raises BookingOver as :func:`require_open`, and HoldEnded for a time that is only held."""
    require_open(booking)
    if booking.state == "held":
        raise HoldEnded("The time is reserved and not booked yet; confirm it first.")


def require_new_hold(since: int, hold_ms: int, now: int) -> None:
    """Raises HoldEnded for a page that has held times since an instant (ms), one after the other,
    if another hold would end later than :data:`MOST_HOLDS` of them."""
    if now + hold_ms > since + MOST_HOLDS * hold_ms:
        raise HoldEnded("Times were reserved here for long; open the page again to choose one.")


def require_reachable(contact: BookingContact | None, *, earlier: bool) -> None:
    """Raises Invalid for the wish for an earlier time without an address at which it is offered."""
    if earlier and contact is None:
        raise Invalid.at(
            "earlier",
            "It needs a mail address or a telephone number.",
            "Give a mail address or a telephone number: an earlier time is offered for minutes.",
        )


def require_offer(branch: Branch, service: str) -> BookingOffer:
    """The offer of a service. Raises NotOffered."""
    offer = branch.bookings.offers.get(service)
    if offer is None:
        raise NotOffered("No time can be booked for this service here; come without one.")
    return offer


def require_bookable(
    branch: Branch, service: str, starts_at: int, now: int, *, staff: bool = False
) -> tuple[Slot, int, int]:
    """A slot with how many of its places can be booked at ``now`` (ms), and until when (ms) that is
    so.

    Raises NotOffered, TooLate, and SlotTaken if all its places are for walk-ins or not released.
    """
    offer = require_offer(branch, service)
    slot = slot_at(branch, offer, starts_at)
    if slot is None:
        raise NotOffered("There is no such time to book; choose one of those that are free.")
    found = bookable(branch, offer, slot, now, staff=staff)
    if found.refusal == "late":
        raise TooLate("This time is too near to be booked; choose another one, or come and wait.")
    if found.refusal == "far":
        raise NotOffered(f"A time can be booked {offer.days_ahead} days before at the earliest.")
    if not found.places:
        raise slot_taken()
    return slot, found.places, found.until


def slot_taken() -> SlotTaken:
    """The refusal of a time of which no place is left."""
    return SlotTaken("This time has just been taken; choose another one.")


def hold_ended() -> HoldEnded:
    """The refusal to confirm what is not held for this page any more."""
    return HoldEnded("The time is no longer reserved for you; choose one again.")


def booking_event(
    deed: BookingDeed, before: Booking | None, after: Booking, now: int, *, by_staff: bool = False
) -> tuple[str, dict[str, Any]]:
    """The name and the data of a booking's event; no screen receives it.

    ``by_staff``: the branch wanted it and not the citizen.
    """
    data: dict[str, Any] = {
        "code": after.code,
        "service": after.service,
        "starts_at": rfc3339(after.starts_at),
        "language": after.language,
        "channel": after.channel,
        "at": now,
    }
    if deed in ("moved", "cancelled"):
        data["by"] = "staff" if by_staff else "citizen"
    if deed == "moved" and before is not None:
        data["was"] = rfc3339(before.starts_at)
    if deed == "offered" and after.offered is not None:
        data["offered"] = rfc3339(after.offered.starts_at)
        data["until"] = rfc3339(after.offered.until)
    return f"booking.{deed}", data
