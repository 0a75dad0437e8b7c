"""The board's goals as its script draws them: finished texts, and the numbers of the gauge."""

from __future__ import annotations

from typing import Any, Final

from queue_service.board.operations.board import BoardGoal
from queue_service.branches.rules.branch import Branch
from queue_service.days.rules.period import days_after
from queue_service.goals import wording
from queue_service.goals.rules.goal import EVERYTHING
from queue_service.goals.rules.verdicts import LEAST_JUDGED, Share
from queue_service.history.operations.answers import RECENT_DAYS
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.language.wording import NOTHING, Wording

_COUNTED: Final = ("judged", "within", "ratio", "low", "high", "verdict")
_SPACE: Final = "\N{NO-BREAK SPACE}"


def goal_json(
    goal: BoardGoal, branch: Branch, date: str, say: Wording, end: str = ""
) -> dict[str, Any]:
    """A goal in a language, on a business date. Its likely ``end`` is in place of how many misses
    it can take: a goal that ends below its target can take none.

    A share of few would only seem exact, so the counts are shown instead.
    """
    config, today = goal.goal, goal.today
    everything = EVERYTHING in config.services
    stands = wording.standing(today, goal.view.budget)
    left = wording.left(config, say, today, goal.view.budget, goal.needed, goal.view.overdue)
    shown = wording.with_overdue(end, say, goal.view.overdue) if end else left
    return {
        "id": config.id,
        "indicator": config.indicator.id,
        "threshold_seconds": config.threshold_seconds,
        "limit": together(wording.limit_of(config, say)),
        "services": None if everything else list(config.services),
        "name": _whole(goal, say, wording.about(config, say)),
        "only": _only(goal, branch, date, say),
        "counted": wording.counted(config, say),
        "today": {name: getattr(today, name) for name in _COUNTED},
        "budget": goal.view.budget,
        "figure": _figure(today, say),
        "part": None if today.judged < LEAST_JUDGED else say.part_of(today.within, today.judged),
        "asked": wording.target(config.target_ratio, say),
        "target": config.target_ratio,
        "gauge": {**_gauge(today), "says": _says(goal, say)},
        "standing": stands,
        "stands": say(wording.STANDINGS[stands]),
        "left": None if shown is None else _whole(goal, say, shown),
        "hour": None if goal.hour is None else _hour(goal.hour, say),
        "notice": [_whole(goal, say, text) for text in _notice(goal, say, left)],
    }


def together(length: str) -> str:
    """A number is not parted from its unit at the end of a line."""
    return length.replace(" ", _SPACE)


def _whole(goal: BoardGoal, say: Wording, text: str) -> str:
    limit = wording.limit_of(goal.goal, say)
    return text.replace(limit, together(limit)) if limit else text


def _only(goal: BoardGoal, branch: Branch, date: str, say: Wording) -> str | None:
    """The limits of the goal: its services, or for answers the days; None for all of today."""
    if goal.goal.of_dates:
        days = say(N_("The last {n} days, without today"), n=say.count(RECENT_DAYS))
        if branch.sample_until < days_after(date, -RECENT_DAYS):
            return days
        until = say.short_day(branch.sample_until)
        made_up = say(N_("Made up until {date}: the sample"), date=until)
        return f"{days}. {made_up}"
    everything = EVERYTHING in goal.goal.services
    known = {service.id: service.name for service in branch.services.values()}
    limits = goal.goal.apart if everything else goal.goal.services
    if not limits:
        return None
    names = ", ".join(name_in(known.get(s, {}), say.language, default=s) for s in limits)
    return say(N_("Without {services}") if everything else N_("Only {services}"), services=names)


def _figure(share: Share, say: Wording) -> str:
    if not share.judged:
        return NOTHING
    few = share.judged < LEAST_JUDGED
    return say.part_of(share.within, share.judged) if few else say.rounded_percent(share.ratio)


def _hour(share: Share, say: Wording) -> str:
    """The share of the last hour."""
    if not share.judged:
        return say(N_("last hour: no data"))
    part = say.part_of(share.within, share.judged)
    if share.judged >= LEAST_JUDGED:
        part = say(N_("{ratio} ({n})"), ratio=say.rounded_percent(share.ratio), n=part)
    else:
        part = together(part)
    return say(N_("last hour: {share}"), share=part)


def _gauge(share: Share) -> dict[str, float | None]:
    """The share and its interval, for the bar; None if too few were judged."""
    enough = share.judged >= LEAST_JUDGED
    return {name: getattr(share, name) if enough else None for name in ("ratio", "low", "high")}


def _says(goal: BoardGoal, say: Wording) -> str:
    """The gauge in words, for users who do not see it."""
    share, target = goal.today, say.whole_percent(goal.goal.target_ratio)
    if not share.judged:
        nothing = say(N_("No data yet"))
        return f"{nothing}. {wording.target(goal.goal.target_ratio, say)}."
    part = {"within": say.count(share.within), "judged": say.count(share.judged)}
    if share.judged < LEAST_JUDGED:
        return say(N_("{within} of {judged}. The goal is {target}."), target=target, **part)
    text = say(
        N_("{ratio}, {within} of {judged}. The goal is {target}."),
        ratio=say.rounded_percent(share.ratio),
        target=target,
        **part,
    )
    ends = {name: say.rounded_percent(getattr(share, name)) for name in ("low", "high")}
    between = N_("The true share lies between {low} and {high}, with 95 percent certainty.")
    return f"{text} {say(between, **ends)}"


def _notice(goal: BoardGoal, say: Wording, left: str | None) -> tuple[str, str]:
    """The notice if the goal needs attention: a headline and a hint."""
    missed = goal.today.verdict == "missed"
    head = N_("{goal}: missed so far today") if missed else N_("{goal}: below the goal so far")
    hint = say(
        N_("{ratio} ({n}). {needed}."),
        ratio=say.rounded_percent(goal.today.ratio),
        n=say.part_of(goal.today.within, goal.today.judged),
        needed=left,
    )
    return say(head, goal=wording.about(goal.goal, say)), hint
