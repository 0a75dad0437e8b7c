"""The branches that a caller may see, as pages and lists show them."""

from __future__ import annotations

from flask import g

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.web.context import queue


def visible_branches() -> list[Branch]:
    """The branch that the caller is bound to, or all of them."""
    return [branch for branch in queue().get(BranchStore).all() if g.caller.may_see(branch.id)]


def other_branches(branch_id: str) -> list[Branch]:
    """Those a page can lead to from this branch; practice and historic ones come last."""
    others = [branch for branch in visible_branches() if branch.id != branch_id]
    return sorted(others, key=lambda branch: not branch.counted)


def comparable_branches(branch: Branch) -> list[Branch]:
    """What a branch may be compared with: branches that are no practice, and replayed
    ones only where it is replayed itself."""
    return [
        other
        for other in other_branches(branch.id)
        if not other.practice and (branch.historic or not other.historic)
    ]
