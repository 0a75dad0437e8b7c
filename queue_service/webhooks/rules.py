"""Endpoints, their events, and their cursors in the logs of the branches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from queue_service.language.instants import rfc3339

MOST_OF_A_BRANCH: Final = 5
"""So many endpoints an administrator of one branch may have, of all that there may be."""
MOST: Final = 20
"""Endpoints of one installation."""
BATCH: Final = 100
"""Events in one message at most."""
OVERLAP_MS: Final = 24 * 3600 * 1000
"""How long a secret that was replaced goes on signing next to the new one."""
LONG_MS: Final = 15 * 60 * 1000
"""A longer delay is shown to administrators."""

EVENTS: Final = "branch.events"
MISSED: Final = "events.missed"
TEST: Final = "webhook.test"

BEFORE_ALL: Final = "0-0"
MessageKind = Literal["branch.events", "events.missed", "webhook.test"]
DeliveryResult = Literal["delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of a webhook; times in ms. ``branch``: None for every branch that counts.

    ``events`` are names of events, or ``visit.*`` for all that begin so. ``old_secret`` signs,
    too, until ``old_until``.
    """

    id: str
    name: str
    url: str = field(repr=False)
    events: tuple[str, ...]
    branch: str | None
    active: bool
    secret: str = field(repr=False)
    created_at: int
    old_secret: str = field(default="", repr=False)
    old_until: int = 0

    @property
    def host(self) -> str:
        """The host of its URL, as it may be shown and logged."""
        return urlsplit(self.url).hostname or ""

    def wants(self, event: str) -> bool:
        """Whether it subscribes to events with this name."""
        return event in self.events or f"{event.partition('.')[0]}.*" in self.events

    def rotated(self, secret: str, now: int) -> Endpoint:
        """With a new secret, and the present one for a while."""
        return replace(self, secret=secret, old_secret=self.secret, old_until=now + OVERLAP_MS)

    def older_secret(self, now: int) -> str:
        """The secret that was replaced, while it still signs; else empty."""
        return self.old_secret if now < self.old_until else ""


class Cursor(NamedTuple):
    """How far an endpoint has come in a branch's log, by the ids of its entries.

    ``position``: everything up to it is done, ``passed`` entries in all since the log began.
    ``until``: the last entry of the message that is on its way. ``gap``: the first entry still
    kept where some before it were lost untold; ``passed`` then counts these as well.
    """

    position: str
    passed: int
    until: str = ""
    gap: str = ""

    @classmethod
    def read(cls, text: str) -> Cursor:
        """From how it is kept."""
        position, passed, until, gap = text.split("|")
        return cls(position, int(passed), until, gap)

    def text(self) -> str:
        """As it is kept."""
        return "|".join(map(str, self))


FROM_THE_BEGINNING: Final = Cursor(BEFORE_ALL, 0)
"""Of a branch that came later than the endpoint."""


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """How an endpoint does; times in ms.

    ``tries`` that failed in a row, since when, when the next may follow and why the last failed.
    ``stopped``: it wants no more messages (410), or must not be spoken to.
    """

    tries: int = 0
    failing_since: int = 0
    next_at: int = 0
    error: str = ""
    stopped: bool = False

    def failed(self, error: str, now: int, pauses: Sequence[int], *, final: bool) -> EndpointHealth:
        """After a try that failed; ``pauses`` in seconds, the last of them from then on."""
        pause = pauses[min(self.tries, len(pauses) - 1)] * 1000
        return EndpointHealth(self.tries + 1, self.failing_since or now, now + pause, error, final)


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


def newer(entry_id: str, other: str) -> bool:
    """Whether an entry comes after another."""
    return order_of(entry_id) > order_of(other)


def order_of(entry_id: str) -> tuple[int, int]:
    """The sort key of an entry."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence)


def before(entry_id: str) -> str:
    """The id that comes just before another."""
    milliseconds, sequence = order_of(entry_id)
    if sequence:
        return f"{milliseconds}-{sequence - 1}"
    return f"{milliseconds - 1}-{2**64 - 1}"


def instant_of(entry_id: str) -> int:
    """When an entry was written, in ms."""
    return order_of(entry_id)[0]


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
