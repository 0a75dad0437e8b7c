"""Context of jobs, made once in the process that runs jobs."""

from __future__ import annotations

from functools import cache

from rq import Queue as JobQueue

from queue_service.command import Queue
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect, connect_files
from queue_service.store.redis_store import RedisStore
from workers.queues import job_queue


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_env()


@cache
def queue() -> Queue:
    """The operations' view of the store that the environment names."""
    return Queue(RedisStore(connect(settings()), replicas=settings().replicas_to_wait))


@cache
def jobs() -> JobQueue:
    """The queue of urgent jobs, for a job that asks for others."""
    return job_queue(connect_files(settings()))
