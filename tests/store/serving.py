"""A store of a test's own, with production's settings, that the test may kill."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import BusyLoadingError

from queue_service.runtime import data_folder, process
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.server.embedded import find_server, prepare_folder, server_command
from queue_service.store.server.running import UP, failure, log_file, wait_until_answers


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


@contextmanager
def known(data_dir: Path) -> Iterator[None]:
    """Commands find the running server of the folder as that of ``queue-service up``."""
    lock = data_folder.Lock(data_dir)
    assert lock.acquire(UP), "another process serves this folder"
    try:
        yield
    finally:
        lock.release()


def slow_to_load(data_dir: Path) -> Sequence[str]:
    """The command that serves the data folder, whose files then take some seconds to read.

    The store has the key ``k`` alone, which was set often.
    """
    with serving(data_dir):
        pass
    (log,) = (data_dir / "store" / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n" * 400_000)
    # It sleeps after one command in ten, and answers other clients after each thousand.
    return [*server_command(find_server(), data_dir), "--key-load-delay", "-10"]


def is_loading(client: Redis) -> bool:
    """Whether the store says that it reads its files."""
    return isinstance(failure(client), BusyLoadingError)
