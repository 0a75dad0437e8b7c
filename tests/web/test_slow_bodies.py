"""A body that never ends is closed, by the worker and by the proxy; what is only slow goes on."""

from __future__ import annotations

import socket
from pathlib import Path
from time import monotonic

from queue_service.web.serving.gunicorn_worker import BODY_SECONDS
from tests.proxy import CADDYFILE, proxy_before
from tests.web.service import Service
from tests.web.serving import serving

SHORTER = 1
"""The seconds that a body has in this test."""
APPLICATION = f"""
from queue_service.web.serving import gunicorn_worker
from queue_service.wsgi import app
gunicorn_worker.BODY_SECONDS = {SHORTER}.0
"""
"""A module with the service's application, whose server is less patient."""

UNFINISHED = (
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 40000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\na"
)


def test_proxy_and_worker_wait_as_long_for_a_body() -> None:
    assert f"read_body {BODY_SECONDS:.0f}s" in CADDYFILE.read_text(encoding="utf-8")


def test_a_body_that_never_ends_holds_no_connection(service: Service, tmp_path: Path) -> None:
    (tmp_path / "less_patient.py").write_text(APPLICATION, encoding="utf-8")
    branch = service.branch()
    stream = (
        f"GET /api/v1/branches/{branch}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {service.token('display', branch)}\r\n\r\n"
    )
    with (
        serving(
            service.settings.data_dir, "less_patient:app", path=tmp_path, keepalive=SHORTER
        ) as (_, at),
        proxy_before(tmp_path, f"http://127.0.0.1:{at}", body_seconds=2 * SHORTER) as port,
    ):
        begun = monotonic()
        direct, refused, through, events = (
            socket.create_connection(("127.0.0.1", to), timeout=30) for to in (at, at, port, port)
        )
        with direct, refused, through, events:
            for connection in (direct, through):
                connection.sendall(UNFINISHED)
            # A request that is refused before its body is read.
            refused.sendall(UNFINISHED.replace(b"/login", b"/api/v1/branches/x/visits"))
            events.sendall(stream.encode())
            answer = b"".join(iter(lambda: direct.recv(4096), b""))
            assert SHORTER <= monotonic() - begun < BODY_SECONDS
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"Connection: close" in answer
            for connection in (refused, through):
                while connection.recv(4096):
                    pass
            # An event stream stays open all day: no body is waited for.
            events.setblocking(False)
            reported = b""
            try:
                while piece := events.recv(4096):
                    reported += piece
                raise AssertionError("the proxy has closed the event stream")
            except BlockingIOError:
                assert reported.startswith(b"HTTP/1.1 200 OK\r\n")
