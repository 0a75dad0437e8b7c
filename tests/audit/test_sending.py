"""The log reaches other systems by a real worker, in its order, without a gap."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from typing import Final

import pytest
from redis import Redis

from queue_service.audit.sending import AT_ONCE, ReceiverUnavailable, send_all
from queue_service.audit.store import AuditReader, RecordedEntry
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import OperatorError
from queue_service.notify.webhook import signature
from queue_service.runtime.settings import Settings
from queue_service.store.audit_log import CREDENTIALS, AuditEntry, AuditLog, log_key
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.redis_store import RedisStore
from tests.desks import document
from tests.hooks import receiver
from workers import context
from workers.queues import deliveries_queue, files_queue
from workers.worker import make_worker

SECRET: Final = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"


def record(queue: Queue, count: int = 1, branch: str | None = None) -> None:
    for _ in range(count):
        entry = AuditEntry("token.made", "done", "machine", "operator", "", "admin", "", branch)
        queue.get(AuditLog).add(entry)


class Taking:
    """A receiver that fails so many times first."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.messages: list[list[str]] = []

    def __call__(self, entries: Sequence[RecordedEntry]) -> None:
        if self.failures:
            self.failures -= 1
            raise ReceiverUnavailable("It is away.")
        made = [each for each in entries if each.entry.action == "token.made"]
        self.messages.append([each.position.text() for each in made])

    @property
    def all(self) -> list[str]:
        return [text for message in self.messages for text in message]


def never() -> bool:
    return False


def test_a_receiver_gets_what_comes_after_it_was_named_and_each_entry_once(queue: Queue) -> None:
    put_branch(queue, "a", document())
    taking = Taking()
    record(queue, 1)
    put_branch(queue, "before", document())
    send_all(queue, {"x": taking}, never)
    already = taking.all
    taking.messages.clear()
    assert len(already) <= 1, "the instant in which it began"
    record(queue, AT_ONCE + 1)
    record(queue, branch="a")
    send_all(queue, {"x": taking}, never)
    send_all(queue, {"x": taking}, never)
    assert len(taking.all) == len(set(taking.all)) == AT_ONCE + 2
    assert sorted(map(len, taking.messages)) == [1, 1, AT_ONCE]


def test_a_receiver_that_is_away_gets_it_later_and_holds_up_no_other(queue: Queue) -> None:
    away, well = Taking(failures=1), Taking()
    receivers = {"away": away, "well": well}
    send_all(queue, receivers, never)
    record(queue)
    oldest = queue.get(AuditReader).unsent()
    assert set(oldest) == {"away", "well"}
    with pytest.raises(ReceiverUnavailable):
        send_all(queue, receivers, never)
    assert (len(away.all), len(well.all)) == (0, 1)
    assert set(queue.get(AuditReader).unsent()) == {"away"}
    send_all(queue, receivers, never)
    assert (len(away.all), len(well.all)) == (1, 1)
    assert queue.get(AuditReader).unsent() == {}


def test_one_worker_sends_at_a_time(queue: Queue) -> None:
    taking = Taking()
    send_all(queue, {"x": taking}, never)
    record(queue)
    assert queue.get(AuditReader).begin_sending(60_000)
    send_all(queue, {"x": taking}, never)
    assert taking.all == []
    queue.get(AuditReader).end_sending()
    send_all(queue, {"x": taking}, never)
    assert len(taking.all) == 1


def test_a_real_worker_posts_signed_entries_and_syslog(
    redis_client: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Queue(RedisStore(redis_client))
    jobs = connect_jobs(settings)

    def work() -> None:
        context.settings.cache_clear()
        deliveries_queue(jobs).enqueue("workers.jobs.audit.send")
        make_worker(jobs, "deliveries").work(burst=True, logging_level="CRITICAL")

    with receiver() as hooks, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", 0))
        datagrams.settimeout(10)
        monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
        monkeypatch.setenv("QUEUE_AUDIT_WEBHOOK", hooks.url)
        monkeypatch.setenv("QUEUE_AUDIT_WEBHOOK_SECRET", SECRET)
        port = datagrams.getsockname()[1]
        monkeypatch.setenv("QUEUE_AUDIT_SYSLOG", f"udp://127.0.0.1:{port}")
        work()
        record(queue)
        work()
        (body,) = hooks.bodies
        (entry,) = json.loads(body)["entries"]
        assert (entry["action"], entry["actor"]["id"]) == ("token.made", "operator")
        headers = hooks.headers[0]
        assert headers["webhook-id"] == f"audit_{entry['id']}"
        seconds = int(headers["webhook-timestamp"])
        assert headers["webhook-signature"] == signature(
            SECRET, headers["webhook-id"], seconds, body
        )
        assert f'id="{entry["id"]}"'.encode() in datagrams.recv(65536)
    context.settings.cache_clear()


@pytest.mark.parametrize(("days", "kept"), [("31", 1), ("30", 0)])
def test_the_worker_forgets_entries_after_the_days_of_the_setting(
    queue: Queue, settings: Settings, monkeypatch: pytest.MonkeyPatch, days: str, kept: int
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("QUEUE_AUDIT_DAYS", days)
    context.settings.cache_clear()
    client: Redis = queue.store.client
    entry = AuditEntry("token.made", "done", "machine", "operator", "", "admin", "").text()
    at = queue.store.time() - 30 * 24 * 3600 * 1000 - 1
    client.xadd(log_key(CREDENTIALS), {"entry": entry}, id=f"{at}-0")
    jobs = connect_jobs(settings)
    files_queue(jobs).enqueue("workers.jobs.audit.expire")
    make_worker(jobs, "files").work(burst=True, logging_level="CRITICAL")
    assert client.xlen(log_key(CREDENTIALS)) == kept
    context.settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUEUE_AUDIT_DAYS", "29"),
        ("QUEUE_AUDIT_DAYS", "3651"),
        ("QUEUE_AUDIT_SYSLOG", "syslog.example.dk"),
        ("QUEUE_AUDIT_SYSLOG", "https://syslog.example.dk"),
        ("QUEUE_AUDIT_WEBHOOK", "ftp://siem.example.dk"),
        ("QUEUE_AUDIT_WEBHOOK", "https://siem.example.dk"),
        ("QUEUE_AUDIT_WEBHOOK_SECRET", "secret"),
        ("QUEUE_AUDIT_WEBHOOK_SECRET", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkw"[:-1]),
        ("QUEUE_AUDIT_WEBHOOK_SECRET", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(OperatorError, match="QUEUE_AUDIT"):
        Settings.from_env({name: value})


def test_settings_that_make_sense_are_taken() -> None:
    found = Settings.from_env(
        {
            "QUEUE_AUDIT_DAYS": "30",
            "QUEUE_AUDIT_SYSLOG": "tls://syslog.example.dk",
            "QUEUE_AUDIT_WEBHOOK": "https://siem.example.dk/in",
            "QUEUE_AUDIT_WEBHOOK_SECRET": SECRET,
        }
    )
    assert (found.audit_days, found.audit_webhook_secret) == (30, SECRET)
