"""The day of a period and the hour of a day in which the goals were missed the most."""

from __future__ import annotations

from collections.abc import Iterable

from queue_service.domain.period import period_of
from queue_service.domain.suppression import SMALLEST
from queue_service.operations.daily import frame, summaries_of
from queue_service.operations.history import GoalFigure, Past, goal_figure
from queue_service.operations.hours import HourSeen, hours_of
from queue_service.operations.queue import Queue

Hardship = tuple[float, int, int]


def hardest_day(past: Past) -> str | None:
    """The first date that fell furthest short of a goal; None where no date holds anything.

    Among dates that met them all it is the one with the most misses, then with the most visits.
    """
    rows = past.history.days
    days = sorted(day for day, row in rows.items() if row.visits["issued"])

    def hardship(day: str) -> Hardship:
        return _hardship(past.goals_on(day), rows[day].visits["issued"])

    return max(days, key=hardship, default=None)


def hardest_hour(queue: Queue, branch_id: str, date: str, *, now: int | None = None) -> str | None:
    """The same among the hours of a date (``"14"``). Raises BranchNotFound."""
    now = queue.store.time() if now is None else now
    branch = queue.branches.get(branch_id)
    goals = frame(queue, branch_id, period_of("day", date), now).book.on(date)

    def hardship(found: HourSeen) -> Hardship:
        figures = [goal_figure(goal, goal.target_ratio, found.row) for goal in goals]
        return _hardship(figures, found.sides.arrivals)

    texts = summaries_of(queue, branch, [date], now)
    hours = {hour: seen for _, text in texts for hour, seen in hours_of(text).items()}
    filled = [hour for hour, seen in hours.items() if not seen.empty]
    return max(filled, key=lambda hour: hardship(hours[hour]), default=None)


def _hardship(goals: Iterable[GoalFigure], arrivals: int) -> Hardship:
    """How many more had to be within the goal furthest from its target, all misses, arrivals.

    What a few came to leads nowhere: to be led there would tell of it.
    """
    figures = [(goal.share.judged, goal.share.within, goal.target) for goal in goals]
    found = [figure for figure in figures if figure[0] >= SMALLEST]
    short = [(target or 0) * judged - within for judged, within, target in found]
    misses = sum(judged - within for judged, within, _ in found)
    return max([0.0, *short]), misses, arrivals
