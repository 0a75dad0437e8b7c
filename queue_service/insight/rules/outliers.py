"""Days and hours that are outliers among their own kind: the worst ones, not the mean of many.

A day is compared with the same weekday of the weeks around it, an hour of a date against the same
hour of that weekday. With fewer than :data:`MIN_LIKE` of those, a day is compared with all other
days and an hour against the same hour of them.

**Method.** The figure is put on a scale where its spread is even: shares by the arcsine of their
root (Anscombe, *Biometrika* 35, 1948), mean waits by the logarithm of the wait and half a minute.
One more value is expected within ``mean ± t · s · √(1 + 1/k)`` of k others (Hahn and Meeker,
*Statistical Intervals*, 1991, chapter 4), where s is never less than chance alone makes it. Only
what is worse than that is reported, so all of the level's error lies on that side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import asin, exp, log, pi, sin, sqrt
from statistics import fmean, variance
from typing import Final, TypeVar

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.days.rules.figures import Row
from queue_service.days.rules.suppression import SMALLEST
from queue_service.history.rules.confidence_intervals import t_quantile
from queue_service.insight.rules.compare import Pair, judged_pair, lost_pair
from queue_service.insight.rules.finding import Finding, FindingKind, StandsOutIn

WEEKS_BACK: Final = 12
"""How far back the days lie that a period's are compared with."""
MIN_LIKE: Final = 6
"""With fewer days like it a day is compared with all others."""
MIN_OTHERS: Final = 10
"""With fewer others nothing is reported."""
LEAST_WAIT_SECONDS: Final = 60
"""A mean wait that is longer by less than this is no outlier."""

_HALF_A_MINUTE: Final = 30.0
_LEAST_SPREAD: Final = 0.1

DateHour = tuple[str, str]
"""A date and an hour (``"14"``) of it."""
OutlierClaim = Callable[[float], Finding | None]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Recent:
    """Single days and hours: those of a period, from ``first`` on, and those of the weeks before
    it."""

    first: str
    days: Mapping[str, Row]
    hours: Mapping[DateHour, Row]

    def worst_hour(self, day: str) -> str:
        """The hour of a date that was waited in longest, all in all; none without any."""
        waits = {h: row.visits.durations.total_ms for (d, h), row in self.hours.items() if d == day}
        return max(waits, key=lambda hour: (waits[hour], hour), default="")


@dataclass(frozen=True, slots=True)
class OutlierScale:
    """A scale on which a figure spreads evenly. ``worse`` is 1 if more is worse, else -1;
    ``chance`` gives the variance that so many visits have by chance alone."""

    worse: int
    forth: Callable[[Pair], float]
    back: Callable[[float], float]
    chance: Callable[[float], float]


_WAITS: Final = OutlierScale(
    1,
    lambda pair: log(pair[0] / pair[1] + _HALF_A_MINUTE),
    lambda value: max(0.0, exp(value) - _HALF_A_MINUTE),
    lambda _: _LEAST_SPREAD**2,
)


def share_scale(worse: int) -> OutlierScale:
    """The scale of shares, on which chance spreads all of them alike."""
    return OutlierScale(
        worse,
        lambda pair: asin(sqrt((pair[0] + 3 / 8) / (pair[1] + 3 / 4))),
        lambda value: sin(min(max(value, 0.0), pi / 2)) ** 2,
        lambda n: 1 / (4 * n + 2),
    )


_LOSSES: Final = share_scale(1)
_ATTAINED: Final = share_scale(-1)


def standing_out(recent: Recent, goals: Sequence[str]) -> Iterator[list[OutlierClaim]]:
    """The claims about a period's days, and about its hours: a family of claims each."""
    days = {(day, recent.worst_hour(day)): row for day, row in recent.days.items()}
    yield list(_claims("day_stands_out", days, recent.first, goals))
    by_hour: dict[str, dict[DateHour, Row]] = defaultdict(dict)
    for (day, hour), row in recent.hours.items():
        by_hour[hour][day, hour] = row
    yield [
        claim
        for rows in by_hour.values()
        for claim in _claims("hour_stands_out", rows, recent.first, goals)
    ]


def _claims(
    kind: FindingKind, rows: Mapping[DateHour, Row], first: str, goals: Sequence[str]
) -> Iterator[OutlierClaim]:
    figures: list[tuple[StandsOutIn, str | None, Callable[[Row], Pair], OutlierScale]] = [
        ("waiting", None, _wait_pair, _WAITS),
        ("abandoned", None, partial(lost_pair, state="abandoned"), _LOSSES),
        *(("goal", goal, partial(judged_pair, goal=goal), _ATTAINED) for goal in goals),
    ]
    for figure, goal, pair, scale in figures:
        counted = {key: found for key, row in rows.items() if (found := pair(row))[1] >= SMALLEST}
        for key, mine in counted.items():
            others = _others(key[0], counted) if key[0] >= first else []
            if others:
                about = partial(Finding, kind, goal, key)
                yield partial(_tell, about, figure, scale, mine, others)


def _others(day: str, counted: Mapping[DateHour, Pair]) -> list[Pair]:
    """The days that a date is compared with: the same weekday's others, else all others, if
    enough."""
    others = {key[0]: found for key, found in counted.items() if key[0] != day}
    like = [found for other, found in others.items() if weekday_of(other) == weekday_of(day)]
    if len(like) >= MIN_LIKE:
        return like
    return list(others.values()) if len(others) >= MIN_OTHERS else []


def _wait_pair(row: Row) -> Pair:
    return row.visits.durations.total_ms / 1000, row.visits.durations.n


def _tell(
    about: Callable[..., Finding],
    figure: StandsOutIn,
    scale: OutlierScale,
    mine: Pair,
    others: Sequence[Pair],
    level: float,
) -> Finding | None:
    usual = [scale.forth(pair) for pair in others]
    middle, days = fmean(usual), len(usual)
    by_chance = fmean(scale.chance(n) for _, n in others)
    fewer = max(0.0, scale.chance(mine[1]) - by_chance)
    spread = max(variance(usual), by_chance) * (1 + 1 / days) + fewer
    reach = t_quantile(days - 1, 2 * level - 1) * sqrt(spread)
    if scale.worse * (scale.forth(mine) - middle) <= reach:
        return None
    value, n = mine[0] / mine[1], mine[1]
    low, reference, high = (scale.back(middle + way * reach) for way in (-1, 0, 1))
    beyond = value - high if scale.worse > 0 else low - value
    if figure == "waiting":
        if value - reference < LEAST_WAIT_SECONDS:
            return None
        # The part of their waiting that lies beyond the usual, in people.
        beyond /= value
    return about(value, low, high, reference, n, beyond * n, figure)
