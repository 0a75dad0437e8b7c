"""Single dates of a branch as they are kept: for code that reads days one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.operations import day_text
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import Period
from queue_service.days.store import DayStore
from queue_service.history.operations.dated import count_dated
from queue_service.history.operations.history import GoalResult, Past, first_day, goal_figure
from queue_service.history.rules.history import History
from queue_service.history.store import HistoryStore


def dates_in(queue: Queue, branch: Branch, period: Period) -> list[str]:
    """The dates of a period that have or had visits, in order."""
    return queue.get(DayStore).dates(branch.id, period.first, period.last)


def empty_past(queue: Queue, branch_id: str, period: Period, now: int) -> Past:
    """A branch's past without any row: its goals, its names and its date at ``now`` (ms).

    Raises BranchNotFound.
    """
    branch = queue.get(BranchStore).get(branch_id)
    history_store = queue.get(HistoryStore)
    goal_history, today = history_store.goal_history(branch), moment(branch, now).date
    begins = first_day(queue, branch, goal_history)
    return Past(
        branch, period, History(), goal_history, history_store.names(branch_id), today, begins
    )


def answer_goals(
    queue: Queue, branch_id: str, period: Period, *, now: int | None = None
) -> list[GoalResult]:
    """The results of goals on citizens' answers over a period; ``now`` (ms) is the store's by
    default. Raises BranchNotFound.
    """
    known = empty_past(queue, branch_id, period, queue.time(now))
    goal_history = known.goal_history
    goals = [goal for goal in goal_history.latest().values() if goal.question]
    if not goals:
        return []
    days = {date: Row() for date in period.dates()}
    whole = count_dated(queue, goal_history, days, period, known.today)
    targets = goal_history.targets({date: row for date, row in days.items() if row.dated})
    return [
        goal_figure(goal, targets[goal.id], whole)
        for goal in goals
        if targets.get(goal.id) is not None
    ]


def summaries_of(
    queue: Queue, branch: Branch, dates: Iterable[str], now: int
) -> Iterator[tuple[str, str]]:
    """Each date with its summary, made from the visits as of ``now`` (ms) where none is kept."""
    for date, text in queue.get(DayStore).summaries(branch.id, list(dates)):
        yield date, text or day_text(queue, branch, date, now)
