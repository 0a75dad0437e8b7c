"""The caller of automatic operations, and the branches they look after."""

from __future__ import annotations

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue


def live_branches(queue: Queue) -> list[Branch]:
    """The branches in use to look after. Any of them may be removed at any moment."""
    return [
        branch
        for branch in queue.get(BranchStore).in_use()
        if not (branch.historic or branch.elsewhere)
    ]
