"""How citizens answered: date by date, and by service, team and hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from queue_service.feedback.rules import (
    LATER,
    QUESTIONS,
    RATINGS,
    Answers,
    Question,
)
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.satisfaction.operations import Feedback
from queue_service.tables.measures import column
from queue_service.tables.model import HIDDEN, Rows, Table, Value, in_order
from queue_service.tables.words import QUESTION_NAMES, Words

_COLUMNS: Final = (
    "date", "question", "answers", *(f"rating_{rating}" for rating in reversed(RATINGS)),
    "very_satisfied_share", "low", "high",
)  # fmt: skip
_OF_QUESTION: Final = ("answers", "very_satisfied_share", "answers_low", "answers_high")
OF_GROUP: Final = ("answered", *(f"{q}:{figure}" for q in QUESTIONS for figure in _OF_QUESTION))
"""The columns of a service, a team or an hour: the columns of a question begin with its id."""
AnswerGroup = Literal["service", "team", "hour"]
_WITHOUT: Final[Mapping[AnswerGroup, str]] = {
    "service": N_("Service not known"),
    "team": N_("Team not known"),
    "hour": N_("Answered later, by the slip"),
}


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


def answer_rows(found: Feedback, by: AnswerGroup, say: Words) -> Rows:
    """A row for each service, team or hour of the day, over the whole months that are over.

    Services and teams are in the configuration's order; there are none if no answer has one.
    """
    rows = found.rows(by)
    if by == "hour":
        names = {hour: say.hour(hour) for hour in rows if hour != LATER}
    elif not rows.keys() - {""}:
        return {}
    else:
        parts = found.branch.services if by == "service" else found.branch.teams
        names = {part.id: name_in(part.name, say.language) for part in parts.values()}
    return {
        key or "none": (
            names.get(key, key) or say(_WITHOUT[by]),
            rows[key].people,
            *(value for q in QUESTIONS for value in _of_group(rows[key].answers[q])),
        )
        for key in in_order(rows, names)
    }


def _of_group(answers: Answers) -> tuple[Value, ...]:
    if not answers.shown:
        return (HIDDEN,) * len(_OF_QUESTION)
    share = answers.very_satisfied()
    return answers.n, share.ratio, share.low, share.high
