"""The connections of a web process that is asked to stop."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.running import eventually
from tests.web.serving import serving


def in_two_parts(
    asked: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]
) -> Iterable[bytes]:
    """An application whose answer to ``/?file`` ends once that file is there."""
    start("200 OK", [("Content-Length", "9")])
    yield b"begun"
    if asked["QUERY_STRING"]:
        eventually(Path(asked["QUERY_STRING"]).exists)
    yield b" end"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The web server as it is configured, before that application; and its port."""
    with serving(tmp_path, f"{__name__}:{in_two_parts.__name__}") as running:
        yield running


def asked(connection: HTTPConnection, path: str = "/") -> str:
    """Whether the response's connection is kept, as its header says."""
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.read() == b"begun end"
    return answer.headers["Connection"] or "kept"


def test_a_connection_that_was_promised_to_stay_open_stays_open(
    web: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    """A proxy sends the next request on it; if the connection is closed the request is lost."""
    running, port = web
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    go_on = tmp_path / "go-on"
    connection.request("GET", f"/?{go_on}")
    answer = connection.getresponse()
    running.terminate()
    eventually(lambda: asked(HTTPConnection("127.0.0.1", port, timeout=10)) == "close")
    go_on.touch()
    assert answer.headers["Connection"] is None
    assert answer.read() == b"begun end"
    assert asked(connection) == "close"


def test_a_connection_is_kept_until_the_process_stops(
    web: tuple[subprocess.Popen[bytes], int],
) -> None:
    connection = HTTPConnection("127.0.0.1", web[1], timeout=10)
    assert [asked(connection), asked(connection)] == ["kept", "kept"]
