"""How many streams a credential may hold open."""

from __future__ import annotations

from redis import Redis

from queue_service.live.store import KEPT_MS, StreamStore
from queue_service.store.redis_store import RedisStore


def test_a_token_holds_so_many_streams_and_no_more(redis_client: Redis) -> None:
    store = StreamStore(RedisStore(redis_client))
    assert [store.enter("t", name, 2) for name in "abc"] == [True, True, False]
    assert store.enter("other", "d", 2)
    store.leave("t", "a")
    assert store.enter("t", "c", 2)


def test_the_streams_of_a_process_that_died_are_forgotten(redis_client: Redis) -> None:
    base = RedisStore(redis_client)
    store = StreamStore(base)
    redis_client.zadd("queue:streams:t", {"dead": base.time() - 1, "alive": base.time() + KEPT_MS})
    assert store.enter("t", "new", 2)
    store.renew("t", "alive")
    assert not store.enter("t", "more", 2)
