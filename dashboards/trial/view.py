"""A trial's evaluation as its page shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dashboards.trial.words import FIGURES, LEVELS, Numbers
from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.days.rules.period import Period
from queue_service.days.rules.suppression import SMALLEST
from queue_service.history.rules.confidence_intervals import MIN_DAYS, Difference, estimate
from queue_service.insight.operations.trial import Evaluated, Trial, Week
from queue_service.insight.rules.compare import (
    PER_WEEK,
    ChangeVerdict,
    ComparedSide,
    FigureChange,
    dated,
    is_share,
    verdict_of,
)
from queue_service.insight.rules.daily_ratios import Method
from queue_service.language.catalogues import N_
from queue_service.tables.comparisons.comparison_figures import any_figure
from queue_service.tables.comparisons.trial import weekly_figures, weeks_table
from queue_service.tables.model import Table
from queue_service.tables.words import DAYS, VISITS
from queue_service.tables.writing import COMPARED, Writing

_LEAST_SHARE: Final = 0.01
"""A picture of shares reaches a point to either side at least."""
_BEYOND: Final[Mapping[ChangeVerdict, str]] = {
    "better": N_("Better than there"),
    "worse": N_("Worse than there"),
    "higher": N_("Higher than there"),
    "lower": N_("Lower than there"),
    "no_difference": N_("Not clearly unlike there"),
    "too_little_data": N_("Unknown"),
}
_A_WEEK: Final = 7
_CHART_WIDTH: Final = 300
_CHART_HEIGHT: Final = 90
_CHART_EDGE: Final = 8
_BAR_WIDTH: Final = 160
_BAR_ROOM: Final = 1.1
_ORDER: Final[tuple[ChangeVerdict, ...]] = (
    "better",
    "worse",
    "higher",
    "lower",
    "no_difference",
    "too_little_data",
)


@dataclass(frozen=True, slots=True)
class TrialInterval:
    """The positions of a difference and its ends from 0 to 160; no difference is at 80."""

    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True)
class TrialFigure:
    """One figure on both sides, written out."""

    figure: str
    name: str
    first: str
    first_of: str
    second: str
    second_of: str
    difference: str
    interval: str
    verdict: str
    level: str
    bar: TrialInterval | None
    there: str = ""
    there_interval: str = ""
    beyond: str = ""
    beyond_interval: str = ""
    beyond_verdict: str = ""
    beyond_level: str = "none"
    beyond_bar: TrialInterval | None = None


@dataclass(frozen=True, slots=True)
class TrialLevel:
    """A figure of some days by themselves, and what it is of."""

    figure: str
    name: str
    value: str
    of: str


@dataclass(frozen=True, slots=True)
class Alone:
    """A weekday with visits on one side only: its name, how many came, and how it went."""

    name: str
    amount: str
    levels: tuple[TrialLevel, ...]


_PER_DAY: Final = N_(
    "Visits per open day: {before} on {days_before} before, {after} on {days_after} after"
)
_PER_WEEK: Final = N_("Visits per week: {before} before, {after} after")
_NEW: Final = N_("{weekday}, new")
_GONE: Final = N_("{weekday}, before only")
_SUMS: Final = (PER_WEEK, "pace")
"""Not of single weekdays: visits per week, and the pace of counters, which may be one person's."""


@dataclass(frozen=True, slots=True)
class TrialChart:
    """A figure week by week: the position of each dot, the means before and after, and the ends of
    the scale in words. ``began`` is where the trial's first week begins."""

    name: str
    dots: tuple[tuple[float, float, bool], ...]
    means: tuple[tuple[float, float, float], ...]
    began: float
    highest: str
    lowest: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TrialView:
    """Writes a trial's parts in one language."""

    trial: Trial
    write: Writing

    def rows(self) -> list[TrialFigure]:
        """Every figure, the goals first."""
        return [self._row(comparison) for comparison in self.trial.here.comparisons]

    def visits(self) -> list[str]:
        """How many came before and after, and by how much that is more: what answers it first.

        If a weekday had visits on one side only that is per week, and per open day on the
        weekdays of both.
        """
        per_day, weekly = self._visits(_PER_DAY, *self.trial.visits()), self.trial.visits_per_week()
        if not self.differing():
            return [per_day] if per_day else []
        if per_day:
            per_day = self.write(N_("On the weekdays of both sides: {visits}"), visits=per_day)
        per_week = self._visits(_PER_WEEK, *weekly) if weekly else ""
        return [line for line in (per_week, per_day) if line]

    def _visits(self, text: str, found: FigureChange, more: Difference | None) -> str:
        if found.first.value is None or found.second.value is None:
            return ""
        text = self.write(
            text,
            before=self.write.decimal(found.first.value),
            days_before=self.write.counted(DAYS, found.first.days),
            after=self.write.decimal(found.second.value),
            days_after=self.write.counted(DAYS, found.second.days),
        )
        if more is None:
            return f"{text}."
        parts = [self._percent(end) for end in (more.value, more.low, more.high)]
        interval = self.write(N_("{low} to {high}"), low=parts[1], high=parts[2])
        return f"{text}: {parts[0]} ({interval})."

    def differing(self) -> str:
        """The weekdays that had visits on one side only; empty for none."""
        before, after = self.trial.here.weekdays
        return ", ".join(map(self.write.weekday, sorted(before ^ after)))

    def alone(self) -> list[Alone]:
        """Each of them by itself."""
        return [
            Alone(
                self.write(_NEW if one.is_new else _GONE, weekday=self.write.weekday(one.weekday)),
                self._amount(one.side),
                tuple(self._levels(one.side)),
            )
            for one in self.trial.by_themselves()
        ]

    def _levels(self, side: ComparedSide) -> Iterator[TrialLevel]:
        """The figures of days that have no days to compare with."""
        for one in self.trial.here.comparisons:
            if one.figure not in _SUMS:
                numbers = Numbers(self.write, one.figure)
                found = estimate(dated(one.figure, one.goal, side).values())
                if found.n < SMALLEST and one.figure != "arrivals":
                    found = estimate(())
                value, of = numbers.value(found), numbers.of(found)
                yield TrialLevel(FIGURES[one.figure][0], self._name(one), value, of)

    def closed(self) -> list[str]:
        """The dates before and after without visits, of weekdays that had some; empty for none."""
        return [", ".join(map(self.write.day, days)) for days in self.trial.closed()]

    def weeks(self) -> Table:
        """Every figure week by week."""
        return weeks_table(self.trial, self.write.language)

    def charts(self) -> list[TrialChart]:
        """Every figure week by week as a picture; none if there is but one week."""
        figures = [(one, self.trial.weeks(one)) for one in weekly_figures(self.trial)]
        return [
            self._chart(one, known)
            for one, weeks in figures
            if len(known := [week for week in weeks if week.value is not None]) > 1
        ]

    def _chart(self, comparison: FigureChange, weeks: list[Week]) -> TrialChart:
        numbers = Numbers(self.write, comparison.figure)
        unit = numbers.unit
        values = [week.value or 0.0 for week in weeks]
        sides = comparison.first, comparison.second
        values += [side.value for side in sides if side.value is not None]
        low, high = min(values), max(values)
        room = (_CHART_HEIGHT - 2 * _CHART_EDGE) / ((high - low) or 1.0)
        begins = min(week.first for week in weeks)
        nth = {week.first: _weeks_between(begins, week.first) for week in weeks}
        step = (_CHART_WIDTH - 2 * _CHART_EDGE) / (max(nth.values()) or 1)

        def down(value: float) -> float:
            return round(_CHART_HEIGHT - _CHART_EDGE - (value - low) * room, 1)

        def across(week: float) -> float:
            return round(_CHART_EDGE + week * step, 1)

        began = _weeks_between(begins, self.trial.date) - 0.5
        spans = ((0.0, began), (began, float(max(nth.values()))))
        return TrialChart(
            name=self._name(comparison),
            dots=tuple(
                (across(nth[week.first]), down(week.value or 0.0), week.first >= self.trial.date)
                for week in weeks
            ),
            means=tuple(
                (across(start), across(end), down(side.value))
                for (start, end), side in zip(spans, sides, strict=True)
                if side.value is not None
            ),
            began=across(began),
            highest=self.write.value(high, unit),
            lowest=self.write.value(low, unit),
            before=numbers.value(comparison.first),
            after=numbers.value(comparison.second),
        )

    def _percent(self, part: float) -> str:
        """A part more or less, with its sign: ``+30%``."""
        shown = round(part, 2)
        return self.write.signed(shown, self.write.rounded_percent(abs(shown)))

    def amounts(self) -> tuple[str, str]:
        """The total of each side: ``84 visits on 7 days``."""
        return self._amount(self.trial.here.first), self._amount(self.trial.here.second)

    def _amount(self, side: ComparedSide) -> str:
        visits = sum(row.visits["issued"] for row in side.days.values())
        return self.write(
            N_("{visits} on {days}"),
            visits=self.write.counted(VISITS, visits),
            days=self.write.counted(DAYS, len(side.days)),
        )

    def existed(self, period: Period) -> bool:
        """Whether the branch existed in a period."""
        return self.trial.here.past.existed(period)

    def methods(self) -> set[Method]:
        """The units of the comparisons."""
        return {c.method for c in self.trial.here.comparisons if c.difference is not None}

    def waits_by_days(self) -> bool:
        """Whether waits, which follow from day to day, are compared by days all the same."""
        compared = (c for c in self.trial.here.comparisons if c.difference is not None)
        return any(c.follows and c.method != "weeks" for c in compared)

    def _reach(self, comparison: FigureChange) -> float:
        """How far a picture reaches: shares all have the same scale, a mean has its own."""
        if not is_share(comparison.figure):
            return _furthest([comparison.difference, self.trial.beyond(comparison)])
        return self._share_reach

    @property
    def _share_reach(self) -> float:
        shares = [c for c in self.trial.here.comparisons if is_share(c.figure)]
        ends = [d for c in shares for d in (c.difference, self.trial.beyond(c))]
        return max(_furthest(ends), _LEAST_SHARE)

    def summary(self) -> list[tuple[str, str, list[str]]]:
        """The conclusions, best first: the verdict, its badge and its figures."""
        names: dict[ChangeVerdict, list[str]] = {}
        for comparison in self.trial.here.comparisons:
            names.setdefault(comparison.verdict, []).append(self._name(comparison))
        return [(self._verdict(v), LEVELS[v], names[v]) for v in _ORDER if v in names]

    def has_result(self) -> bool:
        """Whether there is any conclusion."""
        return any(c.verdict != "too_little_data" for c in self.trial.here.comparisons)

    def fewest(self) -> int:
        """How many days each side needs."""
        return MIN_DAYS

    def uneven(self) -> list[tuple[str, int, int]]:
        """The weekdays that one side has more of: name, before, after.

        None if each is the same part of both sides, which may be of unequal length.
        """
        before, after = map(_weekdays, self.trial.here.compared)
        all_before, all_after = before.total(), after.total()
        if all(before[day] * all_after == after[day] * all_before for day in range(7)):
            return []
        return [
            (self.write.weekday(day), before[day], after[day])
            for day in range(7)
            if before[day] != after[day]
        ]

    def per_week(self) -> bool:
        """Whether visits per week are shown."""
        return any(c.figure == "weekly" for c in self.trial.here.comparisons)

    def changed_goals(self) -> bool:
        """Whether a goal was changed within the days compared."""
        days = sorted([*self.trial.here.first.days, *self.trial.here.second.days])
        return bool(days) and not self.trial.here.past.goal_history.steady(days[0], days[-1])

    def left_out(self) -> list[tuple[str, str]]:
        """The days left out for an outage, as they are written, by the branch's name."""
        return [
            (branch.name, ", ".join(map(self.write.day, days)))
            for branch, days in self.trial.left_out()
        ]

    def _row(self, comparison: FigureChange) -> TrialFigure:
        numbers = Numbers(self.write, comparison.figure)
        counterpart, beyond = self.trial.counterpart(comparison), self.trial.beyond(comparison)
        reach = self._reach(comparison)
        more = verdict_of(comparison.figure, beyond)
        return TrialFigure(
            figure=FIGURES[comparison.figure][0],
            name=self._name(comparison),
            first=numbers.value(comparison.first),
            first_of=numbers.of(comparison.first),
            second=numbers.value(comparison.second),
            second_of=numbers.of(comparison.second),
            difference=numbers.difference(comparison.difference),
            interval=numbers.interval(comparison.difference),
            verdict=self._verdict(comparison.verdict),
            level=LEVELS[comparison.verdict],
            bar=_bar(comparison.difference, reach),
            there=numbers.difference(counterpart.difference if counterpart else None),
            there_interval=numbers.interval(counterpart.difference if counterpart else None),
            beyond=numbers.difference(beyond),
            beyond_interval=numbers.interval(beyond),
            beyond_verdict=self.write(_BEYOND[more]),
            beyond_level=LEVELS[more],
            beyond_bar=_bar(beyond, reach),
        )

    def _verdict(self, verdict: ChangeVerdict) -> str:
        text = self.write(COMPARED[verdict])
        return text[:1].upper() + text[1:]

    def _name(self, comparison: FigureChange) -> str:
        here: Evaluated = self.trial.here
        if comparison.goal is not None:
            return self.write.goal(here.past, here.goal(comparison.goal))
        return any_figure(FIGURES[comparison.figure][0], self.write).name


def _weeks_between(first: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(first)).days // _A_WEEK


def _weekdays(side: ComparedSide) -> Counter[int]:
    return Counter(weekday_of(day) for day in side.days)


def _furthest(differences: Iterable[Difference | None]) -> float:
    return max((abs(end) for d in differences if d for end in (d.low, d.high)), default=0.0)


def _bar(difference: Difference | None, furthest: float) -> TrialInterval | None:
    if difference is None:
        return None
    ends: Sequence[float] = (difference.low, difference.value, difference.high)
    reach = furthest * _BAR_ROOM or 1.0
    low, value, high = (round((1 + end / reach) * _BAR_WIDTH / 2, 1) for end in ends)
    return TrialInterval(low, value, high)
