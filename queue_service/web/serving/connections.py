"""The connections of open streams: a few greenlets of a process send for all of them.

A greenlet for each would keep all of the request that began its stream, 34 KiB instead of 2. So
once a stream has begun, its connection is taken over and the request ends. One greenlet sends what
has happened, and one that nothing has: neither waits for the store, and so no page takes its
connection for dead when the store is slow. One asks whether the listeners still may, for all
streams at once, and one does for each what else is due.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Collection, Iterable
from contextvars import copy_context
from socket import MSG_PEEK
from time import monotonic
from typing import Any, Final, Protocol

import gevent
from gevent.event import Event
from gevent.hub import get_hub
from gevent.monkey import get_original
from gevent.pool import Pool

from queue_service.access.rules.caller import Caller
from queue_service.runtime.cooperation import give_way
from queue_service.store.connection import waiting
from queue_service.store.redis_store import chunks

_log = logging.getLogger(__name__)

SOCKET_KEY: Final = "gunicorn.socket"
"""The key of a request's socket in the WSGI environment."""
CHECK_SECONDS: Final = 3.0
"""How often all streams are gone through."""
_STORE_SECONDS: Final = 2.0
"""How long one round over all streams may wait for a store that is not well."""
_ASKING: Final = 8
"""How many streams ask the store at a time for due messages."""
_IN_A_ROW: Final = 50
"""Connections that are sent to before requests have their turn again."""
_WRITABLE: Final = 2

StillAllowed = Callable[[Collection[Caller]], Collection[Caller]]
StreamAct = Callable[[], None]

_socket = get_original("socket", "socket")


class HandedOver(BaseException):
    """The request is over and its connection is handed over.

    No Exception: no handler may answer it, and only the server that reads the connection catches
    it.
    """


class Talk(Protocol):
    """The conversation on a connection. Only ``due`` and ``close`` may wait."""

    @property
    def caller(self) -> Caller | None:
        """The caller who listens; None if no credential is needed."""

    @property
    def ended(self) -> bool:
        """Whether nothing more has to be sent."""

    def news(self) -> bytes:
        """The bytes of new events; empty for none."""

    def comment(self, now: float) -> bytes:
        """The text to send at ``now`` (seconds, only ever growing) because nothing was."""

    def revoke(self) -> None:
        """End the conversation of a caller without access."""

    def due(self, now: float) -> Iterable[StreamAct]:
        """The work due at ``now``."""

    def farewell(self) -> bytes:
        """The last words."""

    def close(self) -> None:
        """The stream has no listener any more."""


class _Connection:
    """A socket that is never waited for, and what it has not taken yet."""

    __slots__ = ("_chunked", "_room", "_socket", "queued", "talk", "unsent")

    def __init__(self, taken: Any, talk: Talk, *, chunked: bool) -> None:
        self._socket: Any = _socket(fileno=os.dup(taken.fileno()))
        self._socket.setblocking(False)
        self._chunked = chunked
        self._room: Any = None
        self.talk = talk
        self.unsent = b""
        self.queued = False

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def say(self, text: bytes) -> None:
        """Send it, and keep what the connection does not take. Raises OSError when it is broken."""
        framed = b"%x\r\n%s\r\n" % (len(text), text) if self._chunked else text
        self.unsent += framed
        self.flush()

    def require_listener(self) -> None:
        """Raises OSError if the other end is closed, which sending shows only at the second
        time."""
        try:
            gone = self._socket.recv(1, MSG_PEEK) == b""
        except BlockingIOError:
            return
        if gone:
            raise OSError("the listener is gone")

    def flush(self) -> None:
        """Send what was kept. Raises OSError when the connection is broken."""
        if self.unsent:
            try:
                self.unsent = self.unsent[self._socket.send(self.unsent) :]
            except BlockingIOError:
                return

    def when_writable(self, wake: Any) -> None:
        """Call ``wake`` with this connection once it takes more."""
        if self._room is None:
            self._room = get_hub().loop.io(self._socket.fileno(), _WRITABLE)
            self._room.start(wake, self)

    def stop_waiting(self) -> None:
        if self._room is not None:
            self._room.stop()
            self._room.close()
            self._room = None

    def end(self) -> None:
        """Close it; with the end of the answer where that can be sent at once."""
        self.stop_waiting()
        try:
            if not self.unsent and (text := self.talk.farewell()):
                self.say(text)
            if not self.unsent and self._chunked:
                self._socket.send(b"0\r\n\r\n")
        except OSError as error:
            _log.debug("a connection was broken before its end: %s", error)
        self._socket.close()
        self._socket = None


class Connections:
    """The connections of this process with open streams.

    ``still_allowed`` returns those listeners that are still allowed.
    """

    def __init__(self) -> None:
        self.still_allowed: StillAllowed = _everybody
        self._connections: set[_Connection] = set()
        self._ready: deque[_Connection] = deque()
        self._greenlets: list[Any] = []
        self._news = Event()
        self._hurry = Event()

    def take(self, connection: Any, talk: Talk, *, chunked: bool) -> Any:
        """Continue the stream over this connection, of which its request closes its own copy.

        Returns a function to call when there is news.
        """
        taken = _Connection(connection, talk, chunked=chunked)
        self._connections.add(taken)
        if not self._greenlets:
            rounds = (self._send, self._comment, self._check, self._keep_up)
            self._greenlets = [gevent.spawn(each) for each in rounds]
        self._wake(taken)
        return lambda: self._wake(taken)

    def check_now(self) -> None:
        """Ask at once who still may listen."""
        self._hurry.set()

    def close(self) -> None:
        """End all of them, as where the process ends."""
        connections, self._connections = self._connections, set()
        for connection in connections:
            connection.end()
        with waiting.at_most(_STORE_SECONDS):
            for connection in connections:
                connection.talk.close()

    def _wake(self, connection: _Connection) -> None:
        if not connection.queued:
            connection.queued = True
            self._ready.append(connection)
            self._news.set()

    def _send(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            while self._ready:
                connection = self._ready.popleft()
                connection.queued = False
                if connection.is_open:
                    self._guarded(connection, self._go_on)
                give_way()

    def _go_on(self, connection: _Connection) -> None:
        connection.stop_waiting()
        connection.flush()
        while not connection.unsent and (news := connection.talk.news()):
            connection.say(news)
        if connection.talk.ended:
            self._end(connection)
        elif connection.unsent:
            connection.when_writable(self._wake)

    def _comment(self) -> None:
        while True:
            for some in chunks([*self._connections], _IN_A_ROW):
                for connection in some:
                    if connection.is_open:
                        self._guarded(connection, self._say_still_here)
                gevent.sleep(0)
            gevent.sleep(CHECK_SECONDS)

    def _say_still_here(self, connection: _Connection) -> None:
        connection.require_listener()
        said = connection.talk.comment(monotonic())
        if said and not connection.unsent:
            connection.say(said)
        if connection.unsent:
            self._wake(connection)

    def _check(self) -> None:
        while True:
            try:
                self._end_revoked()
            except Exception:
                _log.exception("it was not found out who still may listen")
            self._hurry.wait(CHECK_SECONDS)
            self._hurry.clear()

    def _end_revoked(self) -> None:
        known = (connection.talk.caller for connection in self._connections)
        callers = {caller for caller in known if caller is not None}
        with waiting.at_most(_STORE_SECONDS):
            revoked = callers.difference(self.still_allowed(callers))
        for connection in self._connections:
            if connection.talk.caller in revoked:
                connection.talk.revoke()
                self._wake(connection)

    def _keep_up(self) -> None:
        asking = Pool(_ASKING)
        while True:
            with waiting.at_most(_STORE_SECONDS):
                for connection in tuple(self._connections):
                    for act in connection.talk.due(monotonic()):
                        # In a context of its own, but with the one account of time.
                        asking.spawn(copy_context().run, self._do, connection, act)
            asking.join()
            gevent.sleep(CHECK_SECONDS)

    def _do(self, connection: _Connection, act: StreamAct) -> None:
        if connection.is_open:
            self._guarded(connection, lambda _: act())

    def _guarded(self, connection: _Connection, act: Any) -> None:
        """One stream that breaks takes no other along."""
        try:
            act(connection)
        except OSError as error:
            _log.debug("a connection has ended: %s", error)
            self._end(connection)
        except Exception:
            _log.exception("a stream was broken off")
            self._end(connection)

    def _end(self, connection: _Connection) -> None:
        if connection in self._connections:
            self._connections.discard(connection)
            connection.end()
            gevent.spawn(connection.talk.close)  # it asks the store


def _everybody(callers: Collection[Caller]) -> Collection[Caller]:
    """Let all of them listen, until the application says how to ask."""
    return callers
