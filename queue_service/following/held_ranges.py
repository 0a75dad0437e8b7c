"""How often the ranges of waits held that citizens were shown."""

from __future__ import annotations

from queue_service.branches.rules.calendar import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import between
from queue_service.following.rules import HeldRanges
from queue_service.history.operations.history import added_up
from queue_service.history.rules.history import total
from queue_service.runtime.cooperation import in_turns


def held_this_month(queue: Queue, branch_id: str) -> HeldRanges:
    """Of the ranges shown on this month's tickets those that are known to have held or not.

    Raises BranchNotFound.
    """
    branch = queue.get(BranchStore).get(branch_id)
    now = queue.store.time()
    today = moment(branch, now).date
    days = added_up(queue, branch, between(f"{today[:7]}-01", today), now).days
    visits = total(in_turns(days.values())).visits
    return HeldRanges(
        visits["alone"] + visits["behind"], visits["alone_held"] + visits["behind_held"]
    )
