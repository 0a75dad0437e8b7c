"""Endpoints in the store, how far each has come, and what was sent."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.events.contract import EVENTS
from queue_service.store.audit_log import (
    WEBHOOKS,
    AuditEntry,
    AuditLog,
    log_key,
    text_of,
    totals_key,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply
from queue_service.webhooks import keys
from queue_service.webhooks.keys import EndpointKeys
from queue_service.webhooks.rules.cursors import BEFORE_ALL, Cursor
from queue_service.webhooks.rules.endpoints import MOST, Endpoint
from queue_service.webhooks.rules.messages import LoggedEvent, WebhookDelivery
from queue_service.webhooks.rules.retries import EndpointHealth

DELIVERIES_KEPT: Final = 50
"""Tries that are remembered of each endpoint."""
MOST_REQUESTS: Final = 10
"""Tests and repeats that may wait for a worker, of each endpoint."""
SENDING_MS: Final = 30_000
"""How long an endpoint stays with a silent worker: longer than one try may take."""
_BRANCH: Final = "branch|"


@dataclass(frozen=True, slots=True)
class StoredEndpoint:
    """The state of an endpoint. ``missed``: the last gap as ``branch|after|before``, or empty."""

    cursors: Mapping[str, Cursor]
    health: EndpointHealth
    delivered_at: int
    missed: str
    outcomes: Mapping[str, int]


class EventStretch(NamedTuple):
    """A part of a branch's log; ``first``: the first entry that is kept, after ``lost`` others."""

    first: str
    lost: int
    entries: list[LoggedEvent]


class WebhookStore:
    """Reads and changes endpoints. Raises StoreUnavailable when the store does not answer."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def endpoints(self) -> list[Endpoint]:
        """All of them, the oldest first."""
        (raws,) = self._store.read(lambda p: p.hvals(keys.ENDPOINTS))
        return sorted((_endpoint(raw) for raw in raws), key=lambda e: (e.created_at, e.id))

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """The endpoint with this id."""
        (raw,) = self._store.read(lambda p: p.hget(keys.ENDPOINTS, endpoint_id))
        return _endpoint(raw) if raw else None

    def put(
        self,
        was: Endpoint | None,
        now: Endpoint,
        idempotency: IdempotencyKey | None,
        *,
        cursors: Mapping[str, Cursor] | None = None,
        leaves: Iterable[str] = (),
        revive: bool = False,
        request: tuple[str, str] = ("", ""),
        most: int = MOST,
        entry: AuditEntry | None = None,
    ) -> Reply:
        """Add or change an endpoint; see ``webhooks/scripts/webhook_put.lua``.

        ``cursors``: where to begin in these branches; ``leaves``: branches that it no longer
        covers; ``revive``: forget what failed. ``request``: id and text of the message to it.
        ``most``: so many endpoints there may be, where it is a new one.
        """
        k, m = EndpointKeys(now.id), idempotency or NO_KEY
        (stored,) = self._store.read(lambda p: p.hget(keys.ENDPOINTS, now.id))
        text = str(stored or "")
        if was is not None and (not text or _endpoint(text) != was):
            return ["changed"]
        fields = {_BRANCH + branch: c.text() for branch, c in (cursors or {}).items()}
        if revive:
            fields["health"] = ""
        args: list[str | int] = [
            now.id, text if was else "", _dump(now), m.fingerprint, most,
            json.dumps(fields), json.dumps([_BRANCH + branch for branch in leaves]), *request,
            MOST_REQUESTS, text_of(entry),
        ]  # fmt: skip
        memo = keys.idempotency(m.scope, m.key)
        names = (
            keys.ENDPOINTS, memo, k.state, k.requests, log_key(WEBHOOKS), totals_key(WEBHOOKS),
        )  # fmt: skip
        return list(self._store.run("webhook_put", names, args))

    def remove(self, endpoint_id: str, entry: AuditEntry) -> bool:
        """Forget an endpoint with its secret and all that was sent; False when it is not there."""
        k = EndpointKeys(endpoint_id)
        if self.endpoint(endpoint_id) is None:
            return False
        AuditLog(self._store).change(entry, WEBHOOKS, "HDEL", keys.ENDPOINTS, [endpoint_id])
        self._store.write(
            lambda p: (
                p.delete(k.state),
                p.delete(k.deliveries),
                p.delete(k.requests),
            )
        )
        return True

    def state(self, endpoint_id: str) -> StoredEndpoint:
        """The state of an endpoint."""
        (raw,) = self._store.read(lambda p: p.hgetall(EndpointKeys(endpoint_id).state))
        return _state(raw)

    def states(self, endpoints: Iterable[Endpoint]) -> list[StoredEndpoint]:
        """The same of several, in their order."""
        wanted = list(endpoints)
        raws = self._store.read(lambda p: [p.hgetall(EndpointKeys(e.id).state) for e in wanted])
        return [_state(raw) for raw in raws]

    def deliveries(self, endpoint_id: str) -> list[WebhookDelivery]:
        """The last tries, the latest first."""
        (raws,) = self._store.read(lambda p: p.lrange(EndpointKeys(endpoint_id).deliveries, 0, -1))
        return [_delivery(raw) for raw in raws]

    def requests(self, endpoint_id: str) -> dict[str, WebhookDelivery | None]:
        """Requests of people, by id: to send a delivery again, or a test (None)."""
        (raws,) = self._store.read(lambda p: p.hgetall(EndpointKeys(endpoint_id).requests))
        return {str(id_): _delivery(raw) if raw else None for id_, raw in raws.items()}

    def note(
        self,
        endpoint_id: str,
        *,
        branch: str = "",
        was: Cursor | None = None,
        now: Cursor | None = None,
        health: EndpointHealth | None = None,
        delivery: WebhookDelivery | None = None,
        missed: str = "",
        request: str = "",
    ) -> bool:
        """Note what has happened; False if somebody else has, or the endpoint is gone.

        ``was`` and ``now``: the cursor of ``branch`` as it was read, and from now on. See
        ``webhooks/scripts/webhook_note.lua``.
        """
        k = EndpointKeys(endpoint_id)
        fields = {"missed": missed} if missed else {}
        if health is not None:
            fields["health"] = _dump(health) if health.tries else ""
        if delivery is not None and delivery.outcome == "delivered":
            fields["delivered_at"] = str(delivery.at)
        args: list[str | int] = [
            endpoint_id, _BRANCH + branch if now else "", was.text() if was else "",
            now.text() if now else "", json.dumps(fields), _dump(delivery) if delivery else "",
            DELIVERIES_KEPT, delivery.outcome if delivery else "", request,
        ]  # fmt: skip
        script_keys = (keys.ENDPOINTS, k.state, k.deliveries, k.requests)
        return str(self._store.run("webhook_note", script_keys, args)[0]) == "done"

    def leave(self, endpoint_id: str, branches: Collection[str]) -> None:
        """Forget how far an endpoint came in branches that are no more."""
        if branches:
            fields = [_BRANCH + branch for branch in branches]
            self._store.write(lambda p: p.hdel(EndpointKeys(endpoint_id).state, *fields))

    def begin_sending(self, endpoint_id: str, worker: str) -> bool:
        """Be the only one who sends to it; False while somebody else does."""
        key = EndpointKeys(endpoint_id).sending
        (mine,) = self._store.read(lambda p: p.set(key, worker, nx=True, px=SENDING_MS))
        return bool(mine)

    def go_on_sending(self, endpoint_id: str, worker: str) -> bool:
        """Stay the only one for as long again; False if it is no longer with this worker."""
        key = EndpointKeys(endpoint_id).sending
        holder, _ = self._store.read(lambda p: (p.get(key), p.pexpire(key, SENDING_MS)))
        return bool(holder == worker)

    def end_sending(self, endpoint_id: str, worker: str) -> None:
        """Let others send to it."""
        key = EndpointKeys(endpoint_id).sending
        (holder,) = self._store.read(lambda p: p.get(key))
        if holder == worker:
            self._store.read(lambda p: p.delete(key))

    # The branches' logs

    def newest(self, branches: Iterable[str]) -> dict[str, str]:
        """The last entry of each branch's log."""
        ids = list(branches)
        found = self._store.read(
            lambda p: [p.xrevrange(BranchKeys(branch).events, count=1) for branch in ids]
        )
        last = (entries[0][0] if entries else BEFORE_ALL for entries in found)
        return dict(zip(ids, last, strict=True))

    def log(self, branch: str, after: str, until: str, most: int) -> EventStretch:
        """The entries after one in a branch's log, up to another or all (empty)."""
        first, _, _, lost, entries = self._read_log(branch, after, until or "+", most)
        return EventStretch(first, int(lost), [_entry(*entry) for entry in entries])

    def end(self, branch: str) -> Cursor:
        """The place after everything in a branch's log."""
        _, last, added, _, _ = self._read_log(branch, BEFORE_ALL, "+", 0)
        return Cursor(str(last), int(added))

    def _read_log(self, branch: str, after: str, until: str, most: int) -> Reply:
        events = BranchKeys(branch).events
        return list(self._store.run("webhook_log", (events,), (after, until, most)))


def _entry(entry_id: str, fields: list[str]) -> LoggedEvent:
    named = dict(zip(fields[::2], fields[1::2], strict=True))
    event = EVENTS.get(named["event"])
    if event is None or event.told is None:
        return LoggedEvent(entry_id, "", {})
    told = event.told.model_fields
    data = json.loads(named["data"])
    return LoggedEvent(
        entry_id, named["event"], {name: data[name] for name in told if name in data}
    )


def _dump(record: Endpoint | EndpointHealth | WebhookDelivery) -> str:
    return json.dumps(asdict(record), sort_keys=True, ensure_ascii=False)


def _endpoint(raw: str) -> Endpoint:
    document = json.loads(raw)
    return Endpoint(**{**document, "events": tuple(document["events"])})


def _delivery(raw: str) -> WebhookDelivery:
    return WebhookDelivery(**json.loads(raw))


def _state(raw: Mapping[str, Any]) -> StoredEndpoint:
    health = raw.get("health")
    return StoredEndpoint(
        {
            name.removeprefix(_BRANCH): Cursor.read(text)
            for name, text in raw.items()
            if name.startswith(_BRANCH)
        },
        EndpointHealth(**json.loads(health)) if health else EndpointHealth(),
        int(raw.get("delivered_at") or 0),
        raw.get("missed", ""),
        {name: int(raw.get(name) or 0) for name in ("delivered", "failed")},
    )
