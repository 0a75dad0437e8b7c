"""Enqueueing a background job by its name, for callers that must not import the jobs.

There are three queues, each with its own worker: urgent jobs, deliveries to other servers, and long
jobs.
"""

from __future__ import annotations

from typing import Final

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError

from queue_service.errors import StoreUnavailable

PROMPT: Final = "queue-service"
"""The queue of urgent jobs: missed calls, alerts, closing days."""
DELIVERIES: Final = "queue-service-deliveries"
"""The queue of jobs that wait for other servers: letters and webhooks."""
FILES: Final = "queue-service-files"
"""The queue of jobs that may take long: files for download, reports, and days that are over."""
JOB_QUEUES: Final = (PROMPT, DELIVERIES, FILES)
"""All queues, in the order in which a worker of several empties them."""
_KEPT_SECONDS: Final = 3600
_LONGEST_SECONDS: Final = 1800


class JobQueue:
    """Asks for files and reports. ``connection`` is to the jobs' store, with bytes in and out."""

    def __init__(self, connection: Redis) -> None:
        self._queue = Queue(FILES, connection=connection, serializer="json")

    def ask(self, function: str, job_id: str, *ids: str) -> bool:
        """Have a function (``workers.jobs.exports.make``) run with these ids.

        False if a job with this id has been asked for already. Raises StoreUnavailable.
        """
        try:
            self._queue.enqueue(
                function,
                args=ids,
                job_id=job_id,
                unique=True,
                job_timeout=_LONGEST_SECONDS,
                result_ttl=_KEPT_SECONDS,
                failure_ttl=_KEPT_SECONDS,
            )
        except DuplicateJobError:
            return False
        except RedisError as error:
            raise StoreUnavailable(
                "The store for background work is not answering; try again in a moment.",
                retry_after=2,
            ) from error
        return True
