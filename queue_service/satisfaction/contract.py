"""How the figures of answers are asked for, and what is returned."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.contract.answers import Count, Ratio
from queue_service.contract.queries import DateRange
from queue_service.contract.words import DateText, Id, Published
from queue_service.feedback.rules import FeedbackBreakdown


class FeedbackQuery(DateRange):
    """The dates, both inclusive and by default today, and what a row is about."""

    by: FeedbackBreakdown = Field(default="day", description="The subject of a row.")


class VerySatisfied(Published):
    """The share of the best answer with its 95 % interval: of the total over days, from five dates
    on, as the answers of a day go together; else of single answers."""

    ratio: Ratio | None
    low: Ratio | None
    high: Ratio | None


class QuestionFigures(Published):
    """How many of the answers to a question are shown, and how they fell: counts from 1 to 5.

    ``answers`` is 0 and both others are null if fewer than ten answered, or where they would
    reveal others so few.
    """

    answers: Count
    counts: Annotated[list[Count], Field(min_length=5, max_length=5)] | None
    very_satisfied: VerySatisfied | None


class FeedbackRow(Published):
    """The answers under one key: a date on which they count, an hour of the day, a service, a team.

    The key is ``""`` if the service or team is not known, or the answer came by a slip's code,
    which has no hour, and null for the total.
    """

    key: str | None
    people: Count
    help: QuestionFigures
    task: QuestionFigures


class FeedbackAnswer(Published):
    """The answers of a range of dates, the running day left out.

    ``completed``: the visits completed on these dates, so that people over it is the answer rate.
    ``set_aside``: answers that were taken for repeats.
    """

    branch: Id
    from_: DateText = Field(alias="from")
    to: DateText
    by: FeedbackBreakdown
    rows: list[FeedbackRow]
    total: FeedbackRow
    completed: Count
    set_aside: Count
