"""Staffing advice for tomorrow and the two weeks from then on, from a branch's stored days.

It is about the branch as one pool of counters that take every service, by a waiting goal alone:
counters do not change how long an inquiry takes. Nothing in it is about a person or a counter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import log
from random import Random
from statistics import fmean
from typing import Final, Literal

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import (
    has_own_hours,
    hours_on,
    local_hour,
    moment,
    next_hour,
)
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import between, days_after
from queue_service.days.rules.summary import stored_flow, stored_staffed, stored_whole
from queue_service.goals.rules.goal import EVERYTHING, Goal
from queue_service.history.operations.daily import dates_in, summaries_of
from queue_service.history.rules.history import total
from queue_service.insight.operations.hours import visits_by_hour
from queue_service.notes.store import NoteStore
from queue_service.staffing.rules.forecast import (
    Expected,
    Held,
    PastDay,
    RecentChange,
    Weekdays,
    change_of,
    held_of,
    range_of,
    range_spread,
)
from queue_service.staffing.rules.queueing import OfferedLoad, counters_needed
from queue_service.staffing.rules.special_days import SpecialDay, special_day
from queue_service.staffing.rules.what_if import DayPart, WhatIf, around, drawn_days, what_if

DAYS_AHEAD: Final = 14
DAYS_BACK: Final = 366
"""How far back days are compared with their own forecasts."""
SERVICE_DAYS: Final = 20
"""So many days that were open say how long a service takes and how long people wait."""

USUAL_TARGET: Final = 0.8
USUAL_LIMIT_SECONDS: Final = 600
SURER_BY: Final = 0.07
HIGHEST_WANTED: Final = 0.97
"""The highest share that counters are planned for: the goal and seven points more, up to 97 %."""

_DANISH_ZONE: Final = "Europe/Copenhagen"
_QUANTILES: Final = 100

DayVerdict = Literal["expected", "too_few_weeks", "closed"]


@dataclass(frozen=True, slots=True)
class WaitingGoal:
    """The planned goal: a share called within seconds. ``goal`` is None for the usual 80 % in 10
    minutes of a branch without a waiting goal."""

    target: float
    limit_seconds: int
    goal: Goal | None = None

    @property
    def wanted(self) -> float:
        """The share that counters are planned for."""
        return min(HIGHEST_WANTED, self.target + SURER_BY)


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """Of the last open days: the mean seconds that a visit takes a counter, seconds to draw service
    times from, and the mean patience in seconds; None if there were no abandoned visits."""

    days: int
    mean: float
    times: tuple[float, ...]
    patience: float | None


@dataclass(frozen=True, slots=True)
class AdvisedHour:
    """Part of an hour in which the branch is open, from one instant (ms) until another.

    ``arrivals`` are those expected, with the range of four cases in five. ``counters`` is None
    where no advice is given, ``opened`` how many were open on average on the days that the
    expected arrivals are from; None where that is not known.
    """

    hour: str
    begins: int
    ends: int
    arrivals: float
    low: int
    high: int
    counters: int | None
    opened: float | None


@dataclass(frozen=True, slots=True)
class AdvisedDay:
    """A coming date with its hours; there are none unless the verdict is ``expected``.

    ``weeks`` are the dates that it is expected from, ``came`` all tickets of each. ``low`` to
    ``high`` is the range of the total.
    """

    date: str
    verdict: DayVerdict
    special: SpecialDay | None
    weeks: tuple[str, ...] = ()
    came: tuple[int, ...] = ()
    hours: tuple[AdvisedHour, ...] = ()
    arrivals: float = 0
    low: int = 0
    high: int = 0

    @property
    def counter_hours(self) -> float | None:
        """Hours at counters in all; None without advice."""
        known = [(h.counters, h.ends - h.begins) for h in self.hours if h.counters is not None]
        return sum(n * ms for n, ms in known) / 3_600_000 if known else None


@dataclass(frozen=True, slots=True)
class StaffingAdvice:
    """The forecast for the coming days of a branch, and the counters that its waiting goal needs.

    No number of counters is given while the last two weeks ``change``, where the forecasts of past
    days ``held`` too seldom, or without ``service`` times. ``spread`` is the relative spread of
    whole days around their forecasts. ``what_ifs`` are of the day that was chosen: a counter less
    all day, as advised, one more. ``pooled`` says that counters or teams of the branch take only
    some services, where one pool is assumed.
    """

    branch: Branch
    today: str
    goal: WaitingGoal
    days: tuple[AdvisedDay, ...]
    spread: float
    change: RecentChange | None
    held: Held
    service: ServiceTimes | None
    pooled: bool
    chosen: AdvisedDay | None
    what_ifs: tuple[WhatIf, ...] = field(default=())


def staffing_advice(
    queue: Queue, branch_id: str, date: str = "", *, now: int | None = None
) -> StaffingAdvice:
    """The advice for a branch as of ``now`` (ms), by default the store's time.

    ``date`` is chosen among the coming ones; by default, or if it is none of them, the first with
    expected arrivals is. A historic branch has no coming days. Raises BranchNotFound.
    """
    branch = queue.get(BranchStore).get(branch_id)
    now = queue.store.time() if now is None else now
    today = moment(branch, now).date
    found = _Past.read(queue, branch, today, now)
    errors = dict(found.weekdays.errors())
    change, held = change_of(errors, today), held_of(found.weekdays)
    advisor = _Advisor(
        branch=branch,
        past=found,
        goal=waiting_goal(branch),
        spread=range_spread([*errors.values()]),
        service=None if change or not held.reliable else found.service,
        today=today,
    )
    ahead = () if branch.historic else range(1, DAYS_AHEAD + 1)
    days = tuple(advisor.day(days_after(today, n)) for n in ahead)
    first = next((day for day in days if day.hours), None)
    chosen = next((day for day in days if day.date == date), first)
    return StaffingAdvice(
        branch=branch,
        today=today,
        goal=advisor.goal,
        days=days,
        spread=advisor.spread,
        change=change,
        held=held,
        service=found.service,
        pooled=_pooled(branch),
        chosen=chosen,
        what_ifs=tuple(advisor.what_ifs(chosen)) if chosen and chosen.hours else (),
    )


def waiting_goal(branch: Branch) -> WaitingGoal:
    """The branch's first waiting goal that judges every service, else its first, else the usual."""
    goals = [goal for goal in branch.goals if goal.judges_waits]
    goals.sort(key=lambda goal: EVERYTHING not in goal.services)
    if not goals:
        return WaitingGoal(USUAL_TARGET, USUAL_LIMIT_SECONDS)
    limit = goals[0].threshold_seconds or USUAL_LIMIT_SECONDS
    return WaitingGoal(goals[0].target_ratio, limit, goals[0])


def _pooled(branch: Branch) -> bool:
    active = {service.id for service in branch.services.values() if service.active}
    return any(not active <= {*services} for _, _, services in branch.pairs)


@dataclass(frozen=True, slots=True)
class _Past:
    """The days of up to a year: for the forecast, counters open by date and hour, service times."""

    weekdays: Weekdays
    opened: Mapping[str, Mapping[str, int]]
    service: ServiceTimes | None

    @classmethod
    def read(cls, queue: Queue, branch: Branch, today: str, now: int) -> _Past:
        period = between(days_after(today, -DAYS_BACK), days_after(today, -1))
        dates = dates_in(queue, branch, period)
        outages = {
            date
            for date, notes in queue.get(NoteStore).all(branch.id).items()
            if any(note.kind == "outage" for note in notes)
        }
        days: list[PastDay] = []
        opened: dict[str, Mapping[str, int]] = {}
        texts: dict[str, str] = {}
        for date, text in summaries_of(queue, branch, dates, now):
            special = date in outages or has_own_hours(branch, date)
            days.append(_past_day(date, text, special))
            if days[-1].ordinary:
                opened[date] = stored_staffed(text)
                texts[date] = text
        latest = islice(reversed(texts.values()), SERVICE_DAYS)
        return cls(Weekdays(days), opened, service_times(list(latest)))


def _past_day(date: str, text: str, special: bool) -> PastDay:
    rows = visits_by_hour(text)
    issued = {hour: row.visits["issued"] for hour, row in rows.items() if row.visits["issued"]}
    return PastDay(date, issued, sum(row.visits["paper"] for row in rows.values()), special)


def service_times(texts: Sequence[str]) -> ServiceTimes | None:
    """How long services take and people wait, of stored days; None where no counter's time is
    known."""
    busy_ms = served = waited_ms = left = days = 0
    rows: list[Row] = []
    for text in texts:
        flow, row = stored_flow(text), Row()
        row.absorb_stored(stored_whole(text))
        if flow is None or not row.visits["completed"]:
            continue
        days += 1
        busy_ms += sum(hour.busy_ms for hour in flow.hours.values())
        served += row.visits["completed"]
        rows.append(row)
        if row.visits.left is not None:
            waited_ms += row.visits.durations.total_ms + row.visits.left.total_ms
            left += row.visits.left.n
    if not busy_ms:
        return None
    mean = busy_ms / served / 1000
    patience = waited_ms / left / 1000 if left and waited_ms else None
    return ServiceTimes(days, mean, _times(total(rows), mean), patience)


def _times(row: Row, mean: float) -> tuple[float, ...]:
    """Stored handling times, stretched to the mean; exponential ones where none are stored."""
    stored = [ms for ms in row.inquiries.durations.values if ms > 0]
    if not stored:
        stored = [round(-1e6 * log(1 - (n + 0.5) / _QUANTILES)) for n in range(_QUANTILES)]
    factor = mean / fmean(stored)
    return tuple(ms * factor for ms in stored)


@dataclass(frozen=True, slots=True)
class _Advisor:
    branch: Branch
    past: _Past
    goal: WaitingGoal
    spread: float
    service: ServiceTimes | None
    today: str

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

    def what_ifs(self, day: AdvisedDay) -> Iterator[WhatIf]:
        plan = [hour.counters for hour in day.hours if hour.counters is not None]
        if self.service is None or len(plan) < len(day.hours):
            return
        begins = day.hours[0].begins
        parts = [
            DayPart((h.begins - begins) / 1000, (h.ends - begins) / 1000, h.arrivals)
            for h in day.hours
        ]
        seeded = Random(f"{self.branch.id} {day.date}")  # noqa: S311 - seeded, no secret
        drawn = drawn_days(parts, self.spread, self.service.times, self.service.patience, seeded)
        for counters in around(plan):
            yield what_if(counters, drawn, parts, self.goal.limit_seconds, self.goal.target)

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
        for hour, begins, ends in spans:
            part = (ends - begins) / open_ms[hour]
            arrivals = expected.hours.get(hour, 0.0) * part
            low, high = range_of(arrivals, self.spread)
            counters = self._counters(arrivals * expected.raised, (ends - begins) / 1000)
            opened = self._opened(expected, hour, open_ms[hour])
            yield AdvisedHour(hour, begins, ends, arrivals, low, high, counters, opened)

    def _counters(self, arrivals: float, seconds: float) -> int | None:
        if self.service is None:
            return None
        load = OfferedLoad(arrivals / seconds, self.service.mean, self.service.patience)
        return counters_needed(load, self.goal.limit_seconds, self.goal.wanted)

    def _opened(self, expected: Expected, hour: str, open_ms: int) -> float | None:
        known = [opened for day in expected.weeks if (opened := self.past.opened.get(day.date))]
        return fmean(opened.get(hour, 0) for opened in known) / open_ms if known else None
