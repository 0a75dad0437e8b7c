"""Followed numbers in the store: a code's visit, and what has changed in a branch."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.following.rules import (
    CALLS_SHOWN,
    MOST_WRONG_CODES,
    WRONG_CODES_MS,
    LastCall,
    last_calls,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply
from queue_service.visits.rules.visit import Visit, visit_or_none

_MOST_EVENTS: Final = 500
"""After more events than this all open visits are read."""


class Changes(NamedTuple):
    """The state of a branch at ``now`` (ms), with the visits that have changed.

    ``everything``: they are all that are open.
    """

    now: int
    event: str
    revision: str
    closed_at: int
    everything: bool
    opened: dict[str, str]
    busy: list[str]
    visits: list[Visit]
    calls: tuple[LastCall, ...]


class FollowingStore:
    """Reads what phones show."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def find(self, branch_id: str, digest: str, address: str) -> Reply:
        """Look a code up by its digest; see ``following/scripts/follow_code.lua``.

        Unknown ones are counted on ``address``, a digest.
        """
        k = BranchKeys(branch_id)
        keys = (k.follow_code(digest), k.follow_wrong_codes(address))
        return list(self._store.run("follow_code", keys, (MOST_WRONG_CODES, WRONG_CODES_MS)))

    def changes(self, branch: Branch, known: str, at: int | None = None) -> Changes:
        """The changes since the event ``known``, empty for none.

        See ``following/scripts/followed.lua``. ``at`` is in ms, by default the store's time.
        """
        k = BranchKeys(branch.id)
        keys = (
            k.config, k.events, k.open_counters, k.busy_counters, k.calls, k.open_numbers,
            k.visit_prefix,
        )  # fmt: skip
        args = (known, "" if at is None else at, CALLS_SHOWN, _MOST_EVENTS)
        now, event, revision, closed_at, everything, opened, busy, visits, calls = self._store.run(
            "followed", keys, args
        )
        return Changes(
            int(now),
            event,
            revision,
            int(closed_at or 0),
            everything == "1",
            dict(zip(opened[::2], opened[1::2], strict=True)),
            busy,
            _visits(visits),
            last_calls(_visits(calls), moment(branch, int(now)).day_begins),
        )


def _visits(documents: list[Any]) -> list[Visit]:
    return [visit for visit in map(visit_or_none, documents) if visit is not None]
