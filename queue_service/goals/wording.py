"""A goal in words: what it asks for, and how it stands.

Whatever shows a goal says it from here: pages, alerts, reports, files and the board.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from queue_service.branches.rules.branch import EVERYTHING, Goal, Indicator
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording

_TITLES: Final[Mapping[Indicator, str]] = {
    "handling_time_within": N_("Handled in under {limit}"),
    "waiting_time_within": N_("Called in under {limit}"),
    "first_contact": N_("Solved at first contact"),
}
_WITH_TARGET: Final[Mapping[Indicator, str]] = {
    "handling_time_within": N_("{percent} handled in under {limit}"),
    "waiting_time_within": N_("{percent} called in under {limit}"),
    "first_contact": N_("{percent} solved at first contact"),
}
VERDICTS: Final[Mapping[str, str]] = {
    "met": N_("Met"),
    "missed": N_("Missed"),
    "open": N_("Cannot be told yet"),
    "few": N_("Too few to tell"),
}
"""What a verdict is called; one that is ``open`` of what is over is ``few``: nothing more comes."""


def limit_of(goal: Goal, say: Wording) -> str:
    """What a goal's time has to stay under; empty where it measures none."""
    return "" if goal.threshold_seconds is None else say.length(goal.threshold_seconds)


def about(goal: Goal, say: Wording) -> str:
    """What a goal measures, of whatever it takes: ``Handled in under 6 min``."""
    return say(_TITLES[goal.indicator], limit=limit_of(goal, say))


def title(goal: Goal, say: Wording, service: Callable[[str], str]) -> str:
    """The same with the services and hours it is limited to; ``service`` names one by its id."""
    text = about(goal, say)
    if EVERYTHING not in goal.services:
        text += f" ({', '.join(map(service, goal.services))})"
    return f"{text}, {say(N_('in certain hours'))}" if goal.hours else text


def target(ratio: float, say: Wording) -> str:
    """What share it asks for: ``Goal 72.5%``."""
    return say(N_("Goal {target}"), target=say.whole_percent(ratio))


def sentence(goal: Goal, say: Wording) -> str:
    """What it asks for, as a list of goals has it: ``70% handled in under 6 min``."""
    percent = say.whole_percent(goal.target_ratio)
    return say(_WITH_TARGET[goal.indicator], percent=percent, limit=limit_of(goal, say))
