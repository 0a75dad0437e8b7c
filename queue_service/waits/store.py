"""The regressions in the store: those that tickets use, and the last night's with its scores."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.store.keys import BranchKeys
from queue_service.store.optimistic_lock import Transaction, unconfirmed
from queue_service.store.redis_store import RedisStore
from queue_service.visits.rules.regression import Regression, as_json, regression_from
from queue_service.visits.rules.wait_estimate import Range, turn_of
from queue_service.waits.rules.choice import Score


class Fitted(NamedTuple):
    """The regressions by service that were fitted to the days up to ``date``, the scores of those
    before them, by date, and the ``turns`` of these days (``waits/rules/rows.py``)."""

    date: str
    services: Mapping[str, Regression]
    scores: Mapping[str, Score]
    turns: Mapping[str, int] = {}

    def table(self) -> dict[str, Range]:
        """The turns as the table of waits has them."""
        return {turn_of(service): (ms, ms) for service, ms in self.turns.items()}


class WaitStore:
    """Reads and writes them for all branches. Dates are written ``2026-11-25``."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def fitted(self, branch_id: str) -> Fitted | None:
        """The last fit, or None."""
        (text,) = self._store.read(lambda p: p.get(BranchKeys(branch_id).fitted))
        if not text:
            return None
        stored = json.loads(text)
        found = {s: regression_from(json.dumps(r)) for s, r in stored["services"].items()}
        return Fitted(
            stored["date"],
            {service: known for service, known in found.items() if known is not None},
            {date: Score(**each) for date, each in stored["scores"].items()},
            stored.get("turns", {}),  # version 0.8.0 kept none
        )

    def keep(self, branch: Branch, fitted: Fitted, *, used: bool) -> None:
        """Keep what was fitted; with ``used`` tickets take their range from it from now on.

        Nothing is kept once the branch has another configuration, or is removed.
        """
        k = BranchKeys(branch.id)
        services = {service: as_json(known) for service, known in fitted.services.items()}
        document = {
            "date": fitted.date,
            "services": {service: json.loads(text) for service, text in services.items()},
            "scores": {date: each._asdict() for date, each in fitted.scores.items()},
            "turns": dict(fitted.turns),
        }

        def write(pipeline: Transaction) -> None:
            pipeline.watch(k.config)
            if pipeline.hget(k.config, "revision") != branch.revision:
                return
            pipeline.multi()
            pipeline.set(k.fitted, json.dumps(document))
            for name, (low, high) in fitted.table().items():
                pipeline.hset(k.estimates, name, f"{low}|{high}")
            pipeline.delete(k.regression, k.regression_by_name)
            for service, text in services.items() if used else ():
                pipeline.hset(k.regression, service, text)
            pipeline.execute()

        unconfirmed(self._store, write, outrun=None)
