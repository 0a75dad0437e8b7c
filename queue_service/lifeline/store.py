"""Calls to lifelines in the store, and their counts."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from secrets import token_hex

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.lifeline.keys import KEPT_SECONDS, LifelineKeys
from queue_service.lifeline.rules import (
    PLACES,
    SAT_MS,
    LifelineCall,
    call_from_json,
    call_or_none,
    day_fields,
    event_of,
    facts_of,
    total_fields,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

_STAMP_BYTES = 4
_log = logging.getLogger(__name__)


class LifelineStore:
    """Reads and changes the calls of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def claim(
        self,
        branch: Branch,
        counter: str,
        visit: str,
        before: str,
        call: str,
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """Note which call a counter makes; see ``lifeline/scripts/lifeline_claim.lua``."""
        k, m = BranchKeys(branch.id), idempotency or NO_KEY
        asking = LifelineKeys(branch.id).asking
        keys = (k.config, k.busy_counters, asking, k.idempotency(m.scope, m.key))
        args = (branch.revision, m.fingerprint, counter, visit, before, call)
        return list(self._store.run("lifeline_claim", keys, args))

    def asking(self, branch_id: str, counter: str) -> str:
        """``branch|id|ms`` of the call that a counter made last; empty for none."""
        key = LifelineKeys(branch_id).asking
        (found,) = self._store.read(lambda p: p.hget(key, counter))
        return str(found or "")

    def ring(self, hall: Branch, call: LifelineCall) -> LifelineCall | None:
        """Begin to ring; a call that is there already stays as it is. None where the lifeline's
        branch was configured again; see ``lifeline/scripts/lifeline_ring.lua``."""
        k, own = BranchKeys(hall.id), LifelineKeys(hall.id)
        name, data = event_of(call, hall.id, call.rang_at)
        keys = (k.config, own.call(call.id), own.open_calls, k.events)
        args = (
            hall.revision, call.id, call.to_json(), call.rang_at, KEPT_SECONDS, name,
            json.dumps(data),
        )  # fmt: skip
        reply = self._store.run("lifeline_ring", keys, args)
        return call_from_json(reply[1]) if reply[0] == "done" else None

    def load(self, hall_id: str, call_id: str) -> str | None:
        """A call's document exactly as it is stored; None where there is none, or it is damaged."""
        key = LifelineKeys(hall_id).call(call_id)
        (raw,) = self._store.read(lambda p: p.get(key))
        return None if raw is None or _read(key, raw) is None else str(raw)

    def open_calls(self, hall_id: str) -> list[LifelineCall]:
        """The calls that ring or are talked about, as they are stored, oldest first."""
        k = LifelineKeys(hall_id)
        (ids,) = self._store.read(lambda p: p.zrange(k.open_calls, 0, -1))
        return self._calls(k, ids)

    def missed_calls(self, hall_id: str) -> list[LifelineCall]:
        """The calls that were missed and not acknowledged, latest first."""
        k = LifelineKeys(hall_id)
        (ids,) = self._store.read(lambda p: p.zrevrange(k.missed_calls, 0, -1))
        return self._calls(k, ids)

    def _calls(self, k: LifelineKeys, ids: list[str]) -> list[LifelineCall]:
        if not ids:
            return []
        keys = [k.call(call_id) for call_id in ids]
        (raws,) = self._store.read(lambda p: p.mget(keys))
        stored = [(key, raw) for key, raw in zip(keys, raws, strict=True) if raw is not None]
        return [call for key, raw in stored if (call := _read(key, raw)) is not None]

    def change(
        self,
        hall_id: str,
        raw: str,
        after: LifelineCall,
        now: int,
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """Write what was decided if nothing has changed since ``raw`` was read; see
        ``lifeline/scripts/lifeline_change.lua``."""
        k, own, m = BranchKeys(hall_id), LifelineKeys(hall_id), idempotency or NO_KEY
        facts = facts_of(call_from_json(raw), after)
        after = after._replace(stamp=token_hex(_STAMP_BYTES))
        name, data = event_of(after, hall_id, now)
        keys = (
            own.call(after.id), own.open_calls, own.day(after.date), k.totals, k.events,
            k.idempotency(m.scope, m.key), own.missed_calls,
        )  # fmt: skip
        args = (
            m.fingerprint, after.id, raw, after.to_json(), "1" if after.is_open else "",
            json.dumps(day_fields(after, facts)), json.dumps(total_fields(after, facts)),
            KEPT_SECONDS, name, json.dumps(data),
            (after.ended_at or now) if after.is_unanswered else "",
        )  # fmt: skip
        return list(self._store.run("lifeline_change", keys, args))

    def sit(self, hall_id: str, page: str, wanted: int, now: int) -> Reply:
        """Give a specialists' page a place; see ``lifeline/scripts/lifeline_sit.lua``."""
        keys = (BranchKeys(hall_id).config, LifelineKeys(hall_id).places)
        args = (page, wanted, now, SAT_MS, PLACES)
        return list(self._store.run("lifeline_sit", keys, args))

    def tell(self, branch_id: str, hall_id: str, call: LifelineCall, now: int) -> None:
        """Tell the branch of the counter what became of its call."""
        k = BranchKeys(branch_id)
        name, data = event_of(call, hall_id, now)
        self._store.run("lifeline_tell", (k.config, k.events), (name, json.dumps(data)))

    def days(self, hall_id: str, dates: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """What was counted on each of the dates that has anything."""
        return self._store.by_date(LifelineKeys(hall_id).day, dates)


def _read(key: str, raw: str) -> LifelineCall | None:
    call = call_or_none(raw)
    if call is None:
        _log.error("what is stored under %s is damaged and left out", key)
    return call
