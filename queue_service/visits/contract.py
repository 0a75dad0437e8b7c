"""Requests and responses about a visit.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from queue_service.contract.answers import Count, Instant, Seconds, Squares
from queue_service.contract.words import (
    KEY_PATTERN,
    NUMBER_PATTERN,
    TIME_PATTERN,
    DateText,
    Id,
    LanguageTag,
    Published,
    Strict,
    example,
)
from queue_service.language.languages import SOURCE
from queue_service.visits.rules.ahead import EXACT_UP_TO
from queue_service.visits.rules.errands import MOST_OF_ONE, MOST_SERVICES
from queue_service.visits.rules.needs import NEEDS, Need, Noted, PriorityReason, in_order
from queue_service.visits.rules.visit import Channel, Errand, Outcome, Priority, State

MAX_DELAY_SECONDS = 1800
"""How long a citizen may ask to be skipped."""

Needs = Annotated[list[Need], Field(max_length=len(NEEDS))]


Several = Annotated[int, Field(ge=1, le=MOST_OF_ONE)]


class ErrandBody(Strict):
    """A service that is wanted as well, and for how many people."""

    model_config = example(service="korekort", people=1)

    service: Id
    people: Several = 1


class IssueBody(Strict):
    """A ticket. Without a language: the branch's first. A kiosk gives nothing beyond the channel.

    ``priority_reason`` gives high priority, and says why by a word of the list. With ``counter``
    the visit is bound to that open counter, as one that was sent there. ``people``: for how many
    inquiries of the service it is, such as a passport for each of a family; ``errands`` come after
    them. With ``follow`` the answer has the code with which the citizen follows the number on a
    phone.
    """

    model_config = example(service="pas", language=SOURCE)

    service: Id
    language: LanguageTag | None = None
    channel: Channel = "kiosk"
    priority: Priority = "normal"
    # A field that was not sent is not in the fingerprint, so that a repeat across an update is
    # recognised.
    needs: Needs = Field(default=[], exclude_if=lambda needs: not needs)
    counter: Id | None = Field(default=None, exclude_if=lambda counter: counter is None)
    priority_reason: PriorityReason | None = Field(
        default=None, exclude_if=lambda reason: reason is None
    )
    follow: bool = Field(default=False, exclude_if=lambda follow: not follow)

    people: Several = Field(default=1, exclude_if=lambda people: people == 1)
    errands: Annotated[list[ErrandBody], Field(max_length=MOST_SERVICES - 1)] = Field(
        default=[], exclude_if=lambda errands: not errands
    )

    @model_validator(mode="after")
    def _each_service_once(self) -> Self:
        services = [self.service, *(errand.service for errand in self.errands)]
        if len(services) > len(set(services)):
            raise PydanticCustomError(
                "errands", "Name each service once, with its number.", {"field": "errands"}
            )
        return self

    def wanted(self) -> tuple[Errand, ...]:
        """The further errands."""
        return tuple(Errand(errand.service, errand.people) for errand in self.errands)

    def noted(self) -> Noted:
        """The notes of staff with it."""
        return Noted(in_order(self.needs), self.priority_reason)


class NeedsBody(Strict):
    """The citizen's needs, in place of earlier notes; an empty list takes them back."""

    model_config = example(needs=["seat"])

    needs: Needs


class PriorityBody(Strict):
    """The reason for the priority; null puts it back in its place by the time of issue."""

    model_config = example(reason="agreed_time")

    reason: PriorityReason | None


class LanguageBody(Strict):
    """The language that the citizen is called in: one of the branch's."""

    model_config = example(language=SOURCE)

    language: LanguageTag


class KeyQuery(Strict):
    """The Idempotency-Key that a ticket was asked for with."""

    key: Annotated[str, Field(pattern=KEY_PATTERN, description="The key that was sent.")]


class CallBody(Strict):
    """The counter that a chosen visit is called to; ``silent``: shown, and not heard."""

    model_config = example(counter="1")

    counter: Id
    silent: bool = Field(default=False, exclude_if=lambda silent: not silent)


class RecallBody(Strict):
    """``silent``: the call is shown on displays, and not heard."""

    silent: bool = Field(default=False, exclude_if=lambda silent: not silent)


class ParkBody(Strict):
    """``counter``: the other open counter that a visit which is parked already is handed to."""

    counter: Id | None = None


class RequeueBody(Strict):
    """For how long the visit is skipped before it gets its place back."""

    model_config = example(delay_seconds=300)

    delay_seconds: float = Field(default=0, ge=0, le=MAX_DELAY_SECONDS)


class PostponeBody(Strict):
    """The time of today before which the citizen is not to be called, in the branch's own time and
    its opening hours; null if they are here before it.

    The visit is queued as if it had come at that time, or now: behind all who have come before.
    Null within two minutes of the request gives it its earlier place.
    """

    model_config = example(not_before="14:30")

    not_before: Annotated[str, Field(pattern=TIME_PATTERN)] | None


class ReclassifyBody(Strict):
    """The service that should have been chosen."""

    model_config = example(service="korekort")

    service: Id


class CompleteBody(Strict):
    """How the inquiry ended."""

    model_config = example(outcome="resolved")

    outcome: Outcome


class AddErrandBody(Strict):
    """A service and for how many people it is not done yet, the inquiry at hand included; 0 takes
    it back."""

    model_config = example(service="korekort", people=1)

    service: Id
    people: Annotated[int, Field(ge=0, le=MOST_OF_ONE)] = 1


class ContinueBody(Strict):
    """How this inquiry ended and which service the next one is about: without one, the first of the
    visit's errands."""

    model_config = example(outcome="resolved", service="korekort")

    outcome: Outcome
    service: Id | None = Field(default=None, exclude_if=lambda service: service is None)


class TransferBody(Strict):
    """The destination of the visit: a service's queue, one counter or a team; exactly one of them.

    With an outcome the inquiry is completed; without, the same one goes on elsewhere. A counter or
    a team gets it with the service it has at present, with an outcome the first of its errands, if
    any.
    """

    model_config = example(service="korekort", outcome="resolved")

    service: Id | None = None
    counter: Id | None = None
    team: Id | None = None
    outcome: Outcome | None = None

    @model_validator(mode="after")
    def _one_destination(self) -> Self:
        destinations = [f for f in ("service", "counter", "team") if getattr(self, f) is not None]
        if not destinations:
            raise PydanticCustomError(
                "destination",
                "It is missing: give a service, a counter or a team.",
                {"field": "service"},
            )
        if len(destinations) > 1:
            raise PydanticCustomError(
                "destination",
                "Give a service, a counter or a team, only one.",
                {"field": destinations[1]},
            )
        return self


class ResumeBody(Strict):
    """The counter that takes the parked visit up; by default the one that parked it."""

    counter: Id | None = None


Number = Annotated[str, Field(pattern=NUMBER_PATTERN), AfterValidator(str.upper)]


class VisitsQuery(Strict):
    """A filter of the business day's visits; all of them by default."""

    state: State | None = Field(default=None, description="Only visits in this state.")
    number: Number | None = Field(default=None, description="Only the visit with this number.")


class InquiryAnswer(Published):
    """One service handled within a visit; the first figures are null until it is completed.

    While it is handled its time is ``handled_before_seconds`` and what has passed since
    ``running_since``.
    """

    service: Id
    outcome: Outcome | None
    handling_seconds: Seconds | None
    started_at: Instant | None
    running_since: Instant | None
    handled_before_seconds: Seconds


Position = Annotated[
    int,
    Field(
        ge=0,
        description="How many who wait now would be called before this visit, whatever their "
        "service. The order is simulated over the counters that take this service, with what "
        "else they take, priorities, delays and visits bound to a counter or a team; over the open "
        "counters, or where none of them takes it over all that are configured for it. Exact "
        "where one counter takes the service; if several do, they are taken to come free in "
        f"turn. Above {EXACT_UP_TO} it is an upper bound.",
    ),
]


class WaitRange(Published):
    """From the 10th to the 90th percentile of the last waits like this one.

    Like: the same service, about as many people ahead, and about as many open counters.
    """

    low: Seconds
    high: Seconds


class ErrandAnswer(Published):
    """A service, and for how many people it is not done yet."""

    service: Id
    people: Count


class VisitAnswer(Published):
    """A citizen's stay. ``position`` and the estimate are null unless it waits.

    The estimate is also null while too little is known and where no open counter takes it. In a
    list ``position`` is null as well for visits that no counter here calls next: a bus' numbers at
    a central server that took over, and on the bus those that the central server has called or
    moved. ``for_counter`` is the one counter that it was sent to, ``for_team`` the one team: it
    comes next there alone, and elsewhere it is called by choice. It is skipped until
    ``held_until``. ``not_before`` is the time as of which it is queued, where the citizen asked for
    a later one. ``booked_for`` is the time of the booking that it comes for; its wait begins then,
    or with the ticket if that is later, and before it the estimate is null. ``came_late``: after
    the time around the booking, so that it is queued by the ticket alone. ``recalled_at``: when the
    present call was last repeated, null if it was not.
    ``needs`` and ``priority_reason`` are notes of the staff; a kiosk does not receive them.
    ``bookings_ahead``: how many bookings, whose citizens have not come yet, may be called before
    it within the wait that is shown; null unless it waits in a branch where times can be booked,
    and in a list. ``source`` is ``paper`` if its number was on paper and it was entered afterwards.
    ``wanted`` are the errands that are not done yet, in order, that of the inquiry at hand first.
    """

    id: str
    number: str
    branch: Id
    service: Id
    state: State
    counter: Id | None
    for_counter: Id | None
    for_team: Id | None
    team: Id | None
    language: LanguageTag
    channel: Channel
    priority: Priority
    position: Position | None
    bookings_ahead: Count | None
    estimated_wait_seconds: WaitRange | None
    business_date: DateText
    issued_at: Instant
    called_at: Instant | None
    started_at: Instant | None
    ended_at: Instant | None
    held_until: Instant | None
    not_before: Instant | None
    booked_for: Instant | None
    came_late: bool
    recalls: Count
    recalled_at: Instant | None
    waiting_seconds: Seconds
    source: Literal["paper"] | None
    inquiries: list[InquiryAnswer]
    wanted: list[ErrandAnswer]
    needs: list[Need]
    priority_reason: PriorityReason | None


class FollowCode(Published):
    """A code with which a citizen follows a number on a phone, until the visit has ended.

    ``address`` is where it leads, ``qr`` the same as a QR code.
    """

    code: str
    address: str
    qr: Squares


class IssuedAnswer(VisitAnswer):
    """A new ticket. ``follow`` is null unless a code was asked for and phones have an address to
    reach the service at."""

    follow: FollowCode | None


class VisitList(Published):
    """Visits of the business day, in the order they would be called."""

    visits: list[VisitAnswer]
