"""Stores on ports of their own, and a line between two of them that can go silent."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from redis import Redis

from queue_service.runtime import process
from queue_service.store.running import wait_until_answers
from queue_service.store.server import find_server


def free_port() -> int:
    """A port that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(
    folder: Path, *options: str, port: int | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A real store in a folder: its process and its port. Options are those of its command line."""
    folder.mkdir(exist_ok=True)
    port = port or free_port()
    command = [
        str(find_server()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
        "--save", "", "--appendonly", "yes", "--appendfsync", "no",
        "--repl-diskless-sync-delay", "0", *options,
    ]  # fmt: skip
    running = process.spawn(command, folder / "log")
    try:
        with Redis(port=port) as client:
            wait_until_answers(client, lambda: running.poll() is None)
        yield running, port
    finally:
        process.stop(running, 10)


class Line:
    """A port that leads to another, its target, which counts for new connections.

    While it is silent it stays open and nothing arrives. What goes to the target takes the delay,
    in seconds, before it goes on.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.silent = False
        self.delay = 0.0
        threading.Thread(target=self._accept, daemon=True).start()

    def heal(self) -> None:
        """Let it speak again. What was lost stays lost, so both ends begin anew."""
        self.silent = False
        self.cut()

    def cut(self) -> None:
        """Close every connection on it."""
        pairs, self._pairs = self._pairs, []
        for end in (end for pair in pairs for end in pair):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        """End it."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            try:
                there = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                here.close()
                continue
            self._pairs.append((here, there))
            for ends in ((here, there, True), (there, here, False)):
                threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, slowly: bool) -> None:
        try:
            while data := source.recv(65536):
                if slowly and self.delay:
                    threading.Event().wait(self.delay)
                if not self.silent:
                    sink.sendall(data)
        except OSError:
            pass
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def sentinel(folder: Path, primary: int) -> Iterator[int]:
    """A sentinel that watches the server at a port under the name ``queue``; its own port."""
    folder.mkdir()
    port = free_port()
    settings = folder / "sentinel.conf"
    settings.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {folder}\n"
        f"sentinel monitor queue 127.0.0.1 {primary} 1\n"
        "sentinel down-after-milliseconds queue 500\n"
        "sentinel failover-timeout queue 3000\n",
        encoding="utf-8",
    )
    running = process.spawn([str(find_server()), str(settings), "--sentinel"], folder / "log")
    try:
        with Redis(port=port) as client:
            wait_until_answers(client, lambda: running.poll() is None)
        yield port
    finally:
        process.stop(running, 10)
