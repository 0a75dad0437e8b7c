"""`queue-service schedule`: ask for the periodic jobs."""

from __future__ import annotations

import argparse

from queue_service.commands.common import add_ready_option, heartbeat, mark_known_format
from queue_service.runtime import logs
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_files
from queue_service.supervisor.signals import signals
from workers.schedule import run as run_schedule


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    add_ready_option(subparsers.add_parser("schedule", help="run the periodic jobs alone"))


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Ask for jobs until asked to stop."""
    mark_known_format(settings)
    logs.configure("schedule", settings)
    beat = heartbeat(args.ready_fd)
    with signals() as waiting:

        def wait(seconds: float) -> bool:
            beat()
            return waiting.is_stopped_within(seconds)

        beat()
        run_schedule(connect_files(settings), wait)
    return 0
