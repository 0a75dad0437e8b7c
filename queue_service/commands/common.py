"""What several commands share."""

from __future__ import annotations

import argparse
import os

from queue_service.command import Queue
from queue_service.runtime.settings import OperatorError, Settings
from queue_service.store.connection import connect
from queue_service.store.format import mark_format


def require_branch(queue: Queue, branch: str | None) -> None:
    """Raises OperatorError for the id of no branch; None stands for all of them."""
    if branch is not None and branch not in queue.branches.ids():
        raise OperatorError(
            f"There is no branch “{branch}”: see `queue-service config export` for those there are."
        )


def add_ready_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--ready-fd``."""
    parser.add_argument(
        "--ready-fd", type=int, default=None, help="write a byte to this open file when ready"
    )


def tell_ready(descriptor: int | None) -> None:
    """Write the byte, if somebody waits for it."""
    if descriptor is not None:
        os.write(descriptor, b"1")
        os.close(descriptor)


def mark_known_format(settings: Settings) -> None:
    """Let the store say its form. Raises OperatorError where a newer version wrote it."""
    with connect(settings) as client:
        mark_format(client)
