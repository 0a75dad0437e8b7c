"""Sending to endpoints: from the branches' logs, in their order, each message at least once.

A message is fixed in the store before it is sent, and its content is noted as sent after it has
arrived. So a worker that dies in between repeats the very message, with its id. Waiting messages
are in the log alone, however many endpoints are away.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.webhooks.operations.endpoints import branches_of
from queue_service.webhooks.rules.cursors import FROM_THE_BEGINNING, Cursor, before, newer, order_of
from queue_service.webhooks.rules.endpoints import Endpoint
from queue_service.webhooks.rules.messages import (
    BATCH,
    LoggedEvent,
    WebhookDelivery,
    WebhookMessage,
    events_message,
    missed_message,
    test_message,
)
from queue_service.webhooks.rules.retries import EndpointHealth
from queue_service.webhooks.store import EventStretch, StoredEndpoint, WebhookStore

_READ: Final = 500
"""Entries of a log that are looked at for one message."""


class WebhookUndeliverable(Exception):
    """A try failed; the text says why. ``final``: it is wanted no more, or must not be sent."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


SendWebhook = Callable[[Endpoint, WebhookMessage, int], None]
"""Posts a message to an endpoint; its last argument is now, in ms. Raises Undeliverable."""


def send_all(queue: Queue, endpoint_id: str, send: SendWebhook, enough: Callable[[], bool]) -> None:
    """Send an endpoint whatever there is for it, until ``enough`` says to go on another time.

    Does nothing while another worker sends to it.
    """
    store, worker = queue.get(WebhookStore), secrets.token_hex(8)
    if not store.begin_sending(endpoint_id, worker):
        return
    try:
        sender = _Sender(
            queue,
            endpoint_id,
            send,
            lambda: not enough() and store.go_on_sending(endpoint_id, worker),
        )
        while sender.go_round():
            pass
    finally:
        store.end_sending(endpoint_id, worker)


@dataclass(frozen=True, slots=True)
class _Sender:
    """The sender to one endpoint."""

    queue: Queue
    endpoint_id: str
    send: SendWebhook
    may_go_on: Callable[[], bool]
    """Whether there is time for one more message, and the endpoint still with this worker."""

    def go_round(self) -> bool:
        """Send one message of each branch that has any; whether there may be more."""
        endpoint = self.queue.get(WebhookStore).endpoint(self.endpoint_id)
        if endpoint is None or not self._do_requests(endpoint) or not endpoint.active:
            return False
        state = self.queue.get(WebhookStore).state(endpoint.id)
        removed = state.cursors.keys() - set(self.queue.get(BranchStore).ids())
        self.queue.get(WebhookStore).leave(endpoint.id, removed)
        self._pass_practice(endpoint, state)
        if state.health.stopped or self.queue.store.time() < state.health.next_at:
            return False
        waiting = self._waiting(endpoint, state)
        for branch in waiting:
            cursor = state.cursors.get(branch)
            if not (self._next(endpoint, branch, cursor, state.health) and self.may_go_on()):
                return False
        return bool(waiting)

    def _waiting(self, endpoint: Endpoint, state: StoredEndpoint) -> list[str]:
        """The branches whose log goes on, the one that has waited for longest first.

        So a slow endpoint, which takes few messages in one job, gets those of each branch in turn.
        """
        newest = self.queue.get(WebhookStore).newest(
            b.id for b in branches_of(self.queue, endpoint)
        )
        positions = {b: state.cursors.get(b, FROM_THE_BEGINNING).position for b in newest}
        behind = [branch for branch, last in newest.items() if newer(last, positions[branch])]
        return sorted(behind, key=lambda branch: order_of(positions[branch]))

    def _pass_practice(self, endpoint: Endpoint, state: StoredEndpoint) -> None:
        """Advance the cursors of practice branches without sending: a branch that begins to count
        is sent from then."""
        store = self.queue.get(WebhookStore)
        practice = [
            b.id for b in self.queue.get(BranchStore).all() if b.practice and not b.historic
        ]
        if endpoint.branch is not None or not practice:
            return
        for branch, last in store.newest(practice).items():
            cursor = state.cursors.get(branch)
            if cursor is None or newer(last, cursor.position):
                store.note(endpoint.id, branch=branch, was=cursor, now=store.end(branch))

    def _do_requests(self, endpoint: Endpoint) -> bool:
        """Send what people asked for; False if a try of it failed."""
        store = self.queue.get(WebhookStore)
        for request, delivery in store.requests(endpoint.id).items():
            now = self.queue.store.time()
            message = (
                test_message(endpoint, request, now)
                if delivery is None
                else self._again(endpoint, delivery)
            )
            cursor = Cursor(delivery.after, delivery.passed) if delivery else Cursor("", 0)
            done = self._try(endpoint, message, cursor)
            arrived = done.outcome == "delivered"
            health = EndpointHealth() if arrived else None
            store.note(endpoint.id, delivery=done, request=request, health=health)
            if not arrived or not self.may_go_on():
                return False
        return True

    def _again(self, endpoint: Endpoint, delivery: WebhookDelivery) -> WebhookMessage:
        found = self.queue.get(WebhookStore).log(
            delivery.branch, delivery.after, delivery.until, _READ
        )
        return events_message(
            endpoint, delivery.branch, delivery.after, delivery.until, found.entries
        )

    def _next(
        self, endpoint: Endpoint, branch: str, cursor: Cursor | None, health: EndpointHealth
    ) -> bool:
        """Send the next message of a branch, if it has any; False if the try failed."""
        # A branch that is newer than the endpoint is sent from its beginning.
        store, here = self.queue.get(WebhookStore), cursor or FROM_THE_BEGINNING
        stretch = store.log(branch, here.position, here.until, _READ)
        if here.gap or (stretch.first and stretch.lost > here.passed):
            return self._tell_gap(endpoint, branch, cursor, stretch, health)
        if not stretch.entries:
            now = Cursor(here.position, here.passed)
            return store.note(endpoint.id, branch=branch, was=cursor, now=now)
        entries = stretch.entries if here.until else _part(endpoint, stretch.entries)
        until = here.until or entries[-1].id
        after = Cursor(until, here.passed + len(entries))
        if not any(endpoint.wants(entry.event) for entry in entries):
            return store.note(endpoint.id, branch=branch, was=cursor, now=after)
        sending = Cursor(here.position, here.passed, until)
        if not store.note(endpoint.id, branch=branch, was=cursor, now=sending):
            return False
        message = events_message(endpoint, branch, here.position, until, entries)
        return self._deliver(endpoint, message, sending, after, health)

    def _tell_gap(
        self,
        endpoint: Endpoint,
        branch: str,
        cursor: Cursor | None,
        stretch: EventStretch,
        health: EndpointHealth,
    ) -> bool:
        here = cursor or FROM_THE_BEGINNING
        sending = here if here.gap else Cursor(here.position, stretch.lost, "", stretch.first)
        missed = "|".join((branch, here.position, sending.gap))
        if not self.queue.get(WebhookStore).note(
            endpoint.id, branch=branch, was=cursor, now=sending, missed=missed
        ):
            return False
        message = missed_message(endpoint, branch, here.position, sending.gap)
        after = Cursor(before(sending.gap), sending.passed)
        return self._deliver(endpoint, message, sending, after, health)

    def _deliver(
        self,
        endpoint: Endpoint,
        message: WebhookMessage,
        sending: Cursor,
        after: Cursor,
        health: EndpointHealth,
    ) -> bool:
        """Send it and note that it arrived, or why not and when to try again."""
        store = self.queue.get(WebhookStore)
        done = self._try(endpoint, message, sending)
        if done.outcome == "delivered":
            return store.note(
                endpoint.id, branch=message.branch, was=sending, now=after, delivery=done,
                health=EndpointHealth(),
            )  # fmt: skip
        now = self.queue.store.time()
        worse = health.failed(done.error, now, final=done.final)
        store.note(endpoint.id, delivery=done, health=worse)
        return False

    def _try(self, endpoint: Endpoint, message: WebhookMessage, here: Cursor) -> WebhookDelivery:
        now, began = self.queue.store.time(), monotonic()
        error, final = "", False
        try:
            self.send(endpoint, message, now)
        except WebhookUndeliverable as problem:
            error, final = str(problem), problem.final
        return WebhookDelivery(
            message.id, message.kind, message.branch, here.position, here.passed, message.until,
            message.count, now, "failed" if error else "delivered", round(monotonic() - began, 3),
            error, final,
        )  # fmt: skip


def _part(endpoint: Endpoint, entries: list[LoggedEvent]) -> list[LoggedEvent]:
    """As many of them as fit in one message."""
    wanted = [i for i, entry in enumerate(entries) if endpoint.wants(entry.event)]
    return entries[: wanted[BATCH]] if len(wanted) > BATCH else entries
