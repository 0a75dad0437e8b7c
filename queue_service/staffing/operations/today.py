"""Today's pace: worked out by a job every few minutes while a branch is open, and read by pages."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Literal

from queue_service.access.rules.caller import PERIODIC
from queue_service.board.operations.state import BranchState, state
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.interventions import in_force
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.counters.rules import PAUSED
from queue_service.errors import BranchNotFound
from queue_service.goals.rules.goal import Goal
from queue_service.staffing.operations.advice import kept_advice
from queue_service.staffing.rules.advised import AdvisedHour, StaffingAdvice
from queue_service.staffing.rules.pace import (
    DayNow,
    Pace,
    PoolNow,
    pace,
    pace_from_document,
    pace_to_document,
)
from queue_service.staffing.rules.pools import Pool, pool_at
from queue_service.staffing.rules.what_if import DayPart
from queue_service.staffing.store import StaffingStore
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore

_AWAY: Final = ("closed", PAUSED)
_KEPT_MS: Final = 270_000
"""So long a pace is kept while the counters stay as they are; less than five minutes, since a job
may begin late."""

PaceVerdict = Literal["reached", "below", "open"]
"""Whether the likely end of the day is reached or below the goal from one end of its range to the
other."""


@dataclass(frozen=True, slots=True)
class TodaysPace:
    """The pace of a branch's day ``at`` an instant (ms), by its waiting goal, with so many counters
    ``opened``: also those of pools that the goal does not judge.

    One counter more is open from ``begins`` until ``ends`` (ms), both None without one. It takes
    the ``services``; none are named in a branch with one pool.
    """

    at: int
    goal: Goal
    pace: Pace
    opened: int
    services: tuple[str, ...] = ()

    @property
    def verdict(self) -> PaceVerdict:
        """The range of the end against the goal's target."""
        end, target = self.pace.end, self.goal.target_ratio
        return "below" if end.high < target else "reached" if end.low >= target else "open"

    @property
    def begins(self) -> int | None:
        """The instant from which one counter more is open."""
        return None if self.pace.more is None else self.at + round(self.pace.more.begins * 1000)

    @property
    def ends(self) -> int | None:
        """The instant until which it is open."""
        return None if self.pace.more is None else self.at + round(self.pace.more.ends * 1000)


def todays_pace(queue: Queue, branch: Branch, date: str) -> TodaysPace | None:
    """The pace that a job kept for a date in the last quarter of an hour; None if there is none,
    or the configuration has changed since. Without a waiting goal nothing is read."""
    if not _judging(branch):
        return None
    document = queue.get(StaffingStore).pace(branch.id)
    if document is None or (document["edition"], document["date"]) != (branch.edition, date):
        return None
    goal = next(goal for goal in branch.goals if goal.id == document["goal"])
    found = pace_from_document(document["pace"])
    services = tuple(document["services"])
    return TodaysPace(document["at"], goal, found, document["opened"], services)


def pressing_pace(queue: Queue, found: BranchState) -> TodaysPace | None:
    """Today's pace where the board and the list of branches show it: the goal ends below its
    target, or one more counter is worth asking for. None also once counters were opened or closed,
    until the job has worked out the pace with them."""
    pace = todays_pace(queue, found.branch, found.moment.date)
    if pace is None or not _applies(pace, found):
        return None
    return pace if pace.verdict == "below" or needs_a_counter(pace, found) else None


def needs_a_counter(pace: TodaysPace, found: BranchState) -> bool:
    """Whether one more counter changes the end of a goal that is likely missed, and can be asked
    for."""
    return pace.pace.matters and may_ask(pace, found)


def may_ask(pace: TodaysPace, found: BranchState) -> bool:
    """Whether a counter that takes the services is closed, one more would not change too little,
    and none was opened or asked for since."""
    asked = in_force(found.interventions, found.now, "open_counter")
    useful = pace.pace.more is None or pace.pace.gains
    waits = any(
        stand.state in _AWAY and _takes(found.branch, stand.id, pace.services)
        for stand in found.counters
    )
    return _applies(pace, found) and useful and waits and not asked


def _applies(pace: TodaysPace, found: BranchState) -> bool:
    return found.moment.open and _opened(found) == pace.opened


def _opened(found: BranchState) -> int:
    return sum(stand.state not in _AWAY for stand in found.counters)


def _takes(branch: Branch, counter: str, services: Sequence[str]) -> bool:
    """Whether a counter takes one of these services, or any at all if none are named."""
    taken = {*branch.takes(counter, None)}
    return bool(taken.intersection(services) if services else taken)


def keep_paces(queue: Queue, at: int | None = None) -> None:
    """Work out and keep today's pace of each open branch with a waiting goal, if its counters or
    its configuration have changed since, or five minutes are over.

    ``at`` (ms) is the store's time by default.
    """
    for branch in queue.get(BranchStore).in_use():
        if not branch.historic and not branch.elsewhere and _judging(branch):
            with suppress(BranchNotFound):  # it is being removed
                found = state(queue, Command(branch.id, PERIODIC, None, at))
                if _is_due(queue, found):
                    queue.get(StaffingStore).keep_pace(branch.id, _document(queue, found))


def _is_due(queue: Queue, found: BranchState) -> bool:
    known = todays_pace(queue, found.branch, found.moment.date)
    return known is None or not _applies(known, found) or found.now - known.at >= _KEPT_MS


def _judging(branch: Branch) -> bool:
    return any(goal.judges_waits for goal in branch.goals)


def _document(queue: Queue, found: BranchState) -> dict[str, Any] | None:
    advice = kept_advice(queue, found.branch, found.now) if found.moment.open else None
    if advice is None or advice.goal.goal is None:
        return None
    judged = [_judged(advice.goal.goal, pool) for pool in advice.pools]
    if None in judged or advice.change or not advice.held.reliable:
        return None
    pools = [n for n, judges in enumerate(judged) if judges]
    worked_out = _pace(queue, found, advice, advice.goal.goal, pools)
    if worked_out is None:
        return None
    more = worked_out.more and advice.pools[pools[worked_out.more.pool]]
    return {
        "at": found.now,
        "date": advice.today,
        "edition": advice.branch.edition,
        "goal": advice.goal.goal.id,
        "pace": pace_to_document(worked_out),
        "opened": _opened(found),
        "services": list(more.services) if more and len(advice.pools) > 1 else [],
    }


def _pace(
    queue: Queue, found: BranchState, advice: StaffingAdvice, goal: Goal, pools: Sequence[int]
) -> Pace | None:
    hours = advice.present.hours if advice.present else ()
    ahead = [hour for hour in hours if hour.ends > found.now]
    if not ahead:
        return None
    view = next(view for view in found.goals if view.id == goal.id)
    day = DayNow(
        judged=view.judged,
        within=view.within,
        came=found.today["issued"],
        expected=sum(hour.arrivals * _over(hour, found.now) for hour in hours),
        spread=advice.spread,
        limit_seconds=advice.goal.limit_seconds,
        target=goal.target_ratio,
    )
    waiting = queue.get(VisitStore).open_visits(found.branch.id)
    known = [pool for n in pools if (pool := _pool(found, advice, n, ahead, waiting))]
    if len(known) < len(pools):
        return None
    seeded = Random(f"{found.branch.id} {found.now}")  # noqa: S311 - seeded, no secret
    return pace(day, known, seeded)


def _judged(goal: Goal, pool: Pool) -> bool | None:
    """Whether a goal judges the services of a pool: all or none; None if only some."""
    judged = {goal.judges(service) for service in pool.services}
    return judged.pop() if len(judged) == 1 else None


def _over(hour: AdvisedHour, now: int) -> float:
    """The part of an hour that is over."""
    return min(1.0, max(0.0, (now - hour.begins) / (hour.ends - hour.begins)))


def _pool(
    found: BranchState,
    advice: StaffingAdvice,
    nth: int,
    ahead: Sequence[AdvisedHour],
    visits: Sequence[Visit],
) -> PoolNow | None:
    service, now = advice.services[nth], found.now
    if service is None:
        return None
    services = advice.pools[nth].services
    stands = [
        stand
        for stand in found.counters
        if stand.state not in _AWAY
        and pool_at(found.branch, advice.pools, stand.id, stand.team) == nth
    ]
    return PoolNow(
        parts=[
            DayPart(
                max(0, hour.begins - now) / 1000,
                (hour.ends - now) / 1000,
                hour.pools[nth].arrivals * (1 - _over(hour, now)),
            )
            for hour in ahead
        ],
        counters=len(stands),
        busy=[(now - stand.since) / 1000 for stand in stands if stand.since is not None],
        waiting=[
            (visit.first_wait(now) or 0) / 1000
            for visit in visits
            if visit.state == "waiting"
            and visit.first_called_at is None
            and visit.service in services
        ],
        services=service.times,
        patience_seconds=service.patience,
    )
