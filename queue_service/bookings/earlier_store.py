"""Earlier times in the store: who asks for one, and which are kept for them."""

from __future__ import annotations

from collections.abc import Iterable

from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.rules.earlier import KeptTime, kept_from_member
from queue_service.store.redis_store import RedisStore


class EarlierStore:
    """Reads what is offered to those who ask for an earlier time. Raises StoreUnavailable."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def branches(self, branch_ids: Iterable[str]) -> list[str]:
        """The branches in which somebody asks or a place is held, among these."""
        keys = {one: BookingKeys(one) for one in branch_ids}
        found = self._store.read(lambda p: [p.exists(k.earlier, k.holds) for k in keys.values()])
        return [one for one, count in zip(keys, found, strict=True) if count]

    def asking(self, branch_id: str, after: int = 0) -> list[str]:
        """The codes of those who ask and whose own time is after an instant (ms), the farthest
        first."""
        key = BookingKeys(branch_id).earlier
        (codes,) = self._store.read(lambda p: p.zrevrangebyscore(key, "+inf", f"({after}"))
        return [str(code) for code in codes]

    def kept(self, branch_id: str) -> list[KeptTime]:
        """The times that are kept, in the order in which they are given back."""
        key = BookingKeys(branch_id).holds
        (found,) = self._store.read(lambda p: p.zrange(key, 0, -1, withscores=True))
        kept = (kept_from_member(str(member), int(until)) for member, until in found)
        return [one for one in kept if one is not None]

    def release(self, branch_id: str, kept: KeptTime) -> bool:
        """Give a kept time back to everybody; False if it is not kept any more."""
        k = BookingKeys(branch_id)
        keys = (k.holds, k.places, k.changes)
        return bool(self._store.run("release_kept", keys, (kept.member, kept.field)))
