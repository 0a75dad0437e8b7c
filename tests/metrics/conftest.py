"""A place to measure, on a real store."""

from __future__ import annotations

import pytest
from redis import Redis

from queue_service.command import Queue
from queue_service.store.redis_store import RedisStore
from tests.metrics.places import Place


@pytest.fixture
def place(redis_client: Redis) -> Place:
    """A configured branch where nothing has happened, and no counter is open."""
    return Place(Queue(RedisStore(redis_client))).configure()
