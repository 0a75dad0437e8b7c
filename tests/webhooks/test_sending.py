"""Events reach a receiver: real jobs, real signatures, kills, repeats, gaps."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import issuing
from queue_service.webhooks.keys import EndpointKeys
from queue_service.webhooks.operations import endpoints
from queue_service.webhooks.operations.endpoints import EndpointRequest, EndpointState
from queue_service.webhooks.operations.sending import send_all
from queue_service.webhooks.rules import BATCH, LONG_MS, Endpoint, WebhookMessage
from queue_service.webhooks.store import WebhookStore
from tests.desks import CLERK, document
from tests.hooks import Receiver, receiver
from tests.web.service import ALWAYS
from workers.queues import deliveries_queue
from workers.worker import make_worker

CHIEF = Caller("chief", "admin")
HALL, LIBRARY = "hooked-hall", "hooked-library"


class Killed(BaseException):
    """The worker is no more."""


@dataclass
class House:
    """Two branches, the worker that tells of them, and a receiver."""

    queue: Queue
    jobs: Redis
    hooks: Receiver

    @property
    def store(self) -> WebhookStore:
        return self.queue.get(WebhookStore)

    def add(self, *events: str, url: str = "", branch: str | None = None) -> Endpoint:
        wanted = EndpointRequest(
            "BI", url or self.hooks.url, events or ("visit.*",), branch, active=True
        )
        return endpoints.add(self.queue, CHIEF, wanted, None).endpoint

    def issue(self, branch: str = HALL, times: int = 1) -> None:
        for _ in range(times):
            issuing.issue(self.queue, Command(branch, CLERK), "pas", channel="desk")

    def work(self) -> None:
        """Let the job run in a real worker."""
        deliveries_queue(self.jobs).enqueue("workers.jobs.webhooks.send")
        make_worker(self.jobs, "deliveries").work(burst=True, logging_level="CRITICAL")

    def told(self, of: str | None = None) -> list[dict[str, Any]]:
        """The events that came in, of one branch or all."""
        bodies = [json.loads(body) for body in self.hooks.bodies]
        return [
            event
            for body in bodies
            if body["type"] == "branch.events" and of in (None, body["data"]["branch"])
            for event in body["data"]["events"]
        ]

    def standing(self, endpoint: Endpoint) -> EndpointState:
        (found,) = endpoints.standings(self.queue, [endpoint])
        return found

    def end_pause(self, endpoint: Endpoint) -> None:
        """Let the pause after a failed try be over."""
        health = self.store.state(endpoint.id).health
        assert self.store.note(endpoint.id, health=replace(health, next_at=0))


@pytest.fixture
def house(
    redis_client: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The branches, open around the clock, with a receiver that takes what is sent."""
    queue = Queue(RedisStore(redis_client))
    for branch in (HALL, LIBRARY):
        put_branch(queue, branch, document(opening_hours=ALWAYS))
    with receiver() as hooks:
        monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
        monkeypatch.setenv("QUEUE_WEBHOOK_HOSTS", "127.0.0.1")
        yield House(queue, connect_jobs(settings), hooks)


def test_what_happens_is_told_in_order_signed_and_once(house: House) -> None:
    house.issue()  # before anybody wanted to know
    endpoint = house.add()
    house.issue(times=3)
    house.issue(LIBRARY)
    house.work()
    assert [event["data"]["number"] for event in house.told(HALL)] == ["A002", "A003", "A004"]
    assert len(house.told(LIBRARY)) == 1
    client: Any = house.queue.store.client
    logged = client.xrange(BranchKeys(HALL).events)
    ids = [entry for entry, fields in logged if fields["event"] == "visit.issued"]
    assert [event["id"] for event in house.told(HALL)] == ids[1:]
    for headers, body in zip(house.hooks.headers, house.hooks.bodies, strict=True):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
        wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{wanted}"
    before = len(house.hooks.bodies)
    house.work()
    assert len(house.hooks.bodies) == before, "told twice"
    standing = house.standing(endpoint)
    assert (standing.oldest, standing.late) == (None, False)


def test_nothing_of_a_citizen_and_no_reason_is_told(house: House) -> None:
    house.add()
    house.issue()
    house.work()
    (event,) = house.told()
    assert event["event"] == "visit.issued"
    assert event["data"].keys() == {"id", "number", "service", "state", "counter", "recalls", "at"}


def test_a_worker_killed_between_sending_and_noting_repeats_the_same_message(house: House) -> None:
    endpoint = house.add()
    house.issue(times=2)

    sent: list[WebhookMessage] = []

    def send_and_die(_: Endpoint, message: WebhookMessage, now: int) -> None:  # noqa: ARG001
        sent.append(message)
        raise Killed

    with pytest.raises(Killed):
        send_all(house.queue, endpoint.id, send_and_die, lambda: False)
    house.issue()  # comes after the message was fixed, so it is in the next
    house.work()
    first, second = house.hooks.headers
    assert first["webhook-id"] == sent[0].id
    assert house.hooks.bodies[0] == sent[0].body
    assert second["webhook-id"] != sent[0].id
    assert [event["data"]["number"] for event in house.told()] == ["A001", "A002", "A003"]


def test_a_receiver_that_fails_gets_the_same_message_after_a_pause(house: House) -> None:
    endpoint = house.add()
    other = house.add(url=house.hooks.url.replace("hook", "other"))
    house.hooks.refuses["/hook?to=team"] = 503
    house.issue()
    house.work()
    house.work()  # it pauses
    mine = [p for p in house.hooks.paths if "hook" in p]
    assert len(mine) == 1, "no try during the pause"
    assert "/other?to=team" in house.hooks.paths, "it held up another endpoint"
    health = house.standing(endpoint).state.health
    assert (health.tries, health.error) == (1, "127.0.0.1 answered 503.")
    assert 25_000 < health.next_at - house.queue.store.time() <= 30_000
    assert house.standing(other).state.health.tries == 0
    house.hooks.refuses.clear()
    house.end_pause(endpoint)
    house.work()
    ids = [
        headers["webhook-id"]
        for path, headers in zip(house.hooks.paths, house.hooks.headers, strict=True)
        if "hook" in path
    ]
    assert ids[0] == ids[1]
    assert house.standing(endpoint).state.outcomes == {"delivered": 1, "failed": 1}
    assert house.standing(endpoint).state.health.tries == 0


def test_one_that_wants_no_more_is_left_alone_until_a_test_arrives(house: House) -> None:
    endpoint = house.add()
    house.hooks.answers.append(410)
    house.issue()
    house.work()
    house.end_pause(endpoint)
    house.work()
    assert len(house.hooks.bodies) == 1
    assert house.standing(endpoint).late
    endpoints.send_test(house.queue, CHIEF, endpoint.id, None)
    house.work()
    kinds = [json.loads(body)["type"] for body in house.hooks.bodies]
    assert kinds == ["branch.events", "webhook.test", "branch.events"]


def test_events_that_are_kept_no_more_are_said_to_be_missing(house: House) -> None:
    endpoint = house.add(branch=HALL)
    log = BranchKeys(HALL).events
    client: Any = house.queue.store.client
    house.issue(times=3)
    client.xtrim(log, maxlen=1, approximate=False)
    ((first, _),) = client.xrange(log)
    house.work()
    missed, events = (json.loads(body) for body in house.hooks.bodies)
    assert missed["type"] == "events.missed"
    assert missed["data"]["branch"] == HALL
    assert missed["data"]["before"] == first
    assert [event["id"] for event in events["data"]["events"]] == [first]
    assert house.standing(endpoint).state.missed.endswith(first)
    house.issue()
    house.work()
    assert len(house.hooks.bodies) == 3, "the gap is told once"


def test_nothing_is_missing_where_all_that_went_from_the_log_had_been_told(house: House) -> None:
    house.add(branch=HALL)
    log = BranchKeys(HALL).events
    client: Any = house.queue.store.client
    house.issue(times=2)
    house.work()
    client.xtrim(log, maxlen=0)  # as in a branch that was closed for longer than it keeps visits
    house.issue()
    client.xtrim(log, maxlen=1, approximate=False)
    house.work()
    kinds = [json.loads(body)["type"] for body in house.hooks.bodies]
    assert kinds == ["branch.events"] * 2
    assert [event["data"]["number"] for event in house.told()] == ["A001", "A002", "A003"]


def test_a_log_that_was_emptied_before_an_endpoint_came_misses_nothing(house: House) -> None:
    house.issue()
    house.queue.store.client.xtrim(BranchKeys(HALL).events, maxlen=0)
    house.add(branch=HALL)
    house.issue()
    house.work()
    assert [event["data"]["number"] for event in house.told()] == ["A002"]
    assert len(house.hooks.bodies) == 1


def test_what_was_practice_is_never_told_when_the_branch_begins_to_count(house: House) -> None:
    house.add("visit.issued")
    practised = document(opening_hours=ALWAYS, practice=True)
    put_branch(house.queue, "hooked-practice", practised)
    house.issue("hooked-practice")
    house.work()
    put_branch(house.queue, "hooked-practice", document(opening_hours=ALWAYS))
    house.issue("hooked-practice")
    house.work()
    assert [event["data"]["number"] for event in house.told("hooked-practice")] == ["A002"]


def test_a_slow_endpoint_hears_of_each_branch_in_turn(house: House) -> None:
    """A job has time for one message alone, and the first branch is never quiet."""
    endpoint = house.add()
    told: list[str] = []

    def send(_: Endpoint, message: WebhookMessage, now: int) -> None:  # noqa: ARG001
        told.append(message.branch)

    house.issue(LIBRARY)
    for _ in range(3):
        house.issue(HALL)
        send_all(house.queue, endpoint.id, send, lambda: True)
    assert LIBRARY in told[:2]
    assert len(told) == 3


def test_many_events_go_in_messages_of_so_many(house: House) -> None:
    house.add(branch=HALL)
    house.issue(times=BATCH + 1)
    house.work()
    counts = [len(json.loads(body)["data"]["events"]) for body in house.hooks.bodies]
    assert counts == [BATCH, 1]


def test_only_what_is_wanted_is_told_and_the_rest_waits_for_nothing(house: House) -> None:
    endpoint = house.add("day.closed", branch=HALL)
    house.issue(times=2)
    house.issue(LIBRARY)
    house.work()
    assert house.hooks.bodies == []
    assert house.standing(endpoint).oldest is None
    newest = house.store.newest([HALL])[HALL]
    assert house.store.state(endpoint.id).cursors[HALL].position == newest


def test_a_secret_that_was_replaced_signs_for_a_day_beside_the_new_one(house: House) -> None:
    old = house.add(branch=HALL)
    new = endpoints.rotate(house.queue, CHIEF, old.id, None).endpoint
    assert new.secret != old.secret
    house.issue()
    house.work()
    assert len(house.hooks.headers[0]["webhook-signature"].split(" ")) == 2
    assert new.older_secret(new.old_until - 1) == old.secret
    assert new.older_secret(new.old_until) == ""


def test_a_message_is_sent_again_with_its_id(house: House) -> None:
    endpoint = house.add(branch=HALL)
    house.issue(times=2)
    house.work()
    (delivery,) = house.store.deliveries(endpoint.id)
    endpoints.send_again(house.queue, CHIEF, endpoint.id, delivery.id, None)
    house.work()
    first, again = house.hooks.headers
    assert first["webhook-id"] == again["webhook-id"]
    assert house.hooks.bodies[0] == house.hooks.bodies[1]
    assert [d.id for d in house.store.deliveries(endpoint.id)] == [delivery.id] * 2


def test_one_that_was_switched_off_begins_again_from_now(house: House) -> None:
    endpoint = house.add(branch=HALL)
    wanted = EndpointRequest("BI", house.hooks.url, ("visit.*",), HALL, active=False)
    endpoints.change(house.queue, CHIEF, endpoint.id, wanted)
    house.issue()
    house.work()
    endpoints.change(house.queue, CHIEF, endpoint.id, replace(wanted, active=True))
    house.issue()
    house.work()
    assert [event["data"]["number"] for event in house.told()] == ["A002"]


def test_a_branch_that_comes_later_is_told_of_from_its_beginning(house: House) -> None:
    endpoint = house.add()
    put_branch(house.queue, "hooked-late", document(opening_hours=ALWAYS))
    house.issue("hooked-late")
    house.work()
    assert len(house.told("hooked-late")) == 1
    house.queue.store.client.srem("queue:branches", "hooked-late")
    house.issue()
    house.work()
    assert "hooked-late" not in house.store.state(endpoint.id).cursors


def test_two_workers_send_to_an_endpoint_one_after_the_other(house: House) -> None:
    endpoint = house.add(branch=HALL)
    house.issue()
    assert house.store.begin_sending(endpoint.id, "another")
    house.work()
    assert house.hooks.bodies == []
    assert not house.store.go_on_sending(endpoint.id, "me")
    house.store.end_sending(endpoint.id, "me")
    assert house.queue.store.client.exists(EndpointKeys(endpoint.id).sending)
    house.store.end_sending(endpoint.id, "another")
    house.work()
    assert len(house.told()) == 1


def test_what_waits_for_long_is_told_to_administrators(house: House) -> None:
    endpoint = house.add(branch=HALL)
    house.issue()
    standing = house.standing(endpoint)
    assert standing.oldest is not None
    assert not replace(standing, now=standing.oldest + LONG_MS).late
    assert replace(standing, now=standing.oldest + LONG_MS + 1).late


def test_an_endpoint_is_forgotten_with_all_it_had(house: House) -> None:
    endpoint = house.add()
    house.issue()
    house.work()
    endpoints.send_test(house.queue, CHIEF, endpoint.id, None)
    endpoints.remove(house.queue, CHIEF, endpoint.id)
    assert list(house.queue.store.client.scan_iter("queue:{webhooks}:*")) == []
