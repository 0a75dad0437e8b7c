"""A call from a counter to a lifeline: its data, and its counting.

A call rings until a specialist takes it, the clerk cancels it, or it has rung for
:data:`RINGS_SECONDS` and is missed. It is judged by the limit that was in force when it began to
ring, and counts on the date and in the hour of that moment
(:class:`queue_service.staff_calls.rules.Call`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Literal, NamedTuple

from queue_service.branches.rules.lifelines import RINGS_SECONDS
from queue_service.staff_calls.rules import Answered, Call, Course, none, total_facts

CallState = Literal["ringing", "taken", "cancelled", "missed", "ended"]
RINGS_MS: Final = RINGS_SECONDS * 1000
TALKS_MS: Final = 3_600_000
"""A call that is not ended is over after an hour."""
PLACES: Final = 99
"""The specialists' places are numbered, so that no name is ever written."""
SAT_MS: Final = 180_000
"""How long a place is held for a page that was heard last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifelineCall(Call):
    """A call. ``branch`` and ``counter`` ask; ``date`` and ``hour`` are those of the lifeline's
    branch when it began to ring.

    ``place`` is the number of the specialists' place that took it, never a person. ``stamp`` is the
    change that made it what it is.
    """

    course: ClassVar = Course("ringing", "taken", "ended", "missed", RINGS_MS, TALKS_MS)

    lifeline: str
    branch: str
    counter: str
    number: str
    service: str
    visit: str
    rang_at: int
    within_ms: int
    hour: str
    state: CallState = "ringing"
    place: int | None = None
    stamp: str = ""
    acknowledged_at: int | None = None

    @property
    def began_at(self) -> int:
        """When it began to ring."""
        return self.rang_at

    @property
    def limit_ms(self) -> int:
        """The lifeline's limit when it began to ring."""
        return self.within_ms

    @property
    def is_unanswered(self) -> bool:
        """Whether it was missed, and no specialist has said that they know of it."""
        return self.state == "missed" and self.acknowledged_at is None


def left(call: LifelineCall, now: int) -> LifelineCall:
    """The call as it is once its visit is no longer at the counter: cancelled, ended, or over."""
    if not call.is_open:
        return call
    return replace(call, state="cancelled" if call.state == "ringing" else "ended", ended_at=now)


def day_fields(call: LifelineCall, facts: Iterable[str]) -> dict[str, int]:
    """The day's counts that these facts add to: ``hour|lifeline|service|fact``."""
    return {f"{call.hour}|{call.lifeline}|{call.service}|{fact}": 1 for fact in facts}


RESULTS: Final = LifelineCall.course.results
"""How a call's ringing ended. The first three are judged."""
TOTAL: Final = "lifeline"
"""The prefix of a lifeline's fields among the totals: ``lifeline|fact|lifeline``."""


def total_fields(call: LifelineCall, facts: Iterable[str]) -> dict[str, int]:
    """The totals for Prometheus that these facts add to; lengths are not among them."""
    return {total_field(fact, call.lifeline): 1 for fact in total_facts(call.course, facts)}


def total_field(fact: str, lifeline: str) -> str:
    """The name of a lifeline's total."""
    return f"{TOTAL}|{fact}|{lifeline}"


def read_total(field: str) -> str:
    """The lifeline that a total is of; empty for any other total."""
    kind, _, rest = field.partition("|")
    return rest.partition("|")[2] if kind == TOTAL else ""


class CallCount(NamedTuple):
    """How many calls of an hour (``09``) of a date had something in common."""

    date: str
    hour: str
    lifeline: str
    service: str
    fact: str
    n: int


def read_day(date: str, stored: Mapping[str, str]) -> list[CallCount]:
    """A date's cells."""
    cells = []
    for name, n in stored.items():
        hour, lifeline, service, fact = name.split("|")
        cells.append(CallCount(date, hour, lifeline, service, fact, int(n)))
    return cells


def figures(cells: Iterable[CallCount], key: str = "") -> dict[str, Answered]:
    """Figures by a cell's ``date``, ``hour``, ``lifeline`` or ``service``; without: under ""."""
    found: dict[str, Answered] = {}
    for cell in cells:
        name = getattr(cell, key) if key else ""
        found.setdefault(name, none(RESULTS)).add(cell.fact, cell.n, cell.date)
    return dict(sorted(found.items()))


def event_of(call: LifelineCall, answering: str, now: int) -> tuple[str, dict[str, Any]]:
    """The event about a call, at its lifeline's branch (``answering``) and at its counter's."""
    data = {
        "id": call.id, "hall": answering, "lifeline": call.lifeline, "from": call.branch,
        "desk": call.counter, "number": call.number, "service": call.service,
        "state": call.state, "place": call.place, "at": now,
    }  # fmt: skip
    return f"lifeline.{'acknowledged' if call.acknowledged_at else call.state}", data
