"""Checks of background work: the workers of each queue, and the schedule."""

from __future__ import annotations

from collections.abc import Iterator

from queue_service.commands.doctor.finding import DoctorFinding, service_store
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_job_health
from queue_service.store.jobs.job_health import JobHealth
from queue_service.store.jobs.job_queue import DELIVERIES, FILES, PROMPT
from workers.schedule import PERIODIC


def check_worker(settings: Settings) -> Iterator[DoctorFinding]:
    """The workers of urgent jobs."""
    yield from _workers(settings, PROMPT, "what must not be late")


def check_deliveries(settings: Settings) -> Iterator[DoctorFinding]:
    """The workers that send letters and webhooks."""
    yield from _workers(settings, DELIVERIES, "letters and webhooks")


def check_files(settings: Settings) -> Iterator[DoctorFinding]:
    """The workers of files, reports and past days."""
    yield from _workers(settings, FILES, "files, reports and days that are over")


def _workers(settings: Settings, queue: str, what: str) -> Iterator[DoctorFinding]:
    with service_store(settings), connect_job_health(settings) as client:
        jobs = JobHealth(client).read()
    if jobs is None:
        yield DoctorFinding(False, "The Redis of QUEUE_JOBS_REDIS_URL does not answer.")
        return
    alive = jobs.workers[queue]
    yield DoctorFinding(
        alive > 0, f"Workers that do {what} and were heard from in the last minute: {alive}."
    )
    for job in (job for job in PERIODIC if job.queue == queue):
        run = jobs.runs.get(job.name)
        if run is not None and run.is_late(jobs.read_at):
            yield DoctorFinding(
                False,
                f"{job.job} last succeeded {(jobs.read_at - run.succeeded_at) // 1000} s ago, and"
                f" is due every {run.every_seconds} s.",
            )


def check_schedule(settings: Settings) -> Iterator[DoctorFinding]:
    """The periodic jobs."""
    often = min(PERIODIC, key=lambda job: job.every_seconds)
    with service_store(settings), connect_job_health(settings) as client:
        seconds, _ = client.time()
        periods = (often.job_id((seconds - ago) * 1000) for ago in (0, often.every_seconds))
        enqueued = bool(client.exists(*(f"rq:job:{job_id}" for job_id in periods)))
        yield DoctorFinding(
            enqueued, f"The periodic jobs are {'' if enqueued else 'not '}asked for."
        )
