"""The work of the web server itself for each request."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPConnection
from itertools import count
from typing import Any

import pytest
from gunicorn.config import Config

from tests.web.serving import serving

looked_up = count()
_look_up = Config.__getattr__


def _count(config: Config, name: str) -> Any:
    next(looked_up)
    return _look_up(config, name)


def application(
    asked: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]
) -> Iterable[bytes]:
    """Answers to ``/lookups`` how many settings were looked up, to ``/parser`` which one reads."""
    Config.__getattr__ = _count  # in that process alone
    path = asked["PATH_INFO"]
    body = str(next(looked_up) if path == "/lookups" else "gunicorn_h1c" in sys.modules).encode()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HTTPConnection]:
    """A connection to the web server, where another parser happens to be installed."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "gunicorn_h1c.py").write_text("class LimitRequestLine(Exception): ...\n")
    with serving(folder, f"{__name__}:{application.__name__}", path=folder) as (_, port):
        yield HTTPConnection("127.0.0.1", port, timeout=10)


def answer(connection: HTTPConnection, path: str) -> str:
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def test_a_request_looks_up_no_setting(connection: HTTPConnection) -> None:
    answer(connection, "/lookups")
    before = int(answer(connection, "/lookups"))
    # The count itself is one more each time.
    assert int(answer(connection, "/lookups")) == before + 1


def test_no_package_that_happens_to_be_installed_reads_requests(connection: HTTPConnection) -> None:
    assert answer(connection, "/parser") == "False"


def test_an_answer_is_one_packet(connection: HTTPConnection) -> None:
    answer(connection, "/lookups")
    before = packets(connection.sock)
    answer(connection, "/lookups")
    assert packets(connection.sock) == before + 1


def packets(of: socket.socket) -> int:
    """How many packets with data have come: ``tcpi_data_segs_in`` of Linux' ``struct tcp_info``."""
    info = of.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 160)
    return int(struct.unpack_from("I", info, 152)[0])
