"""How many event streams a credential holds open, over all processes."""

from __future__ import annotations

from typing import Final

from queue_service.store.keys import streams
from queue_service.store.redis_store import RedisStore

KEPT_MS: Final = 180_000
"""How long a stream counts without being renewed, should its process die."""


class StreamStore:
    """Counts open streams, so that one token cannot take all there is."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def enter(self, caller: str, stream: str, limit: int) -> bool:
        """Count a stream in. False, and nothing counted, when there are ``limit`` already."""
        now = self._store.time()
        key = streams(caller)
        _, _, _, count = self._store.read(
            lambda p: (
                p.zremrangebyscore(key, "-inf", now),
                p.zadd(key, {stream: now + KEPT_MS}),
                p.pexpire(key, KEPT_MS),
                p.zcard(key),
            )
        )
        if int(count) > limit:
            self.leave(caller, stream)
            return False
        return True

    def renew(self, caller: str, stream: str) -> None:
        """The stream is still open."""
        key, until = streams(caller), self._store.time() + KEPT_MS
        self._store.read(lambda p: (p.zadd(key, {stream: until}), p.pexpire(key, KEPT_MS)))

    def leave(self, caller: str, stream: str) -> None:
        """Count a stream out."""
        self._store.read(lambda p: p.zrem(streams(caller), stream))
