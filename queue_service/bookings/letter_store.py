"""Letters about appointments in the store, as they wait for the worker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.rules.letters import BookingLetter, letter_from_json
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore


class StoredLetter(NamedTuple):
    """A letter that waits, ``raw`` exactly as stored; ``letter`` is None if it is damaged."""

    id: str
    raw: str
    letter: BookingLetter | None


class LetterStore:
    """Reads and changes the letters of all branches. Raises StoreUnavailable."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def branches(self, branch_ids: Iterable[str]) -> list[str]:
        """The branches with a letter that waits, among these."""
        ids = list(branch_ids)
        counts = self._store.read(lambda p: [p.hlen(BookingKeys(one).letters) for one in ids])
        return [one for one, count in zip(ids, counts, strict=True) if count]

    def all(self, branch_id: str) -> list[StoredLetter]:
        """The letters of a branch that wait."""
        (found,) = self._store.read(lambda p: p.hgetall(BookingKeys(branch_id).letters))
        return [StoredLetter(str(i), str(raw), letter_from_json(raw)) for i, raw in found.items()]

    def get(self, branch_id: str, letter_id: str) -> StoredLetter | None:
        """A letter by its id."""
        (raw,) = self._store.read(lambda p: p.hget(BookingKeys(branch_id).letters, letter_id))
        return StoredLetter(letter_id, str(raw), letter_from_json(raw)) if raw else None

    def change(
        self, branch_id: str, stored: StoredLetter, after: BookingLetter | None, field: str = ""
    ) -> bool:
        """Change a letter, or remove it, and count it in ``field`` of the branch's totals.

        False if it has changed since it was read; see ``bookings/scripts/change_letter.lua``.
        """
        keys = (BookingKeys(branch_id).letters, BranchKeys(branch_id).totals)
        args = (stored.id, stored.raw, after.to_json() if after else "", field)
        return bool(self._store.run("change_letter", keys, args))
