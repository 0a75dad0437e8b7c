"""What the calls answer, for the published description; the answers themselves are made elsewhere.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from queue_service.contract.words import DateText, Id, Language
from queue_service.domain.visit import Channel, Outcome, Priority, State

Instant = Annotated[
    str,
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2026-11-25T09:30:00.000Z"]}
    ),
]
"""RFC 3339, UTC, with milliseconds."""
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]
Ratio = Annotated[float, Field(ge=0, le=1)]
CounterState = Literal["closed", "free", "called", "serving"]


class Fault(BaseModel):
    """One field of the request and what is wrong with it."""

    field: str
    reason: str


class Problem(BaseModel):
    """A refusal (RFC 9457). Programs go by ``code``, people read ``detail``.

    ``request_id`` is also the header ``X-Request-Id``: the operator finds the request by it.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault] | None = None
    state: State | None = None
    request_id: str | None = None


class InquiryAnswer(BaseModel):
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
        "where one counter takes the service; where several do, they are taken to come free in "
        "turn.",
    ),
]


class WaitRange(BaseModel):
    """From the 10th to the 90th percentile of the last waits like this one.

    Like: the same service, about as many people ahead, and about as many open counters.
    """

    low: Seconds
    high: Seconds


class VisitAnswer(BaseModel):
    """A citizen's stay. ``position`` and the estimate are null unless it waits.

    The estimate is also null while too little is known and where no open counter takes it.
    ``for_counter`` is the one counter that it was sent to, ``for_team`` the one team: it comes next
    there alone, and elsewhere it is called by choice. It is skipped until ``held_until``.
    ``recalled_at``: when the present call was last repeated, null where it was not.
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
    language: Language
    channel: Channel
    priority: Priority
    position: Position | None
    estimated_wait_seconds: WaitRange | None
    business_date: DateText
    issued_at: Instant
    called_at: Instant | None
    started_at: Instant | None
    ended_at: Instant | None
    held_until: Instant | None
    recalls: Count
    recalled_at: Instant | None
    waiting_seconds: Seconds
    inquiries: list[InquiryAnswer]


class VisitList(BaseModel):
    """Visits of the business day, in the order they would be called."""

    visits: list[VisitAnswer]


class CounterAnswer(BaseModel):
    """A counter, the visit that is called or served there, and those parked there."""

    id: Id
    name: str
    state: CounterState
    open: bool
    team: Id | None
    services: list[Id]
    at: Instant
    current: VisitAnswer | None
    parked: list[VisitAnswer]


class BranchSummary(BaseModel):
    """A branch in the list."""

    id: Id
    name: str


class BranchList(BaseModel):
    """The branches that the caller may see."""

    branches: list[BranchSummary]


class QueueState(BaseModel):
    """Those who wait for one service; ``taken``: an open counter takes it."""

    service: Id
    waiting: Count
    oldest_issued_at: Instant | None
    longest_wait_seconds: Seconds | None
    taken: bool


class CounterInState(BaseModel):
    """A counter and the number that is called or served there.

    ``recalls`` and ``language`` are those of its visit, null without one. ``names``: by language,
    empty where its name is the same in all; ``name`` is that of the branch's first language.
    """

    id: Id
    name: str
    names: dict[Language, str]
    state: CounterState
    number: str | None
    team: Id | None
    service: Id | None
    since: Instant | None
    recalls: Count | None
    language: Language | None


class RecentCall(BaseModel):
    """One of today's last ten calls, and the state its visit is in now."""

    number: str
    counter: Id
    called_at: Instant
    recalls: Count
    language: Language
    state: State


class Tally(BaseModel):
    """Today's visits, by their state."""

    issued: Count
    completed: Count
    no_show: Count
    abandoned: Count
    incomplete: Count


class GoalToday(BaseModel):
    """How a goal stands: ``budget`` more misses it bears, ``ratio`` is null without any judged."""

    id: Id
    threshold_seconds: float | None
    target_ratio: Ratio
    judged: Count
    within: Count
    ratio: Ratio | None
    budget: int
    overdue: Count


class StateAnswer(BaseModel):
    """The branch now."""

    branch: Id
    at: Instant
    event_id: str
    business_date: DateText
    open: bool
    queues: list[QueueState]
    counters: list[CounterInState]
    calls: list[RecentCall]
    today: Tally
    goals: list[GoalToday]


class ClosedAnswer(BaseModel):
    """A day that was closed."""

    branch: Id
    closed_at: Instant


class Health(BaseModel):
    """The answer of a check."""

    status: str


class Description(BaseModel):
    """An OpenAPI 3.1 document."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
