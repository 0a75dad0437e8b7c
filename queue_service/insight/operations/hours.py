"""One hour of a date: its figures, and its differences from the same hour of other weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import (
    has_own_hours,
    local_hour,
    open_part,
    weekday_of,
)
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.figures import Row
from queue_service.days.rules.flow import Flow
from queue_service.days.rules.period import between, days_after, period_of
from queue_service.days.rules.summary import stored_cells, stored_flow, stored_staffed
from queue_service.days.rules.suppression import SMALLEST
from queue_service.goals.rules.goal import Goal
from queue_service.history.operations.daily import dates_in, empty_past, summaries_of
from queue_service.history.operations.history import GoalResult, Past, goal_figure
from queue_service.history.rules.history import HalfHourSum, half_hours_of, total
from queue_service.insight.rules.decomposition import Handled, pooled
from queue_service.insight.rules.explain import (
    MIN_WEEKS,
    ExplainedHour,
    Explanation,
    ShareChange,
    explain,
    hour_of,
    left_over,
    share_change,
)

WEEKS_BACK: Final = 12
"""How far back the same weekday is looked for."""

Services = dict[str, Row]


@dataclass(frozen=True, slots=True)
class HourFigures:
    """An hour of one date: its rows by service, and what the explanation is made from.

    ``flow`` is the flow of counters at work, None too where one counter was open by itself:
    that would be about one person. ``halves`` are its two half hours (``"09:30"``), none of days
    from before they were kept.
    """

    services: Mapping[str, Row]
    sides: ExplainedHour
    flow: Flow | None = None
    halves: Mapping[str, HalfHourSum] = field(default_factory=dict)

    @property
    def row(self) -> Row:
        """All services together."""
        return total(self.services.values())

    @property
    def empty(self) -> bool:
        """Whether the hour had no visits and no work."""
        return not (self.sides.arrivals or self.sides.handled)


@dataclass(frozen=True, slots=True)
class HourStory:
    """An hour of a date compared with the same hour of the same weekday in the weeks before.

    ``past`` has the date's goals and names, and no rows.
    ``weeks`` has the dates it is compared with, latest first, without those on which nothing was
    completed in that hour. ``hours`` are those of the date that hold anything. Unless ``over`` the
    hour still runs or is to come, and its explanation covers the part so far. The handling times of
    fewer than five inquiries are no part of it: they may be one person's work.
    """

    past: Past
    date: str
    hour: str
    figures: HourFigures
    weeks: Mapping[str, HourFigures]
    hours: tuple[str, ...]
    over: bool
    explanation: Explanation

    @property
    def open_part(self) -> float:
        """The part of the hour in which the branch is open on this weekday, by its weekly hours."""
        return open_part(self.past.branch.opening_hours, weekday_of(self.date), self.hour)

    def goals(self) -> list[GoalResult]:
        """The results of the date's goals in the hour."""
        row = self.figures.row
        return [
            goal_figure(goal, goal.target_ratio, row)
            for goal in self.past.goal_history.on(self.date)
            if not goal.of_dates
        ]

    def share_change(self, goal: Goal) -> ShareChange | None:
        """The cause of an unusual goal of handling or first contact; None of any other goal, and
        with few judged in the hour."""
        actual = _judged(self.figures.services, goal.id)
        if goal.judges_waits or goal.judges_booked or sum(n for n, _ in actual.values()) < SMALLEST:
            return None
        weeks = [_judged(week.services, goal.id) for week in self.weeks.values()]
        return share_change(pooled(weeks), actual) if len(weeks) >= MIN_WEEKS else None

    def usual(self) -> Row:
        """The hours it is compared with, added up."""
        return total(week.row for week in self.weeks.values())


def hour_story(
    queue: Queue, branch_id: str, date: str, hour: str, *, now: int | None = None
) -> HourStory:
    """An hour (``"14"``) of a date and why it was as it was. Raises BranchNotFound.

    ``now`` (ms) is the store's by default.
    """
    branch = queue.get(BranchStore).get(branch_id)
    now = queue.time(now)
    past = empty_past(queue, branch_id, period_of("day", date), now)
    days = same_weekdays(queue, branch, date, now)
    today = days.pop(date, {})
    weeks = {day: hours[hour] for day, hours in reversed(days.items()) if hour in hours}
    weeks = {day: week for day, week in weeks.items() if week.sides.handled}
    figures = today.get(hour, HourFigures({}, ExplainedHour(0, None, None, {})))
    return HourStory(
        past=past,
        date=date,
        hour=hour,
        figures=figures,
        weeks=weeks,
        hours=tuple(key for key, found in today.items() if not found.empty),
        over=_over(branch, past.today, date, hour, now),
        explanation=explain(_with_enough(figures.sides), [week.sides for week in weeks.values()]),
    )


def hours_of(text: str) -> dict[str, HourFigures]:
    """Every hour of a stored day, in order, from its first with anything to its last.

    Without a known opening of any counter that day, the counters' time is unknown in every hour.
    """
    rows, staffed = _rows(text), stored_staffed(text)
    known = stored_flow(text)
    flows = known.hours if known else {}
    halves = half_hours_of(text)
    filled = sorted(rows.keys() | staffed.keys())
    hours: dict[str, HourFigures] = {}
    earlier: list[Row] = []
    for hour in _from_to(filled):
        services = rows.get(hour, {})
        opened = staffed.get(hour, 0) if staffed else None
        flow = _of_several(flows.get(hour))
        idle = flow.idle_ms if flow else None
        sides = hour_of(services, left_over(earlier), opened, idle)
        hours[hour] = HourFigures(services, sides, flow, _halves_of(halves, hour))
        earlier += services.values()
    return hours


def visits_by_hour(text: str) -> dict[str, Row]:
    """The visits of a stored day alone, by hour of issue: a tenth of the time of all of it."""
    rows: dict[str, Row] = {}
    for hour, _, *stored in stored_cells(text)[0]:
        rows.setdefault(hour, Row()).visits.absorb_stored(stored)
    return rows


def same_weekdays(
    queue: Queue, branch: Branch, date: str, now: int
) -> dict[str, dict[str, HourFigures]]:
    """By date, oldest first: the hours of the date and of its weekday before.

    Earlier dates with hours of their own are left out: a holiday is no measure of a weekday.
    """
    earlier = (days_after(date, -7 * back) for back in range(1, WEEKS_BACK + 1))
    wanted = {date, *(day for day in earlier if not has_own_hours(branch, day))}
    known = dates_in(queue, branch, between(min(wanted), date))
    texts = summaries_of(queue, branch, [day for day in known if day in wanted], now)
    return {day: hours_of(text) for day, text in texts}


def _halves_of(known: Mapping[str, HalfHourSum] | None, hour: str) -> Mapping[str, HalfHourSum]:
    names = (f"{hour}:00", f"{hour}:30")
    return {} if known is None else {name: known.get(name, HalfHourSum()) for name in names}


def _of_several(flow: Flow | None) -> Flow | None:
    return flow if flow and not flow.alone else None


def _with_enough(hour: ExplainedHour) -> ExplainedHour:
    few = sum(n for n, _ in hour.handled.values()) < SMALLEST
    return replace(hour, handled={}) if few else hour


def _judged(services: Mapping[str, Row], goal: str) -> Handled:
    found = {service: row.judged(goal) for service, row in services.items()}
    return {service: judged for service, judged in found.items() if judged[0]}


def _rows(text: str) -> dict[str, Services]:
    hours: dict[str, Services] = {}
    visits, inquiries = stored_cells(text)
    for hour, service, *stored in visits:
        _row(hours, hour, service).visits.absorb_stored(stored)
    for hour, service, _team, *stored in inquiries:
        _row(hours, hour, service).inquiries.absorb_stored(stored)
    return hours


def _row(hours: dict[str, Services], hour: str, service: str) -> Row:
    return hours.setdefault(hour, {}).setdefault(service, Row())


def _from_to(filled: list[str]) -> list[str]:
    if not filled:
        return []
    return [f"{hour:02}" for hour in range(int(filled[0]), int(filled[-1]) + 1)]


def _over(branch: Branch, today: str, date: str, hour: str, now: int) -> bool:
    if branch.historic or date < today:
        return True
    return date == today and int(hour) < local_hour(branch.timezone, now)
