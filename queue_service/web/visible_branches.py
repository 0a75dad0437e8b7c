"""Which branches whoever asks may look at."""

from __future__ import annotations

from flask import g

from queue_service.branches.operations import list_branches
from queue_service.branches.rules.branch import Branch
from queue_service.web.context import queue


def visible_branches() -> list[Branch]:
    """The branch that the caller is bound to, or all of them."""
    return [branch for branch in list_branches(queue()) if g.caller.may_see(branch.id)]


def other_branches(branch_id: str) -> list[Branch]:
    """Those beside the one that a page is about; those that no sum counts come last."""
    others = [branch for branch in visible_branches() if branch.id != branch_id]
    return sorted(others, key=lambda branch: not branch.counted)
