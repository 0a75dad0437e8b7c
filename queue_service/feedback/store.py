"""Citizens' answers in the store, as counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import Moment
from queue_service.branches.rules.hours import Hour
from queue_service.feedback.rules import (
    MOST_COUNTED,
    MOST_PRESSES,
    MOST_WRONG_CODES,
    REPEAT_MS,
    SET_ASIDE,
    WINDOW_MS,
    WRONG_CODES_MS,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply


class FeedbackStore:
    """Counts and reads the answers of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._stocks: dict[tuple[str, str], tuple[int, list[str]]] = {}

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
        m = idempotency or NO_KEY
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

    def stock(self, branch_id: str, service: str, expires: int) -> list[str]:
        """Codes that this process has made and not handed out yet, to be taken from the end.

        Codes of an earlier day are forgotten.
        """
        known_expires, codes = self._stocks.get((branch_id, service), (0, []))
        if known_expires != expires:
            codes = []
            self._stocks[branch_id, service] = (expires, codes)
        return codes

    def add_codes(
        self,
        branch: Branch,
        service: str,
        digests: Sequence[str],
        now: int,
        expires: int,
        caller: str,
        most: int,
    ) -> Reply:
        """Keep codes by their digests, and count one that is handed out; see
        ``feedback/scripts/feedback_code.lua``. ``now`` and ``expires`` are in ms. The reply numbers
        those that were kept already, from 0."""
        k = BranchKeys(branch.id)
        keys = (
            k.config, k.feedback_codes(caller), *(k.feedback_code(digest) for digest in digests),
        )  # fmt: skip
        args = (branch.revision, service, expires, expires - now, most)
        return list(self._store.run("feedback_code", keys, args))

    def by_code(
        self,
        branch: Branch,
        digest: str,
        address: str,
        day: Moment,
        fields: Sequence[str],
        at: int | None,
    ) -> Reply:
        """Look a code up, or count the fields; see ``feedback/scripts/feedback_by_code.lua``."""
        k = BranchKeys(branch.id)
        keys = (
            k.config, k.feedback(day.date), k.feedback_code(digest),
            k.feedback_wrong_codes(address),
        )  # fmt: skip
        args = (
            branch.revision, "" if at is None else at, day.day_begins, day.day_ends,
            json.dumps(fields) if fields else "", MOST_WRONG_CODES, WRONG_CODES_MS,
        )  # fmt: skip
        return list(self._store.run("feedback_by_code", keys, args))

    def days(self, branch_id: str, dates: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The stored counts of each date that has any."""
        return self._store.by_date(BranchKeys(branch_id).feedback, dates)
