"""The web server as it is configured, before an application of a test."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from queue_service.runtime import process
from queue_service.web.serving import command as server
from tests.ports import free_port, listens
from tests.running import environment, eventually

REPOSITORY = Path(__file__).parent.parent.parent


@contextmanager
def serving(
    folder: Path, application: str, path: Path = REPOSITORY, *, keepalive: int = 30
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """One web process, and its port. ``path`` is where Python looks for modules first.

    A connection is kept for ``keepalive`` seconds after an answer.
    """
    port = free_port()
    environ = environment(
        folder,
        QUEUE_PORT=str(port),
        QUEUE_WEB_PROCESSES="1",
        QUEUE_DRAIN_SECONDS="20",
        GUNICORN_CMD_ARGS=f"--keep-alive {keepalive}",
        PYTHONPATH=f"{path}:{REPOSITORY}",
    )
    command = [*server.command()[:-1], application]
    running = process.spawn(command, folder / "web.log", environment=environ)
    try:
        eventually(lambda: listens(port))
        yield running, port
    finally:
        process.end_session(running)
