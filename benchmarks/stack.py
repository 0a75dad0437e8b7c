"""A private store and web processes, as in production, for the length of a benchmark."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from redis import Redis

from queue_service.access.operations.access import OPERATOR, create_token
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.embedded import (
    embedded_url,
    find_server,
    prepare_folder,
    server_command,
)
from queue_service.store.server.running import log_file, pause, wait_until_answers
from queue_service.web.serving import command as web_server

ROOT: Final = Path(__file__).resolve().parents[1]
_NO_LIMIT: Final = "1000000"
_START_SECONDS: Final = 30
_GOALS: Final = (
    ("handling-6-min", "handling_time_within", 360, 0.7),
    ("called-10-min", "waiting_time_within", 600, 0.8),
    ("first-contact", "first_contact", None, 0.8),
)


@dataclass
class Stack:
    """The running parts. ``port`` is the web processes'; ``queue`` works on the store directly."""

    settings: Settings
    port: int
    client: Redis
    queue: Queue
    store: subprocess.Popen[bytes]
    tokens: dict[tuple[Role, str | None], str] = field(default_factory=dict)

    def token(self, role: Role, branch: str | None = None) -> str:
        """The secret of a token with this role."""
        known = self.tokens.get((role, branch))
        if known is None:
            access = self.queue.get(AccessStore)
            known = create_token(access, role, branch, now=access.now())[1]
            self.tokens[role, branch] = known
        return known

    def add_branch(self, branch: str, services: int, counters: int) -> None:
        """A branch that is always open, with goals of every kind."""
        put_branch(self.queue, branch, configuration(branch, services, counters))

    def open_counters(self, branch: str, number: int) -> None:
        """Open the first counters of a branch."""
        command = Command(branch, OPERATOR)
        for counter in range(1, number + 1):
            counters.open_counter(self.queue, command, str(counter))

    def fill(self, branch: str, *, finished: int = 0, waiting: int = 0) -> None:
        """Add visits to a branch, by a process of its own (``filling.py``)."""
        numbers = str(finished), str(waiting)
        folder = str(self.settings.data_dir)
        command = [sys.executable, "-m", "benchmarks.filling", folder, branch, *numbers]
        subprocess.run(command, check=True, cwd=ROOT)

    def environment(self) -> Mapping[str, str]:
        """The environment of a program that works on this store."""
        return {**web_server.environment(self.settings), **_environment(self.settings)}

    def used_memory(self) -> int:
        """The memory of the store, in bytes."""
        return int(self.client.info("memory")["used_memory"])


def configuration(name: str, services: int, counters: int) -> dict[str, Any]:
    """A branch of a given size that is open around the clock."""
    return parse_config(
        {
            "name": name,
            "opening_hours": {day: [["00:00", "24:00"]] for day in WEEKDAYS},
            "services": [
                {"id": f"service-{i}", "name": {"da": f"Service {i}"}, "prefix": _prefix(i)}
                for i in range(services)
            ],
            "counters": [{"id": str(i + 1), "name": f"Skranke {i + 1}"} for i in range(counters)],
            "goals": [
                {"id": goal, "indicator": kind, "threshold_seconds": seconds, "target_ratio": ratio}
                for goal, kind, seconds, ratio in _GOALS
            ],
        }
    )


@contextmanager
def private_store() -> Iterator[Queue]:
    """A queue on a store of its own, without any web process, that leaves nothing behind.

    The store does not wait for the disk: this is for figures that are no times.
    """
    with ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="queue-bench-"))
        settings = Settings(data_dir=Path(folder))
        store = _start_store(settings)
        client = closing.enter_context(connect(settings))
        closing.callback(lambda: process.stop(store, 10))
        wait_until_answers(client, lambda: store.poll() is None)
        client.config_set("appendonly", "no")
        yield Queue(RedisStore(client))


@contextmanager
def running(redis_url: str | None = None) -> Iterator[Stack]:
    """A stack that starts empty and leaves nothing behind.

    ``redis_url`` is the address by which its processes reach a store that is not its own, or its
    own in another way; jobs stay with its own.
    """
    with ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="queue-bench-"))
        own = Settings(data_dir=Path(folder))
        jobs = None if redis_url is None else embedded_url(own.data_dir)
        settings = replace(own, redis_url=redis_url, jobs_redis_url=jobs)
        store = _start_store(settings)
        client = closing.enter_context(connect(settings))
        listener = closing.enter_context(socket.create_server(("127.0.0.1", 0), backlog=2048))
        queue = Queue(RedisStore(client))
        stack = Stack(settings, listener.getsockname()[1], client, queue, store)
        closing.callback(lambda: process.stop(stack.store, 10))
        wait_until_answers(client, lambda: stack.store.poll() is None)
        web_server.clear_metrics(settings)
        web = process.spawn(
            web_server.command(listener.fileno()),
            settings.data_dir / "web.log",
            environment=stack.environment(),
            inherit=[listener.fileno()],
        )
        closing.callback(lambda: process.stop(web, 10))
        _wait_until_ready(stack.port, web)
        yield stack


@contextmanager
def bare_route(processes: int, *options: str) -> Iterator[int]:
    """The port of :mod:`benchmarks.bare` on so many processes of gunicorn.

    Without ``options`` gunicorn has its defaults: a process serves one request after the other and
    closes each connection.
    """
    with ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="queue-bench-"))
        listener = closing.enter_context(socket.create_server(("127.0.0.1", 0), backlog=2048))
        bind = ["--bind", f"fd://{listener.fileno()}", "--workers", str(processes)]
        server = process.spawn(
            [sys.executable, "-m", "gunicorn", *bind, *options, "benchmarks.bare:app"],
            Path(folder) / "bare.log",
            environment={**os.environ, "PYTHONPATH": str(ROOT)},
            inherit=[listener.fileno()],
        )
        closing.callback(lambda: process.stop(server, 10))
        port: int = listener.getsockname()[1]
        _wait_until_ready(port, server, "/bare")
        yield port


def _environment(settings: Settings) -> Mapping[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "REDIS_URL": settings.redis_url or embedded_url(settings.data_dir),
        "QUEUE_JOBS_REDIS_URL": settings.jobs_redis_url or "",
        "QUEUE_DATA_DIR": str(settings.data_dir),
        "QUEUE_WEB_PROCESSES": str(settings.web_processes),
        "QUEUE_KIOSK_TICKETS_PER_MINUTE": _NO_LIMIT,
        "QUEUE_STREAMS_PER_TOKEN": _NO_LIMIT,
        "QUEUE_PUBLIC_REQUESTS_PER_MINUTE": "0",
        "QUEUE_LOG_LEVEL": "warning",
    }


def _start_store(settings: Settings) -> subprocess.Popen[bytes]:
    folder = prepare_folder(settings.data_dir)
    return process.spawn(server_command(find_server(), settings.data_dir), log_file(folder))


def _wait_until_ready(port: int, web: subprocess.Popen[bytes], path: str = "/readyz") -> None:
    for _ in range(_START_SECONDS * 50):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET" if path == "/readyz" else "POST", path)
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            pause()
        finally:
            connection.close()
        if web.poll() is not None:
            break
    raise RuntimeError("The web processes did not start.")


def _prefix(number: int) -> str:
    return chr(ord("A") + number // 26) + chr(ord("A") + number % 26)
