"""Citizens' answers among the figures of days.

The running day is left out, so that single answers cannot be seen as they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue
from queue_service.days.rules.period import Period, between, days_after
from queue_service.days.store import DayStore
from queue_service.feedback.rules import (
    QUESTIONS,
    Answers,
    FeedbackCount,
    Question,
    answers_to,
    counted_by_date,
    read_day,
)
from queue_service.feedback.store import FeedbackStore
from queue_service.goals.rules.verdicts import Share
from queue_service.history.rules.confidence_intervals import share_over_days

RECENT_DAYS: Final = 28
"""The period of "recent" figures: four weeks, so that every weekday counts alike."""


def answers_in(
    queue: Queue, branch: Branch, period: Period, today: str
) -> dict[Question, dict[str, Answers]]:
    """Each question's answers by the date of the period on which they count.

    See :func:`queue_service.feedback.rules.counted_by_date`. ``today`` is the running day.
    """
    first, last = f"{period.first[:7]}-01", period.last
    if not branch.historic:
        last = min(last, days_after(today, -1))
    if last < period.first:
        return {question: {} for question in QUESTIONS}
    stored = queue.get(FeedbackStore).days(branch.id, between(first, last).dates())
    cells = [cell for date, counts in stored.items() for cell in read_day(date, counts)[0]]
    visited = dates_visited(queue, branch, between(first, last), cells)
    return {
        question: {
            date: answers
            for date, answers in counted_by_date(answers_to(question, cells), visited).items()
            if period.holds(date)
        }
        for question in QUESTIONS
    }


def dates_visited(
    queue: Queue, branch: Branch, period: Period, cells: Iterable[FeedbackCount]
) -> frozenset[str]:
    """The dates on which answers may count: with visits, and in a month without any with answers.

    Nothing is read where there are no answers.
    """
    answered = {cell.date for cell in cells}
    if not answered:
        return frozenset()
    visited = queue.get(DayStore).dates(branch.id, period.first, period.last)
    months = {date[:7] for date in visited}
    return frozenset([*visited, *(date for date in answered if date[:7] not in months)])


def share_of_answers(by_date: Mapping[str, Answers]) -> Share:
    """The share of the best answer over these dates, with its interval; see ``share_of``."""
    days = {date: (answers.n, answers.counts[-1]) for date, answers in by_date.items()}
    return share_over_days(days, None)
