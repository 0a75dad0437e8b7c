"""Clips in the jobs' store, where every web replica and every worker finds them.

The store must not fill up (its server refuses writes rather than forget), so the clips are bounded
in number and size, the oldest make room for the newest, and each expires.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from redis import Redis

from queue_service.speech.keys import MADE, PROBLEM, SIZES, clip
from queue_service.speech.rules import Clip, to_drop
from queue_service.store.jobs.guarded import guarded

KEPT_MS: Final = 30 * 24 * 3_600_000
"""For how long a clip is kept."""
MOST_CLIPS: Final = 5_000
"""How many clips are kept: the numbers of some weeks in several languages."""
ROOM_BYTES: Final = 32 * 2**20
"""How much all clips together may take; one of a number takes some 5 kB."""
_PROBLEM_SECONDS: Final = 300


class ClipStore:
    """Keeps clips. ``client`` is to the jobs' store, with bytes in and out."""

    def __init__(self, client: Redis, *, most: int = MOST_CLIPS, room: int = ROOM_BYTES) -> None:
        self._client = client
        self._most = most
        self._room = room

    def there(self, clips: Sequence[Clip]) -> set[Clip]:
        """The clips among these that are kept. Raises StoreUnavailable."""

        def ask() -> list[int]:
            with self._client.pipeline(transaction=False) as pipeline:
                for each in clips:
                    pipeline.exists(clip(each.id))
                return pipeline.execute()

        return {each for each, kept in zip(clips, guarded(ask), strict=True) if kept}

    def audio(self, clip_id: str) -> bytes | None:
        """A clip's audio; None if it is not kept. Raises StoreUnavailable."""
        return cast(bytes | None, guarded(lambda: self._client.get(clip(clip_id))))

    def keep(self, made: Clip, audio: bytes, now: int) -> None:
        """Keep a clip's audio, and drop the oldest clips beyond the limits."""

        def write() -> None:
            with self._client.pipeline() as pipeline:
                pipeline.set(clip(made.id), audio, px=KEPT_MS)
                pipeline.zadd(MADE, {made.id: now})
                pipeline.hset(SIZES, made.id, str(len(audio)))
                pipeline.execute()
            self._make_room(now)

        guarded(write)

    def note_problem(self, problem: str) -> None:
        """Note why a worker could make no clip: for some minutes none is asked for."""
        guarded(lambda: self._client.set(PROBLEM, problem, ex=_PROBLEM_SECONDS))

    def problem(self) -> str:
        """The reason that a worker gave some minutes ago for making no clip; empty without one."""
        return cast(bytes, guarded(lambda: self._client.get(PROBLEM)) or b"").decode()

    def count(self) -> int:
        """How many clips are kept."""
        return guarded(lambda: self._client.zcard(MADE))

    def _make_room(self, now: int) -> None:
        ids = [each.decode() for each in cast(list[bytes], self._client.zrange(MADE, 0, -1))]
        sizes = cast(dict[bytes, bytes], self._client.hgetall(SIZES))
        expired = cast(list[bytes], self._client.zrangebyscore(MADE, "-inf", now - KEPT_MS))
        kept = [(each, int(sizes.get(each.encode(), 0))) for each in ids]
        over = to_drop(kept, most=self._most, room=self._room)
        dropped = {each.decode() for each in expired} | set(over)
        if not dropped:
            return
        with self._client.pipeline() as pipeline:
            for each in dropped:
                pipeline.unlink(clip(each))
            pipeline.zrem(MADE, *dropped)
            pipeline.hdel(SIZES, *dropped)
            pipeline.execute()
