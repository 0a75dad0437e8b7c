"""The bodies and query strings of every request, as API.md's calls take them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from queue_service.contract.words import (
    KEY_PATTERN,
    NUMBER_PATTERN,
    DateText,
    Id,
    Language,
    Strict,
)
from queue_service.domain.sound import Sound
from queue_service.domain.visit import Channel, Outcome, Priority, State

MAX_DELAY_SECONDS = 1800
"""How long a citizen may ask to be skipped."""


class EmptyBody(Strict):
    """Nothing to say: ``{}`` or no body."""


class IssueBody(Strict):
    """A ticket. Without a language: the branch's first. High priority: clerk and admin only."""

    service: Id
    language: Language | None = None
    channel: Channel = "kiosk"
    priority: Priority = "normal"


class SlipBody(Strict):
    """A kiosk hands a slip to its printer (false), or its browser has printed one (true)."""

    printed: bool


class SoundBody(Strict):
    """How a display's sound does. ``voices``: by language, whether it can be read aloud.

    ``none``: calls have the chime alone; ``blocked``: by the browser, until the screen is touched;
    ``off``: the screen is set to make no sound. Without ``voices`` it is set to read nothing aloud.
    """

    sound: Sound
    voices: Annotated[dict[Language, bool], Field(max_length=20)] = Field(default={})


class UnlockBody(Strict):
    """Somebody of the staff who wants to change how a screen is set."""

    name: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000)]


class LanguageBody(Strict):
    """The language that the citizen is called in: one of the branch's."""

    language: Language


class KeyQuery(Strict):
    """The Idempotency-Key that a ticket was asked for with."""

    key: Annotated[str, Field(pattern=KEY_PATTERN)]


class ServeBody(Strict):
    """A walk-in or a phone call that is served at once."""

    service: Id
    channel: Channel = "desk"
    language: Language | None = None


class OpenCounterBody(Strict):
    """The team that works the counter from now on."""

    team: Id | None = None


class CallBody(Strict):
    """The counter that a chosen visit is called to."""

    counter: Id


class RequeueBody(Strict):
    """For how long the visit is skipped before it gets its place back."""

    delay_seconds: float = Field(default=0, ge=0, le=MAX_DELAY_SECONDS)


class ReclassifyBody(Strict):
    """The service that should have been chosen."""

    service: Id


class CompleteBody(Strict):
    """How the inquiry ended."""

    outcome: Outcome


class ContinueBody(Strict):
    """How this inquiry ended and which service the next one is about."""

    outcome: Outcome
    service: Id


class TransferBody(Strict):
    """Where the visit goes: to a service's queue, to one counter or to a team; exactly one of them.

    With an outcome the inquiry is completed; without, the same one goes on elsewhere. A counter or
    a team gets it with the service it has at present.
    """

    service: Id | None = None
    counter: Id | None = None
    team: Id | None = None
    outcome: Outcome | None = None

    @model_validator(mode="after")
    def _one_destination(self) -> Self:
        given = [f for f in ("service", "counter", "team") if getattr(self, f) is not None]
        if not given:
            raise PydanticCustomError(
                "destination",
                "It is missing: give a service, a counter or a team.",
                {"field": "service"},
            )
        if len(given) > 1:
            raise PydanticCustomError(
                "destination", "Give a service, a counter or a team, only one.", {"field": given[1]}
            )
        return self


class ResumeBody(Strict):
    """The counter that takes the parked visit up; by default the one that parked it."""

    counter: Id | None = None


Number = Annotated[str, Field(pattern=NUMBER_PATTERN), AfterValidator(str.upper)]


class VisitsQuery(Strict):
    """Which of the business day's visits to list; all of them by default."""

    state: State | None = None
    number: Number | None = None


Breakdown = Literal["day", "hour", "service", "counter", "team"]


class StatisticsQuery(Strict):
    """The dates, both inclusive and by default today, and what a row stands for."""

    from_: DateText | None = Field(default=None, alias="from")
    to: DateText | None = None
    by: Breakdown = "day"
