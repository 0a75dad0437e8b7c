"""The waiting visits of a branch that today does probably not reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from queue_service.board.operations.state import BranchState
from queue_service.board.rules.last_hour import is_final
from queue_service.board.store import BoardStore
from queue_service.branches.rules.dates_and_hours import hours_on
from queue_service.command import Queue
from queue_service.interventions.rules import KEPT_MS
from queue_service.staffing.rules.not_reached import PACE_MS, NotReached, not_reached, reach
from queue_service.staffing.rules.pools import Pool, pools_of
from queue_service.store.redis_store import RedisStore
from queue_service.visits.rules.ahead import order
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore

_Called = tuple[str, int]
"""The service of a visit, and its last call (ms, 0 for none)."""


def left_today(queue: Queue, found: BranchState) -> tuple[NotReached, ...]:
    """For each pool, the visits that are not reached before the branch closes at the pace of the
    last hour; none if all are, or where too little is known."""
    branch, now = found.branch, found.now
    spans = hours_on(branch, found.moment.date)
    around_the_clock = spans == ((found.moment.day_begins, found.moment.day_ends),)
    if not found.moment.open or around_the_clock or not any(q.waiting for q in found.queues):
        return ()
    day = queue.get(_Days).day(queue, found)
    since = max(now - PACE_MS, found.moment.since)
    left_ms = sum(max(0, ends - max(begins, now)) for begins, ends in spans)
    return tuple(_of_pools(pools_of(branch), day, (since, now), left_ms))


@dataclass(frozen=True, slots=True)
class _Day:
    """The visits of a day, and those carried over to it, at an ``event`` of the branch. Of a visit
    in ``final``, by its id, nothing is ever read again."""

    date: str
    event_id: str
    final: Mapping[str, _Called]
    moving: Sequence[Visit]

    def calls(self) -> Iterator[_Called]:
        """The last call of each visit."""
        yield from self.final.values()
        yield from map(_called, self.moving)


class _Days:
    """The day of each branch as this process read it last, once at each event."""

    def __init__(self, _store: RedisStore) -> None:
        self._days: dict[str, _Day] = {}

    def day(self, queue: Queue, found: BranchState) -> _Day:
        branch, date = found.branch.id, found.moment.date
        known = self._days.get(branch)
        if known is None or (known.date, known.event_id) != (date, found.event_id):
            final = known.final if known is not None and known.date == date else {}
            known = self._days[branch] = _read(queue, found, final)
        return known


def _read(queue: Queue, found: BranchState, known: Mapping[str, _Called]) -> _Day:
    """Carried visits are in the index of the day they were issued on, also once they have ended."""
    branch, date, now = found.branch, found.moment.date, found.now
    carried = (one for one in branch.interventions if one.kind == "carry_over")
    days = {date, *(one.date for one in carried if one.over_at > now - KEPT_MS)}
    ids: set[str] = set()
    for day in days:
        ids.update(*queue.get(BoardStore).ids(branch.id, day))
    visits = queue.get(VisitStore).many(branch.id, ids - known.keys())
    final = {visit.id: _called(visit) for visit in visits if is_final(visit, now)}
    moving = [visit for visit in visits if visit.id not in final]
    return _Day(date, found.event_id, {**known, **final}, moving)


def _called(visit: Visit) -> _Called:
    return visit.service, visit.called_at or 0


def _of_pools(
    pools: tuple[Pool, ...], day: _Day, hour: tuple[int, int], left_ms: int
) -> Iterator[NotReached]:
    since, now = hour
    lately = [service for service, at in day.calls() if since < at <= now]
    for pool in pools:
        calls = sum(service in pool.services for service in lately)
        waiting = [
            visit
            for visit in day.moving
            if visit.service in pool.services
            and visit.state == "waiting"
            and not visit.is_carried(now)
        ]
        waiting.sort(key=lambda visit: order(visit, now))
        some = reach(len(waiting), calls, now - since, left_ms)
        left = some and not_reached(waiting, some)
        if left:
            yield left
