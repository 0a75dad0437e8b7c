"""The queues of jobs, for those that fill them and those that empty them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from redis import Redis
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError

from queue_service.store.jobs.job_queue import DELIVERIES, FILES, JOB_QUEUES, PROMPT

Work = Literal["prompt", "deliveries", "files"]
"""The kinds of work of a worker: urgent jobs, deliveries, and jobs that may take long."""

WORK: Final[Mapping[Work, str]] = {"prompt": PROMPT, "deliveries": DELIVERIES, "files": FILES}
"""The queue of each."""


def job_queue(connection: Redis) -> Queue:
    """The queue of urgent jobs."""
    return _open(PROMPT, connection)


def deliveries_queue(connection: Redis) -> Queue:
    """The queue of jobs that wait for other servers: letters and webhooks."""
    return _open(DELIVERIES, connection)


def files_queue(connection: Redis) -> Queue:
    """The queue of jobs that may take long: files, reports, and days that are over."""
    return _open(FILES, connection)


def queues(connection: Redis, only: Work | None = None) -> list[Queue]:
    """All queues, in the order in which they are emptied, or one of them alone."""
    names = JOB_QUEUES if only is None else (WORK[only],)
    return [_open(name, connection) for name in names]


def path_of(job: Callable[..., object]) -> str:
    """A function's import path: how a job names it, and what a worker allows."""
    return f"{job.__module__}.{job.__name__}"


def enqueue_once(
    queue: Queue,
    path: str,
    job_id: str,
    args: Sequence[object] = (),
    *,
    run_seconds: int,
    failure_seconds: int,
    result_seconds: int = 0,
    wait_seconds: int | None = None,
    retry_delays: Sequence[int] = (),
    at_front: bool = False,
) -> bool:
    """Enqueue a job, unless the queues know one with this id; returns whether it was enqueued.

    It may run for ``run_seconds``, and is dropped after ``wait_seconds`` in the queue. An id is
    known until the job has ended, and then for ``result_seconds`` or ``failure_seconds``.
    """
    delays = list(retry_delays)
    again = Retry(max=len(delays), interval=delays) if delays else None
    try:
        queue.enqueue(
            path,
            args=tuple(args),
            job_id=job_id,
            unique=True,
            at_front=at_front,
            retry=again,
            ttl=wait_seconds,
            job_timeout=run_seconds,
            result_ttl=result_seconds,
            failure_ttl=failure_seconds,
        )
    except DuplicateJobError:
        return False
    return True


def _open(name: str, connection: Redis) -> Queue:
    return Queue(name, connection=connection, serializer="json")
