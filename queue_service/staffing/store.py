"""Staffing advice in the store: kept by a job, read by pages, programs and metrics."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.staffing.rules.held import (
    KeptForecast,
    forecast_from_document,
    forecast_to_document,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.optimistic_lock import Transaction, unconfirmed
from queue_service.store.redis_store import RedisStore

PACE_SECONDS: Final = 900
"""How long today's pace is shown that is not worked out again."""


@dataclass(frozen=True, slots=True)
class AdviceToKeep:
    """Advice to keep: its basis, its stored form, and the few figures of it that metrics read.
    ``forecasts`` are added to those kept, ``over`` are dates to forget."""

    basis: str
    advice: Mapping[str, Any]
    figures: Mapping[str, Any]
    forecasts: Sequence[KeptForecast] = ()
    over: Sequence[str] = ()


class StaffingStore:
    """Keeps the advice of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def basis(self, branch_id: str) -> str | None:
        """The basis of the advice that is kept; None without any."""
        (found,) = self._store.read(lambda p: p.hget(BranchKeys(branch_id).staffing, "basis"))
        return found if found is None else str(found)

    def advice(self, branch_id: str, basis: str) -> Mapping[str, Any] | None:
        """The stored form of the advice that has this basis; None if there is none."""
        key = BranchKeys(branch_id).staffing
        ((made_from, text),) = self._store.read(lambda p: p.hmget(key, "basis", "advice"))
        if made_from != basis:
            return None
        document: Mapping[str, Any] = json.loads(text)
        return document

    def forecasts(self, branch_id: str) -> dict[str, KeptForecast]:
        """The kept forecasts by date."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).forecasts))
        return {str(date): forecast_from_document(json.loads(t)) for date, t in found.items()}

    def keep(self, branch: Branch, made: AdviceToKeep) -> bool:
        """Keep advice in place of the kept advice, and the forecasts next to those kept.

        False once the branch has another configuration, or is removed; then nothing is kept.
        """
        k = BranchKeys(branch.id)

        def write(pipeline: Transaction) -> bool:
            pipeline.watch(k.config)
            if pipeline.hget(k.config, "revision") != branch.revision:
                return False
            pipeline.multi()
            pipeline.hset(k.staffing, "basis", made.basis)
            pipeline.hset(k.staffing, "advice", _text(made.advice))
            pipeline.hset(k.staffing, "figures", _text(made.figures))
            for one in made.forecasts:
                pipeline.hset(k.forecasts, one.date, _text(forecast_to_document(one)))
            for date in made.over:
                pipeline.hdel(k.forecasts, date)
            pipeline.execute()
            return True

        return unconfirmed(self._store, write, outrun=False)

    def pace(self, branch_id: str) -> Mapping[str, Any] | None:
        """The stored form of today's pace; None if it is not known."""
        (text,) = self._store.read(lambda p: p.get(BranchKeys(branch_id).pace))
        return json.loads(text) if text else None

    def keep_pace(self, branch_id: str, document: Mapping[str, Any] | None) -> None:
        """Keep today's pace for a quarter of an hour; None forgets it."""
        key = BranchKeys(branch_id).pace
        if document is None:
            self._store.read(lambda p: p.delete(key))
        else:
            self._store.read(lambda p: p.set(key, _text(document), ex=PACE_SECONDS))


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
