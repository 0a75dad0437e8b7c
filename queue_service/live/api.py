"""A branch's events as a stream."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from secrets import token_hex
from time import monotonic
from typing import Final

from flask import Blueprint, Response, g, request

from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import SCREEN_ROLES
from queue_service.board.operations.state import state
from queue_service.branches import operations as branches
from queue_service.command import Command, Queue
from queue_service.errors import BranchNotFound, Invalid, RateLimited, StoreUnavailable
from queue_service.live.messages import Message, encode, is_after, store_message
from queue_service.live.stream import Live, Subscription
from queue_service.removal.store import BRANCH_REMOVED
from queue_service.visits.rules.events import is_heard
from queue_service.web.access import Gate, allow, gate
from queue_service.web.context import live, queue, settings
from queue_service.web.openapi import describe
from queue_service.web.render import state_json

blueprint = Blueprint("events", __name__, url_prefix="/api/v1/branches/<branch>")

COMMENT_SECONDS: Final = 15.0
CHECK_SECONDS: Final = 3.0
RENEW_SECONDS: Final = 60.0
PRIVATE_ROLES: Final = frozenset({"clerk", "supervisor", "admin"})


class Stream:
    """One open stream: what was missed, then what happens, until the line or the right ends."""

    def __init__(
        self, events: Live, service: Queue, gate: Gate, caller: Caller, branch: str
    ) -> None:
        self.id = token_hex(8)
        self._live = events
        self._queue = service
        self._gate = gate
        self._caller = caller
        self._branch = branch
        self._private = caller.role in PRIVATE_ROLES

    def follow(self, last: str | None, counter: str | None) -> Iterator[bytes]:
        """The bytes of the stream, starting after the id ``last``."""
        yield b"retry: 1000\n\n"
        with self._live.subscribe(self._branch) as subscription:
            try:
                position = yield from self._catch_up(last)
            except BranchNotFound:  # removed since the stream was asked for
                yield encode(BRANCH_REMOVED, {})
                return
            yield from self._go_on(subscription, position, counter)

    def enter(self, limit: int) -> None:
        """Be counted among the caller's streams. Raises RateLimited when there are too many."""
        with suppress(StoreUnavailable):  # then nobody counts, and the page is told of the store
            if not self._queue.streams.enter(self._caller.id, self.id, limit):
                raise RateLimited(
                    "This token holds too many streams open; close one first.", retry_after=15
                )

    def leave(self) -> None:
        """Be counted no more."""
        with suppress(StoreUnavailable):
            self._queue.streams.leave(self._caller.id, self.id)

    def _catch_up(self, last: str | None) -> Generator[bytes, None, str]:
        """What was missed; in the end its last id.

        A stream that lives on keeps nothing of it: the snapshot of a large branch is large.
        """
        position = last or ""
        for message in self._missed(last):
            position = message.id or position
            if is_heard(message.name, self._caller.role):
                yield message.text(private=self._private)
        return position

    def _missed(self, last: str | None) -> list[Message]:
        try:
            now_ms = self._queue.store.time() if last else 0
            missed = self._live.since(self._branch, last, now_ms) if last else None
            if missed is None:
                now = state(self._queue, Command(self._branch, self._caller))
                message = encode("snapshot", state_json(now), now.event_id)
                missed = [Message(now.event_id, message, message)]
        except StoreUnavailable:
            missed = [store_message(False)]
        return missed

    def _go_on(
        self, subscription: Subscription, position: str, counter: str | None
    ) -> Iterator[bytes]:
        sent_at = checked_at = renewed_at = monotonic()
        self._hear(counter)
        self._note_heartbeat()
        while not subscription.cut and self._gate.still_allowed(self._caller):
            message = subscription.wait(CHECK_SECONDS)
            if message is not None and _is_news(message, position):
                position = message.id or position
                if is_heard(message.name, self._caller.role):
                    sent_at = monotonic()
                    yield message.text(private=self._private)
            now = monotonic()
            if now - sent_at >= COMMENT_SECONDS - CHECK_SECONDS:
                sent_at = now
                yield b": still here\n\n"
            if now - checked_at >= COMMENT_SECONDS:
                checked_at = now
                self._hear(counter)
            if now - renewed_at >= RENEW_SECONDS:
                renewed_at = now
                with suppress(StoreUnavailable):
                    self._queue.streams.renew(self._caller.id, self.id)
                self._note_heartbeat()
        if subscription.removed:
            yield encode(BRANCH_REMOVED, {})

    def _hear(self, counter: str | None) -> None:
        if counter is not None:
            with suppress(StoreUnavailable):
                self._queue.counters.touch(self._branch, [counter], self._queue.store.time())

    def _note_heartbeat(self) -> None:
        """A screen that holds its stream open is alive."""
        for role in SCREEN_ROLES:
            if self._caller.role == role:
                with suppress(StoreUnavailable):
                    self._queue.devices.note(self._branch, self._caller.id, role)


def _is_news(message: Message, position: str) -> bool:
    return not message.id or not position or is_after(message.id, position)


@blueprint.get("/events")
@allow("kiosk", "display", "clerk", "supervisor", "admin")
@describe(
    "Follow what happens in a branch",
    answers={200: "text/event-stream"},
    refusals=("rate_limited",),
    headers=("Last-Event-ID",),
)
def events(branch: str) -> Response:
    """Server-sent events; a snapshot first, or what came after ``Last-Event-ID``.

    An id that is older than five minutes, or has more than 500 events after it, gets a snapshot.
    A display or kiosk is told that counters open or close by ``branch.state_changed`` alone, and
    sees a counter only where somebody is sent to one. ``branch.removed`` is the last event of a
    branch that is no longer there.

    The page of an open counter says so with ``?counter=``, which keeps its call from being taken
    for unanswered.
    """
    found = branches.get_branch(queue(), branch)
    counter = request.args.get("counter")
    if counter is not None and counter not in found.counters:
        raise Invalid.at("counter", "The branch has no such counter.")
    if g.caller.role not in ("clerk", "admin"):
        counter = None
    stream = Stream(live(), queue(), gate(), g.caller, branch)
    stream.enter(settings().streams_per_token)
    response = Response(
        stream.follow(request.headers.get("Last-Event-ID"), counter),
        mimetype="text/event-stream",
    )
    response.call_on_close(stream.leave)
    response.headers["Cache-Control"] = "no-store"
    # A reverse proxy that gathers the answer first would hold back every event.
    response.headers["X-Accel-Buffering"] = "no"
    return response
