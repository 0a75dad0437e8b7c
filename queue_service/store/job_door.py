"""Asking for a background job by its name, for whoever must not know the jobs themselves."""

from __future__ import annotations

from typing import Final

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError

from queue_service.domain.errors import StoreUnavailable

QUEUE_NAME: Final = "queue-service"
_KEPT_SECONDS: Final = 3600
_LONGEST_SECONDS: Final = 1800


class JobDoor:
    """Puts jobs in the queue. ``connection`` is to the jobs' store, with bytes in and out."""

    def __init__(self, connection: Redis) -> None:
        self._queue = Queue(QUEUE_NAME, connection=connection, serializer="json")

    def ask(self, function: str, job_id: str, *ids: str) -> bool:
        """Have a function (``workers.jobs.exports.make``) run with these ids.

        False where a job with this id has been asked for already. Raises StoreUnavailable.
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
