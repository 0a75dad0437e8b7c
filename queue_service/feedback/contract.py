"""What a citizen answers, and the figures of it.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from queue_service.contract.answers import Count, Instant, Ratio
from queue_service.contract.queries import DateRange
from queue_service.contract.words import DateText, Id, Strict
from queue_service.feedback.rules import QUESTIONS, Breakdown, Rating


class FeedbackBody(Strict):
    """Answers to one question or both, from 1 (very dissatisfied) to 5 (very satisfied).

    ``help``: the help and guidance that was given; ``task``: how the task was solved. ``service``
    and ``team`` where they are known.
    """

    help: Rating | None = None
    task: Rating | None = None
    service: Id | None = None
    team: Id | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if all(getattr(self, question) is None for question in QUESTIONS):
            raise PydanticCustomError("no_answer", "Answer at least one of: help, task.")
        return self


class FeedbackCounted(BaseModel):
    """Whether the answer is counted; one that is not was taken for a repeat of the one before."""

    counted: bool


class FeedbackCodeBody(Strict):
    """What the slip is for."""

    service: Id


class Squares(BaseModel):
    """A QR code: the outline of its dark squares as an SVG path, in a square of ``size`` units
    that has its margin."""

    size: Count
    path: str


class FeedbackCode(BaseModel):
    """A code for one slip: the address that it answers at, until when, and as a QR code."""

    code: str
    address: str
    expires_at: Instant
    qr: Squares


class FeedbackQuery(DateRange):
    """The dates, both inclusive and by default today, and what a row stands for."""

    by: Breakdown = Field(default="day", description="What a row is of.")


class VerySatisfied(BaseModel):
    """The share of the best answer with its 95 % interval: of the total over days, from five dates
    on, as the answers of a day go together; else of single answers."""

    ratio: Ratio | None
    low: Ratio | None
    high: Ratio | None


class QuestionFigures(BaseModel):
    """How many of the answers to a question are told, and how they fell: counts from 1 to 5.

    ``answers`` is 0 and both others are null where fewer than ten answered, or where they would
    tell of others so few.
    """

    answers: Count
    counts: Annotated[list[Count], Field(min_length=5, max_length=5)] | None
    very_satisfied: VerySatisfied | None


class FeedbackRow(BaseModel):
    """The answers under one key: a date on which they count, an hour of the day, a service, a team.

    The key is ``""`` where the service or team is not known, or the answer came by a slip's code,
    which has no hour, and null for the total.
    """

    key: str | None
    people: Count
    help: QuestionFigures
    task: QuestionFigures


class FeedbackAnswer(BaseModel):
    """The answers of a range of dates, the running day left out.

    ``completed``: the visits completed on these dates, so that people over it is the answer rate.
    ``set_aside``: answers that were taken for repeats.
    """

    branch: Id
    from_: DateText = Field(alias="from")
    to: DateText
    by: Breakdown
    rows: list[FeedbackRow]
    total: FeedbackRow
    completed: Count
    set_aside: Count
