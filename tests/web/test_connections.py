"""Connections that were taken over: each gets all of its data, and none holds the others up."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import gevent
import gevent.socket
import pytest

from queue_service.access.rules.caller import Caller
from queue_service.web.serving.connections import Connections
from tests.running import eventually

LARGE = b"x" * 4_000_000
"""More than a connection buffers without a reader."""
SCREEN = Caller("screen", "display")


@dataclass
class Said:
    """Says what a test wants."""

    to_say: list[bytes] = field(default_factory=list)
    ended: bool = False
    closed: bool = False
    breaks: bool = False
    remark: bytes = b""
    to_do: Sequence[Callable[[], None]] = ()
    caller: Caller = SCREEN

    def news(self) -> bytes:
        return self.to_say.pop(0) if self.to_say else b""

    def comment(self, now: float) -> bytes:
        if self.breaks:
            raise ValueError(f"broken at {now}")
        return self.remark

    def revoke(self) -> None:
        self.ended = True

    def due(self, _now: float) -> Sequence[Callable[[], None]]:
        acts, self.to_do = self.to_do, ()
        return acts

    def farewell(self) -> bytes:
        return b"bye"

    def close(self) -> None:
        self.closed = True


@dataclass
class Pair:
    """A connection that was taken over, and its reading end."""

    said: Said
    reader: socket.socket
    wake: Callable[[], None]

    def read(self, length: int) -> bytes:
        """So many bytes, while the sender has its turns."""
        got = bytearray()
        while len(got) < length:
            gevent.socket.wait_read(self.reader.fileno(), timeout=30)
            part = self.reader.recv(length - len(got))
            assert part, "the connection was closed"
            got += part
        return bytes(got)

    def is_ended(self) -> bool:
        """Whether the other end was closed."""
        gevent.sleep(0)
        try:
            return self.reader.recv(65536) == b""
        except OSError as error:
            return error.errno == errno.ECONNRESET


Opener = Callable[..., Pair]


@pytest.fixture
def connections() -> Iterator[Connections]:
    """Ended with the test."""
    found = Connections()
    yield found
    found.close()


@pytest.fixture
def opened(connections: Connections) -> Iterator[Opener]:
    """Opens connections."""
    readers: list[socket.socket] = []

    def open_one(*to_say: bytes, chunked: bool = False, breaks: bool = False) -> Pair:
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        readers.append(theirs)
        said = Said(list(to_say), breaks=breaks)
        wake = connections.take(ours, said, chunked=chunked)
        ours.close()  # as the server does with the connection of a request that is over
        return Pair(said, theirs, wake)

    yield open_one
    for reader in readers:
        reader.close()


def test_a_later_request_arrives(opened: Opener) -> None:
    pair = opened(b"one")
    assert pair.read(3) == b"one"
    pair.said.to_say += [b"two", b"three"]
    pair.wake()
    assert pair.read(8) == b"twothree"


def test_it_is_framed_where_the_answer_is_and_ends_as_an_answer_does(opened: Opener) -> None:
    pair = opened(b"hello sun", chunked=True)
    assert pair.read(14) == b"9\r\nhello sun\r\n"
    pair.said.ended = True
    pair.wake()
    assert pair.read(13) == b"3\r\nbye\r\n0\r\n\r\n"
    eventually(pair.is_ended)
    assert pair.said.closed


def test_a_connection_that_accepts_nothing_receives_later_and_delays_no_other(
    opened: Opener,
) -> None:
    slow, other = opened(LARGE, b"after"), opened(b"hello")
    assert other.read(5) == b"hello"
    slow.wake()
    assert slow.read(len(LARGE) + 5) == LARGE + b"after"


def test_a_slow_connection_whose_stream_ends_is_closed_unfinished(opened: Opener) -> None:
    slow = opened(LARGE)
    eventually(lambda: gevent.sleep(0) or not slow.said.to_say)
    slow.said.ended = True
    slow.wake()
    eventually(lambda: gevent.sleep(0) or slow.said.closed)


def test_a_closed_peer_is_noticed(opened: Opener) -> None:
    pair = opened(b"one")
    pair.reader.close()
    pair.said.to_say += [b"two"]
    pair.wake()
    eventually(lambda: gevent.sleep(0) or pair.said.closed)


def test_a_stream_that_breaks_takes_no_other_along(opened: Opener) -> None:
    broken, well = opened(breaks=True), opened()
    well.said.remark = b"here"
    eventually(broken.is_ended)
    assert broken.said.closed
    assert well.read(4) == b"here"


def test_at_the_end_every_stream_gets_its_last_message_and_is_counted_out(
    connections: Connections, opened: Opener
) -> None:
    pairs = [opened() for _ in range(3)]
    connections.close()
    for pair in pairs:
        assert pair.read(3) == b"bye"
        assert pair.said.closed
