"""Days are closed, and openings announced, by themselves."""

from __future__ import annotations

from contextlib import suppress

from queue_service.access.rules.caller import PERIODIC
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import hours_on, moment
from queue_service.branches.store import BranchStore
from queue_service.closing.operations.day_end import close_day, end_visit, left_open
from queue_service.closing.operations.periodic import live_branches
from queue_service.command import Command, Queue
from queue_service.counters.operations.counters import close_counter
from queue_service.counters.store import CounterStore
from queue_service.errors import BranchNotFound, CounterBusy, CounterNotFound, InUse
from queue_service.interventions.operations import look_after
from queue_service.visits.rules.visit import AT_COUNTER
from queue_service.visits.store.visit_store import VisitStore

LONGEST_OVERTIME_MS = 2 * 60 * 60 * 1000
"""How long closing the day waits for somebody who is called or being served."""


def set_aside_damaged(queue: Queue) -> None:
    """Let no visit whose document is damaged block those behind it."""
    for branch in live_branches(queue):
        queue.get(VisitStore).set_aside_damaged(branch)


def close_days(queue: Queue, at: int | None = None) -> None:
    """Close each branch's day once its time has come; historic branches close their own.

    ``at`` (ms) is the present, by default the store's.
    """
    for branch in live_branches(queue):
        with suppress(BranchNotFound):
            now = queue.time(at)
            look_after(queue, branch.at(now), now)
            _close_if_done(queue, branch, at)
            _close_at_midnight(queue, branch, at)


def _close_if_done(queue: Queue, branch: Branch, at: int | None) -> None:
    """After the last opening hour of the day, as soon as the queue is empty."""
    now = queue.time(at)
    spans = hours_on(branch, moment(branch, now).date)
    if not spans or now < spans[-1][1] or _closed_at(queue, branch) >= spans[-1][1]:
        return
    if not left_open(queue, branch.id, now):
        with suppress(InUse):
            close_day(queue, Command(branch.id, PERIODIC, None, at))


def _close_at_midnight(queue: Queue, branch: Branch, at: int | None) -> None:
    """At the end of the business day, but not under the hands of a clerk, for a while.

    A branch that is open over midnight goes on. Anyone who has come today already is left alone,
    however late this is done.
    """
    now = queue.time(at)
    today = moment(branch, now)
    if _closed_at(queue, branch) >= today.day_begins or moment(branch, today.day_begins).open:
        return
    left = [v for v in left_open(queue, branch.id, today.day_begins) if v.date < today.date]
    busy = any(v.state in AT_COUNTER for v in left)
    if busy and now - today.day_begins < LONGEST_OVERTIME_MS:
        return
    step = Command(branch.id, PERIODIC, None, at)
    for visit in left:
        end_visit(queue, step, visit, force=busy)
    counters = queue.get(CounterStore).states(branch.id)
    for counter in counters.manned:
        if counters.last_seen.get(counter, 0) < today.day_begins:
            with suppress(CounterBusy, CounterNotFound):
                close_counter(queue, step, counter)
    queue.get(BranchStore).announce(
        branch.id, "closed_at", str(today.day_begins), "day.closed", {}, at=at
    )


def _closed_at(queue: Queue, branch: Branch) -> int:
    return int(queue.get(BranchStore).fact(branch.id, "closed_at") or 0)


def announce_openings(queue: Queue, at: int | None = None) -> None:
    """Notify open pages when a branch has opened or closed according to its hours."""
    for branch in live_branches(queue):
        now = "open" if moment(branch, queue.time(at)).open else "closed"
        event = "branch.opened" if now == "open" else "branch.closed"
        with suppress(BranchNotFound):
            queue.get(BranchStore).announce(branch.id, "opening", now, event, {}, at=at)
