"""Counters in the store: which are open or paused, their team, and who is served at each."""

from __future__ import annotations

import json
from typing import NamedTuple

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import no_branch
from queue_service.counters.rules import Pause, read_pause
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply


class CounterStates(NamedTuple):
    """Open counters with their team, busy ones with their visit, and when each page was alive (ms).

    A counter whose page was never open is not in ``last_seen``. Whatever is ``paused`` is not open,
    unless its pause is still to come.
    """

    open: dict[str, str]
    busy: dict[str, str]
    last_seen: dict[str, int]
    paused: dict[str, Pause]

    @property
    def manned(self) -> list[str]:
        """The counters that somebody has opened and not closed, the paused ones too."""
        return list(dict.fromkeys((*self.open, *self.paused)))


class CounterStore:
    """Reads and changes the counters of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def apply(
        self,
        branch: Branch,
        counter: str,
        verb: str,
        *,
        team: str = "",
        idempotency: IdempotencyKey | None = None,
        at: int | None = None,
    ) -> Reply:
        """Look at a counter, open, pause or close it; see ``counters/scripts/counter.lua``.

        ``team`` is the reason of a pause.
        """
        k = BranchKeys(branch.id)
        m = idempotency or NO_KEY
        keys = (
            k.config, k.open_counters, k.busy_counters, k.holds, k.counters_last_seen, k.events,
            k.idempotency(m.scope, m.key), k.parked, k.visit_prefix, k.shifts, k.free_counters,
            k.paused_counters, k.totals,
        )  # fmt: skip
        name = "counter.opened" if verb == "open" else "counter.closed"
        data = {"counter": counter, "team": team or None, "at": "@now"}
        args = (
            branch.revision, m.fingerprint, "" if at is None else at, counter, verb, team, name,
            json.dumps(data), branch.takes_by_counter[counter], branch.counters[counter].name,
        )  # fmt: skip
        return list(self._store.run("counter", keys, args))

    def close_all(self, branch_id: str, at: int | None = None) -> Reply:
        """Close every counter, or none; see ``counters/scripts/close_all.lua``."""
        k = BranchKeys(branch_id)
        keys = (
            k.open_counters, k.busy_counters, k.free_counters, k.paused_counters, k.shifts,
            k.totals, k.events,
        )  # fmt: skip
        data = {"counter": "@counter", "team": None, "at": "@now"}
        args = ("" if at is None else at, "counter.closed", json.dumps(data))
        return list(self._store.run("close_all", keys, args))

    def states(self, branch_id: str) -> CounterStates:
        """All counters of a branch, from one instant."""
        k = BranchKeys(branch_id)
        open_, busy, last_seen, paused = self._store.read(
            lambda p: (
                p.hgetall(k.open_counters),
                p.hgetall(k.busy_counters),
                p.hgetall(k.counters_last_seen),
                p.hgetall(k.paused_counters),
            )
        )
        seen_at = {counter: int(instant) for counter, instant in last_seen.items()}
        pauses = {counter: read_pause(value) for counter, value in paused.items()}
        return CounterStates(open_, busy, seen_at, pauses)

    def free(self, branch_id: str) -> dict[str, int]:
        """Open counters without a visit, and since when (ms)."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).free_counters))
        return {counter: int(instant) for counter, instant in found.items()}

    def touch(self, branch_id: str, counters: list[str], now: int) -> None:
        """Note that these counters' pages are alive; nothing if the branch is gone."""
        k = BranchKeys(branch_id)
        self._store.run("touch", (k.config, k.counters_last_seen), (now, *counters))

    def note_sweep(self, branch_id: str, now: int, outage_ms: int) -> int:
        """Note a sweep at ``now``; since when sweeps have come without an outage (ms).

        Raises BranchNotFound.
        """
        k = BranchKeys(branch_id)
        reply = list(self._store.run("sweep", (k.config,), (now, outage_ms)))
        if reply[0] == "gone":
            raise no_branch(branch_id)
        return int(reply[1])
