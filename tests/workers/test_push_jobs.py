"""A phone gets push messages: real jobs, and a real push service that speaks https."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import Invalid, WrongState
from queue_service.following.operations import FoundVisit
from queue_service.notify import guarded
from queue_service.notify.push import PushSubscription
from queue_service.notify.web_push import new_push_keys
from queue_service.reminders import operations as reminders
from queue_service.reminders.rules import PLACE_TTL_SECONDS
from queue_service.reminders.store import ReminderStore
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import visits
from tests.certificates import make_certificate
from tests.desks import document
from tests.hooks import receiver
from tests.push_browser import PushBrowser, claims_of
from tests.web.service import ALWAYS, MAIL_FROM
from tests.workers.test_reminder_jobs import BRANCH, Hall

NO_SHOW_SECONDS = 420


@dataclass
class PushHall(Hall):
    """The same branch, and the phone of one citizen."""

    phone: PushBrowser

    def push(self, found: FoundVisit, place: int = 1) -> None:
        reminders.remind_by_push(self.queue, found, self.phone.subscription, place)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The contents of the messages, as the phone reads them."""
        return [json.loads(self.phone.read(body)) for body in self.gateway.bodies]

    @property
    def outcomes(self) -> tuple[int, int]:
        return self.counted("sent", "push"), self.counted("failed", "push")

    def kept(self, address: str = "phone-7") -> bool:
        return super().kept(address)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def hall(
    redis_client: Redis, settings: Settings, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PushHall]:
    queue = Queue(RedisStore(redis_client))
    hours = {"opening_hours": ALWAYS, "no_show_after_seconds": NO_SHOW_SECONDS}
    put_branch(queue, BRANCH, document(**hours))
    with receiver(certificate) as service:
        for name, value in {
            "REDIS_URL": settings.redis_url or "",
            "QUEUE_MAIL_FROM": MAIL_FROM,
            "QUEUE_PUBLIC_URL": "https://koe.holbaek.dk",
            "QUEUE_PUSH_HOSTS": "127.0.0.1",
            "SSL_CERT_FILE": str(certificate),
        }.items():
            monkeypatch.setenv(name, value)
        guarded._tls.cache_clear()
        phone = PushBrowser(service.url.replace("/hook?to=team", "/send/phone-7"))
        yield PushHall(queue, redis_client, connect_jobs(settings), service, phone)
    guarded._tls.cache_clear()


def test_a_phone_gets_one_message_near_the_turn_and_one_at_the_call(hall: PushHall) -> None:
    hall.ticket()
    mine = hall.ticket()
    hall.work()
    key = reminders.public_push_key(hall.queue)
    assert key is not None, "made before anybody asks"
    for _ in range(2):
        hall.push(mine)
    hall.open()
    hall.work()
    hall.push(mine, 2)
    hall.work()
    assert hall.kept()
    hall.served(hall.call())
    assert hall.call() == mine
    hall.work()
    hall.work()
    danish = {"title": "A002", "lang": "da", "dir": "ltr"}
    assert hall.shown == [
        danish | {"body": "1 person foran dig", "last": False},
        danish | {"body": "Det er din tur: Skranke 1", "last": True},
    ]  # fmt: skip
    assert hall.gateway.paths == ["/send/phone-7"] * 2
    near, call = hall.gateway.headers
    assert (near["ttl"], call["ttl"]) == (str(PLACE_TTL_SECONDS), str(NO_SHOW_SECONDS))
    assert near["topic"] == call["topic"], "the call replaces a message that has not arrived"
    for headers in (near, call):
        claims = claims_of(headers["authorization"], key)
        assert claims["sub"] == "mailto:noreply@holbaek.dk"
        assert claims["aud"] == f"https://127.0.0.1:{hall.gateway.port}"
        now = hall.queue.store.time() / 1000
        assert now < claims["exp"] <= now + 24 * 3600
    assert hall.outcomes == (2, 0)
    assert not hall.kept()


def test_the_subscription_is_gone_with_the_end_of_the_visit(hall: PushHall) -> None:
    left, stopped, served = hall.ticket(), hall.ticket(), hall.ticket()
    for found in (left, stopped, served):
        hall.push(found)
        assert hall.kept()
        if found == left:
            visits.abandon(hall.queue, hall.command, found.visit)
        elif found == stopped:
            reminders.stop(hall.queue, found)
            visits.abandon(hall.queue, hall.command, found.visit)
        else:
            hall.open()
            hall.served(hall.call())
        assert not hall.kept()
        with pytest.raises(WrongState):
            hall.push(found)
    hall.work()
    assert hall.gateway.bodies == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_has_ended_is_forgotten(hall: PushHall, status: int) -> None:
    mine = hall.ticket()
    hall.push(mine)
    hall.open()
    hall.gateway.answers.append(status)
    hall.work()
    assert not hall.kept()
    assert reminders.wanted(hall.queue, mine) is None
    hall.call()
    hall.work()
    assert len(hall.gateway.bodies) == 1
    assert hall.outcomes == (0, 1)


def test_a_later_subscription_stays_when_the_earlier_one_is_forgotten(hall: PushHall) -> None:
    mine = hall.ticket()
    hall.push(mine)
    hall.open()
    (near,) = reminders.due_messages(hall.queue)
    message = reminders.begin(hall.queue, near)
    assert message is not None
    newer = PushBrowser(f"{hall.phone.endpoint}-new").subscription
    reminders.remind_by_push(hall.queue, mine, newer, 1)
    reminders.forget_browser(hall.queue, message)
    wanted = reminders.wanted(hall.queue, mine)
    assert wanted is not None
    assert PushSubscription.read(wanted.to) == newer


def test_another_channel_sends_no_message_again(hall: PushHall) -> None:
    mine = hall.ticket()
    hall.remind(mine)
    hall.open()
    (near,) = reminders.due_messages(hall.queue)
    assert reminders.begin(hall.queue, near) is not None
    hall.push(mine)
    assert list(reminders.due_messages(hall.queue)) == []
    hall.call()
    hall.work()
    assert [message["last"] for message in hall.shown] == [True]


def test_a_failure_is_counted_and_not_tried_again(hall: PushHall) -> None:
    mine = hall.ticket()
    hall.push(mine, 0)
    hall.open()
    hall.gateway.answers += [503, 503]
    hall.work()
    assert hall.kept(), "the call is still to come"
    hall.call()
    hall.work()
    hall.work()
    assert len(hall.gateway.bodies) == 2
    assert hall.outcomes == (0, 2)
    assert not hall.kept()


def test_an_endpoint_of_the_own_network_is_not_spoken_to(
    hall: PushHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUEUE_PUSH_HOSTS")
    monkeypatch.setenv("QUEUE_WEBHOOK_HOSTS", "127.0.0.1")  # chosen for addresses of staff alone
    mine = hall.ticket()
    hall.push(mine)
    hall.open()
    hall.work()
    assert hall.gateway.bodies == []
    assert hall.outcomes == (0, 1)


def test_without_a_contact_nothing_is_sent(hall: PushHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUEUE_MAIL_FROM", "noreply@localhost")
    monkeypatch.setenv("QUEUE_PUBLIC_URL", "https://192.168.1.20")
    mine = hall.ticket()
    hall.push(mine)
    hall.open()
    hall.work()
    assert reminders.public_push_key(hall.queue) is None
    assert hall.gateway.bodies == []
    assert hall.outcomes == (0, 1)


def test_the_key_pair_is_made_once(hall: PushHall) -> None:
    first = reminders.push_keys(hall.queue, new_push_keys)
    assert reminders.push_keys(hall.queue, new_push_keys) == first
    # Two workers that find none at the same time agree on one.
    assert hall.queue.get(ReminderStore).make_push_keys(new_push_keys) == first
    hall.work()
    assert reminders.public_push_key(hall.queue) == first.public


@pytest.mark.parametrize(
    ("endpoint", "key"),
    [
        ("http://push.example.dk/1", ""),
        ("https://user@push.example.dk/1", ""),
        ("https://push.example.dk:0/1", ""),
        ("push.example.dk", ""),
        ("https://push.example.dk/1", "B" + "A" * 86),
    ],
)
def test_a_subscription_that_cannot_work_is_refused(
    hall: PushHall, endpoint: str, key: str
) -> None:
    mine = hall.ticket()
    good = hall.phone.subscription
    wrong = PushSubscription(endpoint, key or good.p256dh, good.auth)
    with pytest.raises(Invalid):
        reminders.remind_by_push(hall.queue, mine, wrong, 1)
    assert reminders.wanted(hall.queue, mine) is None
