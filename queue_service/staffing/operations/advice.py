"""Staffing advice for tomorrow and the two weeks from then on, from a branch's stored days.

It is by a waiting goal alone: counters do not change how long an inquiry takes. Nothing in it is
about a person or a single counter. A job works it out each night and keeps it; a page reads what is
kept, and works it out itself where none is kept that fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from random import Random
from statistics import fmean
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import (
    hours_on,
    local_hour,
    moment,
    next_hour,
)
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import days_after
from queue_service.runtime.cooperation import in_turns
from queue_service.staffing.operations.past import StaffingPast, outages, staffing_past
from queue_service.staffing.rules.advised import (
    AdvisedDay,
    AdvisedHour,
    PoolHour,
    StaffingAdvice,
    WaitingGoal,
    advice_from_document,
    advice_to_document,
    pool_goal,
    waiting_goal,
)
from queue_service.staffing.rules.forecast import Expected, change_of, range_of, range_spread
from queue_service.staffing.rules.held import forecast_of, held_of
from queue_service.staffing.rules.pools import Pool, counters_of, pools_of
from queue_service.staffing.rules.queueing import OfferedLoad, counters_needed
from queue_service.staffing.rules.special_days import special_day
from queue_service.staffing.rules.what_if import (
    DRAWN_DAYS,
    DayPart,
    WhatIf,
    drawn_days,
    plans_around,
    what_if,
)
from queue_service.staffing.store import AdviceToKeep, StaffingStore

DAYS_AHEAD: Final = 14
FORECASTS_KEPT: Final = 60
"""For so many days a forecast is kept, so that the last twenty open ones are among them."""

_FORM: Final = "2"
"""Of kept advice: another form is made again."""
_DANISH_ZONE: Final = "Europe/Copenhagen"


def staffing_advice(
    queue: Queue, branch_id: str, date: str = "", *, now: int | None = None
) -> StaffingAdvice:
    """The advice for a branch as of ``now`` (ms), by default the store's time.

    ``date`` is chosen among the coming ones; by default, or if it is none of them, the first with
    expected arrivals is. A historic branch has no coming days. Raises BranchNotFound.
    """
    now = queue.time(now)
    branch = _configured(queue.get(BranchStore).get(branch_id))
    known = kept_advice(queue, branch, now)
    return known.choosing(date) if known else work_out(queue, branch, now, date)


def kept_advice(queue: Queue, branch: Branch, now: int) -> StaffingAdvice | None:
    """The advice that a job kept for the date of ``now`` (ms) and the present configuration."""
    branch = _configured(branch)
    document = queue.get(StaffingStore).advice(branch.id, _basis(queue, branch, now))
    return None if document is None else advice_from_document(document, branch)


def keep_advice(queue: Queue, now: int) -> list[str]:
    """Work out and keep the advice of each branch of which none is kept that fits; their ids.

    The forecast of the day after is kept for when it is over, in place of an earlier one of the
    same day.
    """
    done = []
    for branch in map(_configured, queue.get(BranchStore).in_use()):
        basis = _basis(queue, branch, now)
        if branch.historic or queue.get(StaffingStore).basis(branch.id) == basis:
            continue
        if queue.get(StaffingStore).keep(branch, _to_keep(queue, branch, basis, now)):
            done.append(branch.id)
    return done


def _to_keep(queue: Queue, branch: Branch, basis: str, now: int) -> AdviceToKeep:
    found = work_out(queue, branch, now)
    tomorrow = next((day for day in found.days if day.hours), None)
    forecasts = []
    if tomorrow is not None and tomorrow.date == days_after(found.today, 1):
        parts = [(hour.hour, hour.arrivals) for hour in tomorrow.hours]
        forecasts.append(forecast_of(tomorrow.date, parts, found.spread))
    oldest = days_after(found.today, -FORECASTS_KEPT)
    kept = queue.get(StaffingStore).forecasts(branch.id)
    return AdviceToKeep(
        basis=basis,
        advice=advice_to_document(found),
        figures=_figures(found),
        forecasts=forecasts,
        over=sorted(date for date in kept if date < oldest),
    )


def _figures(found: StaffingAdvice) -> dict[str, Any]:
    """Figures for metrics: arrivals of today and tomorrow, and the counters needed at each time of
    today (from an instant in ms until another)."""
    ahead = {"today": found.present, "tomorrow": found.days[0] if found.days else None}
    present = found.present.hours if found.present else ()
    return {
        "date": found.today,
        "arrivals": {name: day.arrivals for name, day in ahead.items() if day and day.hours},
        "counters": [
            {"from": hour.begins, "to": hour.ends, "needed": hour.counters}
            for hour in present
            if hour.counters is not None
        ],
        "days": found.held.days,
        "held": found.held.held,
    }


def _configured(branch: Branch) -> Branch:
    """The branch without what its counters are lent for just now."""
    return replace(branch, lent={}) if branch.lent else branch


def _basis(queue: Queue, branch: Branch, now: int) -> str:
    """The basis of advice in addition to the past days: advice with another basis is worked out
    again."""
    noted = blake2b("|".join(outages(queue, branch)).encode(), digest_size=8).hexdigest()
    return "|".join((_FORM, branch.edition, moment(branch, now).date, noted))


def work_out(queue: Queue, branch: Branch, now: int, date: str | None = None) -> StaffingAdvice:
    """The advice for a branch from its stored days, as of ``now`` (ms).

    With a ``date`` that is chosen, only its ``what_ifs`` are worked out, else those of all days.
    """
    today, pools = moment(branch, now).date, pools_of(branch)
    past = staffing_past(queue, branch, pools, today, now)
    errors = dict(past.weekdays.errors())
    change = change_of(errors, today)
    held = held_of(past.weekdays, queue.get(StaffingStore).forecasts(branch.id))
    goals = tuple(pool_goal(branch, pool) for pool in pools)
    spread = range_spread([*errors.values()])
    advised = not change and held.reliable and past.service is not None
    advisor = _Advisor(branch, past, goals, spread, today, pools, advised)
    ahead = () if branch.historic else range(DAYS_AHEAD + 1)
    days = tuple(advisor.day(days_after(today, n)) for n in ahead)
    found = StaffingAdvice(
        branch=branch,
        today=today,
        goal=waiting_goal(branch),
        goals=goals,
        pools=pools,
        present=days[0] if days else None,
        days=days[1:],
        spread=spread,
        change=change,
        held=held,
        service=past.service,
        services=past.services,
    )
    if date is None:
        return replace(found, days=tuple(map(advisor.with_what_ifs, found.days)))
    found = found.choosing(date)
    return replace(found, chosen=found.chosen and advisor.with_what_ifs(found.chosen))


@dataclass(frozen=True, slots=True)
class _Advisor:
    branch: Branch
    past: StaffingPast
    goals: Sequence[WaitingGoal]
    spread: float
    today: str
    pools: Sequence[Pool]
    advised: bool

    def day(self, date: str) -> AdvisedDay:
        spans = list(self._open_hours(date))
        own = {exception.date for exception in self.branch.hours_exceptions}
        danish = self.branch.timezone == _DANISH_ZONE
        special = special_day(date, own, danish=danish)
        if not spans:
            return AdvisedDay(date, "closed", special)
        expected = self.past.weekdays.expected(date, days_after(self.today, -1))
        if expected is None:
            return AdvisedDay(date, "too_few_weeks", special)
        hours = tuple(self._hours(expected, spans))
        mean = sum(hour.arrivals for hour in hours)
        weeks = tuple(day.date for day in expected.weeks)
        came = tuple(day.total for day in expected.weeks)
        low, high = range_of(mean, self.spread)
        return AdvisedDay(date, "expected", special, weeks, came, hours, mean, low, high)

    def with_what_ifs(self, day: AdvisedDay) -> AdvisedDay:
        """The day with the effect of other plans, if counters are advised."""
        if not self.advised or not day.hours:
            return day
        found = (tuple(self._plans(day, pool)) for pool in range(len(self.pools)))
        return replace(day, what_ifs=tuple(found))

    def _plans(self, day: AdvisedDay, pool: int) -> Iterator[WhatIf]:
        service = self.past.services[pool]
        if service is None:
            return
        begins, part_of = day.hours[0].begins, [hour.pools[pool] for hour in day.hours]
        parts = [
            DayPart((h.begins - begins) / 1000, (h.ends - begins) / 1000, part.arrivals)
            for h, part in zip(day.hours, part_of, strict=True)
        ]
        seeded = Random(f"{self.branch.id} {day.date} {pool}")  # noqa: S311 - seeded, no secret
        drawn = [
            day
            for _ in in_turns(range(DRAWN_DAYS))
            for day in drawn_days(parts, self.spread, service.times, service.patience, seeded, 1)
        ]
        goal, there = self.goals[pool], counters_of(self.branch, self.pools[pool])
        advised = [part.counters or 1 for part in part_of]
        before_noon = [hour.before_noon for hour in day.hours]
        for name, plan in plans_around(advised, before_noon, there).items():
            yield what_if(name, plan, in_turns(drawn), parts, goal.limit_seconds, goal.target)

    def _open_hours(self, date: str) -> Iterator[tuple[str, int, int]]:
        zone = self.branch.timezone
        for since, until in hours_on(self.branch, date):
            while since < until:
                ends = min(until, next_hour(zone, since))
                yield f"{local_hour(zone, since):02}", since, ends
                since = ends

    def _hours(
        self, expected: Expected, spans: Sequence[tuple[str, int, int]]
    ) -> Iterator[AdvisedHour]:
        open_ms: dict[str, int] = {}
        for hour, begins, ends in spans:
            open_ms[hour] = open_ms.get(hour, 0) + ends - begins
        by_pool = [self.past.expected(expected, pool) for pool in range(len(self.pools))]
        for hour, begins, ends in spans:
            part = (ends - begins) / open_ms[hour]
            arrivals = expected.hours.get(hour, 0.0) * part
            low, high = range_of(arrivals, self.spread)
            opened = self._opened(expected, hour, open_ms[hour])
            pools = tuple(
                self._pool(pool, one.hours.get(hour, 0.0) * part, one.raised, ends - begins)
                for pool, one in enumerate(by_pool)
            )
            yield AdvisedHour(hour, begins, ends, arrivals, low, high, opened, pools)

    def _pool(self, pool: int, arrivals: float, raised: float, open_ms: int) -> PoolHour:
        service = self.past.services[pool]
        if not self.advised:
            return PoolHour(arrivals, None)
        if service is None:  # nobody of the last weeks: one counter is enough for who may come
            return PoolHour(arrivals, 1)
        rate = arrivals * raised * 1000 / open_ms
        load, goal = OfferedLoad(rate, service.mean, service.patience), self.goals[pool]
        return PoolHour(arrivals, counters_needed(load, goal.limit_seconds, goal.wanted))

    def _opened(self, expected: Expected, hour: str, open_ms: int) -> float | None:
        known = [opened for day in expected.weeks if (opened := self.past.opened.get(day.date))]
        return fmean(opened.get(hour, 0) for opened in known) / open_ms if known else None
