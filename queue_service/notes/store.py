"""Notes on days in the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from queue_service.notes.rules import Note, from_text, to_text
from queue_service.store.keys import BranchKeys
from queue_service.store.optimistic_lock import Transaction, transaction
from queue_service.store.redis_store import RedisStore

NoteChange = Callable[[tuple[Note, ...]], Sequence[Note]]


class NoteStore:
    """Reads and changes the notes of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def all(self, branch_id: str) -> dict[str, tuple[Note, ...]]:
        """Every date that has notes."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).notes))
        return {str(date): from_text(str(text)) for date, text in sorted(found.items())}

    def change(self, branch_id: str, date: str, change: NoteChange) -> Sequence[Note]:
        """Replace a date's notes by the result of ``change``, even if others write at the same
        time.

        Returns the date's notes afterwards.
        """
        key = BranchKeys(branch_id).notes

        def write(pipeline: Transaction) -> Sequence[Note] | None:
            pipeline.watch(key)
            after = change(from_text(pipeline.hget(key, date)))
            pipeline.multi()
            if after:
                pipeline.hset(key, date, to_text(after))
            else:
                pipeline.hdel(key, date)
            pipeline.execute()
            return after

        while (written := transaction(self._store, key, write, outrun=None)) is None:
            continue
        return written
