"""Messages to endpoints, made of a branch's events, and what is remembered of each try."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from queue_service.language.instants import rfc3339
from queue_service.webhooks.rules.cursors import instant_of
from queue_service.webhooks.rules.endpoints import Endpoint

BATCH: Final = 100
"""Events in one message at most."""
EVENTS: Final = "branch.events"
MISSED: Final = "events.missed"
TEST: Final = "webhook.test"
MessageKind = Literal["branch.events", "events.missed", "webhook.test"]
DeliveryResult = Literal["delivered", "failed"]


class LoggedEvent(NamedTuple):
    """An entry of a branch's log, with the part of it that may be sent; no ``event`` if nothing
    may."""

    id: str
    event: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A message to post; the same message has the same ``id`` and the same body, however often."""

    id: str
    kind: MessageKind
    body: bytes = field(repr=False)
    branch: str = ""
    until: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One try, as it is remembered; ``at`` in ms, ``seconds`` it took.

    The message was of ``count`` events of the branch's log, after the entry ``after``, before
    which ``passed`` had come, up to ``until``. ``final``: no other may follow by itself.
    """

    id: str
    kind: MessageKind
    branch: str
    after: str
    passed: int
    until: str
    count: int
    at: int
    outcome: DeliveryResult
    seconds: float
    error: str = ""
    final: bool = False


def event_json(entry: LoggedEvent) -> dict[str, Any]:
    """An event as an endpoint gets it."""
    at = rfc3339(int(entry.data["at"]))
    return {"id": entry.id, "event": entry.event, "data": {**entry.data, "at": at}}


def events_message(
    endpoint: Endpoint, branch: str, position: str, until: str, entries: Iterable[LoggedEvent]
) -> WebhookMessage:
    """The message with all events of a stretch of a branch's log that the endpoint wants."""
    events = [event_json(entry) for entry in entries if endpoint.wants(entry.event)]
    data = {"branch": branch, "events": events}
    return WebhookMessage(
        _id(endpoint, branch, position, until, *endpoint.events),
        EVENTS,
        _body(EVENTS, instant_of(until), data),
        branch,
        until,
        len(events),
    )


def missed_message(endpoint: Endpoint, branch: str, after: str, first_kept: str) -> WebhookMessage:
    """The message that events between these two were no longer kept when it was their turn."""
    data = {"branch": branch, "after": after, "before": first_kept}
    return WebhookMessage(
        _id(endpoint, branch, MISSED, after, first_kept),
        MISSED,
        _body(MISSED, instant_of(first_kept), data),
        branch,
        first_kept,
    )


def test_message(endpoint: Endpoint, request: str, now: int) -> WebhookMessage:
    """The message that shows that messages arrive."""
    return WebhookMessage(_id(endpoint, request), TEST, _body(TEST, now, {"endpoint": endpoint.id}))


def _id(endpoint: Endpoint, *parts: str) -> str:
    named = "\n".join((endpoint.id, *parts))
    return f"msg_{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def _body(kind: MessageKind, at: int, data: Mapping[str, Any]) -> bytes:
    document = {"type": kind, "timestamp": rfc3339(at), "data": data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
