"""The hours with the longest queue for the counters that are open.

The waiting in an hour of the week over the counters' open time is how many people wait, on average,
for each open counter (Little, *Operations Research* 9, 1961). The sum of an hour's waits varies
like one over a random number of them (compound Poisson, variance ``Σw²``), and more since a queue
makes all wait: by as much as the whole days' sums vary more than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from queue_service.days.rules.figures import Durations, Row
from queue_service.history.rules.confidence_intervals import z_quantile

HourOfTheWeek = tuple[int, str]
"""Weekday, 0 for Monday, and hour (``"09"``)."""


@dataclass(frozen=True, slots=True)
class Crowded:
    """People waiting per open counter in an hour of the week, its interval, and in ``usual`` the
    same over all hours. ``people`` is how many average waits more than usual there were at least.

    ``hours`` is the counters' open time.
    """

    value: float
    low: float
    high: float
    usual: float
    hours: float
    people: float


class Congestion:
    """A period's waiting, compared with the open counters, by hour of the week."""

    def __init__(
        self,
        hours: Mapping[HourOfTheWeek, Row],
        staffed: Mapping[HourOfTheWeek, int],
        days: Mapping[str, Row],
    ) -> None:
        """Rows and the counters' open ms by hour of the week; rows by date."""
        self._staffed = {key: ms for key, ms in staffed.items() if ms and key in hours}
        self._waits = {key: hours[key].visits.durations for key in self._staffed}
        self._effect = waiting_effect([row.visits.durations for row in days.values()])

    @property
    def hours(self) -> list[HourOfTheWeek]:
        """The hours of the week in which counters were open and visits waited, in order."""
        return sorted(key for key, waits in self._waits.items() if waits.n)

    def at(self, key: HourOfTheWeek, level: float = 0.95) -> Crowded:
        """The figures of one of the :attr:`hours`."""
        waits, staffed = self._waits[key], self._staffed[key]
        total = sum(waits.total_ms for waits in self._waits.values())
        mean = total / sum(waits.n for waits in self._waits.values())
        value, usual = waits.total_ms / staffed, total / sum(self._staffed.values())
        reach = z_quantile(level) * sqrt(self._effect * squares(waits)) / staffed
        people = (value - reach - usual) * staffed / mean if mean else 0.0
        hours = staffed / 3_600_000
        return Crowded(value, max(0.0, value - reach), value + reach, usual, hours, people)


def waiting_effect(days: Sequence[Durations]) -> float:
    """The ratio by which days' sums of waits vary more than sums of unrelated waits; at least 1."""
    chance = sum(squares(day) for day in days)
    if len(days) < 2 or not chance:
        return 1.0
    mean = sum(day.total_ms for day in days) / len(days)
    scatter = sum((day.total_ms - mean) ** 2 for day in days)
    return max(1.0, len(days) / (len(days) - 1) * scatter / chance)


def squares(waits: Durations) -> float:
    """``Σw²`` in ms², with the upper end of its bucket for a wait that is known by that only."""
    if waits.buckets is None:
        return sum(value**2 for value in waits.values)
    ends = (*waits.bounds, waits.bounds[-1])
    counted = zip(ends, waits.counts(), strict=True)
    return sum(count * (1000 * end) ** 2 for end, count in counted)
