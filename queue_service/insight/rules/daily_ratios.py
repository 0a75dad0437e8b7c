"""Ratios of dated days: the unit, and the days that are compared.

**Within weekdays.** Mondays that differ from Fridays by design are no chance. If every weekday has
at least two days on either side, each day's residual ``(y - R·x) / Σx`` is taken less the mean of
its weekday's, and the variance is ``k/(k-W) · Σ(...)²`` with k - W degrees of freedom over k days
of W weekdays: the ratio estimator with poststrata (Cochran, *Sampling Techniques*, 3rd ed. 1977,
sections 5A.9 and 6.10). A side that has more Mondays than the other differs by that alone; if
this may matter (:data:`_MIX_MATTERS`), and where a weekday is missing, all days are compared with
each other as they are.

**By weeks.** Waits of one day follow those of the day before, so days are no independent units:
with a correlation of 0.5 from day to day a comparison of waits was wrong 20 times in 100. From
:data:`MIN_WEEKS` weeks on either side the unit is the week, counted in seven days from a side's
first day. With fewer, days are the units, and the variance is widened by
:func:`queue_service.history.rules.confidence_intervals.widening` for the correlation of
neighbouring days, which is taken of both sides together, as either alone has few days. Both are
wrong 3 to 8 times in 100.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt
from statistics import fmean
from typing import Final, Literal

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.history.rules.confidence_intervals import (
    Estimate,
    correlation,
    estimate,
    fewer,
    widening,
)

Dated = Mapping[str, tuple[float, float]]
"""By date: the count, and its base."""

Method = Literal["days", "weekdays", "weeks"]
"""Days, days within their weekday, or weeks as units."""

MIN_WEEKS: Final = 8
"""From so many weeks on either side they are the units of figures that follow from day to day."""

_MIX_MATTERS: Final = 0.25
"""How many standard errors the weekdays' mix alone may make; that turns 5 % of false differences
into 5.7 %."""


@dataclass(frozen=True, slots=True)
class Sides:
    """A ratio on both sides, and what its units are."""

    method: Method
    first: Estimate
    second: Estimate


def estimates(first: Dated, second: Dated, *, follow: bool = False) -> Sides:
    """Both sides' ratio with its variance. ``follow``: one day follows from the day before."""
    first, second = filled(first), filled(second)
    if follow and many_weeks(first, second):
        return Sides("weeks", _by_weeks(first), _by_weeks(second))
    plain = estimate(first.values()), estimate(second.values())
    found = Sides("days", *plain)
    if alike(first, second):
        within = _within(first, plain[0]), _within(second, plain[1])
        error = sqrt(sum(side.variance or 0.0 for side in within))
        if mix_is_small(mix(first, second), error):
            found = Sides("weekdays", *within)
    return _widened(found, first, second) if follow else found


def _widened(sides: Sides, first: Dated, second: Dated) -> Sides:
    """The same where one day of either side follows from the day before."""
    factors = widenings([residuals(first), residuals(second)], sides.method)
    found = [
        replace(one, variance=None if one.variance is None else one.variance * factor,
                degrees=fewer(one.freedom, factor))
        for one, factor in zip((sides.first, sides.second), factors, strict=True)
    ]  # fmt: skip
    return Sides(sides.method, *found)


def widenings(dated: Sequence[Mapping[str, float]], method: Method) -> list[float]:
    """By how much each side's variance is wider as one day follows from the day before.

    ``dated`` are their residuals, less their weekday's mean where that is the method.
    """
    sides = [_in_order(residual, method) for residual in dated]
    days = sum(map(len, sides))
    r = sum(correlation(side) * len(side) for side in sides) / days if days else 0.0
    return [widening(r, len(side)) for side in sides]


def _in_order(residual: Mapping[str, float], method: Method) -> list[float]:
    """Residuals by date, each less what its weekday's mean makes up."""
    by_weekday = _by_weekday(residual) if method == "weekdays" else {}
    means = {weekday: fmean(values) for weekday, values in by_weekday.items()}
    return [r - means.get(weekday_of(date), 0.0) for date, r in sorted(residual.items())]


def alike(first: Mapping[str, object], second: Mapping[str, object]) -> bool:
    """Whether the sides hold the same weekdays, each at least twice."""
    days, days2 = (Counter(map(weekday_of, side)) for side in (first, second))
    return days.keys() == days2.keys() and min([*days.values(), *days2.values()], default=0) >= 2


def mix(first: Dated, second: Dated) -> float:
    """By how much the sides' ratios differ because one has more days of some weekday.

    Each weekday adds what its days exceed the common ratio by, as the mean of both sides.
    """
    pairs = [*first.values(), *second.values()]
    total = sum(x for _, x in pairs)
    ratio = sum(y for y, _ in pairs) / total if total else 0.0
    one, two = (_by_weekday({d: y - ratio * x for d, (y, x) in s.items()}) for s in (first, second))
    moved = sum(
        (len(two[weekday]) / len(second) - len(one[weekday]) / len(first))
        * (fmean(one[weekday]) + fmean(two[weekday]))
        / 2
        for weekday in one.keys() & two.keys()
    )
    return moved * len(pairs) / total if total else 0.0


def mix_is_small(moved: float, error: float) -> bool:
    """Whether what the weekdays' mix moved is small compared with a standard error above 0."""
    return error > 0 and abs(moved) <= _MIX_MATTERS * error


def residuals(days: Dated) -> dict[str, float]:
    """By date: the part of the ratio that each day adds beyond its size."""
    total = sum(x for _, x in days.values())
    ratio = sum(y for y, _ in days.values()) / total if total else 0.0
    return {day: (y - ratio * x) / total for day, (y, x) in days.items()}


def spread(residual: Mapping[str, float], method: Method) -> tuple[float, int]:
    """The variance of a sum of dated residuals, and its degrees of freedom; at least two units."""
    groups = _groups(residual, method)
    units = sum(map(len, groups))
    degrees = units - len(groups)
    means = ((group, fmean(group)) for group in groups)
    squares = sum((r - mean) ** 2 for group, mean in means for r in group)
    return units / degrees * squares, degrees


def weeks(days: Mapping[str, object]) -> dict[str, int]:
    """By date: which seven days from the first one it lies in."""
    begins = min(map(date.fromisoformat, days), default=date.min)
    return {day: (date.fromisoformat(day) - begins).days // 7 for day in days}


def _groups(residual: Mapping[str, float], method: Method) -> list[list[float]]:
    if method == "weeks":
        sums: dict[int, float] = defaultdict(float)
        for day, week in weeks(residual).items():
            sums[week] += residual[day]
        return [list(sums.values())]
    if method == "days":
        return [list(residual.values())]
    return list(_by_weekday(residual).values())


def _by_weekday(values: Mapping[str, float]) -> dict[int, list[float]]:
    found: dict[int, list[float]] = defaultdict(list)
    for day, value in values.items():
        found[weekday_of(day)].append(value)
    return found


def _within(days: Dated, plain: Estimate) -> Estimate:
    variance, degrees = spread(residuals(days), "weekdays")
    return replace(plain, variance=variance, degrees=degrees)


def _by_weeks(days: Dated) -> Estimate:
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for day, week in weeks(days).items():
        y, x = days[day]
        sums[week][0] += y
        sums[week][1] += x
    weekly = estimate((y, x) for y, x in sums.values())
    return replace(weekly, days=len(days), degrees=weekly.days - 1)


def many_weeks(*sides: Mapping[str, object]) -> bool:
    """Whether every side has weeks enough for them to be the units."""
    return min(len({*weeks(side).values()}) for side in sides) >= MIN_WEEKS


def filled(days: Dated) -> Dated:
    """The days that a ratio has anything of."""
    return {day: (y, x) for day, (y, x) in days.items() if x > 0}
