"""Calls for help in the store, and what a reception did by date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.reception.keys import KEPT_SECONDS, LISTENS_MS, ReceptionKeys
from queue_service.reception.rules import (
    CALLS_SECONDS,
    MOST_CALLS,
    HelpCall,
    event_of,
    help_field,
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
        before: StoredCall[HelpCall],
        after: HelpCall,
        now: int,
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """Write what was decided if nothing has changed since ``before`` was read."""
        own, facts = ReceptionKeys(branch_id), facts_of(before.call, after)
        day = BranchKeys(branch_id).reception(after.date)
        return change_call(
            self._store,
            CallKeys(branch_id, own.call(after.kiosk), own.open_calls, day),
            before,
            after,
            ({help_field(fact): 1 for fact in facts}, total_fields(facts)),
            event_of(after, now),
            idempotency,
            member=after.kiosk,
            seconds=None if after.is_open else KEPT_SECONDS,
        )

    def of_kiosk(self, branch_id: str, kiosk: str) -> StoredCall[HelpCall] | None:
        """The call that a kiosk made last, as it is stored; None if none is kept."""
        key = ReceptionKeys(branch_id).call(kiosk)
        return next(iter(stored_calls(self._store, HelpCall, [key])), None)

    def open_calls(self, branch_id: str) -> list[StoredCall[HelpCall]]:
        """The calls that are open, as they are stored, oldest first."""
        k = ReceptionKeys(branch_id)
        return listed_calls(self._store, HelpCall, k.open_calls, k.call)

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
        """The stored counts of each date that has any."""
        return self._store.by_date(BranchKeys(branch_id).reception, dates)
