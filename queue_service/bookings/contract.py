"""Requests and responses about bookings.

New members may come; those here stay.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from queue_service.bookings.rules.booking import (
    BookingChannel,
    BookingState,
    ContactKind,
)
from queue_service.contract.answers import Count, Instant
from queue_service.contract.words import (
    TIME_PATTERN,
    WHOLE,
    DateText,
    Id,
    LanguageTag,
    Published,
    Strict,
    example,
)
from queue_service.visits.contract import IssuedAnswer
from queue_service.visits.rules.booked import Arrival

WantedBy = Literal["citizen", "staff"]
"""Of a change of a booking."""
MOST_DAYS: Final = 181
_LONGEST_KEY: Final = 200
_MILLISECOND: Final = 1000


def _instant(value: str) -> str:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise PydanticCustomError(
            "instant", "It must be a time with its zone, such as 2026-11-25T09:30:00Z."
        )
    return value


StartText = Annotated[
    str,
    Field(max_length=40),
    AfterValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-25T09:30:00Z"]}),
]
"""The beginning of a time, RFC 3339 with a zone."""
OwnerKey = Annotated[str, Field(min_length=16, max_length=_LONGEST_KEY)]
"""A secret that the page or program has made up; only its digest is kept."""


def milliseconds_of(text: str) -> int:
    """The instant of a checked text, in ms."""
    return round(datetime.fromisoformat(text).timestamp() * _MILLISECOND)


class BookingContactBody(Strict):
    """The address of letters: a mail address or a telephone number, one of them."""

    mail: Annotated[str, Field(max_length=254)] | None = None
    text: Annotated[str, Field(max_length=40)] | None = None


class BookBody(Strict):
    """A time to book, or with ``hold`` to hold until it is confirmed by the same ``owner``."""

    model_config = example(service="pas", starts_at="2026-11-25T09:30:00Z", channel="phone")

    service: Id
    starts_at: StartText
    channel: BookingChannel = "api"
    language: LanguageTag | None = None
    hold: bool = False
    owner: OwnerKey | None = None
    contact: BookingContactBody | None = None
    earlier: bool = False


class ConfirmBody(Strict):
    """The owner of a hold, and the citizen's wishes. ``starts_at``: the time that was shown."""

    model_config = example(owner="3f9c1b7ad2e84f05", earlier=False)

    owner: OwnerKey
    starts_at: StartText | None = None
    contact: BookingContactBody | None = None
    earlier: bool = False


class OwnerBody(Strict):
    """The owner of a hold."""

    model_config = example(owner="3f9c1b7ad2e84f05")

    owner: OwnerKey


class MoveBody(Strict):
    """The new time, of the same service. ``by``: whether the citizen or the branch wants it."""

    model_config = example(starts_at="2026-11-26T10:00:00Z", by="staff")

    starts_at: StartText
    by: WantedBy = Field(default="citizen", exclude_if=lambda by: by == "citizen")


class CancelBody(Strict):
    """``by``: whether the citizen or the branch wants it; the letter says which."""

    model_config = example(by="staff")

    by: WantedBy = Field(default="citizen", exclude_if=lambda by: by == "citizen")


class EarlierBody(Strict):
    """Whether the citizen asks for an earlier time."""

    model_config = example(wanted=True)

    wanted: bool


class OfferedBody(Strict):
    """The answer to an earlier time that is offered: taken, or left to the next."""

    model_config = example(starts_at="2026-11-24T08:00:00Z", accept=True)

    starts_at: StartText
    accept: bool


class ArriveBody(Strict):
    """An arrival. ``anyway``: a citizen who comes too early for the booking waits as anyone who
    walks in. Without a language the visit is called in that of the booking."""

    model_config = example(anyway=False)

    anyway: bool = Field(default=False, exclude_if=lambda anyway: not anyway)
    language: LanguageTag | None = Field(default=None, exclude_if=lambda tag: tag is None)


Clock = Annotated[str, Field(pattern=TIME_PATTERN)]


class BlockBody(Strict):
    """So many places of each time of a service that lies within two times of a date; 0 places
    release them. ``letters``: the citizens whom it meets, and who gave an address, are asked to
    choose another time. ``preview``: the answer shows the effect, and nothing is changed."""

    model_config = example(
        service="pas", date="2026-11-25", until="12:00", places=1, **{"from": "09:00"}
    )

    service: Id
    date: DateText
    from_: Clock = Field(alias="from")
    until: Clock
    places: Annotated[int, Field(ge=0, le=50), WHOLE]
    letters: bool = Field(default=False, exclude_if=lambda letters: not letters)
    preview: bool = Field(default=False, exclude_if=lambda preview: not preview)


class DayQuery(Strict):
    """The date, by default today."""

    date: DateText | None = Field(default=None, description="By default the branch's today.")


def _days(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdigit() else value


class SlotsQuery(Strict):
    """The service, and the dates: by default all that can be booked."""

    service: Id = Field(description="The id of a service with times to book.")
    from_: DateText | None = Field(
        default=None, alias="from", description="The first date, by default today."
    )
    days: Annotated[
        int,
        Field(ge=1, le=MOST_DAYS),
        BeforeValidator(_days),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_DAYS}),
    ] = Field(default=MOST_DAYS, description="How many dates.")


class SlotAnswer(Published):
    """A free time, and how many of its places can be booked now."""

    starts_at: Instant
    ends_at: Instant
    places: Count


class SlotsAnswer(Published):
    """The free times of a service in order, as they were at ``at``."""

    branch: Id
    service: Id
    at: Instant
    slots: list[SlotAnswer]


class OfferedAnswer(Published):
    """An earlier time that is held for the booking until an instant."""

    starts_at: Instant
    until: Instant


class BookingAnswer(Published):
    """A booking. ``contact`` is its kind alone; ``held_until`` is set while it is held, ``visit``
    once the citizen has arrived."""

    branch: Id
    code: str
    service: Id
    starts_at: Instant
    ends_at: Instant
    language: LanguageTag
    channel: BookingChannel
    state: BookingState
    created_at: Instant
    booked_at: Instant | None
    held_until: Instant | None
    sequence: Count
    earlier: bool
    contact: ContactKind | None
    visit: str | None
    moved_from: Instant | None
    offered: OfferedAnswer | None


class DaySlotAnswer(Published):
    """A time of a service: its ``places``, how many can be booked (``bookable``, booked ones
    included) and are ``free`` now, held, blocked by the staff, or kept for walk-ins."""

    starts_at: Instant
    ends_at: Instant
    places: Count
    bookable: Count
    free: Count
    held: Count
    blocked: Count
    walk_in: Count
    bookings: list[BookingAnswer]


class ServiceDayAnswer(Published):
    """The times of a service on a date."""

    service: Id
    slots: list[DaySlotAnswer]


class BookedDayAnswer(Published):
    """The bookings of a date, as they were at ``at``. A date that is over has none any more."""

    branch: Id
    date: DateText
    at: Instant
    services: list[ServiceDayAnswer]


class BlockAnswer(Published):
    """The effect of a block: the times it concerns, the bookings that have no place any more, the
    last that were made of each time, and of how many the citizens were not informed before.

    ``fitting`` are bookings that have a place again, whose citizens were asked for another time and
    are informed. ``letters`` is how many citizens can be reached, of those not informed before and
    those of ``fitting``."""

    service: Id
    date: DateText
    places: Count
    slots: list[Instant]
    met: list[BookingAnswer]
    newly_met: Count
    fitting: list[BookingAnswer]
    letters: Count
    preview: bool


class ArrivedBooking(Published):
    """The booking of an arrival. ``arrival``: ``in_time``, ``late`` if its visit has the place of
    the arrival alone, or ``early`` if it waits as anyone who walks in."""

    code: str
    starts_at: Instant
    arrival: Arrival


class ArrivedAnswer(IssuedAnswer):
    """The visit of a booking; ``replayed`` if the citizen had arrived already."""

    booking: ArrivedBooking
    replayed: bool
