"""Requests of a citizen who wants a message."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.contract.words import Strict, example
from queue_service.reminders.rules import MOST_AHEAD

Ahead = Annotated[int, Field(ge=0, le=MOST_AHEAD)]


class TextReminderBody(Strict):
    """A telephone number, and at how many people ahead the first message is sent."""

    model_config = example(number="+4512345678", place=3)

    number: Annotated[str, Field(min_length=1, max_length=40)]
    place: Ahead
