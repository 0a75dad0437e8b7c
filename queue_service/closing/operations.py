"""Closing the day, and other automatic changes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import hours_on, moment
from queue_service.branches.store import BranchStore
from queue_service.command import ATTEMPTS, Command, Queue, exhausted, remembered
from queue_service.counters.operations.counters import close_counter
from queue_service.counters.store import CounterStore
from queue_service.errors import (
    BranchNotFound,
    CounterBusy,
    CounterNotFound,
    InUse,
    VisitNotFound,
    WrongState,
)
from queue_service.interventions.operations import look_after
from queue_service.visits.operations.visits import close_day as end_with_the_day
from queue_service.visits.operations.visits import close_day_unattended as end_unattended
from queue_service.visits.operations.visits import mark_no_show, release
from queue_service.visits.rules.refusals import require_here
from queue_service.visits.rules.visit import AT_COUNTER, Visit
from queue_service.visits.store.visit_store import VisitStore

LONGEST_OVERTIME_MS = 2 * 60 * 60 * 1000
"""How long closing the day waits for somebody who is called or being served."""

OUTAGE_MS = 60_000
"""A longer pause between two sweeps means that the system was down."""

PERIODIC = Caller("periodic", "admin")
"""The caller of automatic operations."""


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
    visits = _left(queue, command.branch, now)
    ended += sum(_end(queue, step, visit, force=force) for visit in visits)
    for visit in queue.get(VisitStore).open_visits(command.branch):
        if visit.bound:  # it is carried over, and no counter is open for it alone
            with suppress(WrongState, VisitNotFound):
                release(queue, step, visit.id)
    return _tell(queue, command, ended)


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
        ended += sum(_end(queue, command, visit, force=True) for visit in visits)
    raise exhausted()


def close_past_day(queue: Queue, command: Command, date: str) -> bool:
    """End what a past business day has left open; the whole branch too if no other caller is
    present.

    For a historic branch. Returns whether its counters were closed.
    """
    visits = queue.get(VisitStore).open_visits(command.branch)
    left = [visit for visit in visits if visit.date <= date]
    ended = sum(_end(queue, command, visit, force=True) for visit in left)
    if len(left) < len(visits):
        return False
    ended += _close_counters(queue, command, force=True)
    _tell(queue, command, ended)
    return True


def _tell(queue: Queue, command: Command, ended: int) -> Closed:
    reply = queue.get(BranchStore).announce(
        command.branch,
        "closed_at",
        "@now",
        "day.closed",
        {},
        at=command.at,
        idempotency=command.idempotency,
    )
    return Closed(int(reply[1]), ended, replayed=reply[0] == "replayed")


def _end(queue: Queue, command: Command, visit: Visit, *, force: bool) -> bool:
    """Whether it was still open and is ended; one that is at a counter by now only by ``force``."""
    end = end_with_the_day if force else end_unattended
    try:
        end(queue, command, visit.id)
    except (WrongState, VisitNotFound):
        return False
    return True


def set_aside_damaged(queue: Queue) -> None:
    """Let no visit whose document is damaged block those behind it."""
    for branch in _live(queue):
        queue.get(VisitStore).set_aside_damaged(branch)


def close_days(queue: Queue, at: int | None = None) -> None:
    """Close each branch's day once its time has come; historic branches close their own.

    ``at`` (ms) is the present, by default the store's.
    """
    for branch in _live(queue):
        with suppress(BranchNotFound):
            now = queue.time(at)
            look_after(queue, branch.at(now), now)
            _close_if_done(queue, branch, at)
            _close_at_midnight(queue, branch, at)


def _live(queue: Queue) -> list[Branch]:
    """The branches to look after. Any of them may be removed at any moment."""
    return [
        branch
        for branch in queue.get(BranchStore).all()
        if not (branch.historic or branch.elsewhere)
    ]


def _close_if_done(queue: Queue, branch: Branch, at: int | None) -> None:
    """After the last opening hour of the day, as soon as the queue is empty."""
    now = queue.time(at)
    spans = hours_on(branch, moment(branch, now).date)
    if not spans or now < spans[-1][1] or _closed_at(queue, branch) >= spans[-1][1]:
        return
    if not _left(queue, branch.id, now):
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
    left = [v for v in _left(queue, branch.id, today.day_begins) if v.date < today.date]
    busy = any(v.state in AT_COUNTER for v in left)
    if busy and now - today.day_begins < LONGEST_OVERTIME_MS:
        return
    step = Command(branch.id, PERIODIC, None, at)
    for visit in left:
        _end(queue, step, visit, force=busy)
    counters = queue.get(CounterStore).states(branch.id)
    for counter in counters.manned:
        if counters.last_seen.get(counter, 0) < today.day_begins:
            with suppress(CounterBusy, CounterNotFound):
                close_counter(queue, step, counter)
    queue.get(BranchStore).announce(
        branch.id, "closed_at", str(today.day_begins), "day.closed", {}, at=at
    )


def _left(queue: Queue, branch_id: str, now: int) -> list[Visit]:
    """The open visits, without those that are carried over to ``now`` (ms) or later."""
    return [v for v in queue.get(VisitStore).open_visits(branch_id) if not v.is_carried(now)]


def _closed_at(queue: Queue, branch: Branch) -> int:
    return int(queue.get(BranchStore).fact(branch.id, "closed_at") or 0)


def announce_openings(queue: Queue, at: int | None = None) -> None:
    """Notify open pages when a branch has opened or closed according to its hours."""
    for branch in _live(queue):
        now = "open" if moment(branch, queue.time(at)).open else "closed"
        event = "branch.opened" if now == "open" else "branch.closed"
        with suppress(BranchNotFound):
            queue.get(BranchStore).announce(branch.id, "opening", now, event, {}, at=at)


def mark_unanswered(queue: Queue, at: int | None = None) -> None:
    """Mark a no-show where a call goes unanswered and the counter's page is gone too.

    While the counter's page is open it asks the clerk instead. After an outage the limit starts
    again, since the service was out of reach meanwhile. ``at`` (ms) is the present, by default the
    store's.
    """
    for branch in _live(queue):
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
