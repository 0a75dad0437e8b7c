"""Common parts of several commands."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import suppress

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.errors import OperatorError
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.format import mark_format
from queue_service.store.server.running import require_trust


def require_branch(queue: Queue, branch: str | None) -> None:
    """Raises OperatorError for the id of no branch; None means all of them."""
    if branch is not None and branch not in queue.get(BranchStore).ids():
        raise OperatorError(
            f"There is no branch “{branch}”: see `queue-service config export` for those there are."
        )


def add_ready_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--ready-fd``."""
    parser.add_argument(
        "--ready-fd",
        type=int,
        default=None,
        help="write a byte to this open file when ready, and from then on while it works",
    )


def heartbeat(descriptor: int | None) -> Callable[[], None]:
    """The function that writes the byte; it never waits for a reader, and does nothing without a
    file."""
    if descriptor is None:
        return lambda: None
    os.set_blocking(descriptor, False)

    def beat() -> None:
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(descriptor, b"1")

    return beat


def mark_known_format(settings: Settings) -> None:
    """Let the store say its form. Raises OperatorError if a newer version wrote it, or for a
    certificate that is not accepted; a store that is away is not waited for."""
    with connect(settings) as client:
        require_trust(client, settings)
        mark_format(client)
