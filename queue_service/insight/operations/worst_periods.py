"""The days and hours in which the goals were missed the most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from queue_service.command import Queue
from queue_service.history.operations.daily import empty_past, summaries_of
from queue_service.history.operations.history import GoalFigure, Past, goal_figure
from queue_service.history.rules.period import period_of
from queue_service.history.rules.suppression import SMALLEST
from queue_service.insight.operations.hours import HourFigures, hours_of
from queue_service.runtime.cooperation import in_turns

Severity = tuple[int, int, int]

MOST_DAYS: Final = 62
"""Of a longer period no hours are looked for: each of its days has to be read."""
SHOWN: Final = 5
"""How many hours of a period are told."""


@dataclass(frozen=True, slots=True)
class WorstHour:
    """An hour of a date (``"14"``), and the goal that it fell furthest short of."""

    date: str
    hour: str
    goal: GoalFigure


def worst_hours(queue: Queue, past: Past, *, now: int | None = None) -> list[WorstHour]:
    """The hours of a period that fell furthest short of a goal, the worst first.

    By how many more had to be within. Hours with a few judged are left out, as is a long period.
    """
    if len(past.period) > MOST_DAYS:
        return []
    now = queue.store.time() if now is None else now
    found = [
        (short, WorstHour(date, hour, goal))
        for date, text in summaries_of(queue, past.branch, past.history.days, now)
        for hour, figures in hours_of(text).items()
        for short, goal in _short(past, date, figures)
    ]
    found.sort(key=lambda each: (-each[0], each[1].date, each[1].hour))
    return [hour for _, hour in found[:SHOWN]]


def _short(past: Past, date: str, figures: HourFigures) -> Iterator[tuple[int, GoalFigure]]:
    """By how much an hour fell short of the goal it fell furthest short of, if of any."""
    goals = [
        goal_figure(goal, goal.target_ratio, figures.row) for goal in past.goal_history.on(date)
    ]
    short = [(_missing(goal), goal) for goal in goals if goal.share.judged >= SMALLEST]
    worst = max(short, key=lambda each: each[0], default=None)
    if worst and worst[0] > 0:
        yield worst


def _missing(goal: GoalFigure) -> int:
    return goal.beyond or 0


def worst_day(past: Past) -> str | None:
    """The first date that fell furthest short of a goal; None where no date holds anything.

    Among dates that met them all it is the one with the most misses, then with the most visits.
    """
    rows = past.history.days
    days = sorted(day for day, row in rows.items() if row.visits["issued"])

    def severity(day: str) -> Severity:
        return _severity(past.goals_on(day), rows[day].visits["issued"])

    return max(in_turns(days), key=severity, default=None)


def worst_hour(queue: Queue, branch_id: str, date: str, *, now: int | None = None) -> str | None:
    """The same among the hours of a date (``"14"``). Raises BranchNotFound."""
    now = queue.store.time() if now is None else now
    branch = queue.branches.get(branch_id)
    goals = empty_past(queue, branch_id, period_of("day", date), now).goal_history.on(date)

    def severity(found: HourFigures) -> Severity:
        figures = [goal_figure(goal, goal.target_ratio, found.row) for goal in goals]
        return _severity(figures, found.sides.arrivals)

    texts = summaries_of(queue, branch, [date], now)
    hours = {hour: figures for _, text in texts for hour, figures in hours_of(text).items()}
    filled = [hour for hour, figures in hours.items() if not figures.empty]
    return max(filled, key=lambda hour: severity(hours[hour]), default=None)


def _severity(goals: Iterable[GoalFigure], arrivals: int) -> Severity:
    """How many more had to be within the goal furthest from its target, all misses, arrivals.

    What a few came to leads nowhere: to be led there would tell of it.
    """
    found = [goal for goal in goals if goal.share.judged >= SMALLEST]
    misses = sum(goal.share.judged - goal.share.within for goal in found)
    return max([0, *map(_missing, found)]), misses, arrivals
