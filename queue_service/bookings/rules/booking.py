"""A booking: a time of a service that somebody holds, has booked, or has come for.

It has no name, no number of a person and no free text. Its contact is the one that the citizen gave
for a reminder; it goes when the citizen arrives, cancels or does not come.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, get_args

BookingChannel = Literal["web", "phone", "desk", "api"]
BOOKING_CHANNELS: Final[tuple[BookingChannel, ...]] = get_args(BookingChannel)
BookingState = Literal["held", "booked", "arrived", "cancelled", "missed"]
OVER: Final[frozenset[BookingState]] = frozenset({"arrived", "cancelled", "missed"})
"""The states of a booking that can no longer be changed."""
ContactKind = Literal["mail", "text"]
KEPT_MS: Final = 60_000
"""How long a time is kept between two citizens to whom it is offered."""

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class BookingContact(NamedTuple):
    """The address of a citizen's letters: of mail, or a telephone number (``+4512345678``)."""

    kind: ContactKind
    to: str


class OfferedTime(NamedTuple):
    """An earlier time that is offered to a booking until an instant; all in ms.

    Its place is held a little longer, so that it can be offered to the next.
    """

    starts_at: int
    ends_at: int
    until: int


class BookingPlace(NamedTuple):
    """A place of a slot that a booking has: for good (``until`` is None), or held until then.

    ``offered``: it is held in addition to the one that is booked.
    """

    service: str
    starts_at: int
    until: int | None = None
    offered: bool = False

    @property
    def field(self) -> str:
        """The field of its slot in the hashes of places."""
        return slot_field(self.service, self.starts_at)


def slot_field(service: str, starts_at: int) -> str:
    """The field of a slot in the hashes of places: ``service|starts_at``."""
    return f"{service}|{starts_at}"


class Booking(NamedTuple):
    """A booking by its code of six letters; all instants are in ms.

    ``owner`` is the digest of the key of the page that made it, the only one that confirms it.
    ``held_until``: until when it is held, while it is. ``sequence`` rises with every move and with
    the cancellation. ``earlier``: the citizen wants an earlier time, ``offered`` is one that is
    held for them. ``visit`` is the id of the visit once they have arrived. ``moved_from`` is the
    booked time before the last move. ``reminded_at``: when the citizen was last reminded of the
    time or moved it. ``displaced_at``: when they were informed that the branch cannot keep it.
    ``refused`` are the earlier times that were offered in vain.
    """

    code: str
    service: str
    starts_at: int
    ends_at: int
    language: str
    channel: BookingChannel
    state: BookingState
    created_at: int
    booked_at: int | None = None
    held_until: int | None = None
    owner: str = ""
    sequence: int = 0
    earlier: bool = False
    contact: BookingContact | None = None
    visit: str | None = None
    moved_from: int | None = None
    offered: OfferedTime | None = None
    reminded_at: int | None = None
    displaced_at: int | None = None
    refused: tuple[int, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether an earlier time is offered to it."""
        return self.state == "booked" and self.earlier and self.contact is not None

    @property
    def places(self) -> tuple[BookingPlace, ...]:
        """The places that it has, of which each counts against the capacity of its slot."""
        if self.state == "held":
            return (BookingPlace(self.service, self.starts_at, self.held_until),)
        if self.state in ("cancelled", "missed"):
            return ()
        own = BookingPlace(self.service, self.starts_at)
        if self.offered is None:
            return (own,)
        offered = self.offered
        held_until = offered.until + KEPT_MS
        return (own, BookingPlace(self.service, offered.starts_at, held_until, offered=True))

    @property
    def arrival(self) -> str:
        """The name of its arrival: after a move it is another one."""
        return f"{self.code}|{self.starts_at}"

    def hold_of(self, place: BookingPlace) -> str:
        """The member by which a held place is listed; empty for one that is booked."""
        if place.until is None:
            return ""
        return f"{self.code}|{place.field}{'|offered' if place.offered else ''}"

    def to_json(self) -> str:
        """The stored form; :func:`booking_from_json` reads it back."""
        defaults = self._field_defaults
        found: dict[str, Any] = {
            name: value
            for name, value in self._asdict().items()
            if name not in defaults or value != defaults[name]
        }
        if self.contact is not None:
            found["contact"] = contact_json(self.contact)
        if self.offered is not None:
            found["offered"] = self.offered._asdict()
        return _encode(found)


def contact_json(contact: BookingContact | None) -> dict[str, str] | None:
    """A contact by its kind: ``{"mail": …}`` or ``{"text": …}``."""
    return None if contact is None else {contact.kind: contact.to}


def contact_from_json(document: Mapping[str, Any] | None) -> BookingContact | None:
    """The contact in such a document."""
    if document is None:
        return None
    kind: ContactKind = "mail" if "mail" in document else "text"
    return BookingContact(kind, document[kind])


def booking_from_json(text: str) -> Booking:
    """Read a stored booking."""
    document = json.loads(text)
    if "contact" in document:
        document["contact"] = contact_from_json(document["contact"])
    if "offered" in document:
        document["offered"] = OfferedTime(**document["offered"])
    if "refused" in document:
        document["refused"] = tuple(document["refused"])
    return Booking(**document)


def booking_or_none(text: str | None) -> Booking | None:
    """The same; None for nothing, or if a disk or a program has damaged what is stored."""
    try:
        return None if not text else booking_from_json(text)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
