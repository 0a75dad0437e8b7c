"""The hourly look at the certificate of the public address."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from redis import Redis

from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.jobs.job_health import JobHealth
from tests.certificates import make_certificate, secured_port
from workers.jobs import certificate
from workers.queues import deliveries_queue, path_of
from workers.worker import make_worker

TWO_DAYS = 2 * 86_400


@pytest.mark.usefixtures("redis_client")
def test_when_the_certificate_ends_is_noted_and_kept_while_it_is_not_reached(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = connect_jobs(settings)
    made = make_certificate(tmp_path)
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    with secured_port(made) as port:
        monkeypatch.setenv("QUEUE_PUBLIC_URL", f"https://localhost:{port}")
        seen = looked(jobs)
    assert seen["localhost"] == pytest.approx(time.time() + TWO_DAYS, abs=3600)
    assert looked(jobs) == seen, "it is not reached any more"
    monkeypatch.setenv("QUEUE_PUBLIC_URL", "https://127.0.0.1:1")
    assert looked(jobs) == {}, "it is another's"
    JobHealth(jobs).saw_certificate("127.0.0.1", 1)
    monkeypatch.setenv("QUEUE_PUBLIC_URL", "http://127.0.0.1:1")
    assert looked(jobs) == {}, "there is none any more"


def looked(connection: Redis) -> dict[str, float]:
    """The stored result of a worker's check."""
    job = deliveries_queue(connection).enqueue(path_of(certificate.look))
    make_worker(connection, "deliveries").work(burst=True, logging_level="CRITICAL")
    assert job.is_finished
    jobs = JobHealth(connection).read()
    assert jobs is not None
    return dict(jobs.certificates)
