"""Ratios of sums over days, and whether two of them differ.

**Method.** The inquiries of a day go together (one outage spoils them all), so the day is the unit
and not the inquiry. Every figure is a ratio of two sums over days, ``R = Σy / Σx``: misses over
inquiries, seconds over waits, visits over days. Its variance is the linearised one of the ratio
estimator, ``k/(k-1) · Σ(y - R·x)² / (Σx)²`` over k days (Cochran, *Sampling Techniques*, 3rd ed.
1977, sections 2.11, 6.3 and 6.4; days as clusters: chapter 9A). A difference's degrees of freedom
are those of Welch (*Biometrika* 34, 1947), rounded down.

- Means: difference ± t · √(v₁ + v₂).
- Shares: that fails near 0 and 1, so each share has a Wilson interval with the number that its
  days are worth, ``n / deff`` where ``deff = v / (p(1-p)/n)``, never below 1, and the quantile of t
  (Korn and Graubard, *Survey Methodology* 24, 1998; Dean and Pagano, *J. Surv. Stat. Methodol.* 3,
  2015); the two are joined by the square-and-add method 10 of Newcombe (*Stat. Med.* 17, 1998).
- Shares of rare events: a side with events on fewer than :data:`EVENTFUL_DAYS` days, and on fewer
  than half of them, cannot tell how much its days go together. It is given the larger design effect
  of the two sides: seven people who leave on one bad day are one event, and a side without any has
  not seen that its days are alike.

**It assumes** that one day does not depend on the next and that both sides hold about the same
weekdays: compare whole weeks. A cold that lasts a fortnight makes the interval too narrow. What is
the unit (days, days within their weekday, or weeks) is chosen in
:mod:`queue_service.insight.rules.daily_ratios`.

**It says nothing** with fewer than :data:`MIN_DAYS` days on either side, or where no day of a mean
differs from another. The coverage is simulated in the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, floor, pi, sin, sqrt, tan
from statistics import NormalDist
from typing import Final

from queue_service.goals.rules.shares import Z95, Ends, Share, share, verdict, wilson
from queue_service.history.rules.figures import Row

MIN_DAYS: Final = 5
"""With fewer days there is no interval over days, and no verdict where two sides are compared."""

EVENTFUL_DAYS: Final = 10
"""With events on fewer days a share's own days do not tell how much they go together: of pairs of
months that both have a bad day now and then, 3 days still let 9 in 100 differ, 10 days 5."""

_HALVINGS: Final = 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ratio over days. ``value`` and ``variance`` are None where they cannot be told.

    ``n`` is the denominator: inquiries, waits, visits, days or counter hours. ``days`` are those
    that add to it. ``degrees`` are the variance's degrees of freedom, by default one less than the
    days. A share is ``rare`` where too few of its days differ from none, or from all.
    """

    value: float | None
    n: float
    days: int
    variance: float | None
    degrees: int | None = None
    rare: bool = False

    @property
    def freedom(self) -> int:
        """The degrees of freedom of the variance."""
        return self.days - 1 if self.degrees is None else self.degrees


@dataclass(frozen=True, slots=True)
class Difference:
    """The second value less the first, with its interval, in the figure's unit."""

    value: float
    low: float
    high: float


def estimate(pairs: Iterable[tuple[float, float]]) -> Estimate:
    """``Σy / Σx`` of one ``(y, x)`` a day, with its linearised variance; without days of x = 0."""
    units = [(y, x) for y, x in pairs if x > 0]
    days, total = len(units), sum(x for _, x in units)
    if not days:
        return Estimate(None, 0, 0, None)
    ratio = sum(y for y, _ in units) / total
    if days == 1:
        return Estimate(ratio, total, days, None)
    squares = sum((y - ratio * x) ** 2 for y, x in units)
    variance = days / (days - 1) * squares / total**2
    eventful = min(sum(y > 0 for y, _ in units), sum(y < x for y, x in units))
    rare = eventful < EVENTFUL_DAYS and 2 * eventful < days
    return Estimate(ratio, total, days, variance, rare=rare)


def estimate_of_sums(judged: int, within: int, sums: Sequence[int]) -> Estimate:
    """The same from sums over the days, which can be added up in any order: how many days there
    are, and the sums of judged², judged · within and within²."""
    days, xx, xy, yy = sums
    if days < 2:
        return Estimate(within / judged, judged, days, None)
    # Σ(y - R·x)² with R = within/judged, times judged²: whole numbers, so nothing is cancelled.
    squares = yy * judged**2 - 2 * xy * judged * within + xx * within**2
    return Estimate(within / judged, judged, days, days / (days - 1) * squares / judged**4)


def share_of(row: Row, goal: str, target: float | None, *, running: bool = False) -> Share:
    """A goal's share of what a row holds, with its verdict: the one way in which it is worked out.

    From :data:`MIN_DAYS` days that judged anything on the interval is over days, else Wilson's.
    """
    judged, within = row.judged(goal)
    sums = row.days.get(goal)
    if sums is None or sums[0] < MIN_DAYS:
        return share(judged, within, target, running=running)
    found = estimate_of_sums(judged, within, sums)
    ends: Ends = share_interval(found) or (None, None)
    low, high = ends
    stands = verdict(judged, ends, target)
    return Share(judged, within, found.value, low, high, "days", stands)


def mean_difference(first: Estimate, second: Estimate, level: float = 0.95) -> Difference | None:
    """The difference of two means; None where too little is known."""
    known = _known(first, second)
    if known is None or not any(variance for _, variance in known):
        return None
    (one, one_variance), (two, two_variance) = known
    degrees = welch((one_variance, first.freedom), (two_variance, second.freedom))
    reach = t_quantile(degrees, level) * sqrt(one_variance + two_variance)
    return Difference(two - one, two - one - reach, two - one + reach)


def share_difference(first: Estimate, second: Estimate, level: float = 0.95) -> Difference | None:
    """The difference of two shares; None where too little is known."""
    known = _known(first, second)
    if known is None:
        return None
    one, two = known[0][0], known[1][0]
    effect, effect2 = _effects(first, second)
    spread = (
        (effect * chance_variance(first), first.freedom),
        (effect2 * chance_variance(second), second.freedom),
    )
    quantile = t_quantile(welch(*spread), level)
    low, high = score_interval(one, first.n / effect, quantile)
    low2, high2 = score_interval(two, second.n / effect2, quantile)
    down = sqrt((two - low2) ** 2 + (high - one) ** 2)
    up = sqrt((high2 - two) ** 2 + (one - low) ** 2)
    return Difference(two - one, two - one - down, two - one + up)


def share_interval(share: Estimate, level: float = 0.95) -> tuple[float, float] | None:
    """One share's own interval over its days; None where too little is known."""
    if share.value is None or share.variance is None or share.days < MIN_DAYS:
        return None
    return score_interval(
        share.value, share.n / design_effect(share), t_quantile(share.freedom, level)
    )


def design_effect(share: Estimate) -> float:
    """By how much the days of a share, going together, widen its variance; at least 1."""
    if share.value is None or share.variance is None:
        return 1.0
    alone = chance_variance(share)
    return max(1.0, share.variance / alone) if alone > 0 else 1.0


def chance_variance(share: Estimate) -> float:
    """The variance of a share whose inquiries had nothing to do with each other."""
    ratio = share.value or 0.0
    return ratio * (1 - ratio) / share.n if share.n else 0.0


def _effects(first: Estimate, second: Estimate) -> tuple[float, float]:
    """Both sides' design effects; the larger one for a side whose events are rare."""
    one, two = design_effect(first), design_effect(second)
    most = max(one, two)
    return most if first.rare else one, most if second.rare else two


@lru_cache(maxsize=2048)
def t_quantile(degrees: int, level: float = 0.95) -> float:
    """The value that a t-distributed one stays within, either side of 0, with this probability.

    The distribution of a whole number of degrees is a finite sum (Abramowitz and Stegun, *Handbook
    of Mathematical Functions*, 1964, 26.7.3 and 26.7.4), inverted by halving.
    """
    low, high = 0.0, pi / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _within(middle, degrees) < level:
            low = middle
        else:
            high = middle
    return sqrt(degrees) * tan(low)


def _within(angle: float, degrees: int) -> float:
    """The probability within ``√degrees · tan(angle)``."""
    odd = degrees % 2
    term = cos(angle) if odd else 1.0
    total = 0.0
    for power in range(odd, degrees - 1, 2):
        total += term
        term *= (power + 1) / (power + 2) * cos(angle) ** 2
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def _known(first: Estimate, second: Estimate) -> list[tuple[float, float]] | None:
    return None if min(first.days, second.days) < MIN_DAYS else [*_values(first), *_values(second)]


def _values(one: Estimate) -> Iterable[tuple[float, float]]:
    if one.value is not None and one.variance is not None:
        yield one.value, one.variance


def welch(*sides: tuple[float, int]) -> int:
    """The degrees of freedom of a sum of variances, each given with its own."""
    total = sum(variance for variance, _ in sides)
    if not total:
        return sum(degrees for _, degrees in sides)
    return max(1, floor(total**2 / sum(v**2 / degrees for v, degrees in sides)))


def score_interval(value: float, n: float, quantile: float) -> tuple[float, float]:
    """Wilson's interval of a share over ``n``, above 0, for a quantile of the normal distribution
    or of t."""
    # His interval depends on quantile² / n alone, so another quantile is another n.
    worth = n * (Z95 / quantile) ** 2
    low, high = wilson(worth, value * worth)
    return low or 0.0, 1.0 if high is None else high


def z_quantile(level: float = 0.95) -> float:
    """What a normally distributed value stays within, either side of 0, with this probability."""
    return NormalDist().inv_cdf((1 + level) / 2)
