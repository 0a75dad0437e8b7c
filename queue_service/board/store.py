"""What the supervisors' board reads besides the state."""

from __future__ import annotations

from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore


class BoardStore:
    """Reads which visits a board is about."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def ids(self, branch_id: str, date: str) -> tuple[list[str], list[str]]:
        """The ids of a business day's visits, and of all open ones of whatever day."""
        k = BranchKeys(branch_id)
        day, open_ = self._store.read(
            lambda p: (p.lrange(k.index(date), 0, -1), p.hvals(k.open_numbers))
        )
        return day, open_
