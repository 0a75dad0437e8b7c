"""Notes on days in the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from redis import WatchError

from queue_service.domain.notes import Note, from_text, to_text
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore

Change = Callable[[tuple[Note, ...]], Sequence[Note]]


class NoteStore:
    """Reads and changes the notes of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def all(self, branch_id: str) -> dict[str, tuple[Note, ...]]:
        """Every date that has notes."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).notes))
        return {str(date): from_text(str(text)) for date, text in sorted(found.items())}

    def change(self, branch_id: str, date: str, change: Change) -> None:
        """Put what ``change`` makes of a date's notes in their place, whoever else writes too."""
        self._store.guarded(lambda: self._change(BranchKeys(branch_id).notes, date, change))

    def _change(self, key: str, date: str, change: Change) -> None:
        with self._store.client.pipeline() as pipeline:
            writing: Any = pipeline
            while True:
                try:
                    writing.watch(key)
                    after = change(from_text(writing.hget(key, date)))
                    writing.multi()
                    if after:
                        writing.hset(key, date, to_text(after))
                    else:
                        writing.hdel(key, date)
                    writing.execute()
                except WatchError:
                    continue
                return
