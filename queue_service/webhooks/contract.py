"""Requests and responses about webhooks, and the messages that endpoints get."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from queue_service.contract.answers import Count, Instant, Seconds
from queue_service.contract.words import TEXT_PATTERN, Id, Published, Strict, example
from queue_service.events.contract import EVENTS, FOR_WEBHOOKS, GROUPS, EntryId
from queue_service.webhooks.rules.messages import BATCH, DeliveryResult, MessageKind

CHOICES: Final = (*GROUPS, *FOR_WEBHOOKS)
"""The events that an endpoint may subscribe to: groups of events, and single ones."""
NAME_MAX: Final = 60


def _known(value: str) -> str:
    if value not in CHOICES:
        raise PydanticCustomError(
            "event", "Use names of events that webhooks send, or a group such as visit.*."
        )
    return value


EventChoice = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(CHOICES)})
]
EndpointId = Annotated[str, Field(pattern=r"^hook_[0-9a-f]{16}$")]
MessageId = Annotated[str, Field(pattern=r"^msg_[0-9a-f]{32}$")]


class EndpointBody(Strict):
    """An endpoint. Without a branch it covers all that count: no practice, no replayed days."""

    model_config = example(name="BI", url="https://bi.example.dk/queue", events=["visit.*"])

    name: Annotated[str, Field(pattern=TEXT_PATTERN, max_length=NAME_MAX)]
    url: Annotated[str, Field(max_length=500)]
    events: Annotated[list[EventChoice], Field(min_length=1, max_length=len(CHOICES))]
    branch: Id | None = None
    active: bool = True


class Gap(Published):
    """Events that were no longer kept when it was their turn: those between these two entries."""

    branch: Id
    after: EntryId
    before: EntryId


class EndpointAnswer(Published):
    """An endpoint and how it does.

    ``oldest_undelivered_at``: when the first event came that it has not got. ``failing_since``,
    ``next_try_at`` and ``error``: of the tries that failed since the last success. ``stopped``: it
    answered 410 or may not be reached, so nothing is sent until it is saved again or a test
    arrives. ``old_secret_until``: until when messages are signed with the secret before as well.
    """

    id: EndpointId
    name: str
    url: str
    events: list[EventChoice]
    branch: Id | None
    active: bool
    created_at: Instant
    old_secret_until: Instant | None
    delivered_at: Instant | None
    oldest_undelivered_at: Instant | None
    failing_since: Instant | None
    next_try_at: Instant | None
    error: str | None
    stopped: bool
    missed: Gap | None


class EndpointsAnswer(Published):
    """All endpoints that the caller manages, the oldest first."""

    webhooks: list[EndpointAnswer]


class EndpointSecretAnswer(EndpointAnswer):
    """An endpoint with its new secret, which is returned this once (and to a repeated request)."""

    secret: Annotated[str, Field(pattern=r"^whsec_[A-Za-z0-9+/]{43}=$")]


class DeliveryAnswer(Published):
    """One try. The message was of ``count`` events of the branch up to the entry ``until``."""

    id: MessageId
    type: MessageKind
    branch: Id | None
    until: EntryId | None
    count: Count
    at: Instant
    outcome: DeliveryResult
    seconds: Seconds
    error: str | None


class DeliveriesAnswer(Published):
    """The last tries of an endpoint, the latest first."""

    deliveries: list[DeliveryAnswer]


def _told() -> Any:
    """An event: its name decides the type of its data."""
    models: dict[type[BaseModel], list[str]] = {}
    for name, event in EVENTS.items():
        if event.told:
            models.setdefault(event.told, []).append(name)
    each = [
        create_model(
            f"{model.__name__}Entry",
            __base__=Published,
            __doc__=(
                "An event. Its id puts it in order within its branch, and is the same however"
                " often it comes."
            ),
            id=(EntryId, ...),
            event=(cast("Any", Literal[tuple(names)]), ...),
            data=(model, ...),
        )
        for model, names in models.items()
    ]
    return Annotated[reduce(or_, each), Field(discriminator="event")]


if TYPE_CHECKING:
    ToldEvent = BaseModel
else:
    ToldEvent = _told()


class ToldEvents(Published):
    """The events of one branch, in order."""

    branch: Id
    events: Annotated[list[ToldEvent], Field(min_length=1, max_length=BATCH)]


class EventsMessage(Published):
    """Events of one branch. ``timestamp``: of the last entry of the log that it covers."""

    type: Literal["branch.events"]
    timestamp: Instant
    data: ToldEvents


class MissedMessage(Published):
    """Events of a branch may be missing: they were no longer kept when it was their turn."""

    type: Literal["events.missed"]
    timestamp: Instant
    data: Gap


class Tested(Published):
    """The endpoint that is tested."""

    endpoint: EndpointId


class TestMessage(Published):
    """A test that an administrator asked for."""

    __test__ = False

    type: Literal["webhook.test"]
    timestamp: Instant
    data: Tested
