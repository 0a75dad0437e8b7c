"""Removing a branch from the store, a part at a time.

The configuration goes first and with it every way to change the branch: each script that writes
refuses where there is no revision. A mark in its place says that the rest is still to go, so a
removal that was broken off is finished by the next one. The mark goes last, and after it the
branch's place on the list of branches.

Each removal has a mark of its own, and each step compares it. So a removal that another one has
overtaken takes nothing from a branch that was created again with the same id.
"""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex
from typing import Any, Final

from queue_service.store.audit_log import REMOVED, AuditEntry, log_key, text_of, totals_key
from queue_service.store.keys import BRANCH_REMOVED, BRANCHES, LOG, BranchKeys
from queue_service.store.redis_store import RedisStore, chunks

_LOG_LENGTH: Final = 10_000
_KEYS_AT_ONCE: Final = 500
_MARK_BYTES: Final = 8


class RemovalStore:
    """Removes branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def mark(self, branch_id: str) -> str | None:
        """The mark of the removal that is under way or was broken off; None if there is none."""
        k = BranchKeys(branch_id)
        (found,) = self._store.read(lambda p: p.hget(k.config, "removing"))
        return None if found is None else str(found)

    def begin(
        self, branch_id: str, revision: str, entry: AuditEntry | None = None, *, with_days: bool
    ) -> tuple[str, str]:
        """Take the configuration away: ``done`` with the mark, ``changed``, ``in_use``
        or ``booked``.

        The branch's audit log is kept. The list of such logs is in another slot, so it is changed
        first: an id there without a log is passed over.
        """
        k = BranchKeys(branch_id)
        self._store.write(lambda p: p.sadd(REMOVED, branch_id))
        keys = (k.config, k.days, log_key(branch_id), totals_key(branch_id), k.coming)
        args = (revision, "1" if with_days else "", token_hex(_MARK_BYTES), text_of(entry))
        status, *mark = self._store.run("remove", keys, args)
        return str(status), str(mark[0]) if mark else ""

    def announce(self, branch_id: str) -> None:
        """Have every process forget the branch."""
        entry: Any = {"event": BRANCH_REMOVED, "id": branch_id}
        self._store.write(lambda p: p.xadd(LOG, entry, maxlen=_LOG_LENGTH, approximate=True))

    def empty(self, branch_id: str, mark: str) -> int:
        """Remove all keys of the branch but the mark; returns their number.

        Stops where another has finished this removal.
        """
        config = BranchKeys(branch_id).config
        removed = 0
        for page in self._pages(branch_id):
            for keys in chunks([key for key in page if key != config], _KEYS_AT_ONCE):
                if not self._ours("remove_keys", (config, *keys), (mark,)):
                    return 0
                removed += len(keys)
        return removed

    def finish(self, branch_id: str, mark: str) -> None:
        """Remove the mark and take the branch off the list: nothing is left."""
        config = BranchKeys(branch_id).config
        if not self._ours("remove_last", (config,), (mark,)):
            return
        # The list is no key of the branch, so this is a step of its own. A branch that was created
        # again with the same id in between stays on the list.
        self._store.write(lambda p: p.srem(BRANCHES, branch_id))
        (anew,) = self._store.read(lambda p: p.hexists(config, "revision"))
        if anew:
            self._store.write(lambda p: p.sadd(BRANCHES, branch_id))

    def _ours(self, script: str, keys: tuple[str, ...], args: tuple[str, ...]) -> bool:
        return str(self._store.run(script, keys, args)[0]) == "done"

    def _pages(self, branch_id: str) -> Iterator[list[str]]:
        """All keys of a branch, as the store goes through its own: others come in between."""
        pattern = f"{BranchKeys(branch_id).prefix}*"
        cursor = 0
        while True:
            cursor, page = self._scan(cursor, pattern)
            yield page
            if cursor == 0:
                return

    def _scan(self, cursor: int, pattern: str) -> tuple[int, list[str]]:
        client: Any = self._store.client
        after, page = self._store.guarded(
            lambda: client.scan(cursor=cursor, match=pattern, count=1000)
        )
        return int(after), [str(key) for key in page]
