"""A call for help from a kiosk: its data, and its counting.

A call is *open* until a guide says that they come, and *coming* until they are there. The kiosk or
a guide cancels it, and a call without a guide is *unanswered* after :data:`OPEN_SECONDS`.

It counts on the date on which it was made (:class:`queue_service.staff_calls.rules.Call`). Nothing
is counted by kiosk, and nothing identifies the citizen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

from queue_service.days.rules.suppression import small
from queue_service.staff_calls.rules import Answered, Call, Course, none, total_facts
from queue_service.visits.rules.needs import NEEDS, PRIORITY_REASONS, total_of

HelpState = Literal["open", "coming", "helped", "cancelled", "unanswered"]
WITHIN_SECONDS: Final = 120
"""The time for a guide to say that they come. The kiosk then says what to do instead."""
OPEN_SECONDS: Final = 900
COMING_SECONDS: Final = 300
"""A guide who has come seldom presses a button to say so: the call is over by itself."""
MOST_CALLS: Final = 5
"""So many calls may a kiosk make within :data:`CALLS_SECONDS`."""
CALLS_SECONDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCall(Call):
    """A call. ``date`` is the branch's when it was made.

    ``kiosk`` identifies the kiosk and begins the ``id``; ``place`` is the name that its access has.
    ``language`` is the one that the citizen had chosen.
    """

    course: ClassVar = Course(
        "open", "coming", "helped", "unanswered", OPEN_SECONDS * 1000, COMING_SECONDS * 1000
    )

    kiosk: str
    place: str
    language: str
    called_at: int
    state: HelpState = "open"

    @property
    def began_at(self) -> int:
        """When it was made."""
        return self.called_at

    @property
    def limit_ms(self) -> int:
        """The same for all."""
        return WITHIN_SECONDS * 1000


RESULTS: Final = HelpCall.course.results
"""How a call ended. The first three are judged."""


def help_field(fact: str) -> str:
    """The name under which a day counts a fact of calls for help."""
    return f"help|{fact}"


def total_fields(facts: Iterable[str]) -> dict[str, int]:
    """The totals for Prometheus that these facts add to; lengths are not among them."""
    return {total_of(help_field(fact)): 1 for fact in total_facts(HelpCall.course, facts)}


@dataclass(slots=True)
class ReceptionTotals:
    """The figures of a reception over some dates: visits by need and by reason, and calls for
    help."""

    needs: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NEEDS, 0))
    first: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PRIORITY_REASONS, 0))
    help: Answered = field(default_factory=lambda: none(RESULTS))

    def add(self, date: str, stored: Mapping[str, Any]) -> None:
        """Add a date's counts. A fact of another version is ignored."""
        for name, value in stored.items():
            kind, _, of = name.partition("|")
            counts = {"need": self.needs, "first": self.first}.get(kind, {})
            if of in counts:
                counts[of] += int(value)
            elif kind == "help":
                self.help.add(of, int(value), date)


def figures(days: Mapping[str, Mapping[str, Any]]) -> ReceptionTotals:
    """The stored counts of each date, added up."""
    found = ReceptionTotals()
    for date, stored in days.items():
        found.add(date, stored)
    return found


@dataclass(slots=True)
class MonthlyFigures:
    """The published figures of whole months: no count of fewer than five in a month.

    A need or reason is None if it was noted, and in no month often enough. ``help`` has the
    calls of months with five or more; ``help_hidden`` if there are none but were calls.
    """

    needs: dict[str, int | None]
    first: dict[str, int | None]
    help: Answered
    help_hidden: bool


def monthly(months: Iterable[ReceptionTotals]) -> MonthlyFigures:
    """The published figures of each month, added up, so that subtracting two ranges never reveals a
    smaller group."""
    known = list(months)
    help_ = none(RESULTS)
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
