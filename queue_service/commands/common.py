"""What several commands share: the branch they name, and how they say that they are ready."""

from __future__ import annotations

import argparse
import os

from queue_service.command import Queue
from queue_service.runtime.settings import OperatorError


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
