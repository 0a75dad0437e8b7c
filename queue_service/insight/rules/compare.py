"""Two periods or two branches compared, or a branch before and after a date: a trial's evaluation.

Days are the units, within their weekday if possible, and weeks are the units of waits once there
are enough (:mod:`queue_service.insight.rules.daily_ratios`). The method, its sources, what it
assumes and when it says nothing are in :mod:`queue_service.history.rules.confidence_intervals`.

A comparison shows *that* a figure differs, never why: a trial has no counterpart without it.
Compare whole weeks, so that both sides hold the same weekdays. Of twenty comparisons of equals, one
shows a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import exp, sqrt
from typing import Final, Literal

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.days.rules.figures import Row
from queue_service.history.rules.confidence_intervals import (
    MIN_DAYS,
    Difference,
    Estimate,
    estimate,
    mean_difference,
    share_difference,
    t_quantile,
    welch,
)
from queue_service.insight.rules.daily_ratios import Dated, Method, estimates
from queue_service.visits.rules.visit import FIRST_CONTACT

ChangeVerdict = Literal["better", "worse", "higher", "lower", "no_difference", "too_little_data"]
"""``higher`` and ``lower`` are for figures that are neither good nor bad in themselves."""

FigureName = Literal[
    "goal", "first_contact", "abandoned", "no_show", "incomplete",
    "handling", "waiting", "arrivals", "weekly", "pace",
]  # fmt: skip
"""Shares (``goal`` to ``incomplete``), mean seconds (``handling`` and ``waiting``), visits issued
per open day (``arrivals``) and per week, closed days included (``weekly``), completed inquiries per
hour of an open counter (``pace``)."""

_HOUR_MS: Final = 3_600_000

Pair = tuple[float, float]
"""A day's part in a ratio: the count, and its base."""
Better = Literal[-1, 0, 1]
"""The direction in which a figure gets better; 0 for neither."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure on both sides. ``goal`` names the goal when the figure is ``goal``.

    ``difference`` is None when the verdict is ``too_little_data``. ``method`` is the kind of its
    units, and ``follows`` whether one day of it follows from the day before.
    """

    figure: FigureName
    goal: str | None
    first: Estimate
    second: Estimate
    difference: Difference | None
    verdict: ChangeVerdict
    method: Method
    follows: bool


_FEWEST_WEEKS: Final = 2
"""With fewer on a side a number per week would be multiplied up from a few days."""


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """The open days of a period at a branch, and the counters' open ms by date where known.

    A day without a visit and without an inquiry counts as closed. ``calendar`` has all dates that
    were looked at, closed ones too, and ``in_week`` how many of them a week has; with less than two
    weeks of them on either side visits per week are not shown.
    """

    days: Mapping[str, Row]
    staffed: Mapping[str, int] = field(default_factory=dict)
    calendar: Sequence[str] = ()
    in_week: int = 7

    @property
    def weekdays(self) -> frozenset[int]:
        """The weekdays with visits, 0 for Monday."""
        return frozenset(map(weekday_of, self.days))

    def on(self, weekdays: Collection[int]) -> ComparedSide:
        """The part of it on these weekdays."""

        def wanted(date: str) -> bool:
            return weekday_of(date) in weekdays

        return ComparedSide(
            {date: row for date, row in self.days.items() if wanted(date)},
            {date: opened for date, opened in self.staffed.items() if wanted(date)},
            [date for date in self.calendar if wanted(date)],
            len(weekdays),
        )


PER_WEEK: Final = "weekly"
"""The figure that closed days and weekdays of one side only are part of."""


def compare(
    first: ComparedSide,
    second: ComparedSide,
    goals: Iterable[str] = (),
    waiting_goals: Collection[str] = (),
    *,
    whole: tuple[ComparedSide, ComparedSide] | None = None,
) -> tuple[FigureChange, ...]:
    """Every figure of the second side against the first, the goals' attainment to begin with.

    A goal whose threshold differs between the sides is compared as it was judged on each day.
    ``waiting_goals`` are the goals of waits, one day of which follows from the day before.
    ``whole`` are the sides of which visits per week are counted, where these are parts of them.
    """
    return tuple(comparisons(first, second, goals, waiting_goals, whole=whole))


def comparisons(
    first: ComparedSide,
    second: ComparedSide,
    goals: Iterable[str] = (),
    waiting_goals: Collection[str] = (),
    *,
    whole: tuple[ComparedSide, ComparedSide] | None = None,
) -> Iterator[FigureChange]:
    """The same one by one, as each takes a while."""
    sides = first, second
    weekly_sides = whole or sides
    for goal in goals:
        yield _compared("goal", goal, goal in waiting_goals, sides)
    for name in _PLAIN:
        if name != PER_WEEK:
            yield _compared(name, None, name == "waiting", sides)
        elif min(map(_weeks, weekly_sides)) >= _FEWEST_WEEKS:
            yield _compared(name, None, False, weekly_sides)


def dated(figure: FigureName, goal: str | None, side: ComparedSide) -> Dated:
    """A figure's part of each day."""
    if figure == "pace":
        return {
            date: (row.inquiries.durations.n, side.staffed.get(date, 0) / _HOUR_MS)
            for date, row in side.days.items()
        }
    if figure == "weekly":
        part = 1 / side.in_week
        return {day: (_issued(side.days.get(day)), part) for day in side.calendar}
    pair = partial(judged_pair, goal=goal) if goal is not None else _PAIRS[figure]
    return {date: pair(row) for date, row in side.days.items()}


def _weeks(side: ComparedSide) -> float:
    return len(side.calendar) / side.in_week


def _issued(row: Row | None) -> int:
    return row.visits["issued"] if row else 0


def is_share(figure: FigureName) -> bool:
    """Whether a figure is a share, and not a mean."""
    return figure in SHARES


def judged_pair(row: Row, goal: str) -> Pair:
    """How many were within a goal, and how many it judged."""
    judged, within = row.judged(goal)
    return within, judged


def lost_pair(row: Row, state: str) -> Pair:
    """How many visits ended in a state, and how many were issued."""
    return row.visits[state], row.visits["issued"]


def arrivals_pair(row: Row) -> Pair:
    """The visits issued on an open day, and that day; nothing for a closed one."""
    opened = row.visits["issued"] or row.inquiries.durations.n
    return row.visits["issued"], int(bool(opened))


def _first_contact_pair(row: Row) -> Pair:
    resolved = sum(row.inquiries[outcome] for outcome in FIRST_CONTACT)
    return resolved, row.outcomes


def _handling_pair(row: Row) -> Pair:
    return row.inquiries.durations.total_ms / 1000, row.inquiries.durations.n


def _waiting_pair(row: Row) -> Pair:
    return row.visits.durations.total_ms / 1000, row.visits.durations.n


_PAIRS: Final[Mapping[FigureName, Callable[[Row], Pair]]] = {
    "first_contact": _first_contact_pair,
    "abandoned": partial(lost_pair, state="abandoned"),
    "no_show": partial(lost_pair, state="no_show"),
    "incomplete": partial(lost_pair, state="incomplete"),
    "handling": _handling_pair,
    "waiting": _waiting_pair,
    "arrivals": arrivals_pair,
}
SHARES: Final[Collection[FigureName]] = (
    "goal", "first_contact", "abandoned", "no_show", "incomplete",
)  # fmt: skip
_PLAIN: Final[tuple[FigureName, ...]] = (
    "first_contact", "abandoned", "no_show", "incomplete",
    "handling", "waiting", "arrivals", "weekly", "pace",
)  # fmt: skip
_BETTER: Final[Mapping[FigureName, Better]] = {
    "goal": 1, "first_contact": 1, "abandoned": -1, "no_show": -1, "incomplete": -1,
    "handling": -1, "waiting": -1, "arrivals": 0, "weekly": 0, "pace": 0,
}  # fmt: skip


def over_days(days: Mapping[str, Row], pair: Callable[[Row], Pair]) -> Estimate:
    """A figure over the days, the day as unit."""
    return estimate(pair(row) for row in days.values())


def verdict_of(figure: FigureName, difference: Difference | None) -> ChangeVerdict:
    """The verdict on a figure's difference."""
    if difference is None:
        return "too_little_data"
    if difference.low <= 0 <= difference.high:
        return "no_difference"
    higher, better = difference.low > 0, _BETTER[figure]
    if not better:
        return "higher" if higher else "lower"
    return "better" if higher == (better > 0) else "worse"


def ratio_of_means(first: Estimate, second: Estimate) -> Difference | None:
    """By which part of the first mean the second is larger, 0.3 for 30 % more, with its interval.

    The logarithm of the ratio has the variance ``v₁/m₁² + v₂/m₂²`` (delta method: Cochran,
    *Sampling Techniques*, 3rd ed. 1977, section 6.18) and Welch's degrees of freedom, so the
    interval lies around the ratio as a factor does. None with fewer than :data:`MIN_DAYS` days on a
    side, of a mean of nothing, or if no day differs from another.
    """
    if min(first.days, second.days) < MIN_DAYS or not first.value or not second.value:
        return None
    spreads = [(side.variance or 0.0) / (side.value or 1.0) ** 2 for side in (first, second)]
    if not any(spreads):
        return None
    freedom = welch((spreads[0], first.freedom), (spreads[1], second.freedom))
    factor, reach = second.value / first.value, t_quantile(freedom) * sqrt(sum(spreads))
    return Difference(factor - 1, factor * exp(-reach) - 1, factor * exp(reach) - 1)


def _compared(
    figure: FigureName, goal: str | None, follows: bool, sides: tuple[ComparedSide, ComparedSide]
) -> FigureChange:
    first, second = (dated(figure, goal, side) for side in sides)
    found = estimates(first, second, follow=follows)
    differ = share_difference if is_share(figure) else mean_difference
    difference = differ(found.first, found.second)
    return FigureChange(
        figure, goal, found.first, found.second, difference,
        verdict_of(figure, difference), found.method, follows,
    )  # fmt: skip
