"""The worker runs what is on its list and nothing else, whatever job was enqueued."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest
from redis import Redis
from rq.job import Job

from queue_service.alerts.operations.deliveries import Undeliverable
from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.jobs.job_queue import JobQueue
from tests.running import environment, eventually
from tests.store.servers import server
from workers.queues import Work, files_queue, job_queue, queues
from workers.schedule import PERIODIC, Periodic, Schedule
from workers.worker import ALLOWED, JOBS, AllowedJob, make_worker

MINUTE = 60_000
NOON = 1_795_604_400_000


@pytest.fixture
def jobs(redis_client: Redis, settings: Settings) -> Redis:
    """The job queue's connection, to a store that is empty."""
    assert redis_client.dbsize() == 0
    return connect_jobs(settings)


def work(connection: Redis, only: Work | None = None) -> None:
    make_worker(connection, only).work(burst=True, logging_level="CRITICAL")


def ask_for_all(connection: Redis, now: int) -> list[str]:
    return [asked for queue in queues(connection) for asked in Schedule().enqueue_due(queue, now)]


def test_a_function_that_is_not_on_the_list_is_not_run(jobs: Redis, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    job = job_queue(jobs).enqueue("os.mkdir", str(mark))
    work(jobs)
    assert not mark.exists()
    assert Job.fetch(job.id, connection=jobs, serializer="json").is_failed


def test_callbacks_written_into_a_job_are_not_called(jobs: Redis, tmp_path: Path) -> None:
    job = job_queue(jobs).enqueue("os.mkdir", str(tmp_path / "a"))
    jobs.hset(f"rq:job:{job.id}", "failure_callback_name", "os.abort")
    read = AllowedJob.fetch(job.id, connection=jobs, serializer="json")
    assert read.failure_callback is None


def test_a_failed_delivery_is_one_line_and_a_fault_is_a_traceback(
    jobs: Redis, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_queue(jobs).enqueue("os.abort")
    worker = make_worker(jobs)
    monkeypatch.setattr(worker.log, "propagate", True)
    caplog.set_level("WARNING", logger=worker.log.name)
    for error in (Undeliverable("The host does not answer."), KeyError("number")):
        worker.handle_exception(job, type(error), error, None)
    expected, broken = caplog.records
    assert expected.getMessage() == "a delivery failed: The host does not answer."
    assert (expected.levelname, expected.exc_info) == ("WARNING", None)
    assert "KeyError: 'number'" in broken.getMessage()


def test_every_periodic_job_runs_on_an_empty_store(
    jobs: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    asked = ask_for_all(jobs, NOON)
    assert len(asked) == len(PERIODIC)
    for job_id in asked:  # what is not begun in its period is dropped, and a machine may be busy
        jobs.persist(Job.key_for(job_id))
    work(jobs)
    for job_id in asked:
        job = Job.fetch(job_id, connection=jobs, serializer="json")
        assert job.is_finished, job.latest_result()


def test_a_file_that_takes_long_holds_up_nothing_that_is_prompt(
    jobs: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    JobQueue(jobs).ask("workers.jobs.exports.make", "file", "gone")
    Schedule().enqueue_due(job_queue(jobs), NOON)
    work(jobs, "prompt")
    assert (len(job_queue(jobs)), files_queue(jobs).job_ids) == (0, ["file"])
    Schedule().enqueue_due(job_queue(jobs), NOON + MINUTE)
    work(jobs, "files")
    assert len(job_queue(jobs)) > 0
    assert len(files_queue(jobs)) == 0


def test_a_worker_for_both_does_what_is_prompt_first(jobs: Redis) -> None:
    JobQueue(jobs).ask("workers.jobs.exports.make", "file", "gone")
    job_queue(jobs).enqueue("workers.jobs.branches.sweep", job_id="sweep")
    worker = make_worker(jobs)
    worker.work(burst=True, max_jobs=1, logging_level="CRITICAL")
    assert files_queue(jobs).job_ids == ["file"]
    assert len(job_queue(jobs)) == 0


def test_long_jobs_never_delay_prompt_ones(jobs: Redis) -> None:
    ask_for_all(jobs, NOON)
    long = {
        "reports-make_due",
        "days-summarise",
        "days-expire",
        "audit-expire",
        "staffing-keep",
        "staffing-pace",
        "waits-learn",
        "branches-sample_free_times",
    }
    assert {
        job.removeprefix("workers-jobs-").rpartition("-")[0] for job in files_queue(jobs).job_ids
    } == long
    assert not [job for job in job_queue(jobs).job_ids if any(name in job for name in long)]


def test_two_schedules_ask_for_a_job_once_per_period(jobs: Redis) -> None:
    queue = job_queue(jobs)
    minutely = [Periodic(PERIODIC[1].job, 60)]
    assert len(Schedule(minutely).enqueue_due(queue, NOON)) == 1
    assert Schedule(minutely).enqueue_due(queue, NOON + 30_000) == []
    assert len(Schedule(minutely).enqueue_due(queue, NOON + MINUTE)) == 1
    assert len(queue) == 2


def test_within_a_period_a_schedule_asks_the_store_for_nothing(jobs: Redis) -> None:
    queue, schedule = job_queue(jobs), Schedule()
    schedule.enqueue_due(queue, NOON)
    before = jobs.info("stats")["total_commands_processed"]
    assert schedule.enqueue_due(queue, NOON + 2_999) == []
    assert jobs.info("stats")["total_commands_processed"] - before <= 1  # how many there were
    assert len(schedule.enqueue_due(queue, NOON + 3_000)) == 1
    assert len(schedule.enqueue_due(queue, NOON + 15_000)) == 4


def test_without_a_worker_the_backlog_stays_short(jobs: Redis) -> None:
    queue = job_queue(jobs)
    for minute in range(500):
        Schedule().enqueue_due(queue, NOON + minute * MINUTE)
    assert len(queue) < 120


def test_a_schedule_does_not_wait_for_ever_behind_a_store_that_hangs(tmp_path: Path) -> None:
    log = tmp_path / "schedule.log"
    with server(tmp_path / "store") as (store, port):
        settings = environment(
            tmp_path, REDIS_URL=f"redis://127.0.0.1:{port}", QUEUE_STORE_TIMEOUT_SECONDS="0.3"
        )
        command = [sys.executable, "-m", "queue_service", "schedule"]
        schedule = process.spawn(command, log, environment=settings)
        try:
            eventually(lambda: "asks for" in log.read_text())
            store.send_signal(signal.SIGSTOP)
            eventually(lambda: "the store does not answer" in log.read_text())
            store.send_signal(signal.SIGCONT)
            eventually(lambda: "the store answers again" in log.read_text())
        finally:
            store.send_signal(signal.SIGCONT)
            process.stop(schedule, 10)


def test_the_list_is_what_is_scheduled() -> None:
    assert "os.system" not in ALLOWED
    assert {"workers.jobs.branches.sweep", "workers.jobs.days.expire"} <= ALLOWED
    functions = {
        f"{m.__name__}.{name}" for m in JOBS for name, found in vars(m).items() if callable(found)
    }
    assert functions >= ALLOWED


def test_a_worker_that_was_killed_counts_for_two_minutes_at_most(jobs: Redis) -> None:
    worker = make_worker(jobs)
    worker.register_birth()  # type: ignore[no-untyped-call]  # not typed
    for _ in range(2):
        assert 0 < jobs.ttl(worker.key) <= 120
        worker.heartbeat()
    assert worker.dequeue_timeout < worker.worker_ttl, "it is heard from before that"
