"""A change is acknowledged once as many replicas have it as are configured."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from queue_service.errors import StoreUnavailable
from queue_service.store.redis_store import RedisStore
from tests.conftest import Server


@pytest.fixture
def without_wait(redis_server: Server, redis_client: Redis) -> Iterator[Redis]:
    """A client that may not wait for replicas, as through the proxy of a cluster."""
    redis_client.acl_setuser(
        "proxied", enabled=True, nopass=True, keys=["*"], categories=["+@all"], commands=["-wait"]
    )
    with Redis.from_url(redis_server.url, username="proxied", decode_responses=True) as client:
        yield client
    redis_client.acl_deluser("proxied")


def test_without_configured_replicas_none_is_waited_for(without_wait: Redis) -> None:
    store = RedisStore(without_wait)
    assert store.write(lambda p: p.set("changed", "1")) == [True]


def test_a_change_that_no_replica_has_is_not_acknowledged(redis_client: Redis) -> None:
    store = RedisStore(redis_client, replicas=1)
    with pytest.raises(StoreUnavailable):
        store.run("recall", ("memo",), ())
