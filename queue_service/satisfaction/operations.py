"""The figures of citizens' answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Queue
from queue_service.days.rules.period import Period, between
from queue_service.days.rules.period import together as together_months
from queue_service.days.rules.ranges import months_over, require_whole_months
from queue_service.feedback.rules import (
    Answers,
    FeedbackBreakdown,
    FeedbackCount,
    FeedbackTotals,
    Question,
    counted_cells,
    read_day,
    rows_of_months,
    together,
)
from queue_service.feedback.store import FeedbackStore
from queue_service.history.operations.answers import answers_in, dates_visited
from queue_service.history.operations.statistics import statistics


@dataclass(frozen=True, slots=True)
class Feedback:
    """A branch's answers from the first date to the last, both inclusive.

    A live branch's running day is left out: its figures would reveal each answer as it comes.
    ``answers`` are those to each question by the date on which they count, as in goals; ``people``
    is how many answered on a date. ``months`` has the cells of each whole month in ``whole``, those
    that are over. ``completed`` counts the visits that were completed on these dates, ``set_aside``
    the answers that were taken for repeats.
    """

    branch: Branch
    period: Period
    today: str
    answers: Mapping[Question, Mapping[str, Answers]]
    people: Mapping[str, int]
    months: Sequence[Sequence[FeedbackCount]]
    whole: Period | None
    completed: int
    set_aside: int

    @property
    def total(self) -> FeedbackTotals:
        """All answers that count."""
        of_all = {question: together(days.values()) for question, days in self.answers.items()}
        return FeedbackTotals(sum(self.people.values()), of_all)

    def rows(self, by: FeedbackBreakdown) -> Mapping[str, FeedbackTotals]:
        """The answers by day; by hour of the day, service or team those of the whole months.

        Of a day are those that count on it, and people who answered on it.
        """
        if by != "day":
            return rows_of_months(self.months, by)
        dates = sorted({date for days in self.answers.values() for date in days})
        none = Answers()
        return {
            date: FeedbackTotals(
                self.people.get(date, 0),
                {question: days.get(date, none) for question, days in self.answers.items()},
            )
            for date in dates
        }

    def require_publishable(self, by: FeedbackBreakdown) -> None:
        """Raises Invalid for a breakdown other than by day unless the dates are whole months that
        are over."""
        if by != "day":
            require_whole_months(self.period, self.whole, self.today, f"By {by}")

    @property
    def answer_rate(self) -> float | None:
        """How many answered for each visit that was completed; None without any.

        At most 1, since companions answer, too.
        """
        return min(1.0, self.total.people / self.completed) if self.completed else None


def feedback(
    queue: Queue, branch_id: str, first: str | None = None, last: str | None = None
) -> Feedback:
    """The answers of the dates from ``first`` to ``last``, by default today.

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    asked = statistics(queue, branch_id, first, last)
    branch, period = asked.branch, between(asked.first, asked.last)
    today = moment(branch, queue.store.time()).date
    running = "" if branch.historic else today
    read = {
        date: read_day(date, stored)
        for date, stored in queue.get(FeedbackStore).days(branch_id, period.dates()).items()
        if branch.historic or date < today
    }
    months = months_over(branch, period, today)
    cells = [cell for of_date, _ in read.values() for cell in of_date]
    visited = dates_visited(queue, branch, period, cells)
    return Feedback(
        branch,
        period,
        today,
        answers_in(queue, branch, period, today),
        {
            date: sum(cell.n for cell in cells if not cell.question)
            for date, (cells, _) in read.items()
        },
        [_cells_of(month, read, visited) for month in months],
        together_months(months),
        sum((line.visits or {}).get("completed", 0) for line in asked.rows if line.key != running),
        sum(repeats for _, repeats in read.values()),
    )


def _cells_of(
    month: Period, read: Mapping[str, tuple[list[FeedbackCount], int]], visited: Collection[str]
) -> list[FeedbackCount]:
    cells = [cell for date, (of_date, _) in read.items() if month.holds(date) for cell in of_date]
    return counted_cells(cells, visited)
