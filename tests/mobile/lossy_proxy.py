"""A proxy between two services that loses a request or a response, or holds it during a test."""

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
class LossyProxy:
    """Passes requests on, each over a connection of its own, and counts them.

    ``break_at`` is the number of the request that is lost: before the service receives it
    (``asked``), or with its response on the way back. The connection is held until ``go_on`` is
    set, and then cut.
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
def lossy_proxy(server: str) -> Iterator[LossyProxy]:
    """A proxy to a service, on a free port."""
    parts = urlsplit(server)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = LossyProxy(f"http://127.0.0.1:{listener.getsockname()[1]}")
        proxy.whole()
        target = (parts.hostname or "", parts.port or 80)
        thread = threading.Thread(target=_serve, args=(listener, proxy, target), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _serve(listener: socket.socket, proxy: LossyProxy, target: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            proxy.count += 1
            passing = (client, proxy, proxy.count, target)
            threading.Thread(target=_pass, args=passing, daemon=True).start()


def _pass(client: socket.socket, proxy: LossyProxy, number: int, target: tuple[str, int]) -> None:
    with client, suppress(OSError):
        request = _whole_request(client)
        if proxy.breaks("asked", number):
            return
        with socket.create_connection(target, 10) as server:
            server.sendall(request)
            answer = b"".join(iter(lambda: server.recv(65_536), b""))
        if not proxy.breaks("answered", number):
            client.sendall(answer)


def _whole_request(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [row for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted:
        body += client.recv(65_536)
    # So that the service ends the connection, and with it the answer.
    return head + b"\r\nConnection: close\r\n\r\n" + body
