"""`queue-service up`: run all of it, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse

from queue_service import supervisor
from queue_service.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    subparsers.add_parser("up", help="run all of it: store, web, worker and schedule")


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Run until told to stop."""
    return supervisor.run(settings)
