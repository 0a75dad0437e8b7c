"""Stored next to the days: whole months, names, and the history of goals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal, cast

from queue_service.branches.rules.branch import Branch
from queue_service.history.rules.goal_history import GoalHistory, read_goal_history
from queue_service.history.rules.history import FORMAT
from queue_service.store.keys import BranchKeys
from queue_service.store.optimistic_lock import Transaction, unconfirmed
from queue_service.store.redis_store import RedisStore

NamedPart = Literal["service", "team", "counter", "pause"]
StoredName = str | dict[str, str]
"""A counter's name, or a service's or team's by language."""


class HistoryStore:
    """Reads and writes it for all branches. Months are written ``2026-11``, weeks by their Monday,
    ``2026-11-23``."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def months(self, branch_id: str, months: Sequence[str]) -> list[str | None]:
        """The stored sum of each month or week, or None."""
        if not months:
            return []
        k = BranchKeys(branch_id)
        (found,) = self._store.read(lambda p: p.mget([k.month(month) for month in months]))
        return list(found)

    def keep_month(self, branch: Branch, month: str, text: str) -> None:
        """Keep a month's or week's history; it is only used while it matches its days.

        Nothing is kept once the branch has another configuration, or is removed.
        """
        self._keep(branch, BranchKeys(branch.id).month(month), text)

    def service_months(self, branch_id: str, months: Sequence[str]) -> list[str | None]:
        """The stored sums of each month's days by service, or None."""
        if not months:
            return []
        k = BranchKeys(branch_id)
        (found,) = self._store.read(lambda p: p.mget([k.service_month(month) for month in months]))
        return list(found)

    def keep_service_month(self, branch: Branch, month: str, text: str) -> None:
        """The same of a month's days by service."""
        self._keep(branch, BranchKeys(branch.id).service_month(month), text)

    def months_not_kept(self, branch_id: str, months: Sequence[str]) -> list[str]:
        """The months without one of the two sums in the present format."""
        k, end = BranchKeys(branch_id), len(FORMAT) - 1
        found = self._store.read(
            lambda p: [
                (p.getrange(k.month(month), 0, end), p.getrange(k.service_month(month), 0, end))
                for month in months
            ]
        )
        kept = zip(months, found[::2], found[1::2], strict=True)
        return [month for month, *both in kept if both != [FORMAT, FORMAT]]

    def names(self, branch_id: str) -> dict[tuple[NamedPart, str], StoredName]:
        """The last name of each service, team and counter, including removed ones."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).names))
        names: dict[tuple[NamedPart, str], StoredName] = {}
        for field, name in found.items():
            part, _, item = str(field).partition("|")
            names[cast(NamedPart, part), item] = json.loads(name)
        return names

    def goal_history(self, branch: Branch) -> GoalHistory:
        """The branch's goals through time."""
        (entries,) = self._store.read(lambda p: p.lrange(BranchKeys(branch.id).goals, 0, -1))
        return read_goal_history(branch, [str(entry) for entry in entries])

    def _keep(self, branch: Branch, key: str, text: str) -> None:
        config = BranchKeys(branch.id).config

        def write(pipeline: Transaction) -> None:
            # Written after the branch's removal, nothing would ever take it away.
            pipeline.watch(config)
            if pipeline.hget(config, "revision") == branch.revision:
                pipeline.multi()
                pipeline.set(key, text)
                pipeline.execute()

        unconfirmed(self._store, write, outrun=None)
