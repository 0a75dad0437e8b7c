"""How citizens answered, date by date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.feedback.rules import RATINGS, Answers, Question
from queue_service.tables.measures import column
from queue_service.tables.model import Table, Value
from queue_service.tables.words import QUESTION_NAMES, Words

_COLUMNS: Final = (
    "date", "question", "answers", *(f"rating_{rating}" for rating in reversed(RATINGS)),
    "very_satisfied_share", "low", "high",
)  # fmt: skip


def answers_table(
    answers: Mapping[Question, Mapping[str, Answers]], say: Words, title: str
) -> Table:
    """A row for each date and question on which answers count, so of ten answers at least."""
    found = sorted((date, question) for question, by_date in answers.items() for date in by_date)
    return Table(
        "satisfaction",
        say(title),
        tuple(column(say, name) for name in _COLUMNS),
        tuple(f"{date}-{question}" for date, question in found),
        tuple(_row(say, date, question, answers[question][date]) for date, question in found),
    )


def _row(say: Words, date: str, question: Question, answers: Answers) -> tuple[Value, ...]:
    share = answers.very_satisfied()
    ends = share.ratio, share.low, share.high
    return (date, say(QUESTION_NAMES[question]), answers.n, *reversed(answers.counts), *ends)
