"""A trial evaluated: the days before it began against as many from then on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as calendar_date
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.command import Queue
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import Period, between, days_after
from queue_service.days.rules.summary import stored_staffed, stored_whole
from queue_service.goals.rules.goal import EVERYTHING, Goal
from queue_service.goals.rules.indicators import FIRST_CONTACT
from queue_service.history.operations.daily import dates_in, empty_past, summaries_of
from queue_service.history.operations.dated import count_dated
from queue_service.history.operations.history import Past
from queue_service.history.rules.confidence_intervals import Difference
from queue_service.insight.rules.compare import (
    PER_WEEK,
    ComparedSide,
    FigureChange,
    Pair,
    compare,
    dated,
    is_share,
    ratio_of_means,
)
from queue_service.insight.rules.difference_in_differences import Change, beyond, paired
from queue_service.notes.operations import notes_in

EVERY_DAY: Final = frozenset(range(7))
_A_WEEK: Final = 7
_FIRST_CONTACT: Final = "first_contact"
"""The name of the figure that goals of :data:`FIRST_CONTACT` measure as well."""
OUTAGE: Final = "outage"
"""The kind of note whose days may be left out."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One branch on both sides of the date. ``left_out`` are the dates with an outage that would
    take part otherwise.

    ``past`` has the goals and names of these days, and no rows. ``compared`` are the two sides on
    the weekdays on which both had visits: of another weekday there is nothing to compare with, and
    it would move every figure. Visits per week alone are of all days.
    """

    past: Past
    first: ComparedSide
    second: ComparedSide
    compared: tuple[ComparedSide, ComparedSide]
    weekdays: tuple[frozenset[int], frozenset[int]]
    """The weekdays with visits before and after, 0 for Monday; with the days that are left out."""
    left_out: tuple[str, ...]
    comparisons: tuple[FigureChange, ...]

    def goal(self, goal_id: str) -> Goal:
        """A goal as it was last set."""
        return self.past.goal_history.latest()[goal_id]

    def change(self, comparison: FigureChange) -> Change:
        """A figure's days on both sides."""
        wanted = comparison.figure, comparison.goal
        whole = comparison.figure == PER_WEEK
        first, second = (self.first, self.second) if whole else self.compared
        return Change(dated(*wanted, first), dated(*wanted, second))


class Week(NamedTuple):
    """Seven days counted from the day a trial began on, and a figure's value on them over ``n``;
    None if it had nothing."""

    first: str
    value: float | None
    n: float


class WeekdayAlone(NamedTuple):
    """A weekday with visits on one side only; it ``is_new`` if that is the one after."""

    weekday: int
    is_new: bool
    side: ComparedSide


@dataclass(frozen=True, slots=True)
class Trial:
    """A branch before and after, and perhaps another that had no trial.

    ``days`` is how long each side was to be; ``after`` may be shorter, as it ends before today.
    ``whole`` is the same with all days, where some are left out for an outage.
    """

    before: Period
    after: Period | None
    days: int
    here: Evaluated
    there: Evaluated | None
    whole: Trial | None = None

    def left_out(self) -> list[tuple[Branch, tuple[str, ...]]]:
        """The dates that are left out for an outage, by branch; none of a branch without any."""
        sides = (self.here, self.there) if self.there else (self.here,)
        return [(side.past.branch, side.left_out) for side in sides if side.left_out]

    def with_all_days(self, comparison: FigureChange) -> FigureChange | None:
        """The same figure with all days."""
        wanted = comparison.figure, comparison.goal
        found = self.whole.here.comparisons if self.whole else ()
        return next((one for one in found if (one.figure, one.goal) == wanted), None)

    def counterpart(self, comparison: FigureChange) -> FigureChange | None:
        """The same figure at the other branch; a goal's if it measures the same."""
        if self.there is None:
            return None
        wanted = _measure(self.here, comparison)
        found = (c for c in self.there.comparisons if _measure(self.there, c) == wanted)
        return next(found, None) if wanted else None

    @property
    def date(self) -> str:
        """The day on which the trial began."""
        return days_after(self.before.last, 1)

    def visits(self) -> tuple[FigureChange, Difference | None]:
        """Visits per open day before and after, and by which part there are more of them."""
        found = next(c for c in self.here.comparisons if c.figure == "arrivals")
        return found, ratio_of_means(found.first, found.second)

    def visits_per_week(self) -> tuple[FigureChange, Difference | None] | None:
        """The same of visits per week, closed days included; None if it is not shown."""
        found = next((c for c in self.here.comparisons if c.figure == PER_WEEK), None)
        return (found, ratio_of_means(found.first, found.second)) if found else None

    def by_themselves(self) -> list[WeekdayAlone]:
        """The weekdays that had visits on one side only, each by itself."""
        before, after = self.here.weekdays
        sides = (before - after, self.here.first, False), (after - before, self.here.second, True)
        return sorted(
            WeekdayAlone(weekday, is_new, side.on(frozenset({weekday})))
            for weekdays, side, is_new in sides
            for weekday in weekdays
        )

    def weeks(self, comparison: FigureChange) -> list[Week]:
        """A figure week by week, so that what was on its way before the trial is seen."""
        change = self.here.change(comparison)
        by_week: dict[int, list[Pair]] = defaultdict(list)
        for day, pair in {**change.before, **change.after}.items():
            by_week[_weeks_from(self.date, day)].append(pair)
        found = []
        for nth, pairs in sorted(by_week.items()):
            counted, of = sum(y for y, _ in pairs), sum(x for _, x in pairs)
            value = counted / of if of else None
            found.append(Week(days_after(self.date, nth * _A_WEEK), value, of))
        return found

    def closed(self) -> tuple[list[str], list[str]]:
        """The dates before and after without visits, though the same weekday had visits on that
        side: holidays, and other days off."""
        before, after = (
            [d for d in side.calendar if d not in side.days and weekday_of(d) in side.weekdays]
            for side in (self.here.first, self.here.second)
        )
        return before, after

    def beyond(self, comparison: FigureChange) -> Difference | None:
        """By how much more the figure changed here than at the other branch.

        Day by day where both have enough days in common, else as of unrelated branches.
        """
        counterpart = self.counterpart(comparison)
        if counterpart is None or self.there is None:
            return None
        here, there = self.here.change(comparison), self.there.change(counterpart)
        share, follows = is_share(comparison.figure), comparison.follows
        found = paired(here, there, share=share, follow=follows)
        return found or beyond(comparison.difference, counterpart.difference)


def trial(
    queue: Queue,
    branch_id: str,
    date: str,
    days: int,
    *,
    other: str | None = None,
    without_outages: bool = False,
    weekdays: Collection[int] = EVERY_DAY,
    now: int | None = None,
) -> Trial:
    """The ``days`` before a date against those from it on. Raises BranchNotFound.

    Every day counts; ``without_outages`` leaves out those with a note of an outage, on both sides
    alike, and gives the same with all days next to it. ``weekdays`` are those that are looked at, 0
    for Monday. A day that is not over (``now`` in ms, by default the store's) takes no part.
    """
    now = queue.time(now)
    before = between(days_after(date, -days), days_after(date, -1))
    span = between(before.first, days_after(date, days - 1))
    reader = _Reader(queue, span, date, now, without_outages, frozenset(weekdays))
    here = reader.evaluate(branch_id)
    before_here, after_here = here.weekdays
    within = EVERY_DAY if before_here == after_here else before_here & after_here
    last = (
        span.last if here.past.branch.historic else min(span.last, days_after(here.past.today, -1))
    )
    after = between(date, last) if date <= last else None
    there = reader.evaluate(other, within) if other else None
    found = Trial(before, after, days, here, there)
    if not found.left_out():
        return found
    whole = trial(queue, branch_id, date, days, other=other, weekdays=weekdays, now=now)
    return replace(found, whole=whole)


@dataclass(frozen=True, slots=True)
class _Reader:
    queue: Queue
    whole: Period
    date: str
    now: int
    without_outages: bool
    weekdays: frozenset[int]

    def evaluate(self, branch_id: str, within: frozenset[int] = EVERY_DAY) -> Evaluated:
        """A branch, compared on the weekdays that both sides have of ``within``."""
        past = empty_past(self.queue, branch_id, self.whole, self.now)
        outages = self._outages(branch_id) if self.without_outages else set()
        every_date = self._dates(past)
        every_day = [day for day in self._over(past) if self._wanted(day)]
        dates = [day for day in every_date if day not in outages]
        calendar = [day for day in every_day if day not in outages]
        left_out = tuple(sorted(outages & {*every_date, *every_day}))
        first = self._side(
            past,
            [day for day in dates if day < self.date],
            [day for day in calendar if day < self.date],
        )
        second = self._side(
            past,
            [day for day in dates if day >= self.date],
            [day for day in calendar if day >= self.date],
        )
        goals = past.goal_history.targets({**first.days, **second.days})
        weekdays = (
            frozenset(weekday_of(day) for day in every_date if day < self.date),
            frozenset(weekday_of(day) for day in every_date if day >= self.date),
        )
        sides = _compared(first, second, weekdays, within)
        found = compare(*sides, goals, past.goal_history.of_waits(), whole=(first, second))
        once = _each_once(found, past.goal_history.latest())
        return Evaluated(past, first, second, sides, weekdays, left_out, once)

    def _dates(self, past: Past) -> list[str]:
        found = dates_in(self.queue, past.branch, self.whole)
        over = past.branch.historic
        return [day for day in found if (over or day < past.today) and self._wanted(day)]

    def _over(self, past: Past) -> list[str]:
        """The dates that are over, open or closed; a week without any at an end is none of them."""
        known = dates_in(self.queue, past.branch, self.whole)
        if not known:
            return []
        first, last = self.whole.first, self.whole.last
        if not past.branch.historic:
            last = min(last, days_after(past.today, -1))
        begins = first if days_after(known[0], -_A_WEEK) < first else known[0]
        ends = last if days_after(known[-1], _A_WEEK) > last else known[-1]
        return [day for day in self.whole.dates() if begins <= day <= min(ends, last)]

    def _wanted(self, day: str) -> bool:
        return weekday_of(day) in self.weekdays

    def _outages(self, branch_id: str) -> set[str]:
        notes = notes_in(self.queue, branch_id, self.whole)
        return {note.date for note in notes if note.kind == OUTAGE}

    def _side(self, past: Past, dates: Collection[str], calendar: Sequence[str]) -> ComparedSide:
        days: dict[str, Row] = {}
        staffed: dict[str, int] = {}
        for day, text in summaries_of(self.queue, past.branch, dates, self.now):
            days[day] = Row()
            days[day].absorb_stored(stored_whole(text))
            staffed[day] = sum(stored_staffed(text).values())
        count_dated(self.queue, past.goal_history, days, self.whole, past.today)
        return ComparedSide(days, staffed, calendar, len(self.weekdays))


def _compared(
    first: ComparedSide,
    second: ComparedSide,
    weekdays: tuple[frozenset[int], frozenset[int]],
    within: frozenset[int],
) -> tuple[ComparedSide, ComparedSide]:
    before, after = weekdays
    if before == after and within == EVERY_DAY:
        return first, second
    both = before & after & within
    return first.on(both), second.on(both)


def _each_once(
    found: Sequence[FigureChange], goals: Mapping[str, Goal]
) -> tuple[FigureChange, ...]:
    """Without the share solved at first contact where a goal is the same share."""
    told = {
        (one.first, one.second)
        for one in found
        if one.goal is not None and goals[one.goal].indicator is FIRST_CONTACT
    }
    return tuple(
        one for one in found if one.figure != _FIRST_CONTACT or (one.first, one.second) not in told
    )


def _weeks_from(date: str, day: str) -> int:
    """0 for the week that begins on the date, -1 for the one before."""
    return (calendar_date.fromisoformat(day) - calendar_date.fromisoformat(date)).days // _A_WEEK


def _measure(side: Evaluated, comparison: FigureChange) -> tuple[object, ...] | None:
    """The key by which figures of two branches are the same; None for a goal that no other can
    match."""
    if comparison.goal is None:
        return (comparison.figure,)
    goal = side.goal(comparison.goal)
    if EVERYTHING not in goal.services or goal.hours:
        return None
    if goal.indicator is FIRST_CONTACT:
        return (_FIRST_CONTACT,)
    return comparison.figure, goal.indicator.id, goal.threshold_seconds
