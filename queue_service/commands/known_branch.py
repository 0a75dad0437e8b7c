"""The branch that a command is given has to be there: a slip of the keys would bind to nothing."""

from __future__ import annotations

from queue_service.command import Queue
from queue_service.runtime.settings import OperatorError


def must_know(queue: Queue, branch: str | None) -> None:
    """Raises OperatorError for the id of no branch; None stands for all of them."""
    if branch is not None and branch not in queue.branches.ids():
        raise OperatorError(
            f"There is no branch “{branch}”: see `queue-service config export` for those there are."
        )
