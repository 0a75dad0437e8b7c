"""The queue of jobs, as whoever fills it and whoever empties it knows it."""

from __future__ import annotations

from redis import Redis
from rq import Queue

from queue_service.store.job_door import QUEUE_NAME


def job_queue(connection: Redis) -> Queue:
    """The queue that the schedule fills and the workers empty."""
    return Queue(QUEUE_NAME, connection=connection, serializer="json")
