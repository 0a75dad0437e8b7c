"""A citizen elsewhere gets a message: real jobs, and a real gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.errors import Invalid, WrongState
from queue_service.following import operations as following
from queue_service.following.operations import FoundVisit
from queue_service.reminders import operations as reminders
from queue_service.reminders.rules import MessageChannel, outcome_field
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import calling, issuing, visits
from tests.desks import document
from tests.hooks import Receiver, receiver
from tests.web.service import ALWAYS, SMS_BODY
from workers.queues import job_queue
from workers.worker import make_worker

BRANCH = "raadhuset"
NUMBER = "+4522345678"


@dataclass
class Hall:
    """A branch with one counter, a gateway, and the worker."""

    queue: Queue
    client: Any
    jobs: Redis
    gateway: Receiver

    @property
    def command(self) -> Command:
        return Command(BRANCH, Caller("clerk", "clerk"))

    def ticket(self) -> FoundVisit:
        issued = issuing.issue(self.queue, self.command, "pas", channel="desk", language="da")
        return FoundVisit(BRANCH, issued.visit.id)

    def open(self) -> None:
        counters.open_counter(self.queue, self.command, "1", "citizen")

    def call(self) -> FoundVisit:
        called = calling.call_next(self.queue, self.command, "1").answer
        assert called is not None
        return FoundVisit(BRANCH, called.visit.id)

    def served(self, found: FoundVisit) -> None:
        visits.complete(self.queue, self.command, found.visit, "resolved")

    def remind(self, found: FoundVisit, place: int = 1, number: str = NUMBER) -> None:
        reminders.remind_by_text(self.queue, found, number, place, ("45",))

    def work(self) -> None:
        """Let the periodic job and all that it asks for run."""
        job_queue(self.jobs).enqueue("workers.jobs.reminders.check")
        make_worker(self.jobs).work(burst=True, logging_level="CRITICAL")

    @property
    def texts(self) -> list[str]:
        assert {json.loads(body)["to"] for body in self.gateway.bodies} <= {NUMBER}
        return [json.loads(body)["text"] for body in self.gateway.bodies]

    def counted(self, outcome: Any, channel: MessageChannel = "text") -> int:
        totals = BranchKeys(BRANCH).totals
        return int(self.client.hget(totals, outcome_field(channel, outcome)) or 0)

    def kept(self, address: str = NUMBER[3:]) -> bool:
        """Whether an address is anywhere in the store."""
        return any(address in str(_value(self.jobs, key)) for key in self.jobs.scan_iter())


def _value(client: Any, key: bytes) -> Any:
    read: dict[bytes, Any] = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"list": lambda name: client.lrange(name, 0, -1),
        b"set": client.smembers,
        b"zset": lambda name: client.zrange(name, 0, -1, withscores=True),
        b"stream": client.xrange,
    }
    return read[client.type(key)](key)


@pytest.fixture
def hall(
    redis_client: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hall]:
    queue = Queue(RedisStore(redis_client))
    put_branch(queue, BRANCH, document(opening_hours=ALWAYS))
    with receiver() as gateway:
        for name, value in {
            "REDIS_URL": settings.redis_url or "",
            "QUEUE_SMS_URL": gateway.url,
            "QUEUE_SMS_BODY": SMS_BODY,
            "QUEUE_WEBHOOK_HOSTS": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        yield Hall(queue, redis_client, connect_jobs(settings), gateway)


def test_a_citizen_gets_one_message_near_the_turn_and_one_at_the_call(hall: Hall) -> None:
    first, second, mine = hall.ticket(), hall.ticket(), hall.ticket()
    hall.open()
    for _ in range(2):
        hall.remind(mine)
    hall.work()
    assert hall.texts == []
    assert hall.call() == first
    hall.work()
    hall.remind(mine, 2)
    hall.work()
    assert hall.texts == ["Rådhuset, A003: 1 person foran dig"]
    assert hall.kept()
    hall.served(first)
    hall.served(hall.call())
    assert hall.call() == mine
    hall.work()
    hall.work()
    assert hall.texts[1:] == ["Rådhuset, A003: Det er din tur: Skranke 1"]
    assert (hall.counted("sent"), hall.counted("failed")) == (2, 0)
    assert not hall.kept()
    assert second != mine


def test_the_number_is_gone_with_the_end_of_the_visit(hall: Hall) -> None:
    left, stopped, waits = hall.ticket(), hall.ticket(), hall.ticket()
    for found in (left, stopped):
        hall.remind(found)
        assert hall.kept()
        if found == left:
            visits.abandon(hall.queue, hall.command, found.visit)
        else:
            reminders.stop(hall.queue, found)
        assert not hall.kept()
    with pytest.raises(WrongState):
        hall.remind(left)
    with pytest.raises(Invalid):
        hall.remind(waits, number="1234")
    assert not hall.kept()


def test_a_message_is_begun_once_and_only_in_the_state_it_is_about(hall: Hall) -> None:
    mine = hall.ticket()
    hall.remind(mine)
    hall.open()
    (near,) = reminders.due_messages(hall.queue)
    call = near._replace(reason="call")
    assert reminders.begin(hall.queue, call) is None
    visits.requeue(hall.queue, hall.command, mine.visit, 600_000)
    assert reminders.begin(hall.queue, near) is None, "the turn is not near any more"
    visits.requeue(hall.queue, hall.command, mine.visit, 0)
    assert reminders.begin(hall.queue, near) is not None
    assert reminders.begin(hall.queue, near) is None
    hall.call()
    assert list(reminders.due_messages(hall.queue)) == [call]
    hall.served(mine)
    assert reminders.begin(hall.queue, call) is None
    assert hall.texts == []


def test_a_message_is_sent_once_although_it_is_taken_back_and_wanted_again(hall: Hall) -> None:
    mine = hall.ticket()
    hall.open()
    for _ in range(2):
        hall.remind(mine)
        hall.work()
        reminders.stop(hall.queue, mine)
        assert not hall.kept()
    following.leave(hall.queue, mine)
    hall.work()
    following.come_back(hall.queue, mine)
    hall.remind(mine)
    hall.work()
    assert hall.texts == ["Rådhuset, A001: Du er den næste"]
    hall.call()
    hall.work()
    assert hall.texts[1:] == ["Rådhuset, A001: Det er din tur: Skranke 1"]


def test_a_citizen_who_waits_again_after_the_call_gets_the_messages_again(hall: Hall) -> None:
    mine = hall.ticket()
    hall.open()
    hall.remind(mine)
    hall.call()
    hall.work()
    visits.requeue(hall.queue, hall.command, mine.visit, 0)
    hall.work()
    assert len(hall.texts) == 1, "nothing that nobody asked for"
    hall.remind(mine)
    hall.work()
    hall.call()
    hall.work()
    assert hall.texts[1:] == [
        "Rådhuset, A001: Du er den næste", "Rådhuset, A001: Det er din tur: Skranke 1",
    ]  # fmt: skip


def test_a_message_that_fails_is_counted_and_not_tried_again(hall: Hall) -> None:
    mine = hall.ticket()
    hall.remind(mine)
    hall.gateway.answers.append(503)
    hall.open()
    hall.call()
    hall.work()
    hall.work()
    assert len(hall.texts) == 1
    assert (hall.counted("sent"), hall.counted("failed")) == (0, 1)
    assert not hall.kept()
