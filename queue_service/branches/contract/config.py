"""The configuration of a branch, as ``PUT /branches/{branch}`` takes it."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, Final, Literal, cast
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from queue_service.branches.contract.coherence import faults
from queue_service.branches.rules import booking_offers
from queue_service.branches.rules.branch import CounterKind, Entrance, ServiceKind
from queue_service.branches.rules.lifelines import RINGS_SECONDS
from queue_service.branches.rules.pauses import PAUSE_LIMIT_SECONDS
from queue_service.branches.rules.pictograms import Pictogram
from queue_service.branches.rules.stops import hours_together
from queue_service.contract.decoding import decode
from queue_service.contract.reading import parse
from queue_service.contract.words import (
    ID_PATTERN,
    PATTERN_REASONS,
    SERVICE_PATTERN,
    TIME_PATTERN,
    WHOLE,
    DateText,
    Id,
    Kle,
    KnownLanguage,
    NameText,
    Prefix,
    Strict,
    Telephone,
    Text,
    TranslatedText,
    example,
)
from queue_service.errors import FieldError, Invalid
from queue_service.goals.rules.indicators import INDICATORS, MOST_WORKING_DAYS
from queue_service.language.languages import DEFAULT, staff_languages

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[str, Field(pattern=TIME_PATTERN)]
SpanText = Annotated[list[TimeOfDay], Field(min_length=2, max_length=2)]
"""From and until, by the wall clock. A night is two spans: until "24:00", and from "00:00"."""
Hours = Annotated[list[SpanText], Field(max_length=12)]
DAY_SECONDS: Final = 86400
WholeSeconds = Annotated[int, Field(ge=0, le=DAY_SECONDS), WHOLE]
Description = Annotated[Text, Field(max_length=120)]
"""One line: a kiosk has room for it next to a dozen others."""
ServiceList = Annotated[list[Annotated[str, Field(pattern=SERVICE_PATTERN)]], Field(max_length=200)]
"""Ids of services, or ``"*"`` for all."""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(value: str) -> str:
    if value not in _zones():
        raise PydanticCustomError(
            "timezone", "It must be a zone of the IANA database, such as Europe/Copenhagen."
        )
    return value


class HoursExceptionConfig(Strict):
    """Other hours on one date; no hours: closed. The note is shown to citizens."""

    date: DateText
    hours: Hours = Field(default=[])
    note: Annotated[dict[KnownLanguage, Text], Field(max_length=20)] = Field(default={})


class ServiceConfig(Strict):
    """A service: the purpose of a citizen's visit. The prefix begins its ticket numbers.

    ``kle``: its number in KL Emnesystematik, down to the main group (23), the group (23.05) or the
    topic (23.05.00). ``kind``: the kind of its contacts if none is given. ``private``: it is talked
    about behind a closed door, and no screen or slip names it. ``pictogram``: a drawing for it.
    ``asks_people``: the kiosk asks for how many people it is. ``collects``: citizens collect
    something that is ready; goals for all services leave it out. ``hours``: kiosks give numbers for
    it only then, and only while the branch is open; left out, whenever it is open. ``description``:
    one line under its name, by language.
    """

    id: Id
    name: TranslatedText
    prefix: Prefix
    active: bool = True
    kle: Kle | None = Field(default=None, exclude_if=lambda kle: kle is None)
    kind: ServiceKind | None = Field(default=None, exclude_if=lambda kind: kind is None)
    private: bool = Field(default=False, exclude_if=lambda private: not private)
    pictogram: Pictogram | None = Field(default=None, exclude_if=lambda pictogram: not pictogram)
    asks_people: bool = Field(default=False, exclude_if=lambda asks: not asks)
    collects: bool = Field(default=False, exclude_if=lambda collects: not collects)
    hours: dict[Weekday, Hours] = Field(default={}, exclude_if=lambda hours: not hours)
    description: Annotated[dict[KnownLanguage, Description], Field(max_length=20)] = Field(
        default={}, exclude_if=lambda description: not description
    )


class VideoConfig(Strict):
    """A counter that is served from elsewhere by video; ``telephone``: if the connection fails."""

    telephone: Telephone | None = None


class CounterConfig(Strict):
    """A desk and the services it takes. Its name is one for all languages, or one for each.

    With ``video`` it is a screen whose clerk is elsewhere. ``accessible``: a wheelchair user can be
    served there; null if it is not configured. A ``room`` has a door; ``entrance`` is the way in:
    ``knock`` and enter, wait until the ``door`` opens, or wait to be ``fetched``.
    """

    id: Id
    name: NameText
    services: ServiceList = Field(default=["*"])
    video: VideoConfig | None = Field(default=None, exclude_if=lambda video: video is None)
    accessible: bool | None = Field(default=None, exclude_if=lambda accessible: accessible is None)
    kind: CounterKind = Field(default="desk", exclude_if=lambda kind: kind == "desk")
    entrance: Entrance | None = Field(default=None, exclude_if=lambda entrance: entrance is None)


class PauseReasonConfig(Strict):
    """A reason to pause a counter. Pauses are counted by reason, never by person."""

    id: Id
    name: TranslatedText


class QuietExceptionConfig(Strict):
    """Other quiet hours on one date; no hours: sounds all day."""

    date: DateText
    hours: Hours = Field(default=[])


class TeamConfig(Strict):
    """A staff group and the services it may handle."""

    id: Id
    name: TranslatedText
    services: ServiceList = Field(default=["*"])


def _known_indicator(name: str) -> str:
    if name not in INDICATORS:
        *others, last = map(repr, INDICATORS)
        expected = {"expected": f"{', '.join(others)} or {last}"}
        raise PydanticCustomError("literal_error", "It must be {expected}.", expected)
    return name


IndicatorId = Annotated[
    str,
    AfterValidator(_known_indicator),
    WithJsonSchema({"type": "string", "enum": list(INDICATORS)}),
]


class GoalConfig(Strict):
    """A service goal, met at ``ratio >= target_ratio``. First contact has no threshold.

    The threshold of ``free_time_within`` is in working days of 86,400 seconds, such as 259200 for
    three; that of all others is 86,400 seconds at most.

    With ``hours`` it judges only what is called, left or completed within them. A goal on how many
    are very satisfied counts citizens' answers: it has neither threshold nor hours, and is for all
    services.
    """

    id: Id
    indicator: IndicatorId
    threshold_seconds: (
        Annotated[int, Field(ge=1, le=MOST_WORKING_DAYS * DAY_SECONDS), WHOLE] | None
    ) = None
    target_ratio: Annotated[float, Field(gt=0, le=1)]
    services: ServiceList = Field(default=["*"])
    hours: dict[Weekday, Hours] = Field(default={}, exclude_if=lambda hours: not hours)


class LifelineConfig(Strict):
    """A function whose specialists sit at this branch, and whom clerks of any branch may ring.

    Its services may be services of any branch: an id means the same service throughout. Without
    ``hours`` it answers in the branch's. An answer counts as in time when it came in less than
    ``answer_within_seconds``.
    """

    id: Id
    name: TranslatedText
    telephone: Telephone
    hours: dict[Weekday, Hours] = Field(default={}, exclude_if=lambda hours: not hours)
    services: ServiceList = Field(default=["*"], min_length=1)
    answer_within_seconds: Annotated[int, Field(ge=1, le=RINGS_SECONDS), WHOLE] = 60
    target_ratio: Annotated[float, Field(gt=0, le=1)] = 0.8


class StopConfig(Strict):
    """A place where a mobile branch stops, and when. It is at one place at a time."""

    id: Id
    name: TranslatedText
    hours: dict[Weekday, Hours]


class OfferExceptionConfig(Strict):
    """Other times to book on one date; no hours: none."""

    date: DateText
    hours: Hours = Field(default=[])


Percent = Annotated[int, Field(ge=0, le=100), WHOLE]


class BookingOfferConfig(Strict):
    """The times of a service that can be booked, within the service's own hours.

    From the beginning of each span a slot of ``length_minutes`` begins, and after
    ``buffer_minutes`` the next one. A slot has ``at_once`` places: counters, not persons. Of a
    date's places ``walk_in_percent`` are never booked and ``same_day_percent`` on the date alone,
    evenly over the day; the others can be booked from ``days_ahead`` dates before on. Citizens book
    until ``notice_minutes`` before the slot.
    """

    service: Id
    week: dict[Weekday, Hours]
    exceptions: Annotated[list[OfferExceptionConfig], Field(max_length=1000)] = Field(default=[])
    length_minutes: Annotated[int, Field(ge=5, le=240), WHOLE] = booking_offers.LENGTH_MINUTES
    buffer_minutes: Annotated[int, Field(ge=0, le=120), WHOLE] = 0
    at_once: Annotated[int, Field(ge=1, le=50), WHOLE] = 1
    walk_in_percent: Percent = 0
    same_day_percent: Percent = 0
    days_ahead: Annotated[int, Field(ge=0, le=180), WHOLE] = booking_offers.DAYS_AHEAD
    notice_minutes: Annotated[int, Field(ge=0, le=1440), WHOLE] = booking_offers.NOTICE_MINUTES


class BookingsConfig(Strict):
    """The offers of times to book, and the rules of all bookings.

    A booked citizen's place in the queue is that of the booked time, or of an arrival
    ``head_start_seconds`` before their own, whichever is earlier; so never later than that of their
    arrival. They may arrive from ``early_seconds`` before the booked time until ``late_seconds``
    after it, later than that they wait as all others do. A slot is held for ``hold_seconds`` until
    it is confirmed.
    """

    offers: Annotated[list[BookingOfferConfig], Field(max_length=200)] = Field(default=[])
    head_start_seconds: WholeSeconds = booking_offers.HEAD_START_SECONDS
    early_seconds: WholeSeconds = booking_offers.EARLY_SECONDS
    late_seconds: WholeSeconds = booking_offers.LATE_SECONDS
    hold_seconds: Annotated[int, Field(ge=60, le=3600), WHOLE] = booking_offers.HOLD_SECONDS


class BranchConfig(Strict):
    """A branch, whole. Days left out of the opening hours are closed.

    ``unsure_service``: the service of a kiosk's "in doubt?", an active one; null hides it. A
    ``practice`` branch is for learning: no sum over several branches counts it. An ``archived``
    one is out of use: it issues nothing and has no screens, and its figures stay. ``help_button``:
    kiosks have a button that calls somebody of the staff. ``feedback_on_slip``: a kiosk's slips
    carry a code with which the citizen says how it went. ``paper_numbers``: sheets of paper numbers
    are printed, so that kiosk and display speak of them while the service is away. ``public_page``:
    anybody may see whether it is open and how long it takes, under ``/b/``. ``street_address``:
    where it is, in one line as on an envelope; citizens read it with an appointment. A branch with
    ``stops`` is mobile: its opening hours are always those of its stops together. Without
    ``pause_reasons`` counters have the usual four; a pause longer than ``pause_limit_seconds`` is
    shown on the board. In ``quiet_hours`` displays make no sound; ``quiet_exceptions`` replace them
    on a date. ``bookings``: what can be booked; without offers nothing, and the rules go with the
    last one.
    """

    model_config = example(
        name="Biblioteket",
        services=[{"id": "pas", "name": {DEFAULT: "Pas"}, "prefix": "A"}],
        counters=[{"id": "1", "name": "Skranke 1", "services": ["*"]}],
        opening_hours={"mon": [["09:30", "19:00"]]},
    )

    name: Text
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Copenhagen"
    languages: Annotated[list[KnownLanguage], Field(min_length=1, max_length=20)] = Field(
        default=list(staff_languages())
    )
    opening_hours: dict[Weekday, Hours] = Field(default={})
    hours_exceptions: Annotated[list[HoursExceptionConfig], Field(max_length=1000)] = Field(
        default=[]
    )
    services: Annotated[list[ServiceConfig], Field(max_length=200)]
    counters: Annotated[list[CounterConfig], Field(max_length=500)] = Field(default=[])
    teams: Annotated[list[TeamConfig], Field(max_length=20)] = Field(default=[])
    goals: Annotated[list[GoalConfig], Field(max_length=20)] = Field(default=[])
    lifelines: Annotated[list[LifelineConfig], Field(max_length=20)] = Field(
        default=[], exclude_if=lambda lifelines: not lifelines
    )
    unsure_service: Id | None = None
    no_show_after_seconds: Annotated[int, Field(ge=1, le=DAY_SECONDS), WHOLE] = 300
    return_window_seconds: WholeSeconds = 900
    priority_head_start_seconds: WholeSeconds = 600
    retention_days: Annotated[int, Field(ge=1, le=3650), WHOLE] = 90
    historic: bool = False
    practice: bool = Field(default=False, exclude_if=lambda practice: not practice)
    archived: bool = Field(default=False, exclude_if=lambda archived: not archived)
    outcomes_known: bool = Field(default=True, exclude_if=lambda known: known)
    help_button: bool = Field(default=False, exclude_if=lambda shown: not shown)
    feedback_on_slip: bool = Field(default=False, exclude_if=lambda printed: not printed)
    paper_numbers: bool = Field(default=False, exclude_if=lambda printed: not printed)
    public_page: bool = Field(default=False, exclude_if=lambda shown: not shown)
    street_address: Text | None = Field(default=None, exclude_if=lambda address: address is None)
    stops: Annotated[list[StopConfig], Field(max_length=100)] = Field(
        default=[], exclude_if=lambda stops: not stops
    )
    pause_reasons: Annotated[list[PauseReasonConfig], Field(max_length=12)] = Field(
        default=[], exclude_if=lambda reasons: not reasons
    )
    pause_limit_seconds: Annotated[int, Field(ge=60, le=DAY_SECONDS), WHOLE] = Field(
        default=PAUSE_LIMIT_SECONDS, exclude_if=lambda limit: limit == PAUSE_LIMIT_SECONDS
    )
    quiet_hours: dict[Weekday, Hours] = Field(default={}, exclude_if=lambda hours: not hours)
    quiet_exceptions: Annotated[list[QuietExceptionConfig], Field(max_length=1000)] = Field(
        default=[], exclude_if=lambda exceptions: not exceptions
    )
    bookings: BookingsConfig | None = Field(
        default=None, exclude_if=lambda bookings: bookings is None or not bookings.offers
    )


def parse_config(raw: bytes | dict[str, Any], branch_id: str | None = None) -> dict[str, Any]:
    """The configuration with its defaults filled in, ready for ``Branch.from_document``.

    With ``branch_id`` the document also has to fit a branch with that id.

    Raises Invalid, naming every field that is wrong by itself or does not fit the others.
    """
    if branch_id is not None and not re.fullmatch(ID_PATTERN, branch_id):
        raise Invalid.at("branch", PATTERN_REASONS[ID_PATTERN])
    value = _decoded(raw) if isinstance(raw, bytes) else raw
    try:
        document = parse(BranchConfig, value).model_dump()
    except Invalid as refusal:
        raise Invalid.of(_all_faults(refusal, value)) from None
    if found := faults(document):
        raise Invalid.of(found)
    if stops := document.get("stops"):
        document["opening_hours"] = hours_together([stop["hours"] for stop in stops])
    return document


def _all_faults(refusal: Invalid, value: Any) -> list[FieldError]:
    own = cast(list[FieldError], refusal.extra["errors"])
    named = {fault["field"] for fault in own}
    return [*own, *(faults(value, named) if isinstance(value, dict) else [])]


def _decoded(raw: bytes) -> Any:
    try:
        return decode(raw)
    except ValueError:
        reason = "It must be one readable JSON document in UTF-8."
        raise Invalid.at("", reason) from None
