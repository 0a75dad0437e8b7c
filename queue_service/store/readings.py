"""What the metrics tell of a branch, read in two round trips whatever its history."""

from __future__ import annotations

import json
from collections import Counter as Count
from collections.abc import Mapping
from dataclasses import dataclass

from redis.client import Pipeline

from queue_service.domain.branch import Branch
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore


@dataclass(frozen=True, slots=True)
class Reading:
    """A branch at ``now`` (ms). ``totals`` has the fields of ``domain/tally.py``.

    ``waiting`` and ``oldest`` are by service: how many wait, and when the first of them came (ms),
    left out where nobody waits. ``counters`` is by state.
    """

    now: int
    totals: Mapping[str, str]
    waiting: Mapping[str, int]
    oldest: Mapping[str, int]
    counters: Mapping[str, int]


class ReadingStore:
    """Reads branches for the metrics. Nothing in it grows with the number of visits."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def read(self, branch: Branch) -> Reading:
        """The branch as it is now. Raises StoreUnavailable."""
        k = BranchKeys(branch.id)
        services = list(branch.services)

        def ask(p: Pipeline) -> None:
            p.time()
            p.hgetall(k.totals)
            p.hkeys(k.open_counters)
            p.hgetall(k.busy_counters)
            for service in services:
                p.zcard(k.queue(service))
                p.zrange(k.since(service), 0, 0, withscores=True)

        time, totals, opened, busy, *queues = self._store.read(ask)
        return Reading(
            now=int(time[0]) * 1000 + int(time[1]) // 1000,
            totals=totals,
            waiting=dict(zip(services, queues[::2], strict=True)),
            oldest={
                service: int(first[0][1])
                for service, first in zip(services, queues[1::2], strict=True)
                if first
            },
            counters=self._counters(branch, set(opened), busy),
        )

    def _counters(
        self, branch: Branch, opened: set[str], busy: Mapping[str, str]
    ) -> Mapping[str, int]:
        k = BranchKeys(branch.id)
        states = dict.fromkeys(branch.counters, "closed")
        states |= {counter: "free" for counter in opened if counter in states}
        if busy:
            visits = [k.visit(visit) for visit in busy.values()]
            (raws,) = self._store.read(lambda p: p.mget(visits))
            at = {c: json.loads(raw)["state"] for c, raw in zip(busy, raws, strict=True) if raw}
            # A visit that has left since then has left its counter free.
            states |= {c: state for c, state in at.items() if state in ("called", "serving")}
        return Count(states.values())
