"""Closing a day: every counter is closed and every open visit is ended."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from queue_service.access.audit_entries import entry_by
from queue_service.branches.store import BranchStore
from queue_service.command import ATTEMPTS, Command, Queue, exhausted, remembered
from queue_service.counters.store import CounterStore
from queue_service.errors import InUse, VisitNotFound, WrongState
from queue_service.interventions.operations import look_after
from queue_service.visits.operations.visits import close_day as end_with_the_day
from queue_service.visits.operations.visits import close_day_unattended as end_unattended
from queue_service.visits.operations.visits import release
from queue_service.visits.rules.refusals import require_here
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed day: when, and how many visits were still open."""

    at: int
    ended: int
    replayed: bool = False


def close_day(queue: Queue, command: Command, *, force: bool = False) -> Closed:
    """Close the day: close every counter, end every open visit, announce it.

    Visits that are carried over to the next opening wait on. While somebody is called or served it
    is refused with InUse, and nothing is done. With ``force`` those visits are ended as well;
    without it a visit that is called meanwhile, at a counter that was opened again, goes on. It may
    be broken off and done again at any point.
    """
    require_here(queue.get(BranchStore).get(command.branch))
    # Asked first, since the steps below carry no key: a repetition must not end new visits.
    earlier = remembered(queue, command)
    if earlier is not None:
        return Closed(int(earlier), 0, replayed=True)
    now = queue.now(command)
    look_after(queue, queue.get(BranchStore).get(command.branch, now), now)
    step = command._replace(idempotency=None)
    ended = _close_counters(queue, step, force=force)
    visits = left_open(queue, command.branch, now)
    ended += sum(end_visit(queue, step, visit, force=force) for visit in visits)
    for visit in queue.get(VisitStore).open_visits(command.branch):
        if visit.bound:  # it is carried over, and no counter is open for it alone
            with suppress(WrongState, VisitNotFound):
                release(queue, step, visit.id)
    return _announce(queue, command, ended)


def _close_counters(queue: Queue, command: Command, *, force: bool) -> int:
    """Close all counters at one instant, so that no visit is called while visits are ended.

    How many visits at them were ended by ``force``.
    """
    ended = 0
    # Each attempt may end the visit at another counter, so many counters need more attempts.
    for _ in range(len(queue.get(BranchStore).get(command.branch).counters) + ATTEMPTS):
        counters = queue.get(CounterStore).states(command.branch)
        if not (counters.manned or counters.busy):
            return ended
        reply = queue.get(CounterStore).close_all(command.branch, command.at)
        if reply[0] == "done":
            return ended
        _, counter, visit_id = reply
        visits = queue.get(VisitStore).many(command.branch, [visit_id])
        if not force:
            number = visits[0].number if visits else "Somebody"
            raise InUse(f"{number} is still at counter {counter}; finish it first.")
        ended += sum(end_visit(queue, command, visit, force=True) for visit in visits)
    raise exhausted()


def close_past_day(queue: Queue, command: Command, date: str) -> bool:
    """End what a past business day has left open; the whole branch too if no other caller is
    present.

    For a historic branch. Returns whether its counters were closed.
    """
    visits = queue.get(VisitStore).open_visits(command.branch)
    left = [visit for visit in visits if visit.date <= date]
    ended = sum(end_visit(queue, command, visit, force=True) for visit in left)
    if len(left) < len(visits):
        return False
    ended += _close_counters(queue, command, force=True)
    _announce(queue, command, ended)
    return True


def _announce(queue: Queue, command: Command, ended: int) -> Closed:
    by, entry = command.caller, None
    if by.kind != "machine":
        entry = entry_by(by, "branch.day_closed", branch=command.branch)
    reply = queue.get(BranchStore).announce(
        command.branch,
        "closed_at",
        "@now",
        "day.closed",
        {},
        at=command.at,
        idempotency=command.idempotency,
        entry=entry,
    )
    return Closed(int(reply[1]), ended, replayed=reply[0] == "replayed")


def end_visit(queue: Queue, command: Command, visit: Visit, *, force: bool) -> bool:
    """Whether it was still open and is ended; one that is at a counter by now only by ``force``."""
    end = end_with_the_day if force else end_unattended
    try:
        end(queue, command, visit.id)
    except (WrongState, VisitNotFound):
        return False
    return True


def left_open(queue: Queue, branch_id: str, now: int) -> list[Visit]:
    """The open visits, without those that are carried over to ``now`` (ms) or later."""
    return [v for v in queue.get(VisitStore).open_visits(branch_id) if not v.is_carried(now)]
