"""Deeds around deliveries: sending, giving up, and trying again.

Messages to send are written in the same step as the alert, so none is lost when a worker dies;
sending it twice uses the same id.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from queue_service.access.rules.caller import PERIODIC, Caller
from queue_service.alerts.operations.alerts import free_for
from queue_service.alerts.operations.subscriptions import managed
from queue_service.alerts.rules.alerts import Alert
from queue_service.alerts.rules.causes import AlertCause, Cause
from queue_service.alerts.rules.deliveries import KEPT_MS, Delivery, OutgoingDelivery, delivery
from queue_service.alerts.rules.subscriptions import Subscription
from queue_service.alerts.store import AlertStore
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.errors import Invalid, NotFound, RateLimited


class Undeliverable(Exception):
    """A try failed; the text says why without the address.

    ``final``: another would be in vain. ``timed_out``: the other side took all the time there is.
    """

    def __init__(self, reason: str, *, final: bool = False, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.final = final
        self.timed_out = timed_out


class HostBusy(Exception):
    """Nothing was sent: another message goes to that host, or it did not answer just before."""


HOST_MS: Final = 30_000
"""For so long a host is left alone that did not answer in time; longer than a try may take."""
TESTS_PER_SUBSCRIPTION: Final = 3
"""Tests that may be sent to one subscription in a minute."""
TESTS_PER_CALLER: Final = 10
"""Tests that one account may send in a minute, whatever it subscribes to meanwhile."""
TEST_WINDOW_MS: Final = 60_000


Send = Callable[[OutgoingDelivery], None]
"""Sends a delivery. Raises Undeliverable."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up, and whose it was."""

    delivery: Delivery
    subscription: Subscription


def waiting(queue: Queue) -> list[tuple[str, Delivery]]:
    """All messages to send, with their branches; expired dead letters are removed."""
    store, now = queue.get(AlertStore), queue.store.time()
    found: list[tuple[str, Delivery]] = []
    for branch in queue.get(BranchStore).ids():
        for each in store.deliveries(branch):
            if each.dead_at is None:
                found.append((branch, each))
            elif now - each.dead_at > KEPT_MS:
                store.drop_delivery(branch, each.id)
    return found


def deliver(queue: Queue, branch_id: str, delivery_id: str, send: Send, *, last: bool) -> None:
    """Send it, once: a delivery that has arrived or was given up is left alone.

    ``last``: no further try follows. Raises Undeliverable when it failed and may be tried again,
    or when another worker is sending it; HostBusy when it was not tried.
    """
    store = queue.get(AlertStore)
    if not store.begin_sending(branch_id, delivery_id):
        raise Undeliverable("Another worker is sending it.")
    try:
        outgoing = _outgoing(queue, store, branch_id, delivery_id)
        if outgoing is not None:
            _send(store, branch_id, outgoing, send, last, queue.store.time())
    finally:
        store.end_sending(branch_id, delivery_id)


@contextmanager
def alone_at(queue: Queue, host: str) -> Iterator[None]:
    """Hold a webhook's host while a message goes there: one at a time, for all branches.

    A host that did not answer in time stays held for :data:`HOST_MS`, so that messages to it
    do not keep the worker from those to others. Raises HostBusy while somebody holds it.
    """
    store = queue.get(AlertStore)
    if not store.hold_host(host, HOST_MS):
        raise HostBusy(f"{host} is busy with another message or did not answer just before.")
    try:
        yield
    except Undeliverable as error:
        if not error.timed_out:
            store.release_host(host)
        raise
    else:
        store.release_host(host)


def _outgoing(
    queue: Queue, store: AlertStore, branch_id: str, delivery_id: str
) -> OutgoingDelivery | None:
    found = store.delivery(branch_id, delivery_id)
    if found is None or found.dead_at is not None:
        return None
    subscription = store.subscription(branch_id, found.subscription)
    if subscription is None:
        store.drop_delivery(branch_id, delivery_id)
        return None
    branch = queue.get(BranchStore).get(branch_id)
    told = found.event == "raised" and found.alert.cause.kind == "wait"
    free = free_for(queue, Command(branch_id, PERIODIC)) if told else frozenset()
    return OutgoingDelivery(branch, found, subscription, free)


def _send(
    store: AlertStore, branch_id: str, outgoing: OutgoingDelivery, send: Send, last: bool, now: int
) -> None:
    try:
        send(outgoing)
    except Undeliverable as error:
        final = last or error.final
        store.keep_delivery(branch_id, outgoing.delivery.failed(str(error), now, final=final))
        if not error.final:
            raise
    else:
        store.drop_delivery(branch_id, outgoing.delivery.id)


def give_up(queue: Queue, branch_id: str, delivery_id: str, reason: str) -> None:
    """Make a dead letter of a message that is not retried any more."""
    store = queue.get(AlertStore)
    found = store.delivery(branch_id, delivery_id)
    if found is not None and found.dead_at is None:
        store.keep_delivery(branch_id, found.failed(reason, queue.store.time(), final=True))


def dead_letters(queue: Queue, branch_id: str) -> list[DeadLetter]:
    """The deliveries that were given up in a branch, the latest first."""
    store = queue.get(AlertStore)
    theirs = {s.id: s for s in store.subscriptions(branch_id)}
    dead = [d for d in store.deliveries(branch_id) if d.dead_at is not None]
    known = [DeadLetter(d, theirs[d.subscription]) for d in dead if d.subscription in theirs]
    return sorted(known, key=lambda letter: -(letter.delivery.dead_at or 0))


def try_again(queue: Queue, branch_id: str, delivery_id: str) -> None:
    """Send a dead letter after all. Raises NotFound."""
    dead = _dead(queue, branch_id, delivery_id)
    queue.get(AlertStore).keep_delivery(branch_id, dead.again())


def discard(queue: Queue, branch_id: str, delivery_id: str) -> None:
    """Forget a dead letter. Raises NotFound."""
    queue.get(AlertStore).drop_delivery(branch_id, _dead(queue, branch_id, delivery_id).id)


def send_test(queue: Queue, branch_id: str, subscription_id: str, caller: Caller) -> None:
    """Send a made-up alert, to see that it arrives.

    Raises NotFound, Invalid, and RateLimited after :data:`TESTS_PER_SUBSCRIPTION` or
    :data:`TESTS_PER_CALLER` tests within a minute.
    """
    to = managed(queue, branch_id, subscription_id, caller)
    if to.channel == "board":
        raise Invalid.at("channel", "The board needs no test: look at it.")
    _limit_tests(queue, branch_id, to.id, caller)
    now = queue.store.time()
    wait = to.wait_minutes * 60_000
    finding = AlertCause(Cause("wait"), since=now - wait, waiting=1)
    sample = Alert(f"test{secrets.token_hex(6)}", now, finding, wait)
    queue.get(AlertStore).keep_delivery(branch_id, delivery("test", sample, to, now))


def _limit_tests(queue: Queue, branch_id: str, subscription_id: str, caller: Caller) -> None:
    store = queue.get(AlertStore)
    for who, most in ((caller.id, TESTS_PER_CALLER), (subscription_id, TESTS_PER_SUBSCRIPTION)):
        count, wait = store.count_test(branch_id, who, TEST_WINDOW_MS)
        if count > most:
            raise RateLimited(
                "You have just sent several tests: wait a minute and try again.",
                retry_after=max(1, -(-wait // 1000)),
            )


def _dead(queue: Queue, branch_id: str, delivery_id: str) -> Delivery:
    found = queue.get(AlertStore).delivery(branch_id, delivery_id)
    if found is None or found.dead_at is None:
        raise NotFound("This message is on its way or has arrived: look at the list again.")
    return found
