"""Event streams of which some are slow or dead: they are dropped, and the others hear all."""

from __future__ import annotations

import json
import selectors
import socket
import struct
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from queue_service.live.stream import LONGEST_BACKLOG
from tests.faults.conftest import BRANCH, SERVICES, Size, Target
from tests.running import eventually

_SMALL_BUFFER: Final = 4096


def open_stream(here: Target, token: str, *, slow: bool = False) -> socket.socket:
    """A connection on which events come; a slow one takes very few and then nobody reads them."""
    address = urlsplit(here.up.url)
    line = socket.socket()
    if slow:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
        # As over a real network: the system keeps megabytes for a line with large packets.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    line.connect((address.hostname, address.port))
    line.sendall(
        f"GET /api/v1/branches/{BRANCH}/events HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    return line


def open_streams(here: Target) -> float:
    """How many streams all web processes have open, by their metrics."""
    request = urllib.request.Request(  # noqa: S310 - our own service
        f"{here.up.url}/metrics",
        headers={"Authorization": f"Bearer {here.token_for_all('metrics')}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own service
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("queue_event_streams"))


class Listeners(threading.Thread):
    """Reads many streams at once and keeps the numbers that each heard of."""

    def __init__(self, lines: list[socket.socket]) -> None:
        super().__init__(daemon=True)
        self.heard: dict[socket.socket, set[str]] = {line: set() for line in lines}
        self.ended = 0
        self._over = threading.Event()

    def run(self) -> None:
        """Read until told to stop."""
        rest = dict.fromkeys(self.heard, b"")
        with selectors.DefaultSelector() as selector:
            for line in self.heard:
                selector.register(line, selectors.EVENT_READ, line)
            while not self._over.is_set():
                for key, _ in selector.select(0.1):
                    line = key.data
                    chunk = line.recv(1 << 16)
                    if not chunk:
                        self.ended += 1
                        selector.unregister(line)
                    *events, rest[line] = (rest[line] + chunk).split(b"\n\n")
                    self.heard[line].update(_issued(events))

    def stop(self) -> None:
        """Read no more."""
        self._over.set()
        self.join()


def _issued(events: list[bytes]) -> Iterator[str]:
    for event in events:
        if b"event: visit.issued\n" in event:
            yield json.loads(event.partition(b"data: ")[2].splitlines()[0])["number"]


@contextmanager
def streams(here: Target, number: int, *, slow: bool = False) -> Iterator[list[socket.socket]]:
    """So many, closed in the end."""
    token = here.token("display")
    lines = [open_stream(here, token, slow=slow) for _ in range(number)]
    try:
        yield lines
    finally:
        for line in lines:
            line.close()


def test_slow_and_dead_streams_are_dropped_and_the_others_hear_everything(
    target: Callable[..., Target], size: Size
) -> None:
    here = target(QUEUE_STREAMS_PER_TOKEN="100000")
    each = size.streams
    with (
        streams(here, each) as lively,
        streams(here, each, slow=True),
        streams(here, each) as dead,
    ):
        eventually(lambda: open_streams(here) == 3 * each)
        listeners = Listeners(lively)
        listeners.start()
        for line in dead:  # without a word, as where the plug is pulled
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.close()
        with here.load().acting(SERVICES, [], kiosks=size.kiosks) as told:
            told.wait_for_tickets(2 * LONGEST_BACKLOG, seconds=120)
        expected = set(told.issued.values())
        eventually(lambda: all(heard >= expected for heard in listeners.heard.values()))
        eventually(lambda: open_streams(here) == each)
        listeners.stop()
        assert listeners.ended == 0
    here.checker().check(told)
