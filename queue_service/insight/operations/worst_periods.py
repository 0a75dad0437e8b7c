"""The days and hours in which the goals were missed the most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from queue_service.branches.rules.dates_and_hours import has_own_hours, local_hour, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import between, days_after, period_of
from queue_service.days.rules.suppression import SMALLEST
from queue_service.history.operations.daily import dates_in, empty_past, summaries_of
from queue_service.history.operations.history import GoalResult, Past, goal_figure
from queue_service.insight.operations.hours import (
    WEEKS_BACK,
    HourFigures,
    hours_of,
    same_weekdays,
    visits_by_hour,
)
from queue_service.insight.rules.explain import MIN_WEEKS, expected_range
from queue_service.insight.rules.outliers import LEAST_WAIT_SECONDS, DateHour
from queue_service.runtime.cooperation import in_turns

Severity = tuple[int, int, int]

MOST_DAYS: Final = 62
"""Of a longer period no hours are looked for: each of its days has to be read."""
SHOWN: Final = 5
"""The number of hours of a period that are listed."""


@dataclass(frozen=True, slots=True)
class LongWait:
    """The mean wait of an hour in seconds, over ``waits``, next to the ``usual`` one: that of all
    waits in the same hour of the same weekday in the weeks before. ``late`` estimates how many of
    them waited longer than usual: the part of the mean above the usual range, of all."""

    mean: float
    usual: float
    waits: int
    late: float


@dataclass(frozen=True, slots=True)
class WorstHour:
    """An hour of a date (``"14"``), and the goal that it fell furthest short of, or the wait that
    was longer than usual where that concerned more people."""

    date: str
    hour: str
    goal: GoalResult | None
    wait: LongWait | None = None


class HardestHour(NamedTuple):
    """An hour of a date (``"14"``), chosen because waits longer than usual began in it, or else
    because it fell furthest short of a goal."""

    hour: str
    longer_waits: bool


def worst_hours(queue: Queue, past: Past, *, now: int | None = None) -> list[WorstHour]:
    """The hours of a period that fell furthest short of a goal or of their usual wait, the worst
    first.

    By how many more had to be within, or waited longer than usual. Hours with a few judged are left
    out, as is a long period.
    """
    if len(past.period) > MOST_DAYS:
        return []
    now = queue.time(now)
    first = past.period.first
    before = between(days_after(first, -7 * WEEKS_BACK), days_after(first, -1))
    hours = {
        (date, key): row
        for date, text in summaries_of(
            queue, past.branch, dates_in(queue, past.branch, before), now
        )
        for key, row in visits_by_hour(text).items()
    }
    mine = {
        (date, key): figures.row
        for date, text in summaries_of(queue, past.branch, past.history.days, now)
        for key, figures in hours_of(text).items()
    }
    holidays = {date for date, _ in (*hours, *mine) if has_own_hours(past.branch, date)}
    waits = _Waits({**hours, **mine}, holidays)
    found = [
        (people, hour)
        for (date, key), row in in_turns(mine.items())
        for people, hour in _hard(past, date, key, row, waits.of(date, key))
    ]
    found.sort(key=lambda each: (-each[0], each[1].date, each[1].hour))
    return [hour for _, hour in found[:SHOWN]]


@dataclass(frozen=True, slots=True)
class _Waits:
    """The waits of single hours next to those of the same hour and weekday in the weeks before,
    without ``holidays``: dates with hours of their own."""

    hours: Mapping[DateHour, Row]
    holidays: Collection[str] = ()

    def of(self, date: str, hour: str) -> LongWait | None:
        """None if it was not longer than usual, where few waited, or few weeks have waits."""
        row = self.hours.get((date, hour))
        earlier = (days_after(date, -7 * n) for n in range(1, WEEKS_BACK + 1))
        weeks = [self.hours.get((day, hour)) for day in earlier if day not in self.holidays]
        waited = [week for week in weeks if week and week.visits.durations.n]
        usual = [mean for week in waited if (mean := _mean_wait(week)) is not None]
        mean = _mean_wait(row) if row else None
        if row is None or mean is None or len(usual) < MIN_WEEKS:
            return None
        *_, high = expected_range(usual, 0.0, LEAST_WAIT_SECONDS)
        n = row.visits.durations.n
        if n < SMALLEST or mean <= high:
            return None
        earlier_waits = [week.visits.durations for week in waited]
        total_ms = sum(each.total_ms for each in earlier_waits)
        all_usual = total_ms / 1000 / sum(each.n for each in earlier_waits)
        return LongWait(mean, all_usual, n, n * (mean - high) / mean)


def _mean_wait(row: Row) -> float | None:
    waits = row.visits.durations
    return waits.total_ms / 1000 / waits.n if waits.n else None


def _hard(
    past: Past, date: str, hour: str, row: Row, wait: LongWait | None
) -> Iterator[tuple[float, WorstHour]]:
    """How many people an hour failed, and the most frequent failure."""
    goals = [goal_figure(goal, goal.target_ratio, row) for goal in past.goal_history.on(date)]
    enough = [goal for goal in goals if goal.share.judged >= SMALLEST]
    goal = max(enough, key=_missing, default=None)
    missing, late = _missing(goal) if goal else 0, wait.late if wait else 0.0
    if wait and late > missing:
        yield late, WorstHour(date, hour, None, wait)
    elif goal and missing > 0:
        yield missing, WorstHour(date, hour, goal)


def _missing(goal: GoalResult) -> int:
    return goal.beyond or 0


def worst_day(past: Past) -> str | None:
    """The first date that fell furthest short of a goal; None if no date holds anything.

    Among dates that met them all it is the one with the most misses, then with the most visits.
    """
    rows = past.history.days
    days = sorted(day for day, row in rows.items() if row.visits["issued"])

    def severity(day: str) -> Severity:
        return _severity(past.goals_on(day), rows[day].visits["issued"])

    return max(in_turns(days), key=severity, default=None)


def worst_hour(
    queue: Queue, branch_id: str, date: str, *, now: int | None = None
) -> HardestHour | None:
    """The hour of a date to look at first. Raises BranchNotFound.

    If people waited longer than usual, it is the hour in which that began: the first of the hours
    up to the worst that have half of its late people, since later people wait for earlier causes.
    Otherwise it is the one that fell furthest short of a goal. Of today only hours that are over
    count.
    """
    now = queue.time(now)
    branch = queue.get(BranchStore).get(branch_id)
    goals = empty_past(queue, branch_id, period_of("day", date), now).goal_history.on(date)
    found = same_weekdays(queue, branch, date, now)
    running = date == moment(branch, now).date and not branch.historic
    until = f"{local_hour(branch.timezone, now):02}" if running else "24"
    mine = found.get(date, {}).items()
    hours = {key: hour for key, hour in mine if key < until and not hour.empty}
    rows = {(day, key): hour.row for day, of_day in found.items() for key, hour in of_day.items()}
    began = _began(_Waits(rows), date, sorted(hours))
    if began:
        return HardestHour(began, longer_waits=True)

    def severity(hour: HourFigures) -> Severity:
        figures = [goal_figure(goal, goal.target_ratio, hour.row) for goal in goals]
        return _severity(figures, hour.sides.arrivals)

    hardest = max(hours, key=lambda hour: severity(hours[hour]), default=None)
    return HardestHour(hardest, longer_waits=False) if hardest else None


def last_worst_hour(
    queue: Queue, branch_id: str, today: str, *, now: int | None = None
) -> tuple[str, HardestHour] | None:
    """The last date up to ``today`` that has an hour to look at, and that hour: the default of a
    supervisor's question. None if the last four weeks have none.

    Raises BranchNotFound.
    """
    now = queue.time(now)
    branch = queue.get(BranchStore).get(branch_id)
    dates = dates_in(queue, branch, between(days_after(today, -27), today))
    found = ((date, worst_hour(queue, branch_id, date, now=now)) for date in reversed(dates))
    return next(((date, hour) for date, hour in found if hour), None)


def _began(waits: _Waits, date: str, hours: Sequence[str]) -> str | None:
    late = {hour: wait.late for hour in hours if (wait := waits.of(date, hour))}
    worst = max(late, key=lambda hour: late[hour], default=None)
    if worst is None:
        return None
    return next(hour for hour in late if hour <= worst and late[hour] >= late[worst] / 2)


def _severity(goals: Iterable[GoalResult], arrivals: int) -> Severity:
    """How many more had to be within the goal furthest from its target, all misses, arrivals.

    Rows of few people have no link: the link would reveal them.
    """
    found = [goal for goal in goals if goal.share.judged >= SMALLEST]
    misses = sum(goal.share.judged - goal.share.within for goal in found)
    return max([0, *map(_missing, found)]), misses, arrivals
