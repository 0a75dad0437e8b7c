"""Requests and responses about counters.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from queue_service.contract.answers import Instant
from queue_service.contract.words import Id, LanguageTag, Published, Strict, example
from queue_service.visits.contract import VisitAnswer
from queue_service.visits.rules.visit import Channel


class ServeBody(Strict):
    """A walk-in or a phone call that is served at once."""

    model_config = example(service="pas", channel="phone")

    service: Id
    channel: Channel = "desk"
    language: LanguageTag | None = None


class CallNextBody(Strict):
    """``silent``: the call is shown on displays, and not heard."""

    silent: bool = Field(default=False, exclude_if=lambda silent: not silent)


class OpenCounterBody(Strict):
    """The team that works the counter from now on."""

    team: Id | None = None


class PauseBody(Strict):
    """The reason of the pause: the id of one of the branch's reasons."""

    model_config = example(reason="lunch")

    reason: Id


class PauseAnswer(Published):
    """A counter's pause. ``since`` is null for one that begins once the visit there has left.

    Displays and kiosks see that a counter is paused, and nothing of its pause.
    """

    reason: Id
    since: Instant | None


CounterState = Literal["closed", "free", "called", "serving", "paused"]


class CounterAnswer(Published):
    """A counter, the visit that is called or served there, and those parked there.

    A paused counter is ``open`` too: it was not closed.
    """

    id: Id
    name: str
    state: CounterState
    open: bool
    pause: PauseAnswer | None
    team: Id | None
    services: list[Id]
    at: Instant
    current: VisitAnswer | None
    parked: list[VisitAnswer]
