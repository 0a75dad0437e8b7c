"""The reader of a cluster's streams, while one of the servers is unavailable."""

from __future__ import annotations

import pytest
from redis import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from queue_service.store import stream_reader
from queue_service.store.connection.batching import Batching
from queue_service.store.connection.topology import Node
from tests.ports import free_port


def test_a_server_that_is_away_costs_no_more_the_longer_it_is() -> None:
    port = free_port()
    pool = BlockingConnectionPool.from_url(f"redis://127.0.0.1:{port}")
    with Redis.from_pool(pool) as client:
        feed = stream_reader._Feed(Node(("127.0.0.1", port), client, Batching(client)))
        for _ in range(5):
            with pytest.raises(RedisError):
                feed.read({"a stream": stream_reader.BEGINNING})
            feed.close()
        assert not pool._connections
