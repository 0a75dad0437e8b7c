"""Goals on whole dates among the figures of days: on citizens' answers, and on free times.

The running day is left out, so that single answers cannot be seen as they come.
"""

from __future__ import annotations

from collections.abc import Mapping

from queue_service.booking_days.rules import free_within, read_booking_day
from queue_service.booking_days.store import BookingDayStore
from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import Period, days_after
from queue_service.days.store import DayStore
from queue_service.feedback.rules import Answers, Question
from queue_service.goals.rules.goal import Goal
from queue_service.history.operations.answers import answers_in
from queue_service.history.rules.goal_history import GoalHistory

FreeTimes = Mapping[str, int | None]
"""Each service's working days until its nearest free time on a morning; None if none was free."""


def count_dated(
    queue: Queue, goal_history: GoalHistory, days: Mapping[str, Row], period: Period, today: str
) -> Row:
    """Add to the rows of single days what goals on whole dates came to, by the goals of each day.

    Returns the same of all days together. Nothing is read where there was never such a goal.
    """
    whole, branch = Row(), goal_history.branch
    goals = goal_history.latest().values()
    asked = any(goal.question for goal in goals)
    answers = answers_in(queue, branch, period, today) if asked else {}
    looked = any(goal.indicator.judges == "free_times" for goal in goals)
    free = free_times_in(queue, branch, period, today) if looked else {}
    dates = {date for by_date in answers.values() for date in by_date} | free.keys()
    for date in sorted(dates):
        day = Row()
        for goal in goal_history.on(date):
            judged, within = _result(goal, date, answers, free)
            if judged:
                day.count_dated(goal.id, judged, within)
                if date in days:
                    days[date].count_dated(goal.id, judged, within)
        whole.absorb(day)
    return whole


def free_times_in(queue: Queue, branch: Branch, period: Period, today: str) -> dict[str, FreeTimes]:
    """How soon times were free on each date of the period with visits, before the running day."""
    last = period.last if branch.historic else min(period.last, days_after(today, -1))
    if last < period.first:
        return {}
    visited = queue.get(DayStore).dates(branch.id, period.first, last)
    stored = queue.get(BookingDayStore).days(branch.id, visited)
    found = {date: read_booking_day(date, counts).free for date, counts in stored.items()}
    return {date: free for date, free in found.items() if free}


def _result(
    goal: Goal,
    date: str,
    answers: Mapping[Question, Mapping[str, Answers]],
    free: Mapping[str, FreeTimes],
) -> tuple[int, int]:
    if goal.question is not None:
        given = answers.get(goal.question, {}).get(date)
        return (given.n, given.counts[-1]) if given else (0, 0)
    if goal.indicator.judges == "free_times":
        known = free.get(date, {})
        return free_within(known, filter(goal.names, known), goal.limit_working_days)
    return 0, 0
