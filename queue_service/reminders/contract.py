"""Requests of a citizen who wants a message."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.contract.words import Strict, example
from queue_service.reminders.rules import LONGEST_ENDPOINT, MOST_AHEAD

Ahead = Annotated[int, Field(ge=0, le=MOST_AHEAD)]


_KEY = r"^[A-Za-z0-9_-]+$"


class PushReminderBody(Strict):
    """The subscription of a browser, and at how many people ahead the first message is sent.

    ``p256dh`` and ``auth`` are Base64 for URLs, as ``PushSubscription.toJSON()`` has them.
    """

    model_config = example(
        endpoint="https://push.example.dk/send/8cBv3", p256dh="B" * 87, auth="a" * 22, place=3
    )

    endpoint: Annotated[str, Field(min_length=1, max_length=LONGEST_ENDPOINT)]
    p256dh: Annotated[str, Field(min_length=87, max_length=87, pattern=_KEY)]
    auth: Annotated[str, Field(min_length=22, max_length=22, pattern=_KEY)]
    place: Ahead


class TextReminderBody(Strict):
    """A telephone number, and at how many people ahead the first message is sent."""

    model_config = example(number="+4512345678", place=3)

    number: Annotated[str, Field(min_length=1, max_length=40)]
    place: Ahead
