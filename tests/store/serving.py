"""A store of a test's own, with production's settings, that the test may kill."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.store.connection import connect
from queue_service.store.running import log_file, wait_until_answers
from queue_service.store.server import find_server, prepare_folder, server_command


@contextmanager
def serving(
    data_dir: Path, binary: Path | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], Redis]]:
    """The running server and a client of it."""
    folder = prepare_folder(data_dir)
    server = process.spawn(server_command(binary or find_server(), data_dir), log_file(folder))
    try:
        with connect(Settings(data_dir=data_dir)) as client:
            wait_until_answers(client, lambda: server.poll() is None)
            yield server, client
    finally:
        process.stop(server, 10)
