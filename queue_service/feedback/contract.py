"""Citizens' answers, and their figures.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from queue_service.contract.answers import Instant, Squares
from queue_service.contract.words import Id, Published, Strict, example
from queue_service.feedback.rules import QUESTIONS, Rating


class FeedbackBody(Strict):
    """Answers to one question or both, from 1 (very dissatisfied) to 5 (very satisfied).

    ``help``: the help and guidance that was given; ``task``: how the task was solved. ``service``
    and ``team`` if they are known.
    """

    model_config = example(help=5, task=4, service="pas")

    help: Rating | None = None
    task: Rating | None = None
    service: Id | None = None
    team: Id | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if all(getattr(self, question) is None for question in QUESTIONS):
            raise PydanticCustomError("no_answer", "Answer at least one of: help, task.")
        return self


class FeedbackCounted(Published):
    """Whether the answer is counted; one that is not was taken for a repeat of the one before."""

    counted: bool


class FeedbackCodeBody(Strict):
    """The slip that the code is for."""

    model_config = example(service="pas")

    service: Id


class FeedbackCode(Published):
    """A code for one slip: the address that it answers at, until when, and as a QR code."""

    code: str
    address: str
    expires_at: Instant
    qr: Squares
