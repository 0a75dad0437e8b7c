"""A no-show is marked by itself if a call goes unanswered."""

from __future__ import annotations

from contextlib import suppress

from queue_service.access.rules.caller import PERIODIC
from queue_service.branches.rules.branch import Branch
from queue_service.closing.operations.periodic import live_branches
from queue_service.command import Command, Queue
from queue_service.counters.store import CounterStore
from queue_service.errors import BranchNotFound, VisitNotFound, WrongState
from queue_service.visits.operations.visits import mark_no_show
from queue_service.visits.store.visit_store import VisitStore

OUTAGE_MS = 60_000
"""A longer pause between two sweeps means that the system was down."""


def mark_unanswered(queue: Queue, at: int | None = None) -> None:
    """Mark a no-show where a call goes unanswered and the counter's page is gone too.

    While the counter's page is open it asks the clerk instead. After an outage the limit starts
    again, since the service was out of reach meanwhile. ``at`` (ms) is the present, by default the
    store's.
    """
    for branch in live_branches(queue):
        with suppress(BranchNotFound):
            _mark_unanswered(queue, branch, at)


def _mark_unanswered(queue: Queue, branch: Branch, at: int | None) -> None:
    now = queue.time(at)
    resumed = queue.get(CounterStore).note_sweep(branch.id, now, OUTAGE_MS)
    limit = branch.no_show_after_seconds * 1000
    counters = queue.get(CounterStore).states(branch.id)
    for visit in queue.get(VisitStore).many(branch.id, counters.busy.values()):
        page = counters.last_seen.get(visit.counter or "")
        last = (visit.called_at, visit.recalled_at, page, resumed)
        if visit.state == "called" and now - max(t or 0 for t in last) >= limit:
            with suppress(WrongState, VisitNotFound):
                mark_no_show(queue, Command(branch.id, PERIODIC, None, at), visit.id)
