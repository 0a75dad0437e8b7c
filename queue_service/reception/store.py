"""Calls for help in the store, and what a reception did by date."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.reception.keys import KEPT_SECONDS, LISTENS_MS, ReceptionKeys
from queue_service.reception.rules import (
    CALLS_SECONDS,
    MOST_CALLS,
    HelpCall,
    call_or_none,
    event_of,
    facts_of,
    help_field,
    total_fields,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

_log: Final = logging.getLogger(__name__)


class StoredCall(NamedTuple):
    """A call, and its document exactly as it is stored."""

    call: HelpCall
    raw: str


class ReceptionStore:
    """Reads and changes the calls for help of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def call(
        self, branch: Branch, call: HelpCall, former: str, idempotency: IdempotencyKey | None
    ) -> Reply:
        """Call for help; ``former`` is the kiosk's last call as it was read, empty for none. See
        ``reception/scripts/help_call.lua``."""
        k, own, m = BranchKeys(branch.id), ReceptionKeys(branch.id), idempotency or NO_KEY
        name, data = event_of(call, call.called_at)
        keys = (
            k.config, own.call(call.kiosk), own.open_calls, own.made(call.kiosk), k.events,
            k.idempotency(m.scope, m.key),
        )  # fmt: skip
        args = (
            branch.revision, m.fingerprint, call.kiosk, call.to_json(), call.called_at,
            MOST_CALLS, CALLS_SECONDS, name, json.dumps(data), former,
        )  # fmt: skip
        return list(self._store.run("help_call", keys, args))

    def change(
        self,
        branch_id: str,
        before: StoredCall,
        after: HelpCall,
        now: int,
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """Write what was decided if nothing has changed since ``before`` was read; see
        ``reception/scripts/help_change.lua``."""
        k, own, m = BranchKeys(branch_id), ReceptionKeys(branch_id), idempotency or NO_KEY
        facts = facts_of(before.call, after)
        name, data = event_of(after, now)
        keys = (
            own.call(after.kiosk), own.open_calls, k.reception(after.date), k.totals, k.events,
            k.idempotency(m.scope, m.key),
        )  # fmt: skip
        args = (
            m.fingerprint, after.kiosk, before.raw, after.to_json(),
            "1" if after.is_open else "", json.dumps({help_field(fact): 1 for fact in facts}),
            json.dumps(total_fields(facts)), KEPT_SECONDS, name, json.dumps(data),
        )  # fmt: skip
        return list(self._store.run("help_change", keys, args))

    def of_kiosk(self, branch_id: str, kiosk: str) -> StoredCall | None:
        """The call that a kiosk made last, as it is stored; None where none is kept."""
        key = ReceptionKeys(branch_id).call(kiosk)
        (raw,) = self._store.read(lambda p: p.get(key))
        return None if raw is None else _read(key, raw)

    def open_calls(self, branch_id: str) -> list[StoredCall]:
        """The calls that are open, as they are stored, oldest first."""
        k = ReceptionKeys(branch_id)
        (kiosks,) = self._store.read(lambda p: p.zrange(k.open_calls, 0, -1))
        if not kiosks:
            return []
        keys = [k.call(kiosk) for kiosk in kiosks]
        (raws,) = self._store.read(lambda p: p.mget(keys))
        stored = [(key, raw) for key, raw in zip(keys, raws, strict=True) if raw is not None]
        return [call for key, raw in stored if (call := _read(key, raw)) is not None]

    def listen(self, branch_id: str, stream: str, counter: str | None, now: int) -> None:
        """Note that a page shows the branch's calls for help: the reception's, or a counter's."""
        key, until = ReceptionKeys(branch_id).listeners, now + LISTENS_MS
        self._store.read(
            lambda p: (
                p.zremrangebyscore(key, "-inf", now),
                p.zadd(key, {f"{stream} {counter or ''}": until}),
                p.pexpire(key, LISTENS_MS),
            )
        )

    def listen_no_more(self, branch_id: str, stream: str, counter: str | None) -> None:
        """The page is closed."""
        key = ReceptionKeys(branch_id).listeners
        self._store.read(lambda p: p.zrem(key, f"{stream} {counter or ''}"))

    def listeners(self, branch_id: str, now: int) -> set[str]:
        """The counters whose pages show calls for help at ``now`` (ms), "" for the reception."""
        key = ReceptionKeys(branch_id).listeners
        (members,) = self._store.read(lambda p: p.zrangebyscore(key, f"({now}", "+inf"))
        return {member.partition(" ")[2] for member in members}

    def days(self, branch_id: str, dates: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """What was counted on each of the dates that has anything."""
        return self._store.by_date(BranchKeys(branch_id).reception, dates)


def _read(key: str, raw: str) -> StoredCall | None:
    call = call_or_none(raw)
    if call is None:
        _log.error("what is stored under %s is damaged and left out", key)
        return None
    return StoredCall(call, raw)
