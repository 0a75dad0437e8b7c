"""A real receiver of webhooks for the tests, which keeps what it is sent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.certificates import server_context


@dataclass
class Receiver:
    """The received requests, and the statuses of the next responses."""

    port: int = 0
    scheme: str = "http"
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    refuses: dict[str, int] = field(default_factory=dict)
    """The fixed response of an address."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}/hook?to=team"


@contextmanager
def receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """A receiver on a port of its own; with a certificate and its key it speaks https."""
    kept = Receiver(scheme="https" if certificate else "http")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.paths.append(self.path)
            kept.headers.append({name.lower(): value for name, value in self.headers.items()})
            kept.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            status = kept.answers.pop(0) if kept.answers else 204
            self.send_response(kept.refuses.get(self.path, status))
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_address[1]
        if certificate:
            context = server_context(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Dripping:
    """A server that answers with a few bytes and then one more now and then, for ever."""

    port: int
    asked: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def dripping(answer: bytes) -> Iterator[Dripping]:
    """A slow server: ``answer`` comes at once, then a byte each tenth of a second.

    ``asked`` is set when somebody has connected, ``left`` when they have hung up.
    """
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        slow = Dripping(int(listener.getsockname()[1]))
        thread = threading.Thread(target=_drip, args=(listener, slow, answer, over), daemon=True)
        thread.start()
        try:
            yield slow
        finally:
            over.set()
            with socket.socket() as last:
                last.connect_ex(("127.0.0.1", slow.port))
            thread.join()


def _drip(listener: socket.socket, slow: Dripping, answer: bytes, over: threading.Event) -> None:
    while not over.is_set():
        line, _ = listener.accept()
        slow.asked.set()
        with line:
            try:
                line.sendall(answer)
                while not over.wait(0.1):
                    line.sendall(b"x")
            except OSError:
                slow.left.set()
