"""The goals of a period: what each came to, what it can still take, and how it was changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dashboards.history.against import Against
from queue_service.branches.rules.branch import Goal
from queue_service.branches.rules.calendar import day_bounds, moment
from queue_service.command import Queue
from queue_service.goals.rules import LEAST_JUDGED, Share
from queue_service.history.operations.history import GoalFigure, Past, past
from queue_service.history.rules.period import Kind, period_of
from queue_service.insight.rules.compare import Verdict
from queue_service.language.catalogues import N_
from queue_service.tables.writing import Writing

_SPANS: Final[tuple[tuple[Kind, str], ...]] = (
    ("day", N_("Today")),
    ("week", N_("This week")),
    ("month", N_("This month")),
)


@dataclass(frozen=True, slots=True)
class Budget:
    """How many more misses a goal can take in a span; negative: so many too many."""

    span: str
    misses: int


@dataclass(frozen=True, slots=True)
class GoalCard:
    """A goal as a page shows it. ``look`` is a css class that goes with the verdict; ``over``:
    nothing more comes to the period.

    ``other`` is what it came to on the side compared with, ``compared`` the verdict on that.
    ``changed``: it did not measure the same on both sides, so that there is no verdict.
    """

    id: str
    name: str
    figure: GoalFigure
    look: str
    over: bool
    budgets: tuple[Budget, ...]
    other: Share | None
    compared: Verdict | None
    changed: bool


def cards(queue: Queue, seen: Past, other: Against | None, writing: Writing) -> list[GoalCard]:
    """A card for each goal that was in force or judged anything."""
    budgets = _budgets(queue, seen, writing)
    return [
        GoalCard(
            figure.goal.id,
            writing.say.goal(seen, figure.goal),
            figure,
            _look(figure),
            seen.over(seen.period.last),
            budgets[figure.goal.id],
            other.share(figure.goal.id) if other else None,
            other.verdict("goal", figure.goal.id) if other else None,
            other is not None and figure.goal.id in other.changed,
        )
        for figure in seen.goals(seen.total)
    ]


def _look(figure: GoalFigure) -> str:
    share = figure.share
    if share.ratio is None or figure.target is None:
        return "none"
    if share.judged < LEAST_JUDGED:
        return "few"
    if share.verdict != "open":
        return share.verdict
    return "above" if share.ratio >= figure.target else "below"


def _budgets(queue: Queue, seen: Past, writing: Writing) -> dict[str, tuple[Budget, ...]]:
    """Of today, this week and this month while the period lasts; afterwards of the period."""
    spans = [(writing.period(seen.period), seen)]
    if seen.period.holds(seen.today) and not seen.branch.historic:
        spans = [
            (writing.say(name), past(queue, seen.branch.id, period_of(kind, seen.today)))
            for kind, name in _SPANS
        ]
    found: dict[str, list[Budget]] = {goal: [] for goal in seen.targets()}
    for name, span in spans:
        for figure in span.goals(span.total):
            if figure.budget is not None and figure.share.judged and figure.goal.id in found:
                found[figure.goal.id].append(Budget(name, figure.budget))
    return {goal: tuple(budgets) for goal, budgets in found.items()}


def changes(seen: Past, writing: Writing) -> list[str]:
    """What changed about the goals within the period, in sentences."""
    begins = day_bounds(seen.branch, seen.period.first)[0]
    ends = day_bounds(seen.branch, seen.period.last)[1]
    first = seen.book.since[0] if seen.book.since else 0
    found = [
        (since, _sentence(seen, since, before, now, writing))
        for goal in seen.book.latest()
        for since, before, now in _steps(seen.book.changes(goal))
        if begins <= since < ends and since != first
    ]
    return [sentence for _, sentence in sorted(found)]


def _steps(
    changes: list[tuple[int, Goal | None]],
) -> Iterator[tuple[int, Goal | None, Goal | None]]:
    before: Goal | None = None
    for since, now in changes:
        yield since, before, now
        before = now


def _sentence(
    seen: Past, since: int, before: Goal | None, now: Goal | None, writing: Writing
) -> str:
    day = writing.day(moment(seen.branch, since).date)
    old, new = (_told(seen, goal, writing) for goal in (before, now))
    if now is None:
        return writing.say(N_("{day}: the goal “{goal}” was dropped."), day=day, goal=old)
    if before is None:
        return writing.say(N_("{day}: the goal “{goal}” was set."), day=day, goal=new)
    return writing.say(N_("{day}: the goal “{old}” became “{new}”."), day=day, old=old, new=new)


def _told(seen: Past, goal: Goal | None, writing: Writing) -> str:
    if goal is None:
        return ""
    return f"{writing.say.goal(seen, goal)}, {writing.whole_percent(goal.target_ratio)}"
