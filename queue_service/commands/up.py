"""`queue-service up`: run all of it, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse

from queue_service import supervisor
from queue_service.runtime.settings import Settings
from queue_service.supervisor.prometheus import USUAL_PORT

_LAST_PORT = 65535


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser("up", help="run all of it: store, web, workers and schedule")
    parser.add_argument(
        "--with-prometheus",
        nargs="?",
        const=USUAL_PORT,
        type=_port,
        metavar="PORT",
        help=f"run Prometheus with it, on this port or {USUAL_PORT}; 0: the system chooses",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run until asked to stop."""
    return supervisor.run(settings, args.with_prometheus)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: use a number from 0 to 65535")
    return int(text)
