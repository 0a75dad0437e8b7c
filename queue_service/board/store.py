"""The state of a branch as the store has it at one instant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import Moment
from queue_service.goals.rules.goal import Goal
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply
from queue_service.visits.rules.regression import Regression, regression_from

_CHUNK: Final = 50
"""How many entries of the log are read at once: a screen has mostly received one of the last."""


class BoardStore:
    """Reads what the board and the state show."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def ids(self, branch_id: str, date: str) -> tuple[list[str], list[str]]:
        """The ids of a business day's visits, and of all open ones of whatever day."""
        k = BranchKeys(branch_id)
        day, open_ = self._store.read(
            lambda p: (p.lrange(k.index(date), 0, -1), p.hvals(k.open_numbers))
        )
        return day, open_

    def estimates(self, branch_id: str) -> dict[str, tuple[int, int]]:
        """The learnt waits: the 10th and 90th percentile in seconds, by their kind.

        See ``visits/rules/wait_estimate.py`` for the kinds.
        """
        (stored,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).estimates))
        ranges = {kind: text.partition("|") for kind, text in stored.items()}
        return {kind: (int(low), int(high)) for kind, (low, _, high) in ranges.items()}

    def regressions(self, branch_id: str) -> dict[str, Regression]:
        """The regression of each service's waits, where tickets use it."""
        (stored,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).regression))
        found = {service: regression_from(text) for service, text in stored.items()}
        return {service: known for service, known in found.items() if known is not None}

    def log(self, branch_id: str, newest: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """The entries of the branch's log from ``newest`` back: id, event and data."""
        begin = newest
        while True:
            (entries,) = self._store.read(
                lambda p, to=begin: p.xrevrange(BranchKeys(branch_id).events, to, count=_CHUNK)  # type: ignore[misc]  # a lambda's default has no type
            )
            for entry_id, fields in entries:
                yield entry_id, fields["event"], json.loads(fields["data"])
            if len(entries) < _CHUNK:
                return
            begin = f"({entries[-1][0]}"

    def snapshot(self, branch: Branch, moment: Moment, at: int | None) -> Reply:
        """Everything the state shows, from one instant; see ``board/scripts/snapshot.lua``.

        Visits that wait too long are counted for every goal, whatever its hours.
        """
        k = BranchKeys(branch.id)
        keys = (
            k.config, k.events, k.open_counters, k.busy_counters, k.day(moment.date), k.calls,
            k.queue_prefix, k.since_prefix, k.visit_prefix, k.free_counters, k.paused_counters,
            k.missed, k.holds,
        )  # fmt: skip
        goals = [
            {"id": g.id, "ms": g.limit_ms, "services": _judged(branch, g)}
            for g in branch.goals
            if g.judges_waits
        ]
        args = (
            branch.revision, moment.since, moment.until, "" if at is None else at,
            json.dumps(list(branch.services)), json.dumps(goals), _carries(branch, moment),
            branch.return_window_seconds * 1000,
        )  # fmt: skip
        return list(self._store.run("snapshot", keys, args))


def _carries(branch: Branch, moment: Moment) -> str:
    ends = [one.ends for one in branch.interventions if one.kind == "carry_over"]
    return "1" if any(end > moment.since for end in ends) else ""


def _judged(branch: Branch, goal: Goal) -> list[str]:
    return [service for service in branch.services if goal.judges(service)]
