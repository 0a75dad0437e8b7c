"""The programs that make up the service, as commands of their own."""

from __future__ import annotations

import sys
from typing import Final

from queue_service.runtime import data_folder
from queue_service.runtime.settings import Settings
from queue_service.store.server.embedded import find_server, prepare_folder, server_command
from queue_service.store.server.running import log_file
from queue_service.supervisor.child import Program
from queue_service.web.serving import command as web_server

_STORE_SILENT_SECONDS: Final = 30.0
_SILENT_SECONDS: Final = 60.0
"""A worker says every fifteen seconds that it works, and at a slow store not quite so often."""


def store(settings: Settings, lock: data_folder.Lock) -> Program:
    """The embedded store, which holds on to the lock for as long as it runs."""
    folder = prepare_folder(settings.data_dir)
    command = server_command(find_server(), settings.data_dir)
    return Program(
        "store",
        lambda _: command,
        log_file(folder),
        inherit=[lock.fileno()],
        silent_seconds=_STORE_SILENT_SECONDS,
    )


def web(settings: Settings, listener: int) -> Program:
    """The web processes, on a socket that stays open while they are started again."""
    return Program(
        "web",
        lambda _: web_server.command(listener),
        settings.log_dir / "web.log",
        environment=web_server.environment(settings),
        inherit=[listener],
        before=lambda: web_server.clear_metrics(settings),
    )


def worker(settings: Settings) -> Program:
    """The worker of urgent jobs."""
    return _background(settings, "worker", "worker", "--only", "prompt")


def deliveries(settings: Settings) -> Program:
    """The worker of jobs that wait for other servers."""
    only = ("worker", "--only", "deliveries")
    return _background(settings, "deliveries", *only, name="worker of deliveries")


def files(settings: Settings) -> Program:
    """The worker of jobs that may take long."""
    return _background(settings, "files", "worker", "--only", "files", name="worker of files")


def schedule(settings: Settings) -> Program:
    """The program that asks for the periodic jobs."""
    return _background(settings, "schedule", "schedule")


def _background(settings: Settings, log: str, *subcommand: str, name: str = "") -> Program:
    service = [sys.executable, "-P", "-m", "queue_service", *subcommand]
    return Program(
        name or log,
        lambda ready: [*service, "--ready-fd", str(ready)],
        settings.log_dir / f"{log}.log",
        needs_store=True,
        background=True,
        silent_seconds=_SILENT_SECONDS,
    )
