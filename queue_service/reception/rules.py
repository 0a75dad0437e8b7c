"""A call for help from a kiosk: how it goes on, and how it is counted.

A call is *open* until a guide says that they come, and *coming* until they are there. The kiosk or
a guide cancels it, and one that nobody takes is *unanswered* after :data:`OPEN_SECONDS`. No clock
in the store is needed: a call that has been open for too long reads as unanswered.

It counts on the date on which it was made: *answered*, *unanswered*, *cancelled* at the limit or
later, or *withdrawn* before it. One that is withdrawn is not judged, because the limit had not
passed. All others are, and those answered in less than the limit are within. Nothing is counted by
kiosk, and nothing identifies the citizen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, get_args

from queue_service.days.rules.suppression import small
from queue_service.goals.rules import answering
from queue_service.goals.rules.answering import Answered
from queue_service.visits.rules.needs import NEEDS, PRIORITY_REASONS, total_of

HelpState = Literal["open", "coming", "helped", "cancelled", "unanswered"]
HelpResult = Literal["answered", "unanswered", "cancelled", "withdrawn"]
RESULTS: Final[tuple[HelpResult, ...]] = get_args(HelpResult)
"""How a call ended. The first three are judged."""

IS_OPEN: Final = frozenset({"open", "coming"})
WITHIN_SECONDS: Final = 120
"""Somebody says within so long that they come. The kiosk then says what to do instead."""
OPEN_SECONDS: Final = 900
COMING_SECONDS: Final = 300
"""A guide who has come seldom presses a button to say so: the call is over by itself."""
MOST_CALLS: Final = 5
"""So many calls may a kiosk make within :data:`CALLS_SECONDS`."""
CALLS_SECONDS: Final = 300


class HelpCall(NamedTuple):
    """A call. Instants are in ms, ``date`` is the branch's when it was made.

    ``kiosk`` identifies the kiosk and begins the ``id``; ``place`` is the name that its access has.
    ``language`` is the one that the citizen had chosen.
    """

    id: str
    kiosk: str
    place: str
    language: str
    date: str
    called_at: int
    state: HelpState = "open"
    taken_at: int | None = None
    ended_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody is wanted or on the way."""
        return self.state in IS_OPEN

    def to_json(self) -> str:
        """The stored form; :func:`call_or_none` reads it back."""
        return json.dumps(self._asdict(), separators=(",", ":"))


def call_or_none(text: str) -> HelpCall | None:
    """Read a stored call; None where it is damaged."""
    try:
        return HelpCall(**json.loads(text))
    except (TypeError, ValueError):
        return None


def over(call: HelpCall, now: int) -> HelpCall:
    """The call as time alone has left it: unanswered, helped, or as it was."""
    if call.state == "open" and now - call.called_at >= OPEN_SECONDS * 1000:
        return call._replace(state="unanswered", ended_at=call.called_at + OPEN_SECONDS * 1000)
    taken = call.taken_at or now
    if call.state == "coming" and now - taken >= COMING_SECONDS * 1000:
        return call._replace(state="helped", ended_at=taken + COMING_SECONDS * 1000)
    return call


def result_of(call: HelpCall) -> HelpResult | None:
    """How it ended; None while it is open. It is answered as soon as somebody says they come."""
    if call.taken_at is not None:
        return "answered"
    if call.state == "unanswered":
        return "unanswered"
    if call.state == "cancelled":
        waited = (call.ended_at or call.called_at) - call.called_at
        return "cancelled" if waited >= WITHIN_SECONDS * 1000 else "withdrawn"
    return None


def answer_ms(call: HelpCall) -> int | None:
    """How long it was open before somebody said they come; None where nobody did."""
    return None if call.taken_at is None else max(0, call.taken_at - call.called_at)


def facts_of(before: HelpCall, after: HelpCall) -> tuple[str, ...]:
    """What is counted when a call is answered or ends unanswered; nothing for any other change."""
    result = result_of(after)
    if before.state != "open" or result is None:
        return ()
    return answering.facts_of(result, answer_ms(after), WITHIN_SECONDS * 1000)


def help_field(fact: str) -> str:
    """The name under which a day counts a fact of calls for help."""
    return f"help|{fact}"


def total_fields(facts: Iterable[str]) -> dict[str, int]:
    """The totals for Prometheus that these facts add to; lengths are not among them."""
    counted = (fact for fact in facts if fact in (*RESULTS, "judged", "within"))
    return {total_of(help_field(fact)): 1 for fact in counted}


@dataclass(slots=True)
class ReceptionTotals:
    """What a reception did over some dates: visits by need and by reason, and calls for help."""

    needs: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NEEDS, 0))
    first: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PRIORITY_REASONS, 0))
    help: Answered = field(default_factory=lambda: answering.none(RESULTS))

    def add(self, date: str, stored: Mapping[str, Any]) -> None:
        """Add a date's counts. What another version counted is left out."""
        for name, value in stored.items():
            kind, _, of = name.partition("|")
            counts = {"need": self.needs, "first": self.first}.get(kind, {})
            if of in counts:
                counts[of] += int(value)
            elif kind == "help":
                self.help.add(of, int(value), date)


def figures(days: Mapping[str, Mapping[str, Any]]) -> ReceptionTotals:
    """What is stored of each date, added up."""
    found = ReceptionTotals()
    for date, stored in days.items():
        found.add(date, stored)
    return found


@dataclass(slots=True)
class MonthlyFigures:
    """What may be shown of whole months: no count of fewer than five in a month.

    A need or reason is None where it was noted, and in no month often enough. ``help`` has the
    calls of months with five or more; ``help_hidden`` where there are none but were calls.
    """

    needs: dict[str, int | None]
    first: dict[str, int | None]
    help: Answered
    help_hidden: bool


def monthly(months: Iterable[ReceptionTotals]) -> MonthlyFigures:
    """What each month shows, added up, so that subtracting two ranges never reveals a smaller
    group."""
    known = list(months)
    help_ = answering.none(RESULTS)
    for month in known:
        if not small(month.help.calls):
            help_.absorb(month.help)
    return MonthlyFigures(
        {of: _told([month.needs[of] for month in known]) for of in NEEDS},
        {of: _told([month.first[of] for month in known]) for of in PRIORITY_REASONS},
        help_,
        not help_.calls and any(month.help.calls for month in known),
    )


def _told(counts: Sequence[int]) -> int | None:
    told = sum(n for n in counts if not small(n))
    return told if told or not any(counts) else None


def event_of(call: HelpCall, now: int) -> tuple[str, dict[str, Any]]:
    """The event about a call: that there is one, and its state. Pages ask for the rest."""
    return f"help.{call.state}", {"id": call.id, "state": call.state, "at": now}
