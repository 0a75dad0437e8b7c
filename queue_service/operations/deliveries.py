"""Deeds around deliveries: sending, giving up, and trying again.

What is to be sent is written in the same step as the alert, so none is lost when a worker dies;
whoever sends it twice sends the same id.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from queue_service.domain.access import invalid
from queue_service.domain.alerts import Alert
from queue_service.domain.caller import Caller
from queue_service.domain.causes import Cause, Finding
from queue_service.domain.deliveries import KEPT_MS, Delivery, Parcel, delivery
from queue_service.domain.errors import NotFound
from queue_service.domain.subscriptions import Subscription
from queue_service.operations.queue import Queue
from queue_service.operations.subscriptions import managed
from queue_service.store.alert_store import AlertStore


class Undeliverable(Exception):
    """A try failed; the text says why without the address. ``final``: another would be in vain."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


Send = Callable[[Parcel], None]
"""Sends a parcel; raises Undeliverable."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up, and whose it was."""

    delivery: Delivery
    subscription: Subscription


def waiting(queue: Queue) -> list[tuple[str, Delivery]]:
    """All that is to be sent, with its branch; dead letters that are too old go."""
    store, now = AlertStore(queue.store), queue.store.time()
    found: list[tuple[str, Delivery]] = []
    for branch in queue.branches.ids():
        for each in store.deliveries(branch):
            if each.dead_at is None:
                found.append((branch, each))
            elif now - each.dead_at > KEPT_MS:
                store.drop_delivery(branch, each.id)
    return found


def deliver(queue: Queue, branch_id: str, delivery_id: str, send: Send, *, last: bool) -> None:
    """Send it, once: what has arrived or was given up is left alone.

    ``last``: no further try follows. Raises Undeliverable when it failed and may be tried again,
    or when another worker is sending it.
    """
    store = AlertStore(queue.store)
    if not store.begin_sending(branch_id, delivery_id):
        raise Undeliverable("Another worker is sending it.")
    try:
        parcel = _parcel(queue, store, branch_id, delivery_id)
        if parcel is not None:
            _send(store, branch_id, parcel, send, last, queue.store.time())
    finally:
        store.end_sending(branch_id, delivery_id)


def _parcel(queue: Queue, store: AlertStore, branch_id: str, delivery_id: str) -> Parcel | None:
    found = store.delivery(branch_id, delivery_id)
    if found is None or found.dead_at is not None:
        return None
    subscription = store.subscription(branch_id, found.subscription)
    if subscription is None:
        store.drop_delivery(branch_id, delivery_id)
        return None
    return Parcel(queue.branches.get(branch_id), found, subscription)


def _send(
    store: AlertStore, branch_id: str, parcel: Parcel, send: Send, last: bool, now: int
) -> None:
    try:
        send(parcel)
    except Undeliverable as error:
        final = last or error.final
        store.keep_delivery(branch_id, parcel.delivery.failed(str(error), now, final=final))
        if not error.final:
            raise
    else:
        store.drop_delivery(branch_id, parcel.delivery.id)


def give_up(queue: Queue, branch_id: str, delivery_id: str, reason: str) -> None:
    """Make a dead letter of what nobody will send by itself any more."""
    store = AlertStore(queue.store)
    found = store.delivery(branch_id, delivery_id)
    if found is not None and found.dead_at is None:
        store.keep_delivery(branch_id, found.failed(reason, queue.store.time(), final=True))


def dead_letters(queue: Queue, branch_id: str) -> list[DeadLetter]:
    """What was given up in a branch, the latest first."""
    store = AlertStore(queue.store)
    theirs = {s.id: s for s in store.subscriptions(branch_id)}
    dead = [d for d in store.deliveries(branch_id) if d.dead_at is not None]
    known = [DeadLetter(d, theirs[d.subscription]) for d in dead if d.subscription in theirs]
    return sorted(known, key=lambda letter: -(letter.delivery.dead_at or 0))


def try_again(queue: Queue, branch_id: str, delivery_id: str) -> None:
    """Send a dead letter after all. Raises NotFound."""
    dead = _dead(queue, branch_id, delivery_id)
    AlertStore(queue.store).keep_delivery(branch_id, dead.again())


def discard(queue: Queue, branch_id: str, delivery_id: str) -> None:
    """Forget a dead letter. Raises NotFound."""
    AlertStore(queue.store).drop_delivery(branch_id, _dead(queue, branch_id, delivery_id).id)


def send_test(queue: Queue, branch_id: str, subscription_id: str, caller: Caller) -> None:
    """Send a made-up alert, to see that it arrives. Raises NotFound and Invalid."""
    to = managed(queue, branch_id, subscription_id, caller)
    if to.channel == "board":
        raise invalid("channel", "The board needs no test: look at it.")
    now = queue.store.time()
    wait = to.wait_minutes * 60_000
    finding = Finding(Cause("wait"), since=now - wait, waiting=1)
    made_up = Alert(f"test{secrets.token_hex(6)}", now, finding, wait)
    AlertStore(queue.store).keep_delivery(branch_id, delivery("test", made_up, to, now))


def _dead(queue: Queue, branch_id: str, delivery_id: str) -> Delivery:
    found = AlertStore(queue.store).delivery(branch_id, delivery_id)
    if found is None or found.dead_at is None:
        raise NotFound("This message is on its way or has arrived: look at the list again.")
    return found
