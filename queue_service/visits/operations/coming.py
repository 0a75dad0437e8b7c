"""The bookings that may be called before a visit."""

from __future__ import annotations

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.visits.rules.ahead import competing_counters
from queue_service.visits.rules.coming import bookings_ahead, times_around
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.store.visit_store import VisitStore


def ahead_of(queue: Queue, branch_id: str, result: CommandResult) -> int | None:
    """How many bookings, whose citizens have not come yet, may be called before the visit of a
    result; None unless it waits where times can be booked.

    A branch without them is asked nothing.
    """
    visit, now = result.visit, result.now
    branch = queue.get(BranchStore).get(branch_id)
    rules = branch.bookings
    if visit.state != "waiting" or not rules.offers:
        return None
    times = times_around(visit.place, rules, now)
    opened, busy, coming = queue.get(VisitStore).coming(branch_id, *times)
    counters = competing_counters(
        branch, opened, busy, visit.service, visit.bound_to, visit.also_wanted
    )
    return bookings_ahead(visit, coming, counters, rules, result.estimate, now)
