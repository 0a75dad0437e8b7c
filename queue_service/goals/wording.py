"""A goal in words: its target and its state.

Whatever shows a goal says it from here: pages, alerts, reports, files and the board.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from queue_service.goals.rules.goal import EVERYTHING, Goal
from queue_service.goals.rules.verdicts import LEAST_JUDGED, Share
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import Wording

VERDICTS: Final[Mapping[str, str]] = {
    "met": N_("Met"),
    "missed": N_("Missed"),
    "open": N_("Not certain yet"),
    "few": N_("Not certain"),
    "too_few": N_("Too few to judge"),
    "too_few_days": N_("Too few days to judge"),
    "too_close": N_("Too close to tell"),
}
"""The names of verdicts, and the reasons for a missing verdict on a past range. ``few`` is in
reports kept by versions up to 0.4.0, which named no reason."""

Standing = Literal["none", "few", "met", "missed", "above", "below"]
"""A goal's state during its day."""

STANDINGS: Final[Mapping[Standing, str]] = {
    "none": N_("No data"),
    "few": N_("Too few to judge yet"),
    "met": N_("Met"),
    "missed": N_("Missed"),
    "above": N_("The goal is reached so far, but that is not certain"),
    "below": N_("Below the goal so far, but that is not certain"),
}
"""The names of standings."""

_WORKING_DAYS: Final = NN_("{n} working day", "{n} working days")
_OVERDUE: Final = NN_("{n} is waiting too long already", "{n} are waiting too long already")


def limit_of(goal: Goal, say: Wording) -> str:
    """The time limit of a goal; empty if it measures none."""
    if goal.threshold_seconds is None:
        return ""
    if goal.indicator.limit_unit == "working_days":
        return say.counted(_WORKING_DAYS, goal.limit_working_days)
    return say.length(goal.threshold_seconds)


def about(goal: Goal, say: Wording) -> str:
    """The subject of a goal, whatever its target: ``Handled in under 6 min``."""
    return say(goal.indicator.title, limit=limit_of(goal, say))


def title(goal: Goal, say: Wording, service: Callable[[str], str]) -> str:
    """The same with the services and hours it is limited to; ``service`` names one by its id."""
    text = about(goal, say)
    if EVERYTHING not in goal.services:
        text += f" ({', '.join(map(service, goal.services))})"
    return f"{text}, {say(N_('in certain hours'))}" if goal.hours else text


def target(ratio: float, say: Wording) -> str:
    """The target of a goal: ``Goal 72.5%``."""
    return say(N_("Goal {target}"), target=say.whole_percent(ratio))


def counted(goal: Goal, say: Wording) -> str:
    """The unit of a goal: a visit may hold several inquiries, and waits once."""
    return say(goal.indicator.counted)


def standing(share: Share, budget: int) -> Standing:
    """Its state today; ``budget`` is how many more misses it can take."""
    if not share.judged:
        return "none"
    if share.judged < LEAST_JUDGED:
        return "few"
    if share.verdict != "open":
        return share.verdict
    return "above" if budget >= 0 else "below"


def left(
    goal: Goal, say: Wording, share: Share, budget: int, needed: int | None, overdue: int
) -> str | None:
    """The misses that a goal still tolerates today or the hits it needs, and the visits over its
    limit now; None for none."""
    few = share.judged < LEAST_JUDGED
    # Of few, “no more misses” would say only that none was missed yet.
    told = share.judged and not (few and budget == 0)
    text = _left(goal, say, budget, needed) if told else None
    return with_overdue(text, say, overdue)


def with_overdue(text: str | None, say: Wording, overdue: int) -> str | None:
    """A sentence about a goal, and the visits over its limit now."""
    if not overdue:
        return text
    late = say.counted(_OVERDUE, overdue)
    return say(N_("{words}; {overdue}"), words=text, overdue=late) if text else late


def _left(goal: Goal, say: Wording, budget: int, needed: int | None) -> str:
    limit = limit_of(goal, say)
    if budget > 0:
        return say.counted(goal.indicator.can_take, budget, limit=limit)
    if budget == 0:
        return say(N_("The goal can take no more misses"))
    if needed is None and goal.of_dates:
        return say(N_("Was not reached on these days"))
    if needed is None:
        return say(N_("Can no longer be reached today"))
    return say.counted(goal.indicator.needed, needed, limit=limit)


_BEYOND: Final = NN_(
    "{n} more miss than the goal tolerates", "{n} more misses than the goal tolerates"
)
_SPARE: Final = NN_(
    "{n} fewer miss than the goal tolerates", "{n} fewer misses than the goal tolerates"
)


def beyond(misses: int, say: Wording) -> str:
    """By how many misses it was missed or reached, of days that are over."""
    if misses == 0:
        return say(N_("As many misses as the goal tolerates"))
    return say.counted(_BEYOND if misses > 0 else _SPARE, abs(misses))


_ROOM: Final = NN_("room for {n} miss", "room for {n} misses")


def room(budget: int, say: Wording) -> str:
    """How many more misses the running day can take, in short; not negative."""
    return say.counted(_ROOM, budget) if budget else say(N_("no room for a miss"))


def sentence(goal: Goal, say: Wording) -> str:
    """The goal in a sentence, as in a list of goals: ``70% handled in under 6 min``."""
    percent = say.whole_percent(goal.target_ratio)
    return say(goal.indicator.with_target, percent=percent, limit=limit_of(goal, say))
