"""Many users on keep-alive connections from one process, at the least cost for each request.

A user is a generator: it yields the bytes of a request and is sent the reply. The driver is the
same for every kind of request, so two routes are measured with the same load.
"""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections import defaultdict
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import Any

Latencies = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. Status 0: the connection broke, and the request may or may not have arrived."""

    status: int
    body: bytes
    closes: bool = False
    """Whether the server ends the connection with it."""

    def json(self) -> Any:
        """The body's document."""
        return json.loads(self.body)


User = Generator[tuple[str, bytes], Reply, None]
"""Yields what its request counts as, and the request."""


@dataclass
class Driver:
    """Runs users against a port until time is up. ``latencies`` are in seconds, by kind."""

    port: int
    latencies: Latencies = field(default_factory=lambda: defaultdict(list))

    def run(self, users: Iterable[User], seconds: float) -> float:
        """Let all users act for so long; returns how long it was in the end."""
        began = time.perf_counter()
        until = began + seconds
        with selectors.DefaultSelector() as selector:
            lines = [_Line(self.port, user) for user in users]
            for line in lines:
                line.begin(selector)
            while selector.get_map():
                for key, _ in selector.select(1):
                    line = key.data
                    if line.receive():
                        self._note(line)
                        line.go_on(selector, ended=time.perf_counter() >= until)
        return time.perf_counter() - began

    def _note(self, line: _Line) -> None:
        self.latencies[line.kind].append(line.took)


class _Line:
    """One user's connection."""

    def __init__(self, port: int, user: User) -> None:
        self._port = port
        self._user = user
        self._socket: socket.socket | None = None
        self._buffer = b""
        self._sent = 0.0
        self.kind = ""
        self.took = 0.0
        self.reply = Reply(0, b"")

    def begin(self, selector: selectors.BaseSelector) -> None:
        """Send the first request."""
        self._send(selector, next(self._user))

    def go_on(self, selector: selectors.BaseSelector, *, ended: bool) -> None:
        """Pass the reply to the user and send the next request, or end."""
        if self.reply.status == 0 or self.reply.closes:
            self._drop(selector)
        try:
            if ended:
                raise StopIteration
            self._send(selector, self._user.send(self.reply))
        except StopIteration:
            self._drop(selector)

    def receive(self) -> bool:
        """Read what has come; True when the reply is whole, or the connection broke."""
        try:
            chunk = self._socket.recv(65536) if self._socket else b""
        except OSError:
            chunk = b""
        self._buffer += chunk
        reply = _parsed(self._buffer) if chunk else Reply(0, b"")
        if reply is None:
            return False
        self.took = time.perf_counter() - self._sent
        self.reply, self._buffer = reply, b""
        return True

    def _send(self, selector: selectors.BaseSelector, step: tuple[str, bytes]) -> None:
        self.kind, request = step
        if self._socket is None:
            self._socket = _connected(self._port)
            selector.register(self._socket, selectors.EVENT_READ, self)
        self._sent = time.perf_counter()
        self._socket.sendall(request)

    def _drop(self, selector: selectors.BaseSelector) -> None:
        if self._socket is not None:
            selector.unregister(self._socket)
            self._socket.close()
            self._socket = None


class Caller:
    """A client that sends a request and waits for the response, on a connection that stays open."""

    def __init__(self, port: int) -> None:
        self._socket = _connected(port)

    def ask(self, made: bytes) -> tuple[Reply, float]:
        """The reply, and how many seconds it took. Raises ConnectionError."""
        raw = b""
        began = time.perf_counter()
        self._socket.sendall(made)
        while (reply := _parsed(raw)) is None:
            chunk = self._socket.recv(65536)
            if not chunk:
                raise ConnectionError("the connection was closed")
            raw += chunk
        return reply, time.perf_counter() - began


def _connected(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _parsed(raw: bytes) -> Reply | None:
    head_end = raw.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    status = int(raw[9:12])
    head = raw[:head_end].lower()
    at = head.find(b"content-length: ")
    length = int(head[at + 16 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    body = raw[head_end + 4 :]
    closes = b"\r\nconnection: close" in head
    return Reply(status, body, closes) if len(body) >= length else None


def request(method: str, path: str, token: str, body: bytes = b"", key: str | None = None) -> bytes:
    """The bytes of a request."""
    idempotency = f"Idempotency-Key: {key}\r\n" if key else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{idempotency}\r\n"
    )
    return head.encode() + body
