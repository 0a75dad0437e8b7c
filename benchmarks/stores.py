"""Stores as in production, for the length of a benchmark: one server, Sentinel, a cluster."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final

from redis import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS as SLOTS

from queue_service.runtime import process
from queue_service.store.server.embedded import find_server
from queue_service.store.server.running import pause, wait_until_answers

_PRIMARIES: Final = 3


@contextmanager
def one_server(folder: Path) -> Iterator[str]:
    """The address of a single server."""
    with _server(folder) as port:
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def through_sentinel(folder: Path) -> Iterator[str]:
    """The address of a sentinel that watches a single server."""
    folder.mkdir()
    port = _free_port()
    settings = folder / "sentinel.conf"
    with _server(folder / "server") as primary:
        settings.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {folder}\n"
            f"sentinel monitor queue 127.0.0.1 {primary} 1\n",
            encoding="utf-8",
        )
        with _spawned([str(find_server()), str(settings), "--sentinel"], folder / "log", port):
            yield f"redis+sentinel://127.0.0.1:{port}/queue"


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of three primaries without replicas."""
    folder.mkdir()
    with ExitStack() as stack:
        buses = [_free_port() for _ in range(_PRIMARIES)]
        ports = [
            stack.enter_context(
                _server(folder / str(nth), "--cluster-enabled", "yes", "--cluster-port", str(bus))
            )
            for nth, bus in enumerate(buses)
        ]
        _join(ports, buses)
        yield f"redis+cluster://127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}"


def _join(ports: Sequence[int], buses: Sequence[int]) -> None:
    each = -(-SLOTS // len(ports))
    for nth, port in enumerate(ports):
        last = min(SLOTS, (nth + 1) * each) - 1
        _ask(port, "CLUSTER", "ADDSLOTSRANGE", nth * each, last)
        _ask(port, "CLUSTER", "SET-CONFIG-EPOCH", nth + 1)
        if nth:
            _ask(ports[0], "CLUSTER", "MEET", "127.0.0.1", port, buses[nth])
    for port in ports:
        while len(_ask(port, "CLUSTER", "SLOTS")) < len(ports) or not _is_well(port):
            pause()


def _is_well(port: int) -> bool:
    return bool(_ask(port, "CLUSTER", "INFO")["cluster_state"] == "ok")


def _ask(port: int, *command: object) -> Any:
    with Redis(port=port, decode_responses=True) as client:
        untyped_client: Any = client
        name, *rest = command
        return untyped_client.execute_command(f"{name} {rest[0]}", *rest[1:])


@contextmanager
def _server(folder: Path, *options: str) -> Iterator[int]:
    folder.mkdir()
    port = _free_port()
    command = [
        str(find_server()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
        "--save", "", "--appendonly", "yes", "--appendfsync", "always", *options,
    ]  # fmt: skip
    with _spawned(command, folder / "log", port):
        yield port


@contextmanager
def _spawned(command: list[str], log: Path, port: int) -> Iterator[None]:
    running = process.spawn(command, log)
    try:
        with Redis(port=port) as client:
            wait_until_answers(client, lambda: running.poll() is None)
        yield
    finally:
        process.stop(running, 10)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
