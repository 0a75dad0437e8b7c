"""The lines of open streams: two greenlets of a process send for all of them.

A greenlet for each would keep all of the request that began its stream, 34 KiB instead of 2. So
once a stream has begun, its line is taken over and the request ends. One greenlet sends what has
happened; the other does for each stream what is due from time to time, which may ask the store.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from time import monotonic
from typing import Any, Final, Protocol

import gevent
from gevent.event import Event
from gevent.hub import get_hub
from gevent.monkey import get_original

from queue_service.store import waiting

_log = logging.getLogger(__name__)

LINE: Final = "gunicorn.socket"
"""Where the WSGI environment has the socket of a request."""
CHECK_SECONDS: Final = 3.0
"""How often each stream does what is due."""
_STORE_SECONDS: Final = 2.0
"""How long one round over all streams may wait for a store that is not well."""
_IN_A_ROW: Final = 50
"""Lines that are sent to before requests have their turn again."""
_WRITABLE: Final = 2

_socket = get_original("socket", "socket")


class HandedOver(BaseException):
    """The request is over and its line in other hands.

    No Exception: nobody is to answer it, and only the server that reads the line catches it.
    """


class Talk(Protocol):
    """What is said on a line. ``news`` never waits; ``check`` may, and ``close``."""

    @property
    def ended(self) -> bool:
        """Whether nothing more is to be said."""

    def news(self) -> bytes:
        """What has happened since; empty for nothing."""

    def check(self, now: float) -> bytes:
        """Do what is due at ``now`` (seconds, only ever growing); what is to be said for it."""

    def farewell(self) -> bytes:
        """The last words."""

    def close(self) -> None:
        """Nobody listens any more."""


class _Line:
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
        """Send it, and keep what the line does not take. Raises OSError when it is broken."""
        framed = b"%x\r\n%s\r\n" % (len(text), text) if self._chunked else text
        self.unsent += framed
        self.flush()

    def flush(self) -> None:
        """Send what was kept. Raises OSError when the line is broken."""
        if self.unsent:
            try:
                self.unsent = self.unsent[self._socket.send(self.unsent) :]
            except BlockingIOError:
                return

    def when_writable(self, wake: Any) -> None:
        """Call ``wake`` with this line once it takes more."""
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
            _log.debug("a line was broken before its end: %s", error)
        self._socket.close()
        self._socket = None


class Lines:
    """The lines of this process on which streams go on."""

    def __init__(self) -> None:
        self._lines: set[_Line] = set()
        self._ready: deque[_Line] = deque()
        self._sending: Any = None
        self._checking: Any = None
        self._news = Event()
        self._hurry = Event()

    def take(self, line: Any, talk: Talk, *, chunked: bool) -> Any:
        """Let the talk go on over this line, of which its request closes its own copy.

        Returns what is to be called when there is news.
        """
        taken = _Line(line, talk, chunked=chunked)
        self._lines.add(taken)
        if not self._sending:
            self._sending = gevent.spawn(self._send)
            self._checking = gevent.spawn(self._check)
        self._wake(taken)
        return lambda: self._wake(taken)

    def check_now(self) -> None:
        """Let every stream do what is due: somebody may not listen any more."""
        self._hurry.set()

    def close(self) -> None:
        """End all of them, as where the process ends."""
        with waiting.at_most(_STORE_SECONDS):
            for line in tuple(self._lines):
                self._lines.discard(line)
                line.end()
                line.talk.close()

    def _wake(self, line: _Line) -> None:
        if not line.queued:
            line.queued = True
            self._ready.append(line)
            self._news.set()

    def _send(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            while self._ready:
                for _ in range(min(_IN_A_ROW, len(self._ready))):
                    line = self._ready.popleft()
                    line.queued = False
                    if line.is_open:
                        self._guarded(line, self._go_on)
                gevent.sleep(0)

    def _go_on(self, line: _Line) -> None:
        line.stop_waiting()
        line.flush()
        while not line.unsent and (news := line.talk.news()):
            line.say(news)
        if line.talk.ended:
            self._end(line)
        elif line.unsent:
            line.when_writable(self._wake)

    def _check(self) -> None:
        while True:
            began = monotonic()
            with waiting.at_most(_STORE_SECONDS):
                for line in tuple(self._lines):
                    if line.is_open:
                        self._guarded(line, self._do_what_is_due)
            self._hurry.wait(max(0.1, CHECK_SECONDS - (monotonic() - began)))
            self._hurry.clear()

    def _do_what_is_due(self, line: _Line) -> None:
        said = line.talk.check(monotonic())
        if not line.is_open:
            return  # it ended while the store was asked
        if said and not line.unsent:
            line.say(said)
        if line.unsent or line.talk.ended:
            self._wake(line)

    def _guarded(self, line: _Line, act: Any) -> None:
        """One stream that breaks takes no other along."""
        try:
            act(line)
        except OSError as error:
            _log.debug("a line has ended: %s", error)
            self._end(line)
        except Exception:
            _log.exception("a stream was broken off")
            self._end(line)

    def _end(self, line: _Line) -> None:
        if line in self._lines:
            self._lines.discard(line)
            line.end()
            gevent.spawn(line.talk.close)  # it asks the store
