"""A branch's change compared with another branch's over the same days: difference in differences.

A cause that moved both alike, such as a holiday or a change of the law, drops out. The rest is the
trial's part only if both would have moved alike without it, which nothing in the figures proves.

**Paired days.** What spoils a day spoils it at both, so each day's residual here is taken less that
of the same day there, and the variance is that of these differences
(:func:`queue_service.insight.rules.daily_ratios.spread`; of a share it is never below what chance
alone gives). If the branches share fewer than :data:`MIN_DAYS` days on a side, or a share's events
are rare, the branches are taken as unrelated and the interval is had from the intervals of the two
changes (MOVER: Zou and Donner, *Stat. Med.* 27, 2008, formula 7; Newcombe's method 10 is the same
for two shares). It is too wide where the same days spoil both.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt

from queue_service.history.rules.confidence_intervals import (
    MIN_DAYS,
    Difference,
    chance_variance,
    estimate,
    fewer,
    t_quantile,
    welch,
)
from queue_service.insight.rules.daily_ratios import (
    Dated,
    Method,
    alike,
    filled,
    many_weeks,
    mix,
    mix_is_small,
    residuals,
    spread,
    widenings,
)


def beyond(here: Difference | None, there: Difference | None) -> Difference | None:
    """By how much more a figure changed here than at an unrelated branch; None if either are
    unknown."""
    if here is None or there is None:
        return None
    value = here.value - there.value
    low = value - hypot(here.value - here.low, there.high - there.value)
    high = value + hypot(here.high - here.value, there.value - there.low)
    return Difference(value, low, high)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure's days at a branch before and after."""

    before: Dated
    after: Dated


def paired(here: Change, there: Change, *, share: bool, follow: bool = False) -> Difference | None:
    """By how much more a figure changed here than there, day by day; None if days cannot be
    paired. ``follow``: one day follows from the day before."""
    here, there = (Change(filled(one.before), filled(one.after)) for one in (here, there))
    sides = (here.before, there.before), (here.after, there.after)
    if any(len(one.keys() & other.keys()) < MIN_DAYS for one, other in sides):
        return None
    if share and any(estimate(days.values()).rare for side in sides for days in side):
        return None
    (before, before_spread), (after, after_spread) = _spreads(sides, share, follow)
    error = sqrt(before_spread[0] + after_spread[0])
    if not error:
        return None
    reach = t_quantile(welch(before_spread, after_spread)) * error
    return Difference(after - before, after - before - reach, after - before + reach)


_Pair = tuple[Dated, Dated]
_Spread = tuple[float, int]


def _spreads(sides: tuple[_Pair, _Pair], share: bool, follow: bool) -> list[tuple[float, _Spread]]:
    """Of each side: the value here less that there, and its variance with its degrees."""
    together = [_residuals(side) for side in sides]
    (here, there), (here_after, there_after) = sides

    def by(method: Method) -> list[_Spread]:
        spreads = [spread(residual, method) for residual in together]
        least = [sum(chance_variance(estimate(d.values())) for d in side) for side in sides]
        by_day = follow and method != "weeks"
        wider = widenings(together, method) if by_day else [1.0] * len(sides)
        return [
            (factor * max(variance, floor if share else 0.0), fewer(degrees, factor))
            for (variance, degrees), floor, factor in zip(spreads, least, wider, strict=True)
        ]

    found = by("weeks" if follow and many_weeks(*together) else "days")
    if not (follow and many_weeks(*together)) and alike(*together):
        within = by("weekdays")
        moved = mix(here, here_after) - mix(there, there_after)
        if mix_is_small(moved, sqrt(sum(variance for variance, _ in within))):
            found = within
    values = [_value(one) - _value(other) for one, other in sides]
    return list(zip(values, found, strict=True))


def _residuals(side: _Pair) -> dict[str, float]:
    here, there = (residuals(days) for days in side)
    return {day: here.get(day, 0.0) - there.get(day, 0.0) for day in sorted({*here, *there})}


def _value(days: Dated) -> float:
    return sum(y for y, _ in days.values()) / sum(x for _, x in days.values())
