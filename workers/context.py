"""What a job works with, made once in the process that runs jobs."""

from __future__ import annotations

from functools import cache

from queue_service.operations.queue import Queue, open_queue
from queue_service.settings import Settings
from queue_service.store.connection import connect
from queue_service.store.redis_store import RedisStore


@cache
def queue() -> Queue:
    """The operations' view of the store that the environment names."""
    settings = Settings.from_env()
    return open_queue(RedisStore(connect(settings), replicas=settings.replicas_to_wait))
