"""The words of tables in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from queue_service.branches.rules.branch import EVERYTHING, Goal
from queue_service.history.store.history_store import Part
from queue_service.language.catalogues import N_, place_name, words
from queue_service.notes.rules import NoteKind

_WEEKDAYS: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_GOALS: Final[Mapping[str, str]] = {
    "handling_time_within": N_("Handled in under {limit}"),
    "waiting_time_within": N_("Called in under {limit}"),
    "first_contact": N_("Solved at first contact"),
}
VERDICTS: Final[Mapping[str, str]] = {
    "met": N_("Met"),
    "missed": N_("Missed"),
    "open": N_("Cannot be told yet"),
    "few": N_("Too few to tell"),
}
"""What a verdict is called; one that is ``open`` of what is over is ``few``: nothing more comes."""

NOTES: Final[Mapping[NoteKind, str]] = {
    "outage": N_("Outage"),
    "training": N_("Training or meeting"),
    "weather": N_("Weather"),
    "staffing": N_("Staffing"),
    "event": N_("Event"),
    "other": N_("Other"),
}
"""What a kind of note on a day is called."""

_MINUTE: Final = 60


class Named(Protocol):
    """Knows what a branch's services, teams and counters are called; a ``Past`` does."""

    def name(self, part: Part, item: str, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """Says things in a language; ``say("Handled in under {limit}", limit="6 min")``."""

    language: str

    def __call__(self, msgid: str, **values: object) -> str:
        text = words(self.language).gettext(msgid) if msgid else ""
        return text.format(**values) if values else text

    def counted(self, texts: tuple[str, str], number: int, shown: str) -> str:
        """A count with its noun; ``shown`` is how the number is written: ``{n}`` in the texts."""
        return words(self.language).ngettext(*texts, number).format(n=shown)

    def service(self, past: Named, service: str) -> str:
        """A service's name."""
        return past.name("service", service, self.language)

    def team(self, past: Named, team: str) -> str:
        """A team's name; work without one is said to be so."""
        return past.name("team", team, self.language) if team else self(N_("Without a team"))

    def counter(self, past: Named, counter: str) -> str:
        """A counter's name; one like "Skranke 1" in the language."""
        return place_name(past.name("counter", counter, self.language), self.language)

    def goal(self, past: Named, goal: Goal) -> str:
        """What a goal asks for, with the services and hours it is limited to."""
        limit = "" if goal.threshold_seconds is None else self.length(goal.threshold_seconds)
        text = self(_GOALS[goal.indicator], limit=limit)
        if EVERYTHING not in goal.services:
            text += f" ({', '.join(self.service(past, s) for s in goal.services)})"
        return f"{text}, {self(N_('in certain hours'))}" if goal.hours else text

    def length(self, seconds: float) -> str:
        """A round length: ``6 min``, ``90 s``."""
        if seconds >= _MINUTE and seconds % _MINUTE == 0:
            return self(N_("{n} min"), n=round(seconds / _MINUTE))
        return self(N_("{n} s"), n=f"{seconds:g}")

    def weekday(self, weekday: int) -> str:
        """0 for Monday."""
        return self(_WEEKDAYS[weekday])

    def hour(self, hour: str) -> str:
        """An hour as a span: ``09–10``."""
        return f"{hour}–{int(hour) + 1:02}"
