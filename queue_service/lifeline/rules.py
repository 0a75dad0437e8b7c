"""A call from a counter to a lifeline: how it goes on, and how it is counted.

A call rings until a specialist takes it, the clerk cancels it, or it has rung for
:data:`RINGS_SECONDS` and is missed. The counter's page and the specialist's ask again and again, so
no clock in the store is needed: a call that has rung too long reads as missed.

It is judged by the limit that was in force when it began to ring, and counts on the date and in the
hour of that moment: *answered*, *missed*, *cancelled* at the limit or later, or *withdrawn* before
it. A call that is withdrawn is not judged, because the limit had not passed. All others are, and
those answered in less than the limit are within.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple, get_args

from queue_service.branches.rules.lifelines import RINGS_SECONDS
from queue_service.goals.rules import answering
from queue_service.goals.rules.answering import Answered

CallState = Literal["ringing", "taken", "cancelled", "missed", "ended"]
CallResult = Literal["answered", "missed", "cancelled", "withdrawn"]
RESULTS: Final[tuple[CallResult, ...]] = get_args(CallResult)
"""How a call's ringing ended. The first three are judged."""

OPEN: Final = frozenset({"ringing", "taken"})
RINGS_MS: Final = RINGS_SECONDS * 1000
TALKS_MS: Final = 3_600_000
"""A call that is not ended is over after an hour."""
PLACES: Final = 99
"""The specialists' places are numbered, so that no name is ever written."""
SAT_MS: Final = 180_000
"""How long a place is held for a page that was heard last."""


class LifelineCall(NamedTuple):
    """A call. Instants are in ms. ``branch`` and ``counter`` ask; ``date`` and ``hour`` are those
    of the lifeline's branch when it began to ring.

    ``place`` is the number of the specialists' place that took it, never a person. ``stamp`` is the
    change that made it what it is.
    """

    id: str
    lifeline: str
    branch: str
    counter: str
    number: str
    service: str
    visit: str
    rang_at: int
    within_ms: int
    date: str
    hour: str
    state: CallState = "ringing"
    place: int | None = None
    taken_at: int | None = None
    ended_at: int | None = None
    stamp: str = ""
    acknowledged_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it rings, or is being talked about."""
        return self.state in OPEN

    @property
    def is_unanswered(self) -> bool:
        """Whether it was missed, and no specialist has said that they know of it."""
        return self.state == "missed" and self.acknowledged_at is None

    def to_json(self) -> str:
        """The stored form; :func:`call_from_json` reads it back."""
        return json.dumps(self._asdict(), separators=(",", ":"))


def call_from_json(text: str) -> LifelineCall:
    """Read a stored call."""
    return LifelineCall(**json.loads(text))


def call_or_none(text: str) -> LifelineCall | None:
    """The same; None where it is damaged."""
    try:
        return call_from_json(text)
    except (TypeError, ValueError):
        return None


def over(call: LifelineCall, now: int) -> LifelineCall:
    """The call as time alone has left it: missed, ended, or as it was."""
    if call.state == "ringing" and now - call.rang_at >= RINGS_MS:
        return call._replace(state="missed", ended_at=call.rang_at + RINGS_MS)
    if call.state == "taken" and now - (call.taken_at or now) >= TALKS_MS:
        return call._replace(state="ended", ended_at=(call.taken_at or now) + TALKS_MS)
    return call


def left(call: LifelineCall, now: int) -> LifelineCall:
    """The call as it is once its visit is no longer at the counter: cancelled, ended, or over."""
    if not call.is_open:
        return call
    return call._replace(state="cancelled" if call.state == "ringing" else "ended", ended_at=now)


def result_of(call: LifelineCall) -> CallResult | None:
    """How its ringing ended; None while it rings."""
    if call.state in ("taken", "ended"):
        return "answered"
    if call.state == "missed":
        return "missed"
    if call.state == "cancelled":
        waited = (call.ended_at or call.rang_at) - call.rang_at
        return "cancelled" if waited >= call.within_ms else "withdrawn"
    return None


def answer_ms(call: LifelineCall) -> int | None:
    """How long it rang before it was taken; None where it was not."""
    return None if call.taken_at is None else max(0, call.taken_at - call.rang_at)


def facts_of(before: LifelineCall, after: LifelineCall) -> tuple[str, ...]:
    """What is counted when a call stops ringing; nothing for any other change."""
    result = result_of(after)
    if before.state != "ringing" or result is None:
        return ()
    return answering.facts_of(result, answer_ms(after), after.within_ms)


def day_fields(call: LifelineCall, facts: Iterable[str]) -> dict[str, int]:
    """The day's counts that these facts add to: ``hour|lifeline|service|fact``."""
    return {f"{call.hour}|{call.lifeline}|{call.service}|{fact}": 1 for fact in facts}


TOTAL: Final = "lifeline"
"""What a lifeline's fields among the totals begin with: ``lifeline|fact|lifeline``."""


def total_fields(call: LifelineCall, facts: Iterable[str]) -> dict[str, int]:
    """The totals for Prometheus that these facts add to; lengths are not among them."""
    counted = (fact for fact in facts if fact in (*RESULTS, "judged", "within"))
    return {total_field(fact, call.lifeline): 1 for fact in counted}


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
        found.setdefault(name, answering.none(RESULTS)).add(cell.fact, cell.n, cell.date)
    return dict(sorted(found.items()))


def event_of(call: LifelineCall, hall: str, now: int) -> tuple[str, dict[str, Any]]:
    """The event about a call, at its lifeline's branch (``hall``) and at its counter's."""
    data = {
        "id": call.id, "hall": hall, "lifeline": call.lifeline, "from": call.branch,
        "desk": call.counter, "number": call.number, "service": call.service,
        "state": call.state, "place": call.place, "at": now,
    }  # fmt: skip
    return f"lifeline.{'acknowledged' if call.acknowledged_at else call.state}", data
