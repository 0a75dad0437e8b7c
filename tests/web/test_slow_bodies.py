"""A body that never ends is closed, by the worker and by the proxy; what is only slow goes on."""

from __future__ import annotations

import socket
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from queue_service.web.serving.gunicorn_worker import BODY_SECONDS
from tests.proxy import proxy_before
from tests.web.service import Service

UNFINISHED = (
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 40000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\na"
)


def test_a_body_that_never_ends_holds_no_connection(service: Service, tmp_path: Path) -> None:
    where = urlsplit(service.url)
    branch = service.branch()
    stream = (
        f"GET /api/v1/branches/{branch}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {service.token('display', branch)}\r\n\r\n"
    )
    with proxy_before(tmp_path, service.url) as port:
        begun = monotonic()
        direct, refused, through, events = (
            socket.create_connection(("127.0.0.1", to), timeout=3 * BODY_SECONDS)
            for to in (where.port, where.port, port, port)
        )
        with direct, refused, through, events:
            for connection in (direct, through):
                connection.sendall(UNFINISHED)
            # A request that is refused before its body is read.
            refused.sendall(UNFINISHED.replace(b"/login", b"/api/v1/branches/x/visits"))
            events.sendall(stream.encode())
            answer = b"".join(iter(lambda: direct.recv(4096), b""))
            assert BODY_SECONDS - 1 < monotonic() - begun < 2 * BODY_SECONDS
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"Connection: close" in answer
            for connection in (refused, through):
                while connection.recv(4096):
                    pass
            assert monotonic() - begun < 4 * BODY_SECONDS
            # An event stream stays open all day: no body is waited for.
            events.setblocking(False)
            reported = b""
            try:
                while piece := events.recv(4096):
                    reported += piece
                raise AssertionError("the proxy has closed the event stream")
            except BlockingIOError:
                assert reported.startswith(b"HTTP/1.1 200 OK\r\n")
