"""The queues of jobs, for those that fill them and those that empty them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from redis import Redis
from rq import Queue

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


def _open(name: str, connection: Redis) -> Queue:
    return Queue(name, connection=connection, serializer="json")
