"""The waiting visits of a branch that today does probably not reach."""

from __future__ import annotations

from collections.abc import Iterator

from queue_service.board.operations.state import BranchState
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import hours_on
from queue_service.command import Queue
from queue_service.interventions.rules import KEPT_MS
from queue_service.staffing.rules.not_reached import PACE_MS, NotReached, not_reached, reach
from queue_service.staffing.rules.pools import Pool, pools_of
from queue_service.visits.rules.ahead import order
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore


def left_today(queue: Queue, found: BranchState) -> tuple[NotReached, ...]:
    """For each pool, the visits that are not reached before the branch closes at the pace of the
    last hour; none if all are, or where too little is known."""
    branch, now = found.branch, found.now
    spans = hours_on(branch, found.moment.date)
    around_the_clock = spans == ((found.moment.day_begins, found.moment.day_ends),)
    if not found.moment.open or around_the_clock or not any(q.waiting for q in found.queues):
        return ()
    visits = _visits(queue.get(VisitStore), branch, found.moment.date, now)
    since = max(now - PACE_MS, found.moment.since)
    left_ms = sum(max(0, ends - max(begins, now)) for begins, ends in spans)
    pools = pools_of(branch)
    return tuple(_of_pools(pools, visits, (since, now), left_ms))


def _visits(store: VisitStore, branch: Branch, today: str, now: int) -> list[Visit]:
    """The visits of today, and those carried over from days before.

    Carried visits are in the index of the day they were issued on, also once they have ended.
    """
    carried = (one for one in branch.interventions if one.kind == "carry_over")
    days = {today, *(one.date for one in carried if one.over_at > now - KEPT_MS)}
    found = {visit.id: visit for day in days for visit in store.of_day(branch.id, day)}
    return list((found | {visit.id: visit for visit in store.open_visits(branch.id)}).values())


def _of_pools(
    pools: tuple[Pool, ...], visits: list[Visit], hour: tuple[int, int], left_ms: int
) -> Iterator[NotReached]:
    since, now = hour
    for pool in pools:
        mine = [visit for visit in visits if visit.service in pool.services]
        calls = sum(since < (visit.called_at or 0) <= now for visit in mine)
        waiting = [v for v in mine if v.state == "waiting" and not v.is_carried(now)]
        waiting.sort(key=lambda visit: order(visit, now))
        some = reach(len(waiting), calls, now - since, left_ms)
        told = some and not_reached(waiting, some)
        if told:
            yield told
