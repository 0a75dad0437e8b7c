"""A branch's events as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from secrets import token_hex
from time import monotonic
from typing import Final, cast

from flask import Blueprint, Response, current_app, g, request
from gevent.event import Event

from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import SCREEN_ROLES
from queue_service.board.as_json import state_json
from queue_service.board.operations.state import screen_state, staff_state
from queue_service.command import Command, Queue
from queue_service.configuration import operations as branches
from queue_service.counters.store import CounterStore
from queue_service.devices.store import DeviceStore
from queue_service.errors import BranchNotFound, Invalid, RateLimited, StoreUnavailable
from queue_service.events.contract import EVENTS
from queue_service.live.contract import EventsQuery
from queue_service.live.messages import Message, encode, is_after, is_entry, store_message
from queue_service.live.store import StreamStore
from queue_service.live.stream import Live, StreamSubscription
from queue_service.reception.store import ReceptionStore
from queue_service.store.keys import BRANCH_REMOVED
from queue_service.visits.rules.events import SCREENS
from queue_service.web.context import queue, settings
from queue_service.web.description.openapi import describe
from queue_service.web.requests import query
from queue_service.web.security.permissions import Gate, gate
from queue_service.web.serving.connections import CHECK_SECONDS, HandedOver, StreamAct
from queue_service.web.serving.handing_over import HandOver, hand_over
from queue_service.web.static_addresses import RELEASE_HEADER, release_of_page

blueprint = Blueprint("events", __name__, url_prefix="/api/v1/branches/<branch>")

COMMENT_SECONDS: Final = 15.0
RENEW_SECONDS: Final = 60.0


class Stream:
    """One open stream: the missed events, then new ones, until the connection or the permission
    ends.

    ``counter`` is the one whose page holds it open. ``hears_help``: that page, or without a counter
    the reception's, shows calls for help. ``release``: that of the page.
    """

    def __init__(
        self,
        events: Live,
        service: Queue,
        gate: Gate,
        caller: Caller,
        branch: str,
        counter: str | None = None,
        *,
        hears_help: bool = False,
        release: str = "",
    ) -> None:
        self._id = token_hex(8)
        self._live = events
        self._queue = service
        self._gate = gate
        self.caller = caller
        self._branch = branch
        self._counter = counter
        self._hears_help = hears_help
        self._release = release
        self._position = ""
        self._subscription: StreamSubscription | None = None
        self._allowed = True
        self._lives_on = False
        self._sent_at = self._heard_at = self._renewed_at = monotonic()

    def enter(self, limit: int) -> None:
        """Be counted among the caller's streams. Raises RateLimited when there are too many."""
        with suppress(StoreUnavailable):  # then it is not counted
            if not self._queue.get(StreamStore).enter(self.caller.id, self._id, limit):
                raise RateLimited(
                    "This token holds too many streams open; close one first.", retry_after=15
                )

    def follow(self, last: str | None, hand_over: HandOver | None = None) -> Iterator[bytes]:
        """The bytes of the stream, starting after the id ``last``; from now on if it is none.

        Once it has begun it goes on elsewhere where the connection can be handed over: raises
        HandedOver.
        """
        last = last if last and is_entry(last) else None
        yield b"retry: 1000\n\n"
        arrived = Event()
        subscription = self._live.subscribe(self._branch, arrived.set)
        self._subscription = subscription
        try:
            yield from self._catch_up(last)
        except BranchNotFound:  # removed since the stream was asked for
            yield encode(BRANCH_REMOVED, {})
            return
        self._hear()
        self._note_heartbeat()
        if hand_over is not None:
            subscription.wake = hand_over(self)
            self._lives_on = True
            raise HandedOver
        while not self.ended:
            yield from filter(None, (self.news(), self.comment(monotonic())))
            self._allowed = bool(self._gate.still_allowed([self.caller]))
            for act in self.due(monotonic()):
                act()
            arrived.wait(CHECK_SECONDS)
            arrived.clear()
        yield self.farewell()

    def answered(self) -> None:
        """The request is over, and so is the stream unless it lives on."""
        if not self._lives_on:
            self.close()

    @property
    def ended(self) -> bool:
        """Whether nothing more has to be sent."""
        return not self._allowed or (self._subscription is not None and self._subscription.cut)

    def news(self) -> bytes:
        """The events that have come since."""
        if self._subscription is None or self.ended:
            return b""
        return b"".join(self._told(self._subscription.take()))

    def comment(self, now: float) -> bytes:
        """A comment that keeps the connection alive, where nothing was sent for long."""
        if now - self._sent_at < COMMENT_SECONDS - CHECK_SECONDS or self.ended:
            return b""
        self._sent_at = now
        return b": still here\n\n"

    def revoke(self) -> None:
        """The caller may listen no longer."""
        self._allowed = False

    def due(self, now: float) -> Iterable[StreamAct]:
        """The messages that show that the page is alive."""
        if now - self._heard_at >= COMMENT_SECONDS:
            self._heard_at = now
            yield self._hear
        if now - self._renewed_at >= RENEW_SECONDS:
            self._renewed_at = now
            yield self._renew

    def farewell(self) -> bytes:
        """The message that the branch is removed, if it is."""
        removed = self._subscription is not None and self._subscription.removed
        return encode(BRANCH_REMOVED, {}) if removed else b""

    def close(self) -> None:
        """Hear and be counted no more."""
        if self._subscription is not None:
            self._live.unsubscribe(self._subscription)
        with suppress(StoreUnavailable):
            self._queue.get(StreamStore).leave(self.caller.id, self._id)
            if self._hears_help:
                self._queue.get(ReceptionStore).listen_no_more(
                    self._branch, self._id, self._counter
                )

    def _catch_up(self, last: str | None) -> Iterator[bytes]:
        """The missed events, or a snapshot. Nothing of it is kept: the snapshot of a large branch
        is large."""
        self._position = last or ""
        for message in self._missed(last):
            self._position = message.id or self._position
            yield message.text(self.caller)

    def _missed(self, last: str | None) -> list[Message]:
        try:
            now_ms = self._queue.store.time() if last else 0
            missed = self._live.since(self._branch, last, now_ms, self.caller) if last else None
            if missed is None:
                tell = screen_state if self.caller.role in SCREENS else staff_state
                now = tell(self._queue, Command(self._branch, self.caller))
                told = state_json(now, self.caller.role, self.caller.counter)
                snapshot = encode("snapshot", told, now.event_id)
                missed = [Message(now.event_id, snapshot, snapshot)]
        except StoreUnavailable:
            missed = [store_message(False)]
        return missed

    def _told(self, messages: list[Message]) -> Iterator[bytes]:
        for message in messages:
            if not _is_news(message, self._position):
                continue
            self._position = message.id or self._position
            text = message.text(self.caller)
            if text:
                self._sent_at = monotonic()
                yield text

    def _hear(self) -> None:
        with suppress(StoreUnavailable):
            now = self._queue.store.time() if self._counter or self._hears_help else 0
            if self._counter is not None:
                self._queue.get(CounterStore).touch(self._branch, [self._counter], now)
            if self._hears_help:
                self._queue.get(ReceptionStore).listen(self._branch, self._id, self._counter, now)

    def _renew(self) -> None:
        with suppress(StoreUnavailable):
            self._queue.get(StreamStore).renew(self.caller.id, self._id)
        self._note_heartbeat()

    def _note_heartbeat(self) -> None:
        """A screen that holds its stream open is alive."""
        for role in SCREEN_ROLES:
            if self.caller.role == role:
                with suppress(StoreUnavailable):
                    self._queue.get(DeviceStore).note(
                        self._branch, self.caller.id, role, release=self._release
                    )


def _is_news(message: Message, position: str) -> bool:
    return not message.id or not position or is_after(message.id, position)


@blueprint.get("/events")
@describe(
    "Follow what happens in a branch",
    answers={200: "text/event-stream"},
    refusals=("rate_limited",),
    query=EventsQuery,
    headers=("Last-Event-ID",),
    events=EVENTS,
)
def events(branch: str) -> Response:
    """Server-sent events; a snapshot first, or what came after ``Last-Event-ID``.

    An id that is older than five minutes, or has more than 500 events after it, gets a snapshot. A
    display or kiosk learns that counters open or close by ``branch.state_changed`` alone, and sees
    a counter only if somebody is sent to one. It receives a call and, by ``visit.call_over``,
    its end, and nothing of a visit that is served; the screen of a video counter receives all of
    that counter. ``branch.removed`` is the last event of a branch that is no longer there.

    The page of an open counter says so with ``?counter=``, which keeps its call from being taken
    for unanswered. A page that shows calls for help says so with ``?hears=help``: as long as one is
    open, a kiosk may say that the staff have been called.
    """
    found = branches.get_branch(queue(), branch)
    wanted = query(EventsQuery)
    counter = wanted.counter
    if counter is not None and counter not in found.counters:
        raise Invalid.at("counter", "The branch has no such counter.")
    of_staff = g.caller.role in ("clerk", "admin")
    stream = Stream(
        cast(Live, current_app.extensions["queue_live"]),
        queue(),
        gate(),
        g.caller,
        branch,
        counter if of_staff else None,
        hears_help=of_staff and wanted.hears == "help",
        release=release_of_page(request.headers.get(RELEASE_HEADER, "")),
    )
    stream.enter(settings().streams_per_token)
    response = Response(
        stream.follow(request.headers.get("Last-Event-ID"), hand_over()),
        mimetype="text/event-stream",
    )
    response.call_on_close(stream.answered)
    response.headers["Cache-Control"] = "no-store"
    # A reverse proxy that gathers the answer first would hold back every event.
    response.headers["X-Accel-Buffering"] = "no"
    return response
