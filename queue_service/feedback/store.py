"""Citizens' answers in the store, as counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.feedback.rules import (
    MOST_COUNTED,
    MOST_PRESSES,
    REPEAT_MS,
    SET_ASIDE,
    WINDOW_MS,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply


class Hour(NamedTuple):
    """An hour (``09``) of a business day, and the instants from and until which it lasts, in ms."""

    date: str
    hour: str
    since: int
    until: int


class FeedbackStore:
    """Counts and reads the answers of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def count(
        self,
        branch: Branch,
        device: str,
        hour: Hour,
        fields: Sequence[str],
        idempotency: IdempotencyKey | None,
        at: int | None,
    ) -> Reply:
        """Count one person's answers; see ``feedback/scripts/feedback.lua``."""
        k = BranchKeys(branch.id)
        m = idempotency or IdempotencyKey("", "", "")
        keys = (
            k.config, k.feedback(hour.date), k.idempotency(m.scope, m.key),
            k.feedback_terminal(device),
        )  # fmt: skip
        args = (
            branch.revision, m.fingerprint, "" if at is None else at, hour.since, hour.until,
            json.dumps(fields), SET_ASIDE, REPEAT_MS, MOST_COUNTED, MOST_PRESSES,
            WINDOW_MS,
        )  # fmt: skip
        return list(self._store.run("feedback", keys, args))

    def days(self, branch_id: str, dates: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """What was counted on each of the dates that has anything."""
        k, wanted = BranchKeys(branch_id), list(dates)
        found = self._store.read(lambda p: [p.hgetall(k.feedback(date)) for date in wanted])
        return {date: counts for date, counts in zip(wanted, found, strict=True) if counts}
