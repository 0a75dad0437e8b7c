"""Calls to lifelines in the store, and their counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from secrets import token_hex

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.lifeline.keys import KEPT_SECONDS, LifelineKeys
from queue_service.lifeline.rules import (
    PLACES,
    SAT_MS,
    LifelineCall,
    day_fields,
    event_of,
    total_fields,
)
from queue_service.staff_calls.rules import facts_of
from queue_service.staff_calls.store import (
    CallKeys,
    StoredCall,
    change_call,
    listed_calls,
    stored_calls,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

_STAMP_BYTES = 4


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

    def ring(self, answering: Branch, call: LifelineCall) -> LifelineCall | None:
        """Begin to ring; a call that is there already stays as it is. None if the lifeline's
        branch was configured again; see ``lifeline/scripts/lifeline_ring.lua``."""
        k, own = BranchKeys(answering.id), LifelineKeys(answering.id)
        name, data = event_of(call, answering.id, call.rang_at)
        keys = (k.config, own.call(call.id), own.open_calls, k.events)
        args = (
            answering.revision, call.id, call.to_json(), call.rang_at, KEPT_SECONDS, name,
            json.dumps(data),
        )  # fmt: skip
        reply = self._store.run("lifeline_ring", keys, args)
        return LifelineCall.from_json(reply[1]) if reply[0] == "done" else None

    def load(self, answering_id: str, call_id: str) -> StoredCall[LifelineCall] | None:
        """A call as it is stored; None if there is none, or it is damaged."""
        key = LifelineKeys(answering_id).call(call_id)
        return next(iter(stored_calls(self._store, LifelineCall, [key])), None)

    def open_calls(self, answering_id: str) -> list[StoredCall[LifelineCall]]:
        """The calls that ring or are talked about, as they are stored, oldest first."""
        k = LifelineKeys(answering_id)
        return listed_calls(self._store, LifelineCall, k.open_calls, k.call)

    def missed_calls(self, answering_id: str) -> list[LifelineCall]:
        """The missed calls that were not acknowledged, latest first."""
        k = LifelineKeys(answering_id)
        found = listed_calls(self._store, LifelineCall, k.missed_calls, k.call)
        return [stored.call for stored in reversed(found)]

    def change(
        self,
        answering_id: str,
        before: StoredCall[LifelineCall],
        after: LifelineCall,
        now: int,
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """Write what was decided if nothing has changed since ``before`` was read."""
        k, facts = LifelineKeys(answering_id), facts_of(before.call, after)
        after = replace(after, stamp=token_hex(_STAMP_BYTES))
        return change_call(
            self._store,
            CallKeys(
                answering_id, k.call(after.id), k.open_calls, k.day(after.date), k.missed_calls
            ),
            before,
            after,
            (day_fields(after, facts), total_fields(after, facts)),
            event_of(after, answering_id, now),
            idempotency,
            member=after.id,
            seconds=KEPT_SECONDS,
            missed_at=(after.ended_at or now) if after.is_unanswered else None,
        )

    def sit(self, answering_id: str, page: str, wanted: int, now: int) -> Reply:
        """Give a specialists' page a place; see ``lifeline/scripts/lifeline_place.lua``."""
        keys = (BranchKeys(answering_id).config, LifelineKeys(answering_id).places)
        args = (page, wanted, now, SAT_MS, PLACES)
        return list(self._store.run("lifeline_place", keys, args))

    def announce(self, branch_id: str, answering_id: str, call: LifelineCall, now: int) -> None:
        """Notify the branch of the counter of the result of its call."""
        k = BranchKeys(branch_id)
        name, data = event_of(call, answering_id, now)
        self._store.run("lifeline_notify", (k.config, k.events), (name, json.dumps(data)))

    def days(self, answering_id: str, dates: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The stored counts of each date that has any."""
        return self._store.by_date(LifelineKeys(answering_id).day, dates)
