"""`queue-service web` alone, as it runs in a container."""

from __future__ import annotations

import socket
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest

from queue_service.runtime import process
from tests.conftest import Server
from tests.running import environment, eventually


@pytest.mark.usefixtures("redis_client")  # the store is empty: what other tests left is not its own
@pytest.mark.parametrize(
    ("host", "reached", "family"),
    [("::", "::1", socket.AF_INET6), ("0.0.0.0", "127.0.0.1", socket.AF_INET)],
)
def test_it_listens_at_the_configured_address(
    host: str, reached: str, family: socket.AddressFamily, data_dir: Path, redis_server: Server
) -> None:
    try:
        with socket.create_server((reached, 0), family=family) as free:
            port = free.getsockname()[1]
    except OSError:
        pytest.skip(f"this machine has no {reached}")
    settings = environment(
        data_dir, QUEUE_HOST=host, QUEUE_PORT=str(port), REDIS_URL=redis_server.url
    )
    command = [sys.executable, "-m", "queue_service", "web"]
    web = process.spawn(command, data_dir / "log.txt", environment=settings)
    try:
        eventually(lambda: web.poll() is not None or health(reached, port) == 200, 30)
        assert health(reached, port) == 200, (data_dir / "log.txt").read_text()
    finally:
        process.stop(web, 10)


def health(host: str, port: int) -> int:
    """The status of /healthz, 0 without a response."""
    connection = HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
