"""The words of tables in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from queue_service.feedback.rules import Question
from queue_service.goals import wording
from queue_service.goals.rules.goal import Goal
from queue_service.history.store import NamedPart
from queue_service.language.catalogues import N_, NN_, place_name
from queue_service.language.wording import Wording
from queue_service.notes.rules import NoteKind

NOTES: Final[Mapping[NoteKind, str]] = {
    "outage": N_("Outage"),
    "training": N_("Training or meeting"),
    "weather": N_("Weather"),
    "staffing": N_("Staffing"),
    "event": N_("Event"),
    "other": N_("Other"),
    "intervention": N_("Intervention"),
}
"""The names of the kinds of note on a day."""

QUESTION_NAMES: Final[Mapping[Question, str]] = {
    "help": N_("The help and guidance"),
    "task": N_("How the task was solved"),
}
"""The subjects that citizens are asked about."""

RATING_NAMES: Final[Mapping[int, str]] = {
    5: N_("Very satisfied"),
    4: N_("Satisfied"),
    3: N_("Neither"),
    2: N_("Dissatisfied"),
    1: N_("Very dissatisfied"),
}
"""The possible answers."""

DAYS: Final = NN_("{n} day", "{n} days")
INQUIRIES: Final = NN_("{n} inquiry", "{n} inquiries")
OF_INQUIRIES: Final = NN_("of {n} inquiry", "of {n} inquiries")
OF_JUDGED: Final = NN_("of {n} judged", "of {n} judged")
VISITS: Final = NN_("{n} visit", "{n} visits")
WAITS: Final = NN_("{n} wait", "{n} waits")


class Named(Protocol):
    """Knows what a branch's services, teams and counters are called; a ``Past`` does."""

    def name(self, part: NamedPart, item: str, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Words(Wording):
    """Wording that also knows what a branch's services, teams, counters and goals are called."""

    def service(self, past: Named, service: str) -> str:
        """A service's name."""
        return past.name("service", service, self.language)

    def team(self, past: Named, team: str) -> str:
        """A team's name; work without one is said to be so."""
        return past.name("team", team, self.language) if team else self(N_("Without a team"))

    def pause(self, past: Named, reason: str) -> str:
        """The name of a reason of pauses."""
        return past.name("pause", reason, self.language)

    def counter(self, past: Named, counter: str) -> str:
        """A counter's name; one like "Skranke 1" in the language."""
        return place_name(past.name("counter", counter, self.language), self.language)

    def goal(self, past: Named, goal: Goal) -> str:
        """A goal in a sentence, with the services and hours it is limited to."""
        return wording.title(goal, self, lambda service: self.service(past, service))
