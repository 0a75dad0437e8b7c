"""A line between two services that a test can cut, or hold while it kills somebody."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Where = Literal["asked", "answered"]


@dataclass
class Cable:
    """Passes requests on, each over a connection of its own, and counts them.

    ``break_at`` is the request that gets lost: before home has it (``asked``), or on the way back.
    It is held until ``go_on`` is set, and then cut.
    """

    url: str
    count: int = 0
    break_at: int = 0
    where: Where = "asked"
    held: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def arm(self, request: int, where: Where, *, hold: bool = False) -> None:
        """Count from 1 again, and lose that request."""
        self.count, self.break_at, self.where = 0, request, where
        self.held.clear()
        self.go_on.clear()
        if not hold:
            self.go_on.set()

    def whole(self) -> None:
        """Lose nothing any more."""
        self.arm(0, "asked")

    def breaks(self, where: Where, request: int) -> bool:
        """Whether this request ends here; waits for the test to let it go."""
        if (request, where) != (self.break_at, self.where):
            return False
        self.held.set()
        self.go_on.wait(30)
        return True


@contextmanager
def cable(home: str) -> Iterator[Cable]:
    """A line to a service, on a free port."""
    parts = urlsplit(home)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        laid = Cable(f"http://127.0.0.1:{listener.getsockname()[1]}")
        laid.whole()
        target = (parts.hostname or "", parts.port or 80)
        thread = threading.Thread(target=_serve, args=(listener, laid, target), daemon=True)
        thread.start()
        try:
            yield laid
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _serve(listener: socket.socket, laid: Cable, target: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            line, _ = listener.accept()
            laid.count += 1
            passing = (line, laid, laid.count, target)
            threading.Thread(target=_pass, args=passing, daemon=True).start()


def _pass(line: socket.socket, laid: Cable, number: int, target: tuple[str, int]) -> None:
    with line, suppress(OSError):
        request = _whole_request(line)
        if laid.breaks("asked", number):
            return
        with socket.create_connection(target, 10) as home:
            home.sendall(request)
            answer = b"".join(iter(lambda: home.recv(65_536), b""))
        if not laid.breaks("answered", number):
            line.sendall(answer)


def _whole_request(line: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [row for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted:
        body += line.recv(65_536)
    # So that home ends the connection, and with it the answer.
    return head + b"\r\nConnection: close\r\n\r\n" + body
