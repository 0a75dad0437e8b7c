"""How many people to expect on a coming date, hour by hour, from the same weekdays before.

A date's mean is the mean of up to six days of its weekday. Days that say nothing about an ordinary
one are left out: without visits, with an outage or hours of their own, or with more than a fifth of
tickets from paper, of which the hours are not exact. Whole days differ from each other by more than
chance: by how much is estimated from their totals. The range of an hour or a day is a negative
binomial distribution: a Poisson number around a mean that varies from day to day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, expm1, lgamma, log, sqrt
from statistics import fmean, variance
from typing import Final, Literal

from queue_service.days.rules.period import days_after

MOST_WEEKS: Final = 6
"""So many days of the weekday make the mean."""
LEAST_WEEKS: Final = 2
WEEKS_BACK: Final = 12
"""How far back they are looked for."""
MOST_FROM_PAPER: Final = 0.2

LEAST_DAY_SPREAD: Final = 0.08
LEAST_RANGE: Final = 0.10
USUAL_RANGE: Final = 0.25
"""The relative spread of days around their forecast while few forecasts can be compared."""
LEAST_COMPARED: Final = 5

_RAISED_BY: Final = 0.42
"""Of the days' spread: enough counters for two days in three, not for the average one alone."""

RECENT_DAYS: Final = 14
LEAST_RECENT: Final = 5

RecentChange = Literal["quieter", "busier"]
"""How the last two weeks differ from the weeks before them."""

LOW, HIGH = 0.1, 0.9
"""A range leaves out one case in ten on each side."""


@dataclass(frozen=True, slots=True)
class PastDay:
    """A past date: tickets issued by hour, those of them from paper, and whether it is ordinary.

    ``special`` is a date with hours of its own, or with a note of an outage.
    """

    date: str
    issued: Mapping[str, int]
    paper: int = 0
    special: bool = False

    @property
    def total(self) -> int:
        """All tickets of the date."""
        return sum(self.issued.values())

    @property
    def ordinary(self) -> bool:
        """Whether it says what to expect of its weekday."""
        return self.total > 0 and not self.special and self.paper <= MOST_FROM_PAPER * self.total


@dataclass(frozen=True, slots=True)
class Expected:
    """The forecast of a date: the mean number of arrivals by hour.

    ``weeks`` are the dates that it is the mean of, latest first. ``spread`` is by how much, as a
    part of the mean, their days differ beyond chance; ``raised`` is the factor by which counters
    are planned for more than the mean.
    """

    date: str
    hours: Mapping[str, float]
    weeks: tuple[PastDay, ...]
    spread: float
    raised: float

    @property
    def total(self) -> float:
        """Expected arrivals of the whole date, in hours in which it is open or not."""
        return sum(self.hours.values())


class Weekdays:
    """The ordinary days of a branch by weekday."""

    def __init__(self, days: Iterable[PastDay]) -> None:
        ordinary = sorted((day for day in days if day.ordinary), key=lambda day: day.date)
        self._days = {day.date: day for day in ordinary}

    @property
    def ordinary(self) -> tuple[PastDay, ...]:
        """All of them, in order."""
        return tuple(self._days.values())

    def expected(self, date: str, known_until: str) -> Expected | None:
        """The forecast of a date from the days known up to another; None for too few weeks."""
        weeks = tuple(self._before(date, known_until))
        return expected_of(date, weeks) if len(weeks) >= LEAST_WEEKS else None

    @cached_property
    def compared(self) -> tuple[tuple[PastDay, Expected], ...]:
        """Each ordinary day, in order, with its forecast of the evening before."""
        found = (
            (day, self.expected(date, days_after(date, -1))) for date, day in self._days.items()
        )
        return tuple((day, expected) for day, expected in found if expected is not None)

    def errors(self) -> Iterator[tuple[str, float]]:
        """Each date that had a forecast, with the logarithm of its total over that, in order."""
        for day, found in self.compared:
            yield day.date, log(day.total / found.total)

    def _before(self, date: str, known_until: str) -> Iterator[PastDay]:
        left = MOST_WEEKS
        for back in range(1, WEEKS_BACK + 1):
            day = self._days.get(days_after(date, -7 * back))
            if day is not None and day.date <= known_until and left:
                left -= 1
                yield day


def expected_of(date: str, weeks: Sequence[PastDay]) -> Expected:
    """The mean of some days, of which there are two or more, as the forecast of a date."""
    k = len(weeks)
    hours = sorted({hour for day in weeks for hour in day.issued})
    means = {hour: sum(day.issued.get(hour, 0) for day in weeks) / k for hour in hours}
    spread = day_spread([day.total for day in weeks])
    return Expected(date, means, tuple(weeks), spread, 1 + _RAISED_BY * spread * sqrt(1 + 1 / k))


def day_spread(totals: Sequence[int]) -> float:
    """By how much days' totals differ beyond chance, as a part of their mean; at least 0.08."""
    mean = fmean(totals)
    if mean == 0:
        return LEAST_DAY_SPREAD
    beyond = variance(totals) / mean**2 - 1 / mean
    return max(LEAST_DAY_SPREAD, sqrt(max(0.0, beyond)))


def range_spread(errors: Sequence[float]) -> float:
    """The relative spread of days around their forecasts, from the logarithms of their ratios."""
    if len(errors) < LEAST_COMPARED:
        return USUAL_RANGE
    return max(LEAST_RANGE, sqrt(fmean(error**2 for error in errors)))


def change_of(errors: Mapping[str, float], today: str) -> RecentChange | None:
    """Whether the last two weeks differ from their forecasts by more than days usually do.

    ``errors`` are the errors of :meth:`Weekdays.errors`. None also with fewer than five days to
    compare.
    """
    since = days_after(today, -RECENT_DAYS)
    recent = [error for date, error in errors.items() if since <= date < today]
    if len(recent) < LEAST_RECENT:
        return None
    usual = range_spread([error for date, error in errors.items() if date < since])
    shift = fmean(recent)
    if abs(shift) <= usual:
        return None
    return "quieter" if shift < 0 else "busier"


def range_of(mean: float, spread: float) -> tuple[int, int]:
    """Between which numbers of arrivals four cases in five lie, for a relative spread."""
    if mean <= 0:
        return 0, 0
    shape = 1 / expm1(spread**2)
    odds = log(mean / (mean + shape))
    at_zero = shape * log(shape / (mean + shape))
    below, low, n = 0.0, -1, 0
    while True:
        count = lgamma(n + shape) - lgamma(shape) - lgamma(n + 1) + n * odds
        below += exp(at_zero + count)
        if low < 0 and below >= LOW:
            low = n
        if below >= HIGH:
            return low, n
        n += 1
