"""Removing a branch from the store, a part at a time.

The configuration goes first and with it every way to change the branch: all scripts compare its
revision. A mark in its place says that the rest is still to go, so a removal that was broken off
is finished by the next one. The mark goes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from queue_service.store.chunks import chunks
from queue_service.store.erasure import note_removal
from queue_service.store.keys import BRANCHES, LOG, BranchKeys
from queue_service.store.redis_store import RedisStore

BRANCH_REMOVED: Final = "branch.removed"
"""An entry's ``event`` in the log of all processes when the branch in ``id`` is no more."""

_LOG_LENGTH: Final = 10_000
_KEYS_AT_ONCE: Final = 500


class RemovalStore:
    """Removes branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def under_way(self, branch_id: str) -> bool:
        """Whether the branch is being removed, or its removal was broken off."""
        k = BranchKeys(branch_id)
        (found,) = self._store.read(lambda p: p.hexists(k.config, "removing"))
        return bool(found)

    def begin(self, branch_id: str, revision: str, *, with_days: bool) -> str:
        """Take the configuration away: ``done``, ``changed``, or ``in_use`` for its days."""
        k = BranchKeys(branch_id)
        args = (revision, "1" if with_days else "", "")
        return str(self._store.run("remove", (k.config, k.days), args)[0])

    def announce(self, branch_id: str) -> None:
        """Take it off the list of branches, and have every process forget it."""
        entry = {"event": BRANCH_REMOVED, "id": branch_id}
        self._store.guarded(lambda: self._store.client.srem(BRANCHES, branch_id))
        self._store.guarded(
            lambda: self._store.client.xadd(
                LOG,
                entry,  # type: ignore[arg-type]  # the library's own type of fields is invariant
                maxlen=_LOG_LENGTH,
                approximate=True,
            )
        )

    def empty(self, branch_id: str) -> int:
        """Remove all keys of the branch but the mark, and tell how many there were."""
        config = BranchKeys(branch_id).config
        removed = 0
        for some in self._keys(branch_id):
            gone = [key for key in some if key != config]
            for part in chunks(gone, _KEYS_AT_ONCE):
                self._unlink(part)
            removed += len(gone)
        return removed

    def finish(self, branch_id: str) -> None:
        """Remove the mark: nothing is left."""
        note_removal(self._store)
        self._unlink([BranchKeys(branch_id).config])

    def _keys(self, branch_id: str) -> Iterator[list[str]]:
        """All keys of a branch, as the store goes through its own: others come in between."""
        pattern = f"{BranchKeys(branch_id).prefix}*"
        found: list[str] = []
        for key in self._store.guarded(
            lambda: self._store.client.scan_iter(match=pattern, count=1000)
        ):
            found.append(str(key))
            if len(found) >= _KEYS_AT_ONCE:
                yield found
                found = []
        yield found

    def _unlink(self, keys: Sequence[str]) -> None:
        if keys:
            self._store.guarded(lambda: self._store.client.unlink(*keys))
