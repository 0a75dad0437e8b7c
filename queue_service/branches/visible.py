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
    """The branches that a page of this branch links to; practice and historic branches come
    last."""
    others = [branch for branch in visible_branches() if branch.id != branch_id]
    return sorted(others, key=lambda branch: not branch.counted)


def comparable_branches(branch: Branch) -> list[Branch]:
    """The branches to compare a branch with: no practice, and replayed branches only for a replayed
    branch."""
    return [
        other
        for other in other_branches(branch.id)
        if not other.practice and (branch.historic or not other.historic)
    ]
