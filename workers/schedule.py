"""Periodic jobs: a plain list, and the loop that asks for them.

RQ's own cron dies or stalls when the store restarts, and two of them would enqueue everything
twice. Here each job has an id per period, so any number of schedules ask for it once, and one that
has not begun by the end of its period is dropped: the next one does its work as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job

from queue_service.store.jobs.job_queue import DELIVERIES, FILES, PROMPT
from queue_service.store.redis_store import milliseconds
from workers.queues import enqueue_once, queues

_log = logging.getLogger(__name__)

LONGEST_BACKLOG: Final = 100
"""Jobs that wait before the schedule stops asking for more: then no worker runs."""

_KEPT_SECONDS: Final = 60
"""How long the result of a job is kept at least."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job by its module and function, how often it is due, in seconds, and where it waits.

    It is not imported: the schedule only asks for it, and needs half the memory of a worker.
    """

    job: str
    every_seconds: int
    queue: str = PROMPT

    @property
    def name(self) -> str:
        """Its import path, which is also what a worker is allowed to run."""
        return f"workers.jobs.{self.job}"

    def job_id(self, now: int) -> str:
        """The id of the job for the period that holds ``now`` (ms): the same for all schedules."""
        return f"{self.name.replace('.', '-')}-{now // (self.every_seconds * 1000)}"


PERIODIC: Final = (
    Periodic("reminders.check", 3),
    Periodic("booking_letters.check", 5),
    Periodic("booking_letters.remind", 60),
    Periodic("branches.sweep", 15),
    Periodic("alerts.check", 15),
    Periodic("webhooks.send", 10, DELIVERIES),
    Periodic("branches.close_days", 60),
    Periodic("branches.sample_free_times", 600, FILES),
    Periodic("exports.tend", 60),
    Periodic("audit.send", 10, DELIVERIES),
    Periodic("mobile.send", 60, DELIVERIES),  # its worker may reach out
    Periodic("specialists.settle", 300),
    Periodic("days.summarise", 600, FILES),
    Periodic("staffing.pace", 60, FILES),
    Periodic("staffing.keep", 600, FILES),
    Periodic("reports.make_due", 900, FILES),
    Periodic("waits.learn", 900, FILES),
    Periodic("days.expire", 3600, FILES),
    Periodic("audit.expire", 3600, FILES),
    Periodic("certificate.look", 3600, DELIVERIES),  # its worker may reach out
)


class Schedule:
    """Asks for the periodic jobs. It knows what it has asked for, and asks the store for nothing
    else while no new period has begun."""

    def __init__(self, jobs: Sequence[Periodic] = PERIODIC) -> None:
        self._jobs = jobs
        self._asked: dict[str, str] = {}

    def enqueue_due(self, queue: Queue, now: int) -> list[str]:
        """Ask for each of the queue's jobs once in its period; the ids of those asked for only now.

        ``now`` is in ms and determines the period, so that all schedules agree on it.
        """
        mine = (job for job in self._jobs if job.queue == queue.name)
        due = [job for job in mine if self._asked.get(job.name) != job.job_id(now)]
        if not due or len(queue) >= LONGEST_BACKLOG:
            return []
        found = [_enqueue(queue, job, now) for job in due]
        self._asked.update({job.name: job.job_id(now) for job in due})
        return [enqueued for enqueued in found if enqueued]


def _enqueue(queue: Queue, periodic: Periodic, now: int) -> str | None:
    """Its id, or None if it was asked for already, by another schedule."""
    job_id = periodic.job_id(now)
    keep = max(2 * periodic.every_seconds, _KEPT_SECONDS)
    is_new = enqueue_once(
        queue,
        periodic.name,
        job_id,
        wait_seconds=periodic.every_seconds,
        run_seconds=600,
        result_seconds=keep,
        failure_seconds=max(keep, 86_400),
    )
    return job_id if is_new else None


def end_pauses(queue: Queue, now: int) -> int:
    """Put each job whose pause before another try is over back in the queue; returns their number.

    RQ's own scheduler would do the same, as a process of its own that may stall. Two schedules
    may ask for the same job twice: such a job finds that its work is done. ``now`` is in ms.
    """
    paused = queue.scheduled_job_registry
    due = paused.get_jobs_to_schedule(now // 1000)
    for job_id in due:
        try:
            job = Job.fetch(job_id, connection=queue.connection, serializer="json")
            queue.enqueue_job(job)
        except NoSuchJobError:
            pass  # it is no longer kept
        paused.remove(job_id)
    return len(due)


def run(connection: Redis, wait: Callable[[float], bool]) -> None:
    """Ask every second until ``wait`` says that it is time to stop.

    ``wait`` takes seconds and returns whether to stop. A store that is away is waited for.
    """
    all_queues = queues(connection)
    schedule = Schedule()
    away = False
    _log.info("asks for %d periodic jobs", len(PERIODIC))
    while True:
        try:
            now = milliseconds(connection.time())
            for queue in all_queues:
                schedule.enqueue_due(queue, now)
                end_pauses(queue, now)
            if away:
                _log.warning("the store answers again")
            away = False
        except RedisError as error:
            if not away:
                _log.warning("the store does not answer: %s", error)
            away = True
        if wait(1.0):
            return
