"""Sending to endpoints: from the branches' logs, in their order, each message at least once.

A message is fixed in the store before it is sent, and what it told is noted after it has arrived.
So a worker that dies in between repeats the very message, with its id. What waits, waits in the
log alone, however many endpoints are away.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from queue_service.command import Queue
from queue_service.notify.webhook import PAUSES
from queue_service.webhooks.operations.endpoints import branches_of
from queue_service.webhooks.rules import (
    BATCH,
    BEFORE_ALL,
    Cursor,
    Delivery,
    Endpoint,
    Entry,
    Health,
    Message,
    before,
    events_message,
    missed_message,
    newer,
    test_message,
)

_READ: Final = 500
"""Entries of a log that are looked at for one message."""


class Undeliverable(Exception):
    """A try failed; the text says why. ``final``: it is wanted no more, or must not be sent."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


Send = Callable[[Endpoint, Message, int], None]
"""Posts a message to an endpoint; its last argument is now, in ms. Raises Undeliverable."""


def send_all(queue: Queue, endpoint_id: str, send: Send, enough: Callable[[], bool]) -> None:
    """Send an endpoint whatever there is for it, until ``enough`` says to go on another time.

    Does nothing while another worker sends to it.
    """
    store, worker = queue.webhooks, secrets.token_hex(8)
    if not store.begin_sending(endpoint_id, worker):
        return
    try:
        sender = _Sender(queue, endpoint_id, send)
        while sender.go_round() and not enough():
            if not store.go_on_sending(endpoint_id, worker):
                return
    finally:
        store.end_sending(endpoint_id, worker)


@dataclass(frozen=True, slots=True)
class _Sender:
    """What sends to one endpoint."""

    queue: Queue
    endpoint_id: str
    send: Send

    def go_round(self) -> bool:
        """Send one message of each branch that has any; whether there may be more."""
        endpoint = self.queue.webhooks.endpoint(self.endpoint_id)
        if endpoint is None or not self._do_requests(endpoint) or not endpoint.active:
            return False
        state = self.queue.webhooks.state(endpoint.id)
        if state.health.stopped or self.queue.store.time() < state.health.next_at:
            return False
        newest = self.queue.webhooks.newest(b.id for b in branches_of(self.queue, endpoint))
        removed = state.cursors.keys() - set(self.queue.branches.ids())
        self.queue.webhooks.leave(endpoint.id, removed)
        for branch, last in newest.items():
            # One that came later than the endpoint is told of from its beginning.
            cursor = state.cursors.get(branch)
            position = cursor.position if cursor else BEFORE_ALL
            if newer(last, position) and not self._next(endpoint, branch, cursor, state.health):
                return False
        return any(
            newer(last, state.cursors[branch].position if branch in state.cursors else BEFORE_ALL)
            for branch, last in newest.items()
        )

    def _do_requests(self, endpoint: Endpoint) -> bool:
        """Send what people asked for; False where a try of it failed."""
        store = self.queue.webhooks
        for request, delivery in store.requests(endpoint.id).items():
            now = self.queue.store.time()
            message = (
                test_message(endpoint, request, now)
                if delivery is None
                else self._again(endpoint, delivery)
            )
            done = self._try(endpoint, message, delivery.after if delivery else "")
            arrived = done.outcome == "delivered"
            health = Health() if arrived else None
            store.note(endpoint.id, delivery=done, request=request, health=health)
            if not arrived:
                return False
        return True

    def _again(self, endpoint: Endpoint, delivery: Delivery) -> Message:
        found = self.queue.webhooks.log(delivery.branch, delivery.after, delivery.until, _READ)
        return events_message(
            endpoint, delivery.branch, delivery.after, delivery.until, found.entries
        )

    def _next(self, endpoint: Endpoint, branch: str, cursor: Cursor | None, health: Health) -> bool:
        """Send the next message of a branch, if it has any; False where the try failed."""
        store, here = self.queue.webhooks, cursor or Cursor(BEFORE_ALL)
        stretch = store.log(branch, here.position, here.until, _READ)
        if here.gap or stretch.gap:
            return self._tell_gap(endpoint, branch, cursor, stretch.first, health)
        if not stretch.entries:
            return store.note(endpoint.id, branch=branch, was=cursor, now=Cursor(here.position))
        entries = stretch.entries if here.until else _part(endpoint, stretch.entries)
        until = here.until or entries[-1].id
        if not any(endpoint.wants(entry.event) for entry in entries):
            return store.note(endpoint.id, branch=branch, was=cursor, now=Cursor(until))
        sending = Cursor(here.position, until)
        if not store.note(endpoint.id, branch=branch, was=cursor, now=sending):
            return False
        message = events_message(endpoint, branch, here.position, until, entries)
        return self._deliver(endpoint, message, sending, Cursor(until), health)

    def _tell_gap(
        self, endpoint: Endpoint, branch: str, cursor: Cursor | None, first: str, health: Health
    ) -> bool:
        position = cursor.position if cursor else BEFORE_ALL
        gap = (cursor.gap if cursor else "") or first
        sending = Cursor(position, "", gap)
        missed = "|".join((branch, position, gap))
        if not self.queue.webhooks.note(
            endpoint.id, branch=branch, was=cursor, now=sending, missed=missed
        ):
            return False
        message = missed_message(endpoint, branch, position, gap)
        return self._deliver(endpoint, message, sending, Cursor(before(gap)), health)

    def _deliver(
        self, endpoint: Endpoint, message: Message, sending: Cursor, after: Cursor, health: Health
    ) -> bool:
        """Send it and note that it arrived, or why not and when to try again."""
        store = self.queue.webhooks
        done = self._try(endpoint, message, sending.position)
        if done.outcome == "delivered":
            return store.note(
                endpoint.id, branch=message.branch, was=sending, now=after, delivery=done,
                health=Health(),
            )  # fmt: skip
        now = self.queue.store.time()
        worse = health.failed(done.error, now, PAUSES, final=done.final)
        store.note(endpoint.id, delivery=done, health=worse)
        return False

    def _try(self, endpoint: Endpoint, message: Message, after: str) -> Delivery:
        now, began = self.queue.store.time(), monotonic()
        error, final = "", False
        try:
            self.send(endpoint, message, now)
        except Undeliverable as problem:
            error, final = str(problem), problem.final
        return Delivery(
            message.id, message.kind, message.branch, after, message.until, message.count, now,
            "failed" if error else "delivered", round(monotonic() - began, 3), error, final,
        )  # fmt: skip


def _part(endpoint: Endpoint, entries: list[Entry]) -> list[Entry]:
    """As many of them as one message may tell of."""
    wanted = [i for i, entry in enumerate(entries) if endpoint.wants(entry.event)]
    return entries[: wanted[BATCH]] if len(wanted) > BATCH else entries
