"""Letters about an appointment: their reasons, whether they still hold, and when to try again.

A letter is left for the worker by the same change of the store that it is about, so that none is
lost and none is about a change that did not happen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, get_args

from queue_service.bookings.rules.booking import (
    Booking,
    BookingContact,
    ContactKind,
    contact_from_json,
    contact_json,
)
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on, day_bounds, moment

LetterReason = Literal[
    "booked",
    "moved",
    "cancelled",
    "called_off",
    "reminder",
    "displaced",
    "restored",
    "offered",
]
"""``called_off``: cancelled by the branch, and not by the citizen; ``displaced``: the branch cannot
keep the time, since a colleague is away or it closes; ``restored``: it can after all;
``offered``: an earlier time."""
LETTER_REASONS: Final[tuple[LetterReason, ...]] = get_args(LetterReason)
LETTER_CHANNELS: Final[tuple[ContactKind, ...]] = get_args(ContactKind)
LetterOutcome = Literal["sent", "failed"]
LETTER_OUTCOMES: Final[tuple[LetterOutcome, ...]] = get_args(LetterOutcome)

REMINDERS_BEGIN: Final = "10:00"
REMINDERS_END: Final = "20:00"
"""The wall clock of the day before, between which reminders are sent."""
RETRY_SECONDS: Final = (60, 300, 1800, 7200)
"""The pauses before the second try of a letter, the third and so on."""
TRY_MS: Final = 10 * 60_000
"""After so long a try without a result is one whose worker was killed."""
EXPIRES_MS: Final = 24 * 3600 * 1000
"""A letter that was not sent so long after the change that it is about is given up, whatever has
kept a worker from it; by then its tries are over else."""

_ALWAYS: Final = ("cancelled", "called_off", "displaced")
"""Letters that a citizen needs however late they come."""


class BookingLetter(NamedTuple):
    """A letter that waits for the worker, with all of the booking that its text needs.

    ``at`` is the time of the change, ``until`` the end of an offer (else 0). ``tries`` counts
    those that were begun; ``begun_at`` is the begin of one without a result (0: none), ``next_at``
    the earliest begin of the next. Instants are in ms.
    """

    reason: LetterReason
    code: str
    service: str
    starts_at: int
    ends_at: int
    language: str
    sequence: int
    contact: BookingContact
    at: int
    until: int = 0
    tries: int = 0
    begun_at: int = 0
    next_at: int = 0

    @property
    def id(self) -> str:
        """Its field among the letters of a branch: two of one reason are about different times."""
        about = self.starts_at if self.reason == "offered" else self.sequence
        return f"{self.code}|{about}|{self.reason}"

    def to_json(self) -> str:
        """The stored form; :func:`letter_from_json` reads it back."""
        document = {**self._asdict(), "contact": contact_json(self.contact)}
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False)

    @property
    def booking(self) -> Booking:
        """The booking as the letter is about it; cancelled if the time is not kept."""
        return Booking(
            code=self.code,
            service=self.service,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            language=self.language,
            channel="web",
            state="cancelled" if self.reason in _ALWAYS else "booked",
            created_at=self.at,
            sequence=self.sequence,
        )

    def begun(self, now: int) -> BookingLetter:
        """The letter while it is tried."""
        return self._replace(tries=self.tries + 1, begun_at=now)

    def failed(self, now: int) -> BookingLetter | None:
        """The letter after a try that did not arrive; None if that was the last."""
        if self.tries > len(RETRY_SECONDS):
            return None
        return self._replace(begun_at=0, next_at=now + RETRY_SECONDS[self.tries - 1] * 1000)


def letter_of(reason: LetterReason, booking: Booking, now: int) -> BookingLetter | None:
    """The letter about a booking; None if its citizen has given no contact.

    ``booking`` is as it is after the change, with the contact that it had before.
    """
    if booking.contact is None:
        return None
    offered = booking.offered if reason == "offered" else None
    return BookingLetter(
        reason,
        booking.code,
        booking.service,
        offered.starts_at if offered else booking.starts_at,
        offered.ends_at if offered else booking.ends_at,
        booking.language,
        booking.sequence,
        booking.contact,
        now,
        offered.until if offered else 0,
    )


def letter_about(
    reason: LetterReason | None, before: Booking | None, after: Booking | None, now: int
) -> BookingLetter | None:
    """The letter about a change, to the contact after it, or before it; None for no reason."""
    if reason is None or after is None:
        return None
    contact = after.contact or (before.contact if before is not None else None)
    return letter_of(reason, after._replace(contact=contact), now)


def letter_from_json(text: str) -> BookingLetter | None:
    """A stored letter; None if a disk or a program has damaged it."""
    try:
        document: Mapping[str, Any] = json.loads(text)
        contact = contact_from_json(document["contact"])
        return BookingLetter(**{**document, "contact": contact}) if contact else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def is_due(letter: BookingLetter, now: int) -> bool:
    """Whether a try may begin.

    After a worker was killed a mail is sent again: its Message-ID is the same, so that mailboxes
    show it once. A text message is not, since a telephone would show it twice.
    """
    if letter.begun_at:
        return letter.contact.kind == "mail" and now >= letter.begun_at + TRY_MS
    return now >= letter.next_at


def is_lost(letter: BookingLetter, now: int) -> bool:
    """Whether it may have been sent by a worker that was killed, and is not sent again."""
    return letter.contact.kind == "text" and 0 < letter.begun_at <= now - TRY_MS


def is_expired(letter: BookingLetter, now: int) -> bool:
    """Whether it is given up, and its contact goes."""
    return now >= letter.at + EXPIRES_MS


def is_true(letter: BookingLetter, booking: Booking | None, now: int) -> bool:
    """Whether what a letter says still holds, for the address that the booking has: a later change
    has a letter of its own."""
    if booking is not None and booking.state == "booked" and booking.contact != letter.contact:
        return False
    if letter.reason in _ALWAYS:
        if booking is None:
            return True
        return booking.state != "arrived" and booking.sequence == letter.sequence
    if booking is None or booking.state != "booked" or now >= letter.starts_at:
        return False
    if letter.reason == "offered":
        offered = booking.offered
        same = offered is not None and offered.starts_at == letter.starts_at
        return same and now < letter.until
    return booking.sequence == letter.sequence


def reminder_due(branch: Branch, booking: Booking, now: int) -> bool:
    """Whether a reminder is due: once, in the daytime of the day before.

    It is an event too, for the municipality's own letters, so that a contact is not needed. A time
    that was booked or moved on that day has a letter already, and needs no second one.
    ``reminded_at`` is when the citizen last had a letter about the time.
    """
    if booking.state != "booked" or booking.displaced_at is not None:
        return False
    day = day_before(branch, booking.starts_at)
    if moment(branch, now).date != day or not reminders_now(branch, now):
        return False
    return max(booking.booked_at or 0, booking.reminded_at or 0) < day_bounds(branch, day)[0]


def reminders_now(branch: Branch, now: int) -> bool:
    """Whether it is the daytime in which reminders are sent."""
    day = moment(branch, now).date
    return clock_on(branch, day, REMINDERS_BEGIN) <= now < clock_on(branch, day, REMINDERS_END)


def day_before(branch: Branch, instant: int) -> str:
    """The local date before the one of an instant (ms)."""
    return moment(branch, moment(branch, instant).day_begins - 1).date


def letter_field(channel: ContactKind, outcome: LetterOutcome) -> str:
    """The field of a branch's totals that counts letters about appointments."""
    return f"booking_letter|{channel}|{outcome}"
