"""Forecasts of single dates, kept the evening before, and how often they held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from queue_service.staffing.rules.forecast import (
    Expected,
    Weekdays,
    range_of,
    range_spread,
)

MOST_TRIED: Final = 20
LEAST_HELD: Final = 0.6


@dataclass(frozen=True, slots=True)
class ArrivalRange:
    """Arrivals expected, and the range of four cases in five."""

    arrivals: float
    low: int
    high: int

    def holds(self, came: int) -> bool:
        """Whether so many lie in the range."""
        return self.low <= came <= self.high


@dataclass(frozen=True, slots=True)
class KeptForecast:
    """The forecast of a date, made the evening before: in all, and by hour (``"09"``)."""

    date: str
    whole: ArrivalRange
    hours: Mapping[str, ArrivalRange]


@dataclass(frozen=True, slots=True)
class Held:
    """On how many of so many past days the total was within the forecast's range, and how many of
    their hours were. ``kept`` days were compared with the forecast that was kept the evening
    before, the others with one worked out from the days before them."""

    days: int
    held: int
    hours: int = 0
    hours_held: int = 0
    kept: int = 0

    @property
    def reliable(self) -> bool:
        """Whether the range held on three of five days at least, of twenty; with fewer days
        nothing speaks against it."""
        return self.days < MOST_TRIED or self.held >= LEAST_HELD * self.days


def held_of(weekdays: Weekdays, kept: Mapping[str, KeptForecast]) -> Held:
    """The last twenty ordinary days that have a forecast, kept or worked out, compared with it."""
    errors = dict(weekdays.errors())
    expected = {day.date: found for day, found in weekdays.compared}
    tried = [d for d in weekdays.ordinary if d.date in kept or d.date in expected][-MOST_TRIED:]
    held = hours = hours_held = 0
    for day in tried:
        earlier = (error for date, error in errors.items() if date < day.date)
        found = kept.get(day.date) or worked_out(expected[day.date], range_spread([*earlier]))
        held += found.whole.holds(sum(day.issued.get(hour, 0) for hour in found.hours))
        hours += len(found.hours)
        hours_held += sum(r.holds(day.issued.get(hour, 0)) for hour, r in found.hours.items())
    return Held(len(tried), held, hours, hours_held, sum(day.date in kept for day in tried))


def worked_out(expected: Expected, spread: float) -> KeptForecast:
    """The forecast of a date, for a relative spread of whole days."""
    return forecast_of(expected.date, expected.hours.items(), spread)


def forecast_of(date: str, hours: Iterable[tuple[str, float]], spread: float) -> KeptForecast:
    """The forecast of a date from arrivals by hour, of which there may be several parts."""
    means: dict[str, float] = {}
    for hour, arrivals in hours:
        means[hour] = means.get(hour, 0.0) + arrivals
    ranges = {hour: _range(mean, spread) for hour, mean in means.items()}
    return KeptForecast(date, _range(sum(means.values()), spread), ranges)


def _range(mean: float, spread: float) -> ArrivalRange:
    return ArrivalRange(mean, *range_of(mean, spread))


def forecast_to_document(forecast: KeptForecast) -> dict[str, Any]:
    """The form in which a forecast is kept."""
    return asdict(forecast)


def forecast_from_document(document: Mapping[str, Any]) -> KeptForecast:
    """The forecast in a stored form."""
    hours = {hour: ArrivalRange(**found) for hour, found in document["hours"].items()}
    return KeptForecast(document["date"], ArrivalRange(**document["whole"]), hours)
