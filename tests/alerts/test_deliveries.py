"""Notifications of alerts arrive once or become dead letters, and addresses go with their owner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import accounts
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import AccountRole
from queue_service.access.store import AccessStore
from queue_service.alerts import keys as alert_keys
from queue_service.alerts.keys import AlertKeys
from queue_service.alerts.operations import deliveries, subscriptions
from queue_service.alerts.operations.deliveries import (
    TESTS_PER_CALLER,
    TESTS_PER_SUBSCRIPTION,
    HostBusy,
    Undeliverable,
)
from queue_service.alerts.operations.subscriptions import SubscriptionRequest
from queue_service.alerts.rules.deliveries import OutgoingDelivery
from queue_service.alerts.rules.subscriptions import MOST
from queue_service.alerts.store import AlertStore
from queue_service.command import Queue
from queue_service.errors import Invalid, NotFound, RateLimited
from tests.alerts.alerting import LEADER, MAIL, outgoing, subscribe, update
from tests.desks import Desk


def raised(desk: Desk, wish: SubscriptionRequest = MAIL) -> str:
    """An alert's delivery that waits to be sent."""
    subscribe(desk, wish)
    update(desk)
    update(desk.later(200))
    (waiting,) = deliveries.waiting(desk.queue)
    return waiting[1].id


def deliver(
    desk: Desk, name: str, send: Callable[[OutgoingDelivery], None], *, last: bool = False
) -> None:
    deliveries.deliver(desk.queue, desk.branch, name, send, last=last)


def failing(reason: str, *, final: bool = False) -> Callable[[OutgoingDelivery], None]:
    def send(_: OutgoingDelivery) -> None:
        raise Undeliverable(reason, final=final)

    return send


def test_a_delivered_message_is_not_sent_again(live: Desk) -> None:
    name, sent = raised(live), list[str]()
    for _ in range(2):
        deliver(live, name, lambda outgoing: sent.append(outgoing.subscription.target))
    assert sent == ["leder@example.dk"]


def test_a_letter_about_a_wait_knows_which_services_a_free_counter_takes(live: Desk) -> None:
    wish = replace(MAIL, kinds=("wait",), minutes="1")
    sent: list[frozenset[str]] = []
    live.open("2", "library")
    live.issue("turist")
    name = raised(live, wish)
    deliver(live, name, lambda each: sent.append(each.free))
    assert sent == [frozenset({"turist"})]


def test_a_message_that_fails_for_good_is_a_dead_letter_that_can_be_retried(live: Desk) -> None:
    name = raised(live)
    with pytest.raises(Undeliverable):
        deliver(live, name, failing("The server is away."))
    assert deliveries.dead_letters(live.queue, live.branch) == []
    with pytest.raises(Undeliverable):
        deliver(live, name, failing("The server is away."), last=True)
    (letter,) = deliveries.dead_letters(live.queue, live.branch)
    assert (letter.delivery.tries, letter.delivery.error) == (2, "The server is away.")
    assert deliveries.waiting(live.queue) == []
    deliveries.try_again(live.queue, live.branch, name)
    assert [d.id for _, d in deliveries.waiting(live.queue)] == [name]
    deliver(live, name, lambda _: None)
    assert outgoing(live) == []


def test_an_undeliverable_message_is_given_up_at_once(live: Desk) -> None:
    name = raised(live)
    deliver(live, name, failing("No such mailbox.", final=True))
    (letter,) = deliveries.dead_letters(live.queue, live.branch)
    assert letter.delivery.error == "No such mailbox."
    deliveries.discard(live.queue, live.branch, name)
    assert outgoing(live) == []


def test_only_one_worker_sends_at_a_time(live: Desk) -> None:
    name, sent = raised(live), list[str]()

    def slow(_: OutgoingDelivery) -> None:
        with pytest.raises(Undeliverable, match="Another worker"):
            deliver(live, name, lambda outgoing: sent.append(outgoing.delivery.id))

    deliver(live, name, slow)
    assert sent == []


def test_a_cancelled_subscription_takes_what_is_on_its_way_along(live: Desk) -> None:
    raised(live)
    (mine,) = subscriptions.own_subscriptions(live.queue, live.branch, LEADER)
    assert holding(live, "leder@example.dk") == [AlertKeys(live.branch).subscriptions]
    with pytest.raises(NotFound):
        subscriptions.unsubscribe(live.queue, live.branch, mine.id, Caller("b", "supervisor"))
    subscriptions.unsubscribe(live.queue, live.branch, mine.id, LEADER)
    assert outgoing(live) == []
    assert holding(live, "leder@example.dk") == []


def holding(desk: Desk, text: str) -> list[str]:
    """The keys of the whole store that hold a text."""
    client: Any = desk.queue.store.client
    read: dict[str, Callable[[str], object]] = {
        "string": client.get,
        "hash": client.hgetall,
        "set": client.smembers,
        "list": lambda key: client.lrange(key, 0, -1),
        "zset": lambda key: client.zrange(key, 0, -1),
        "stream": client.xrange,
    }
    return [key for key in client.scan_iter() if text in str(read[client.type(key)](key))]


def account(queue: Queue, name: str, role: AccountRole, branch: str | None = None) -> Caller:
    store = queue.get(AccessStore)
    made = accounts.add_account(store, name, "long enough pw", role, branch, now=store.now())
    return Caller(made.id, role, branch)


def test_a_removed_login_loses_its_subscriptions(live: Desk) -> None:
    store = live.queue.get(AccessStore)
    callers = [account(live.queue, name, "supervisor") for name in ("anna", "bo", "carl", "dorte")]
    for caller in callers:
        subscribe(live, caller=caller)
    accounts.remove_account(store, "anna")
    accounts.change_account(store, "bo", "clerk", None)
    accounts.change_account(store, "carl", "supervisor", "biblioteket")
    accounts.set_password(store, "dorte", "another long one")
    assert subscriptions.forget_departed(live.queue) == 3
    left = live.queue.get(AlertStore).subscriptions(live.branch)
    assert [s.owner for s in left] == [callers[3].id]


def test_others_subscriptions_are_an_administrators_matter(live: Desk) -> None:
    subscribe(live)
    other, admin = Caller("acc_b", "supervisor"), Caller("acc_c", "admin")
    assert subscriptions.own_subscriptions(live.queue, live.branch, other) == []
    assert subscriptions.others_subscriptions(live.queue, live.branch, other) == []
    (seen,) = subscriptions.others_subscriptions(live.queue, live.branch, admin)
    subscriptions.unsubscribe(live.queue, live.branch, seen.id, admin)


def test_subscriptions_have_a_limit(live: Desk) -> None:
    for _ in range(MOST):
        subscribe(live)
    with pytest.raises(Invalid, match="remove one first"):
        subscribe(live)


def test_a_webhook_has_a_secret_of_its_own_and_a_letter_none(live: Desk) -> None:
    hook = SubscriptionRequest(("wait",), "webhook", target="https://example.dk/")
    made = [subscriptions.subscribe(live.queue, live.branch, LEADER, hook) for _ in range(2)]
    assert made[0].secret.startswith("whsec_")
    assert made[0].secret != made[1].secret
    assert subscriptions.subscribe(live.queue, live.branch, LEADER, MAIL).secret == ""


def test_a_test_can_be_sent_to_the_own_address(live: Desk) -> None:
    mine = subscribe(live)
    deliveries.send_test(live.queue, live.branch, mine, LEADER)
    ((_, waiting),) = deliveries.waiting(live.queue)
    assert waiting.event == "test"
    board = subscribe(live, SubscriptionRequest(("wait",), "board"))
    with pytest.raises(Invalid):
        deliveries.send_test(live.queue, live.branch, board, LEADER)


def test_a_subscription_takes_so_many_tests_a_minute(live: Desk, redis_client: Redis) -> None:
    mine, other = subscribe(live), subscribe(live)
    for _ in range(TESTS_PER_SUBSCRIPTION):
        deliveries.send_test(live.queue, live.branch, mine, LEADER)
    with pytest.raises(RateLimited) as refused:
        deliveries.send_test(live.queue, live.branch, mine, LEADER)
    assert 0 < int(str(refused.value.extra["retry_after"])) <= 60
    assert len(outgoing(live)) == TESTS_PER_SUBSCRIPTION
    deliveries.send_test(live.queue, live.branch, other, LEADER)
    # Once the minute is over, which is when its counters are gone.
    for who in (mine, LEADER.id):
        key = AlertKeys(live.branch).tests(who)
        assert 0 < redis_client.pttl(key) <= 60_000
        redis_client.delete(key)
    deliveries.send_test(live.queue, live.branch, mine, LEADER)


def test_subscribing_again_allows_no_more_tests(live: Desk) -> None:
    for _ in range(TESTS_PER_CALLER):
        mine = subscribe(live)
        deliveries.send_test(live.queue, live.branch, mine, LEADER)
        subscriptions.unsubscribe(live.queue, live.branch, mine, LEADER)
    with pytest.raises(RateLimited):
        deliveries.send_test(live.queue, live.branch, subscribe(live), LEADER)


def test_a_host_gets_one_message_at_a_time(live: Desk) -> None:
    with (
        deliveries.alone_at(live.queue, "hooks.example.dk"),
        pytest.raises(HostBusy),
        deliveries.alone_at(live.queue, "hooks.example.dk"),
    ):
        raise AssertionError("two at once")
    with (
        deliveries.alone_at(live.queue, "hooks.example.dk"),
        deliveries.alone_at(live.queue, "other.example.dk"),
    ):
        pass


@pytest.mark.parametrize("timed_out", [True, False])
def test_a_host_that_took_all_the_time_is_left_alone_for_a_while(
    live: Desk, redis_client: Redis, *, timed_out: bool
) -> None:
    with pytest.raises(Undeliverable), deliveries.alone_at(live.queue, "slow.example.dk"):
        raise Undeliverable("slow", timed_out=timed_out)
    left = redis_client.pttl(alert_keys.host("slow.example.dk"))
    assert 0 < left <= deliveries.HOST_MS if timed_out else left == -2
