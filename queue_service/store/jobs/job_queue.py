"""Enqueueing a background job by its name, for callers that must not import the jobs.

There are three queues, each with its own worker: urgent jobs, deliveries to other servers, and long
jobs.
"""

from __future__ import annotations

from typing import Final

from redis import Redis
from rq import Queue
from rq.exceptions import DuplicateJobError

from queue_service.store.jobs.guarded import guarded

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
_SOON_SECONDS: Final = 60
_FAILED_SECONDS: Final = 1
_MOST_WAITING: Final = 50


class JobQueue:
    """Asks for jobs. ``connection`` is to the jobs' store, with bytes in and out; ``name`` is one
    of :data:`JOB_QUEUES`."""

    def __init__(self, connection: Redis, name: str = FILES) -> None:
        self._queue = Queue(name, connection=connection, serializer="json")

    def ask(self, function: str, job_id: str, *args: str) -> bool:
        """Have a function (``workers.jobs.exports.make``) run with these arguments.

        False if a job with this id has been asked for already. Raises StoreUnavailable.
        """
        return self._ask(
            function,
            job_id,
            args,
            job_timeout=_LONGEST_SECONDS,
            result_ttl=_KEPT_SECONDS,
            failure_ttl=_KEPT_SECONDS,
        )

    def ask_soon(self, function: str, job_id: str, *args: str) -> bool:
        """Have a function run within a minute or not at all, for a caller who asks again.

        False if a job with this id waits or runs, or if many jobs wait: then no worker runs, or
        somebody asks for too much. Raises StoreUnavailable.
        """
        if guarded(lambda: len(self._queue)) >= _MOST_WAITING:
            return False
        return self._ask(
            function,
            job_id,
            args,
            ttl=_SOON_SECONDS,
            job_timeout=_SOON_SECONDS,
            result_ttl=0,
            failure_ttl=_FAILED_SECONDS,  # until then its id cannot be asked for again
        )

    def _ask(self, function: str, job_id: str, args: tuple[str, ...], **limits: int) -> bool:
        def enqueue() -> object:
            return self._queue.enqueue(function, args=args, job_id=job_id, unique=True, **limits)

        try:
            guarded(enqueue)
        except DuplicateJobError:
            return False
        return True
