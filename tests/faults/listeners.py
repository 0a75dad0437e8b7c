"""Pages that listen to events, many at a time, and what each of them heard."""

from __future__ import annotations

import json
import selectors
import socket
import threading
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

_SMALL_BUFFER: Final = 4096


def open_stream(url: str, branch: str, token: str, *, slow: bool = False) -> socket.socket:
    """A connection that receives events; a slow one reads very few and then none."""
    address = urlsplit(url)
    connection = socket.socket()
    if slow:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
        # As over a real network: the system keeps megabytes for a line with large packets.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    connection.connect((address.hostname, address.port))
    connection.sendall(
        f"GET /api/v1/branches/{branch}/events HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    return connection


class Listeners(threading.Thread):
    """Reads many streams at once and keeps the numbers that each heard of."""

    def __init__(self, lines: list[socket.socket]) -> None:
        super().__init__(daemon=True)
        self.heard: dict[socket.socket, set[str]] = {connection: set() for connection in lines}
        self.begun: set[socket.socket] = set()
        self.ended = 0
        self._over = threading.Event()

    def run(self) -> None:
        """Read until asked to stop."""
        rest = dict.fromkeys(self.heard, b"")
        with selectors.DefaultSelector() as selector:
            for connection in self.heard:
                selector.register(connection, selectors.EVENT_READ, connection)
            while not self._over.is_set():
                for key, _ in selector.select(0.1):
                    connection = key.data
                    chunk = connection.recv(1 << 16)
                    if not chunk:
                        self.ended += 1
                        selector.unregister(connection)
                    *events, rest[connection] = (rest[connection] + chunk).split(b"\n\n")
                    self.heard[connection].update(_issued(events))
                    if any(b"event: snapshot" in event for event in events):
                        self.begun.add(connection)

    def stop(self) -> None:
        """Read no more."""
        self._over.set()
        self.join()


def _issued(events: list[bytes]) -> Iterator[str]:
    for event in events:
        if b"event: visit.issued\n" in event:
            yield json.loads(event.partition(b"data: ")[2].splitlines()[0])["number"]
