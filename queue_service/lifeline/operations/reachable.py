"""The lifelines that clerks of a branch may ring about a service."""

from __future__ import annotations

from typing import NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import Lifeline, answers_at, answers_next, covering
from queue_service.branches.store import BranchStore
from queue_service.command import Queue


class ReachableLifeline(NamedTuple):
    """A lifeline with its branch, and whether it answers now; if it does not, when it does next
    (ms; None if that is not known).

    ``rings``: it can be rung from here; on a bus those of the central server are dialled by
    telephone.
    """

    answering: Branch
    lifeline: Lifeline
    open: bool
    rings: bool
    opens_at: int | None


def lifelines_for(
    queue: Queue, branch_id: str, service: str, at: int | None = None
) -> list[ReachableLifeline]:
    """The lifelines that clerks of a branch may ring about a service: those that answer now first,
    and before others those that name the service. Raises BranchNotFound."""
    asking = queue.get(BranchStore).get(branch_id)
    now = queue.time(at)
    here = queue.get(BranchStore).in_use()
    home = queue.get(BranchStore).central_branches(branch.id for branch in here)
    found = [
        reachable(answering, line, now, rings=rings)
        for candidates, rings in ((here, True), (home, False))
        for answering, line in covering(asking, candidates, service)
    ]
    return sorted(found, key=lambda each: (not each.open, service not in each.lifeline.services))


def reachable(
    answering: Branch, line: Lifeline, now: int, *, rings: bool = True
) -> ReachableLifeline:
    is_open = answers_at(answering, line, now)
    return ReachableLifeline(
        answering, line, is_open, rings, None if is_open else answers_next(answering, line, now)
    )
