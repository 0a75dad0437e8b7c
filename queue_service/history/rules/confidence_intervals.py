"""Ratios of sums over days, and whether two of them differ.

**Method.** The inquiries of a day go together (one outage spoils them all), so the day is the unit
and not the inquiry. Every figure is a ratio of two sums over days, ``R = Σy / Σx``: misses over
inquiries, seconds over waits, visits over days. Its variance is the linearised one of the ratio
estimator, ``k/(k-1) · Σ(y - R·x)² / (Σx)²`` over k days (Cochran, *Sampling Techniques*, 3rd ed.
1977, sections 2.11, 6.3 and 6.4; days as clusters: chapter 9A). The degrees of freedom of a
difference are Welch's (*Biometrika* 34, 1947), rounded down.

- Means: difference ± t · √(v₁ + v₂).
- Shares: that fails near 0 and 1, so each share has a Wilson interval with the number that its
  days are worth, ``n / deff`` where ``deff = v / (p(1-p)/n)``, never below 1, and the quantile of t
  (Korn and Graubard, *Survey Methodology* 24, 1998; Dean and Pagano, *J. Surv. Stat. Methodol.* 3,
  2015); the two are joined by the square-and-add method 10 of Newcombe (*Stat. Med.* 17, 1998).
- Shares of rare events: a side with events on fewer than :data:`EVENTFUL_DAYS` days, and on fewer
  than half of them, does not show how much its days vary together. It is given the larger design
  effect of the two sides: seven people who leave on one bad day are one event, and a side without
  any has not seen that its days are alike.

**Days that follow each other.** Waits of one day go with those of the day before, so the variance
of a figure on waits is multiplied by ``F = (1+r)/(1-r)``, and its degrees of freedom are divided by
that (:func:`widening`). r is the correlation of the residuals ``y - R·x`` of neighbouring days,
raised by ``(1+3r)/k`` for its bias over k days (Kendall, *Biometrika* 41, 1954), and held within 0
and :data:`MOST_ALIKE`. Residuals of such days also spread too little around their own mean: by
``(k-F)/(k-1)``, which is made up for. Other figures take days as independent: a cold that lasts a
fortnight makes their intervals too narrow.

**One goal's share** is :func:`share_of`. Of 2 to 4 days it takes the design effect of the branch's
last twelve weeks.

**A comparison assumes** that both sides hold about the same weekdays: compare whole weeks. The unit
(days, days within their weekday, or weeks) is chosen in
:mod:`queue_service.insight.rules.daily_ratios`.

**It says nothing** with fewer than :data:`MIN_DAYS` days on either side, or where no day of a mean
differs from another. The coverage is simulated in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from math import cos, floor, pi, sin, sqrt, tan
from statistics import NormalDist
from typing import Final, NamedTuple

from queue_service.days.rules.figures import Row
from queue_service.goals.rules.verdicts import Z95, Ends, Share, share, verdict, wilson

MIN_DAYS: Final = 5
"""With fewer days there is no interval over days, and no verdict where two sides are compared."""

EVENTFUL_DAYS: Final = 10
"""With events on fewer days a share's own days do not show how much they vary together: of pairs of
months that both have a bad day now and then, 3 days still let 9 in 100 differ, 10 days 5."""

USUAL_DAYS: Final = 84
"""Over how many dates, up to its last, a short range's usual design effect is taken."""

LEAST_USUAL: Final = 10
"""With fewer days that judged anything among them it is not known."""

MOST_ALIKE: Final = 0.8
"""The highest correlation of neighbouring days that is allowed for."""

_FEWEST_DAYS: Final = 2
_HALVINGS: Final = 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ratio over days. ``value`` and ``variance`` are None if they are unknown.

    ``n`` is the denominator: inquiries, waits, visits, days or counter hours. ``days`` are those
    that add to it. ``degrees`` are the variance's degrees of freedom, by default one less than the
    days. A share is ``rare`` if too few of its days differ from none, or from all.
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


class UsualEffect(NamedTuple):
    """A goal's usual design effect, with its degrees of freedom."""

    effect: float
    degrees: int


@dataclass(slots=True)
class DaySpreads:
    """How days differ, as far as a row of their sums does not say it.

    ``days`` are the rows by date of the range, ``waits`` the goals on waiting times; ``find_usual``
    gives what is usual by goal, and is asked once and only if a share is of 2 to 4 days.
    """

    days: Mapping[str, Row] = field(default_factory=dict)
    waits: Collection[str] = ()
    find_usual: Callable[[], Mapping[str, UsualEffect]] = dict
    _following: dict[str, float] = field(default_factory=dict)
    _usual: Mapping[str, UsualEffect] | None = None

    def following(self, goal: str) -> float:
        """By how much days that follow each other widen the variance of a goal's share."""
        if goal not in self.waits:
            return 1.0
        if goal not in self._following:
            judged = (row.judged(goal) for _, row in sorted(self.days.items()))
            self._following[goal] = following([(within, n) for n, within in judged if n])
        return self._following[goal]

    def usual(self, goal: str) -> UsualEffect | None:
        """The usual effect of a goal; None if it is unknown."""
        if self._usual is None:
            self._usual = self.find_usual()
        return self._usual.get(goal)

    def as_usual(self, row: Row) -> dict[str, UsualEffect]:
        """The usual effect of each goal, with the range itself as the usual."""
        return {
            goal: UsualEffect(design_effect(found) * more, fewer(found.freedom, more))
            for goal, sums in row.days.items()
            if sums[0] >= LEAST_USUAL
            for found in [estimate_of_sums(*row.judged(goal), sums)]
            for more in [self.following(goal)]
        }


def following(pairs: Sequence[tuple[float, float]]) -> float:
    """By how much the variance of ``Σy / Σx`` is wider as its days follow each other.

    ``pairs`` are one ``(y, x)`` a day, in order.
    """
    total = sum(x for _, x in pairs)
    ratio = sum(y for y, _ in pairs) / total if total else 0.0
    return widening(correlation([y - ratio * x for y, x in pairs]), len(pairs))


def correlation(residuals: Sequence[float]) -> float:
    """The correlation of neighbouring days; 0 if all days are equal."""
    squares = sum(one * one for one in residuals)
    products = (one * other for one, other in pairwise(residuals))
    return sum(products) / squares if squares else 0.0


def widening(correlation: float, days: int) -> float:
    """By how much the variance over so many days is wider where neighbours correlate like this;
    1 with fewer than :data:`MIN_DAYS`."""
    if days < MIN_DAYS:
        return 1.0
    alike = min(MOST_ALIKE, max(0.0, correlation + (1 + 3 * correlation) / days))
    factor = (1 + alike) / (1 - alike)
    if factor == 1:
        return factor
    return factor * (days - 1) / max(days - factor, days / 2)


def fewer(degrees: int, factor: float) -> int:
    """The degrees of freedom that are left of a variance that is so much wider."""
    return max(1, floor(degrees / factor))


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


def share_of(
    row: Row,
    goal: str,
    target: float | None,
    *,
    running: bool = False,
    spreads: DaySpreads | None = None,
) -> Share:
    """A goal's share of a row, with its verdict: the one way in which it is worked out.

    Of one day that judged anything the interval is Wilson's. From two on it is over days: from
    :data:`MIN_DAYS` on by their own spread, below that by the usual one; if that is unknown it
    is Wilson's without a verdict, since days differ by more than chance.
    """
    judged, within = row.judged(goal)
    sums, known = row.days.get(goal), spreads or DaySpreads()
    if sums is None or sums[0] < _FEWEST_DAYS:
        return share(judged, within, target, running=running)
    found = estimate_of_sums(judged, within, sums)
    if sums[0] >= MIN_DAYS:
        ends: Ends = share_interval(found, following=known.following(goal)) or (None, None)
    else:
        usual = known.usual(goal)
        if usual is None or found.value is None:
            return replace(share(judged, within, None), days=sums[0])
        worth, quantile = judged / usual.effect, t_quantile(usual.degrees)
        ends = score_interval(found.value, worth, quantile)
    low, high = ends
    standing = verdict(judged, ends, target)
    return Share(judged, within, found.value, low, high, "days", standing, sums[0])


def share_over_days(
    days: Mapping[str, Sequence[int]], target: float | None, *, waits: bool = False
) -> Share:
    """The same of so many judged and within by date, where no more is known of the days.

    ``waits``: it is on waiting times, so that one day follows from the day before.
    """
    whole, by_date = Row(), dict[str, Row]()
    for date, (judged, within) in days.items():
        day = Row()
        day.count_dated("", judged, within)
        if judged:
            whole.absorb(day)
            by_date[date] = day
    return share_of(whole, "", target, spreads=DaySpreads(by_date, [""] if waits else []))


def mean_difference(first: Estimate, second: Estimate, level: float = 0.95) -> Difference | None:
    """The difference of two means; None if too little is known."""
    known = _known(first, second)
    if known is None or not any(variance for _, variance in known):
        return None
    (one, one_variance), (two, two_variance) = known
    degrees = welch((one_variance, first.freedom), (two_variance, second.freedom))
    reach = t_quantile(degrees, level) * sqrt(one_variance + two_variance)
    return Difference(two - one, two - one - reach, two - one + reach)


def share_difference(first: Estimate, second: Estimate, level: float = 0.95) -> Difference | None:
    """The difference of two shares; None if too little is known."""
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


def share_interval(
    share: Estimate, level: float = 0.95, *, following: float = 1.0
) -> tuple[float, float] | None:
    """One share's own interval over its days; None if too little is known.

    ``following``: by how much its variance is wider as its days follow each other.
    """
    if share.value is None or share.variance is None or share.days < MIN_DAYS:
        return None
    worth = share.n / (design_effect(share) * following)
    degrees = fewer(share.freedom, following)
    return score_interval(share.value, worth, t_quantile(degrees, level))


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
    """The quantile within which, either side of 0, a normally distributed value lies with this
    probability."""
    return NormalDist().inv_cdf((1 + level) / 2)
