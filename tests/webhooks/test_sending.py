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
from queue_service.webhooks.rules.endpoints import Endpoint
from queue_service.webhooks.rules.messages import BATCH, WebhookMessage
from queue_service.webhooks.rules.retries import LONG_MS
from queue_service.webhooks.store import WebhookStore
from tests.desks import CLERK, document
from tests.hooks import Receiver, receiver
from tests.web.service import ALWAYS
from workers.queues import deliveries_queue
from workers.worker import make_worker

ADMIN = Caller("chief", "admin")
HALL, LIBRARY = "hooked-hall", "hooked-library"


class Killed(BaseException):
    """The worker is no more."""


@dataclass
class Sending:
    """Two branches, the worker that sends their events, and a receiver."""

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
        return endpoints.add(self.queue, ADMIN, wanted, None).endpoint

    def issue(self, branch: str = HALL, times: int = 1) -> None:
        for _ in range(times):
            issuing.issue(self.queue, Command(branch, CLERK), "pas", channel="desk")

    def work(self) -> None:
        """Let the job run in a real worker."""
        deliveries_queue(self.jobs).enqueue("workers.jobs.webhooks.send")
        make_worker(self.jobs, "deliveries").work(burst=True, logging_level="CRITICAL")

    def received(self, of: str | None = None) -> list[dict[str, Any]]:
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
def sending(
    redis_client: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sending]:
    """The branches, open around the clock, with a receiver that takes what is sent."""
    queue = Queue(RedisStore(redis_client))
    for branch in (HALL, LIBRARY):
        put_branch(queue, branch, document(opening_hours=ALWAYS))
    with receiver() as hooks:
        monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
        monkeypatch.setenv("QUEUE_WEBHOOK_HOSTS", "127.0.0.1")
        yield Sending(queue, connect_jobs(settings), hooks)


def test_events_are_sent_in_order_signed_and_once(sending: Sending) -> None:
    sending.issue()  # before anybody wanted to know
    endpoint = sending.add()
    sending.issue(times=3)
    sending.issue(LIBRARY)
    sending.work()
    assert [event["data"]["number"] for event in sending.received(HALL)] == ["A002", "A003", "A004"]
    assert len(sending.received(LIBRARY)) == 1
    client: Any = sending.queue.store.client
    logged = client.xrange(BranchKeys(HALL).events)
    ids = [entry for entry, fields in logged if fields["event"] == "visit.issued"]
    assert [event["id"] for event in sending.received(HALL)] == ids[1:]
    for headers, body in zip(sending.hooks.headers, sending.hooks.bodies, strict=True):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
        wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{wanted}"
    before = len(sending.hooks.bodies)
    sending.work()
    assert len(sending.hooks.bodies) == before, "told twice"
    standing = sending.standing(endpoint)
    assert (standing.oldest, standing.late) == (None, False)


def test_neither_a_citizen_nor_a_reason_is_sent(sending: Sending) -> None:
    sending.add()
    sending.issue()
    sending.work()
    (event,) = sending.received()
    assert event["event"] == "visit.issued"
    assert event["data"].keys() == {"id", "number", "service", "state", "counter", "recalls", "at"}


def test_a_worker_killed_between_sending_and_noting_repeats_the_same_message(
    sending: Sending,
) -> None:
    endpoint = sending.add()
    sending.issue(times=2)

    sent: list[WebhookMessage] = []

    def send_and_die(_: Endpoint, message: WebhookMessage, now: int) -> None:  # noqa: ARG001 - as it is called
        sent.append(message)
        raise Killed

    with pytest.raises(Killed):
        send_all(sending.queue, endpoint.id, send_and_die, lambda: False)
    sending.issue()  # comes after the message was fixed, so it is in the next
    sending.work()
    first, second = sending.hooks.headers
    assert first["webhook-id"] == sent[0].id
    assert sending.hooks.bodies[0] == sent[0].body
    assert second["webhook-id"] != sent[0].id
    assert [event["data"]["number"] for event in sending.received()] == ["A001", "A002", "A003"]


def test_a_receiver_that_fails_gets_the_same_message_after_a_pause(sending: Sending) -> None:
    endpoint = sending.add()
    other = sending.add(url=sending.hooks.url.replace("hook", "other"))
    sending.hooks.refuses["/hook?to=team"] = 503
    sending.issue()
    sending.work()
    sending.work()  # it pauses
    mine = [p for p in sending.hooks.paths if "hook" in p]
    assert len(mine) == 1, "no try during the pause"
    assert "/other?to=team" in sending.hooks.paths, "it held up another endpoint"
    health = sending.standing(endpoint).state.health
    assert (health.tries, health.error) == (1, "127.0.0.1 answered 503.")
    assert 25_000 < health.next_at - sending.queue.store.time() <= 30_000
    assert sending.standing(other).state.health.tries == 0
    sending.hooks.refuses.clear()
    sending.end_pause(endpoint)
    sending.work()
    ids = [
        headers["webhook-id"]
        for path, headers in zip(sending.hooks.paths, sending.hooks.headers, strict=True)
        if "hook" in path
    ]
    assert ids[0] == ids[1]
    assert sending.standing(endpoint).state.outcomes == {"delivered": 1, "failed": 1}
    assert sending.standing(endpoint).state.health.tries == 0


def test_one_that_wants_no_more_is_left_alone_until_a_test_arrives(sending: Sending) -> None:
    endpoint = sending.add()
    sending.hooks.answers.append(410)
    sending.issue()
    sending.work()
    sending.end_pause(endpoint)
    sending.work()
    assert len(sending.hooks.bodies) == 1
    assert sending.standing(endpoint).late
    endpoints.send_test(sending.queue, ADMIN, endpoint.id, None)
    sending.work()
    kinds = [json.loads(body)["type"] for body in sending.hooks.bodies]
    assert kinds == ["branch.events", "webhook.test", "branch.events"]


def test_trimmed_events_are_reported_as_missing(sending: Sending) -> None:
    endpoint = sending.add(branch=HALL)
    log = BranchKeys(HALL).events
    client: Any = sending.queue.store.client
    sending.issue(times=3)
    client.xtrim(log, maxlen=1, approximate=False)
    ((first, _),) = client.xrange(log)
    sending.work()
    missed, events = (json.loads(body) for body in sending.hooks.bodies)
    assert missed["type"] == "events.missed"
    assert missed["data"]["branch"] == HALL
    assert missed["data"]["before"] == first
    assert [event["id"] for event in events["data"]["events"]] == [first]
    assert sending.standing(endpoint).state.missed.endswith(first)
    sending.issue()
    sending.work()
    assert len(sending.hooks.bodies) == 3, "the gap is told once"


def test_nothing_is_missing_if_all_trimmed_events_had_been_delivered(
    sending: Sending,
) -> None:
    sending.add(branch=HALL)
    log = BranchKeys(HALL).events
    client: Any = sending.queue.store.client
    sending.issue(times=2)
    sending.work()
    client.xtrim(log, maxlen=0)  # as in a branch that was closed for longer than it keeps visits
    sending.issue()
    client.xtrim(log, maxlen=1, approximate=False)
    sending.work()
    kinds = [json.loads(body)["type"] for body in sending.hooks.bodies]
    assert kinds == ["branch.events"] * 2
    assert [event["data"]["number"] for event in sending.received()] == ["A001", "A002", "A003"]


def test_a_log_that_was_emptied_before_an_endpoint_came_misses_nothing(sending: Sending) -> None:
    sending.issue()
    sending.queue.store.client.xtrim(BranchKeys(HALL).events, maxlen=0)
    sending.add(branch=HALL)
    sending.issue()
    sending.work()
    assert [event["data"]["number"] for event in sending.received()] == ["A002"]
    assert len(sending.hooks.bodies) == 1


def test_events_of_practice_are_never_sent_after_it_ends(sending: Sending) -> None:
    sending.add("visit.issued")
    practised = document(opening_hours=ALWAYS, practice=True)
    put_branch(sending.queue, "hooked-practice", practised)
    sending.issue("hooked-practice")
    sending.work()
    put_branch(sending.queue, "hooked-practice", document(opening_hours=ALWAYS))
    sending.issue("hooked-practice")
    sending.work()
    assert [event["data"]["number"] for event in sending.received("hooked-practice")] == ["A002"]


def test_a_slow_endpoint_hears_of_each_branch_in_turn(sending: Sending) -> None:
    """A job has time for one message alone, and the first branch is never quiet."""
    endpoint = sending.add()
    received: list[str] = []

    def send(_: Endpoint, message: WebhookMessage, now: int) -> None:  # noqa: ARG001 - as it is called
        received.append(message.branch)

    sending.issue(LIBRARY)
    for _ in range(3):
        sending.issue(HALL)
        send_all(sending.queue, endpoint.id, send, lambda: True)
    assert LIBRARY in received[:2]
    assert len(received) == 3


def test_many_events_go_in_messages_of_so_many(sending: Sending) -> None:
    sending.add(branch=HALL)
    sending.issue(times=BATCH + 1)
    sending.work()
    counts = [len(json.loads(body)["data"]["events"]) for body in sending.hooks.bodies]
    assert counts == [BATCH, 1]


def test_only_chosen_events_are_sent_and_others_delay_nothing(sending: Sending) -> None:
    endpoint = sending.add("day.closed", branch=HALL)
    sending.issue(times=2)
    sending.issue(LIBRARY)
    sending.work()
    assert sending.hooks.bodies == []
    assert sending.standing(endpoint).oldest is None
    newest = sending.store.newest([HALL])[HALL]
    assert sending.store.state(endpoint.id).cursors[HALL].position == newest


def test_a_replaced_secret_signs_for_a_day_next_to_the_new_one(sending: Sending) -> None:
    old = sending.add(branch=HALL)
    new = endpoints.rotate(sending.queue, ADMIN, old.id, None).endpoint
    assert new.secret != old.secret
    sending.issue()
    sending.work()
    assert len(sending.hooks.headers[0]["webhook-signature"].split(" ")) == 2
    assert new.older_secret(new.old_until - 1) == old.secret
    assert new.older_secret(new.old_until) == ""


def test_a_message_is_sent_again_with_its_id(sending: Sending) -> None:
    endpoint = sending.add(branch=HALL)
    sending.issue(times=2)
    sending.work()
    (delivery,) = sending.store.deliveries(endpoint.id)
    endpoints.send_again(sending.queue, ADMIN, endpoint.id, delivery.id, None)
    sending.work()
    first, again = sending.hooks.headers
    assert first["webhook-id"] == again["webhook-id"]
    assert sending.hooks.bodies[0] == sending.hooks.bodies[1]
    assert [d.id for d in sending.store.deliveries(endpoint.id)] == [delivery.id] * 2


def test_one_that_was_switched_off_begins_again_from_now(sending: Sending) -> None:
    endpoint = sending.add(branch=HALL)
    wanted = EndpointRequest("BI", sending.hooks.url, ("visit.*",), HALL, active=False)
    endpoints.change(sending.queue, ADMIN, endpoint.id, wanted)
    sending.issue()
    sending.work()
    endpoints.change(sending.queue, ADMIN, endpoint.id, replace(wanted, active=True))
    sending.issue()
    sending.work()
    assert [event["data"]["number"] for event in sending.received()] == ["A002"]


def test_a_branch_that_is_added_later_is_sent_from_its_beginning(sending: Sending) -> None:
    endpoint = sending.add()
    put_branch(sending.queue, "hooked-late", document(opening_hours=ALWAYS))
    sending.issue("hooked-late")
    sending.work()
    assert len(sending.received("hooked-late")) == 1
    sending.queue.store.client.srem("queue:branches", "hooked-late")
    sending.issue()
    sending.work()
    assert "hooked-late" not in sending.store.state(endpoint.id).cursors


def test_two_workers_send_to_an_endpoint_one_after_the_other(sending: Sending) -> None:
    endpoint = sending.add(branch=HALL)
    sending.issue()
    assert sending.store.begin_sending(endpoint.id, "another")
    sending.work()
    assert sending.hooks.bodies == []
    assert not sending.store.go_on_sending(endpoint.id, "me")
    sending.store.end_sending(endpoint.id, "me")
    assert sending.queue.store.client.exists(EndpointKeys(endpoint.id).sending)
    sending.store.end_sending(endpoint.id, "another")
    sending.work()
    assert len(sending.received()) == 1


def test_a_webhook_is_late_after_a_quarter_of_an_hour(sending: Sending) -> None:
    endpoint = sending.add(branch=HALL)
    sending.issue()
    standing = sending.standing(endpoint)
    assert standing.oldest is not None
    assert not replace(standing, now=standing.oldest + LONG_MS).late
    assert replace(standing, now=standing.oldest + LONG_MS + 1).late


def test_an_endpoint_is_forgotten_with_all_it_had(sending: Sending) -> None:
    endpoint = sending.add()
    sending.issue()
    sending.work()
    endpoints.send_test(sending.queue, ADMIN, endpoint.id, None)
    endpoints.remove(sending.queue, ADMIN, endpoint.id)
    assert list(sending.queue.store.client.scan_iter("queue:{webhooks}:*")) == []
