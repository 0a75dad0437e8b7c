"""The worker: RQ, with JSON instead of pickle and a list of permitted jobs.

With the JSON serializer alone, access to the store would still be enough to have any importable
function run by name, ``os.system`` among them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final, cast

from redis import Redis
from redis.client import Pipeline
from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job

from queue_service.alerts.operations import deliveries
from queue_service.audit.sending import ReceiverUnavailable
from queue_service.runtime import logs
from queue_service.store.jobs.job_health import JobHealth
from workers.jobs import (
    alerts,
    audit,
    booking_letters,
    branches,
    certificate,
    days,
    exports,
    mobile,
    reminders,
    reports,
    specialists,
    speech,
    staffing,
    waits,
    webhooks,
)
from workers.queues import Work, path_of, queues
from workers.schedule import PERIODIC

_log: Final = logging.getLogger(__name__)

JOBS: Final = (
    alerts, audit, booking_letters, branches, certificate, days, exports, mobile,
    reminders, reports, specialists, speech, staffing, waits, webhooks,
)  # fmt: skip
"""The modules of all jobs, imported here once and not by each job's own process."""

_ON_DEMAND: Final[tuple[Callable[..., object], ...]] = (
    alerts.deliver_mail,
    alerts.deliver_webhook,
    booking_letters.send,
    exports.make,
    reminders.send,
    reports.make,
    reports.send,
    speech.make,
)

ALLOWED: Final = frozenset((*(job.name for job in PERIODIC), *map(path_of, _ON_DEMAND)))
"""The functions a job may name."""

EVERY_SECONDS: Final = {job.name: job.every_seconds for job in PERIODIC}
"""How often each periodic job is due."""


_HEARTBEAT_SECONDS: Final = 15
"""How often a worker says that it works, whether it waits for a job or for the end of one."""

_ALIVE_SECONDS: Final = 60
"""How long a silent worker is taken for alive. RQ's own is eight minutes."""


EXPECTED: Final = (deliveries.Undeliverable, ReceiverUnavailable)
"""The errors that a job may end with although nothing in it is broken."""


class JobNotAllowed(Exception):
    """A job names a function that is none of ours; it is not run."""


class AllowedJob(Job):
    """A job that can only run what is on the list."""

    @property
    def func(self) -> Callable[..., Any]:
        """The function to run. Raises JobNotAllowed."""
        if self.func_name not in ALLOWED:
            raise JobNotAllowed(f"The job names {self.func_name}, which is not on the list.")
        return cast(Callable[..., Any], super().func)

    def restore(self, raw_data: Any) -> None:
        """Read the job from the store, without the further functions and addresses it may name.

        RQ would import and call a job's callbacks, and send its webhooks, whatever they are.
        """
        super().restore(raw_data)
        self._success_callback_name = None
        self._failure_callback_name = None
        self._stopped_callback_name = None
        self.webhooks = []


class PeriodicWorker(Worker):
    """A worker that notes when each periodic job last succeeded, for the metrics.

    It calls ``beat`` before each heartbeat, whether the store then takes it or not.
    """

    max_connection_wait_time = float(_HEARTBEAT_SECONDS)
    beat: Callable[[], None] = staticmethod(lambda: None)

    def heartbeat(
        self,
        timeout: int | None = None,  # noqa: ARG002 - RQ asks for 75 to 90 s
        pipeline: Pipeline | None = None,
    ) -> None:
        """Say that the worker works, in the store for a minute."""
        self.beat()
        super().heartbeat(_ALIVE_SECONDS, pipeline)

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        """Do the job, with its id in each line that is logged meanwhile."""
        logs.request_id.set(job.id)
        return super().perform_job(job, queue, execution)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log what broke. A delivery that failed is expected: a line says it, without a traceback,
        and the page of alerts or webhooks has it."""
        error = exc_info[1] if len(exc_info) > 1 else None
        if isinstance(error, EXPECTED):
            _log.warning("a delivery failed: %s", error)
            return
        super().handle_exception(job, *exc_info)

    def handle_job_success(self, job: Job, *args: Any, **kwargs: Any) -> None:
        """Keep the result, as RQ does, and note the success."""
        super().handle_job_success(job, *args, **kwargs)
        name = str(job.func_name)
        if name in EVERY_SECONDS:
            JobHealth(self.connection).succeeded(name, EVERY_SECONDS[name])


def make_worker(
    connection: Redis, only: Work | None = None, beat: Callable[[], None] = lambda: None
) -> Worker:
    """A worker for all of the service's queues, or one; each job in a process of its own.

    ``beat`` is called every fifteen seconds at least for as long as the worker does not hang.
    It runs one job at a time. Of several queues it empties the one that must not be late first.
    """
    JobHealth(connection).forget_all_but(EVERY_SECONDS)
    worker = PeriodicWorker(
        queues(connection, only),
        connection=connection,
        worker_ttl=2 * _HEARTBEAT_SECONDS,  # it waits fifteen seconds less for a job
        job_monitoring_interval=_HEARTBEAT_SECONDS,
        serializer="json",
        job_class=AllowedJob,
    )
    worker.beat = beat
    return worker
