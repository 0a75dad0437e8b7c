"""Alerts reach a mailbox and a program: real jobs, a real mail server, a real receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from redis import Redis
from rq.job import Job
from rq.registry import ScheduledJobRegistry

from queue_service.access.operations import accounts
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.alerts.operations import deliveries, subscriptions
from queue_service.alerts.operations.subscriptions import SubscriptionRequest
from queue_service.alerts.rules.deliveries import Delivery
from queue_service.alerts.store import AlertStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.notify.guarded import DEADLINE_SECONDS
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import issuing
from queue_service.webhooks.rules.retries import WEBHOOK_DELAYS
from tests.desks import document
from tests.hooks import Receiver, dripping, receiver
from tests.mailbox import Mailbox, mail_server
from tests.web.service import ALWAYS
from workers.queues import deliveries_queue, job_queue
from workers.schedule import Schedule, end_pauses
from workers.worker import make_worker

HOUR = 3_600_000


@dataclass
class Office:
    """A branch in which somebody subscribes, and the worker that serves it."""

    queue: Queue
    jobs: Redis
    leader: Caller
    mail: Mailbox
    hooks: Receiver
    branch: str = "raadhuset"

    def subscribe(self, channel: str, target: str = "", **more: Any) -> str:
        wish = SubscriptionRequest(("unattended",), channel, target=target, **more)
        made = subscriptions.subscribe(
            self.queue, self.branch, self.leader, wish, inside=["127.0.0.1"]
        )
        deliveries.send_test(self.queue, self.branch, made.id, self.leader)
        return made.secret

    def work(self) -> None:
        """Let the periodic job and all that it asks for run."""
        job_queue(self.jobs).enqueue("workers.jobs.alerts.check")
        make_worker(self.jobs).work(burst=True, logging_level="CRITICAL")

    def later(self) -> None:
        """Let every pause between two tries end."""
        now = self.queue.store.time()
        end_pauses(deliveries_queue(self.jobs), now + 2 * HOUR)
        make_worker(self.jobs).work(burst=True, logging_level="CRITICAL")

    @property
    def dead(self) -> list[str]:
        """The reasons why mails were given up."""
        letters = deliveries.dead_letters(self.queue, self.branch)
        return [letter.delivery.error for letter in letters]


@pytest.fixture
def office(
    redis_client: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """The branch, open around the clock, with servers that take what is sent."""
    queue = Queue(RedisStore(redis_client))
    put_branch(queue, "raadhuset", document(opening_hours=ALWAYS))
    store = queue.get(AccessStore)
    made = accounts.add_account(store, "chef", "long enough pw", "supervisor", None, now=0)
    with mail_server() as mail, receiver() as hooks:
        for name, value in {
            "REDIS_URL": settings.redis_url or "",
            "QUEUE_SMTP_URL": mail.url,
            "QUEUE_MAIL_FROM": "noreply@example.dk",
            "QUEUE_PUBLIC_URL": "https://queue.example.dk",
            "QUEUE_WEBHOOK_HOSTS": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        caller = Caller(made.id, "supervisor")
        yield Office(queue, connect_jobs(settings), caller, mail, hooks)


def test_a_letter_arrives_in_the_subscribers_language(office: Office) -> None:
    office.subscribe("mail", "leder@example.dk", language="da")
    office.work()
    (letter,) = office.mail.letters
    assert letter["To"] == "leder@example.dk"
    assert letter["Subject"] == "Rådhuset: Prøve: Nogen har ventet 15 min"
    text = letter.get_body(("plain",))
    assert text is not None
    assert "https://queue.example.dk/dashboards/raadhuset/alerts" in text.get_content()
    office.work()
    assert len(office.mail.letters) == 1


def test_a_program_gets_it_signed_and_with_an_id_that_stays(office: Office) -> None:
    secret = office.subscribe("webhook", office.hooks.url)
    office.hooks.answers += [500]
    office.work()
    office.later()
    first, second = office.hooks.headers
    assert first["webhook-id"] == second["webhook-id"]
    assert office.hooks.bodies[0] == office.hooks.bodies[1]
    body = office.hooks.bodies[1]
    signed = f"{second['webhook-id']}.{second['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert second["webhook-signature"] == f"v1,{wanted}"
    sent = json.loads(body)
    assert sent["type"] == "alert.test"
    assert sent["data"]["branch"] == "raadhuset"
    assert office.dead == []


def test_a_receiver_that_stays_away_is_tried_with_growing_pauses_and_given_up(
    office: Office,
) -> None:
    office.subscribe("webhook", office.hooks.url)
    office.hooks.answers += [503] * (len(WEBHOOK_DELAYS) + 1)
    office.work()
    pauses = []
    for _ in WEBHOOK_DELAYS:
        registry = deliveries_queue(office.jobs).scheduled_job_registry
        (job_id,) = registry.get_job_ids()
        due = registry.get_scheduled_time(job_id).timestamp() * 1000
        pauses.append(round((due - office.queue.store.time()) / 1000, -1))
        office.work()  # asks for nothing more while it pauses
        office.later()
    assert pauses == [float(seconds) for seconds in WEBHOOK_DELAYS]
    assert len(office.hooks.bodies) == len(WEBHOOK_DELAYS) + 1
    assert office.dead == ["127.0.0.1 answered 503."]
    (letter,) = deliveries.dead_letters(office.queue, office.branch)
    deliveries.try_again(office.queue, office.branch, letter.delivery.id)
    office.work()
    assert len(office.hooks.bodies) == len(WEBHOOK_DELAYS) + 2
    assert office.dead == []


def test_without_a_mail_server_the_letter_is_dead_and_says_why(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUEUE_SMTP_URL")
    office.subscribe("mail", "leder@example.dk")
    office.work()
    assert office.dead == ["No mail server is set up (QUEUE_SMTP_URL)."]


def test_an_address_that_the_server_refuses_is_not_tried_again(office: Office) -> None:
    office.mail.answers.append("550 No such mailbox <leder@example.dk>")
    office.subscribe("mail", "leder@example.dk")
    office.work()
    (reason,) = office.dead
    assert "550" in reason
    assert "leder" not in reason


def test_a_job_that_was_cut_off_is_seen(office: Office) -> None:
    office.subscribe("webhook", office.hooks.url)
    office.hooks.answers.append(503)
    office.work()
    registry: ScheduledJobRegistry = deliveries_queue(office.jobs).scheduled_job_registry
    (job_id,) = registry.get_job_ids()
    Job.fetch(job_id, connection=office.jobs, serializer="json").cancel()
    office.work()
    assert office.dead == ["The worker was interrupted."]


def test_no_address_is_in_any_job(office: Office) -> None:
    office.subscribe("mail", "leder@example.dk")
    office.mail.answers.append("451 Later <leder@example.dk>")
    office.work()
    client: Any = office.jobs
    jobs = [client.hgetall(key) for key in client.scan_iter("rq:job:deliver-*")]
    assert jobs
    assert "leder" not in str(jobs)


def test_a_real_cause_comes_through_once(office: Office) -> None:
    wish = SubscriptionRequest(("wait",), "mail", minutes="1", target="leder@example.dk")
    subscriptions.subscribe(office.queue, office.branch, office.leader, wish)
    earlier = office.queue.store.time() - 5 * 60_000
    command = Command(office.branch, office.leader, None, earlier)
    issuing.issue(office.queue, command, "pas", channel="desk")
    office.work()
    office.work()
    subjects = [letter["Subject"] for letter in office.mail.letters]
    assert subjects == ["Rådhuset: Nogen har ventet 5 min"]


@pytest.mark.nightly
def test_a_webhook_that_drips_holds_up_neither_sweeps_nor_alerts(office: Office) -> None:
    with dripping(b"HTTP/1.1 200 OK\r\nX: ") as slow:
        office.subscribe("webhook", slow.url)
        prompt = job_queue(office.jobs)
        prompt.enqueue("workers.jobs.alerts.check")
        make_worker(office.jobs, "prompt").work(burst=True, logging_level="CRITICAL")
        assert not slow.asked.is_set(), "sent by the worker that must not be late"
        command = [
            sys.executable,
            "-m",
            "queue_service",
            "worker",
            "--only",
            "deliveries",
            "--burst",
        ]
        with subprocess.Popen(command) as sending:
            assert slow.asked.wait(60)
            began = time.monotonic()
            asked = Schedule().enqueue_due(prompt, office.queue.store.time())
            make_worker(office.jobs, "prompt").work(burst=True, logging_level="CRITICAL")
            assert not slow.left.is_set(), "the other worker still waits for its answer"
            for job_id in asked:
                assert Job.fetch(job_id, connection=office.jobs, serializer="json").is_finished
            assert slow.left.wait(60)
            assert time.monotonic() - began < 2 * DEADLINE_SECONDS
            assert sending.wait(60) == 0
    (failed,) = outgoing(office)
    assert failed.error.startswith("127.0.0.1 did not answer as it should within ten seconds.")


def test_a_message_that_waits_for_its_host_loses_no_try(office: Office) -> None:
    store = office.queue.get(AlertStore)
    office.subscribe("webhook", office.hooks.url)
    assert store.hold_host("127.0.0.1", 600_000)  # as another message does that gets no answer
    office.work()
    for _ in range(len(WEBHOOK_DELAYS) + 1):
        office.later()
    (waiting,) = outgoing(office)
    assert (waiting.tries, waiting.dead_at, office.hooks.bodies) == (0, None, [])
    store.release_host("127.0.0.1")
    # All its tries are left: the last of them arrives.
    office.hooks.answers += [503] * len(WEBHOOK_DELAYS)
    for _ in range(len(WEBHOOK_DELAYS) + 1):
        office.later()
    assert len(office.hooks.bodies) == len(WEBHOOK_DELAYS) + 1
    assert (outgoing(office), office.dead) == ([], [])


def outgoing(office: Office) -> list[Delivery]:
    """The deliveries in progress."""
    return office.queue.get(AlertStore).deliveries(office.branch)
