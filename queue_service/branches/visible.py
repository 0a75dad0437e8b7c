"""The branches that a caller may see, as pages and lists show them."""

from __future__ import annotations

from flask import g

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.web.context import queue


def visible_branches(*, past: bool = False) -> list[Branch]:
    """The branch that the caller is bound to, or all of them; archived ones only for their
    ``past``."""
    found = [branch for branch in queue().get(BranchStore).all() if g.caller.may_see(branch.id)]
    return [branch for branch in found if past or not branch.archived]


def other_branches(branch_id: str, *, past: bool = False) -> list[Branch]:
    """The branches that a page of this branch links to; practice and historic branches come
    last. Archived ones only for their ``past``."""
    others = [branch for branch in visible_branches(past=past) if branch.id != branch_id]
    return sorted(others, key=lambda branch: not branch.counted)


def comparable_branches(branch: Branch) -> list[Branch]:
    """The branches to compare a branch with: no practice, and replayed branches only for a replayed
    branch. Archived ones are among them: days that are over are compared."""
    return [
        other
        for other in other_branches(branch.id, past=True)
        if not other.practice and (branch.historic or not other.historic)
    ]
