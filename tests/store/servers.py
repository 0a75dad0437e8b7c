"""Stores on ports of their own, and a line between two of them that can go silent."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from redis import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS as SLOTS

from queue_service.runtime import process
from queue_service.store.connection.topology import slot_of
from queue_service.store.server.embedded import find_server
from queue_service.store.server.running import wait_until_answers
from tests.ports import free_port
from tests.running import eventually


@contextmanager
def server(
    folder: Path, *options: str, port: int | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A real store in a folder: its process and its port. ``options`` go to its command line."""
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


class StoreProxy:
    """A port that leads to another, its target, which counts for new connections.

    While it is silent it stays open and nothing arrives. Data for the target takes the delay,
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

    def restore(self) -> None:
        """Forward again. Lost data stays lost, so both ends begin again."""
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


@dataclass
class Cluster:
    """Servers that are one cluster: its processes and ports, the primaries first."""

    servers: list[subprocess.Popen[bytes]]
    ports: list[int]
    primaries: int

    @property
    def url(self) -> str:
        """The address, with two of its servers."""
        return f"redis+cluster://127.0.0.1:{self.ports[0]},127.0.0.1:{self.ports[1]}"

    def client(self, nth: int) -> Redis:
        """A client of one of the servers alone."""
        return Redis(port=self.ports[nth], decode_responses=True)

    def ask(self, nth: int, *command: object) -> Any:
        """The reply of one of the servers."""
        with self.client(nth) as client:
            untyped_client: Any = client
            return untyped_client.execute_command(*command)

    def take_for_lost_after(self, milliseconds: int) -> None:
        """How long a server may be silent before the others replace it."""
        for nth in range(len(self.ports)):
            self.ask(nth, "CONFIG", "SET", "cluster-node-timeout", milliseconds)

    def has(self, nth: int, key: str) -> bool:
        """Whether one of the servers is the primary of this key, and says so itself."""
        return bool(self._primary_of(slot_of(key), nth) == self.ask(nth, "CLUSTER", "MYID"))

    def _primary_of(self, slot: int, nth: int) -> str:
        """The id of the primary of a slot, as one of the servers knows it; empty for none."""
        slots = self.ask(nth, "CLUSTER", "SLOTS")
        return next((who[2] for first, last, who, *_ in slots if first <= slot <= last), "")

    def move(self, key: str, source: int, target: int) -> None:
        """Move the slot of a key, with all that is in it, from one primary to another."""
        with self.moving(key, source, target):
            while keys := self.ask(source, "CLUSTER", "GETKEYSINSLOT", slot_of(key), 5):
                self.carry(source, target, *keys)

    @contextmanager
    def moving(self, key: str, source: int, target: int) -> Iterator[None]:
        """The slot of a key is on its way for as long as the block lasts, and has moved then."""
        slot = slot_of(key)
        ids = {nth: self.ask(nth, "CLUSTER", "MYID") for nth in (source, target)}
        self.ask(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[source])
        self.ask(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[target])
        yield
        for nth in (target, source):
            self.ask(nth, "CLUSTER", "SETSLOT", slot, "NODE", ids[target])
        # A client may ask any server where the slot is; the others hear of it a moment later.
        all_of_them = range(len(self.ports))
        eventually(
            lambda: all(self._primary_of(slot, nth) == ids[target] for nth in all_of_them),
            what="all servers know where the slot is",
        )

    def carry(self, source: int, target: int, *keys: str) -> None:
        """Move some keys of a slot that is on its way."""
        place = ("127.0.0.1", self.ports[target])
        self.ask(source, "MIGRATE", *place, "", 0, 5000, "KEYS", *keys)


@contextmanager
def cluster(folder: Path, replicas: Sequence[int], *options: str) -> Iterator[Cluster]:
    """A cluster whose primaries have so many replicas each.

    A busy machine makes no server seem lost until :meth:`Cluster.take_for_lost_after` says so.
    """
    with ExitStack() as stack:
        count = len(replicas) + sum(replicas)
        ports, buses = [free_port() for _ in range(count)], [free_port() for _ in range(count)]
        servers = [
            stack.enter_context(
                server(
                    folder / str(nth), "--cluster-enabled", "yes", "--cluster-port", str(bus),
                    "--cluster-node-timeout", "500", "--cluster-require-full-coverage", "no",
                    "--cluster-migration-barrier", "99", "--cluster-replica-validity-factor", "0",
                    *options, port=port,
                )
            )[0]
            for nth, (port, bus) in enumerate(zip(ports, buses, strict=True))
        ]  # fmt: skip
        made = Cluster(servers, ports, len(replicas))
        _join(made, buses, replicas)
        made.take_for_lost_after(30_000)
        yield made


def _join(made: Cluster, buses: Sequence[int], replicas: Sequence[int]) -> None:
    """Let them meet, spread the slots, and give each primary its replicas."""
    primaries = len(replicas)
    each = -(-SLOTS // primaries)
    for nth in range(primaries):
        last = min(SLOTS, (nth + 1) * each) - 1
        made.ask(nth, "CLUSTER", "ADDSLOTSRANGE", nth * each, last)
    for nth, (port, bus) in enumerate(zip(made.ports, buses, strict=True)):
        made.ask(nth, "CLUSTER", "SET-CONFIG-EPOCH", nth + 1)
        if nth:
            made.ask(0, "CLUSTER", "MEET", "127.0.0.1", port, bus)
    count = len(made.ports)
    eventually(lambda: all(len(_known(made, nth)) == count for nth in range(count)))
    follow = [nth for nth, many in enumerate(replicas) for _ in range(many)]
    for nth, primary in enumerate(follow, primaries):
        made.ask(nth, "CLUSTER", "REPLICATE", made.ask(primary, "CLUSTER", "MYID"))
    eventually(lambda: all("cluster_state:ok" in _info(made, nth) for nth in range(count)))
    for nth, many in enumerate(replicas):
        eventually(partial(_follow, made, nth, many))
    eventually(lambda: all(_shown(made, nth) == set(made.ports) for nth in range(count)))


def _follow(made: Cluster, nth: int, many: int) -> bool:
    return bool(made.ask(nth, "WAIT", many, 100) == many)


def _known(made: Cluster, nth: int) -> list[str]:
    """The servers that one of them knows and is connected to."""
    lines = str(made.ask(nth, "CLUSTER", "NODES")).splitlines()
    return [proxy for proxy in lines if " connected" in proxy and "handshake" not in proxy]


def _info(made: Cluster, nth: int) -> str:
    return str(made.ask(nth, "CLUSTER", "INFO"))


def _shown(made: Cluster, nth: int) -> set[int]:
    """The ports of those that have slots or follow one who has, as one of them shows them."""
    slots = made.ask(nth, "CLUSTER", "SLOTS")
    return {server[1] for _, _, *servers in slots for server in servers}
