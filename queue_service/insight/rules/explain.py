"""The causes of a hard hour: its differences from the same hour of the same weekday before.

Every cause is put in one unit, the **counter minutes** it added, so that causes can be ranked and
added up. The work of an hour less the time there was for it is ``(arrivals + left over) · h - (c -
i)``, with the mean handling time h, the open counters' minutes c and the i of them in which a
counter was free while people waited, each person being one inquiry. Its change against the usual
hour divides without a rest, by giving each factor the mean of the other's two values; the change of
h divides by :mod:`queue_service.insight.rules.decomposition` into that of the services' mix and
that of their times.

The usual hour is the median of those before, its handling times are theirs pooled. The usual range
is the prediction interval for one more value (Hahn and Meeker, *Statistical Intervals*, 1991,
chapter 4) about the median, with the quartiles' distance / 1.349 as deviation, which one odd week
does not stretch; at least it ranges as chance alone would have it: Poisson for people, the scatter
of so many services and exponential times for the handling.

This is arithmetic on one hour and not proof: a cause is unusual and adds work, no more is claimed.
Since six things are looked at, 13 % of simulated ordinary hours are given a reason, and 17 % have
something unusual in them, be it more work or less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt
from statistics import median, quantiles
from typing import Final, Literal

from queue_service.days.rules.figures import Row
from queue_service.goals.rules.verdicts import Z95
from queue_service.history.rules.confidence_intervals import t_quantile
from queue_service.insight.rules.decomposition import (
    Handled,
    chances,
    decompose,
    mean,
    most,
    pooled,
)

MIN_WEEKS: Final = 4
"""With fewer hours to compare with nothing is said."""

CauseKind = Literal["arrivals", "left_over", "counters", "idle", "mix", "handling"]
"""People who came; people left over from before; counters open on average, and those of them that
was free while people waited, as when a clerk is away without closing; and the hour's mean handling
time in seconds had only the services asked for, or only their own times, been unusual."""

ExplanationVerdict = Literal["explained", "nothing_unusual", "too_little_data"]

_LEAST: Final[Mapping[CauseKind, float]] = {
    "arrivals": 2,
    "left_over": 2,
    "counters": 0.25,
    "idle": 0.25,
    "mix": 15,
    "handling": 15,
}
"""The smallest distance from the usual that counts as unusual."""
_QUARTILES_APART: Final = 1.349
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class ExplainedHour:
    """An hour of a date: people who came, were left over from before, the counters' open ms, and by
    service the number of completed inquiries and their handling ms in all; ``idle_ms`` of the open
    time counters were free while people waited. None: not known."""

    arrivals: int
    left_over: int | None
    counter_ms: int | None
    handled: Handled
    idle_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One side of an hour, in its kind's unit, against its usual range.

    ``contribution`` is the counter minutes it added to the hour, negative for relief. ``service``
    is the one that did most of it, for the mix and the handling times.
    """

    kind: CauseKind
    actual: float
    low: float
    median: float
    high: float
    contribution: float
    service: str | None = None

    @property
    def unusual(self) -> bool:
        """Whether it was out of its usual range."""
        return not self.low <= self.actual <= self.high


@dataclass(frozen=True, slots=True)
class Explanation:
    """``factors`` are all that is known, what added most work first; ``weeks`` the hours compared.

    ``nothing_unusual``: nothing out of the usual made the hour harder.
    """

    verdict: ExplanationVerdict
    weeks: int
    factors: tuple[Factor, ...] = ()

    @property
    def reasons(self) -> tuple[Factor, ...]:
        """The unusual causes that added work, the largest first."""
        return tuple(f for f in self.factors if f.unusual and f.contribution > 0)

    @property
    def largest(self) -> Factor | None:
        """The cause that added most work, unusual or not; None if the hour had no more than
        usual."""
        first = self.factors[0] if self.factors else None
        return first if first and first.contribution > 0 and self.added > 0 else None

    @property
    def added(self) -> float:
        """The counter minutes of work that the hour had beyond the usual, all in all."""
        return sum(factor.contribution for factor in self.factors)


@dataclass(frozen=True, slots=True)
class ShareChange:
    """By how much a goal's share was unlike the usual hours' (ratios): by which services were
    asked for, and by how often each was within. Each names the service that did most of it."""

    usual: float
    actual: float
    mix: float
    within: float
    mix_service: str | None
    within_service: str | None


def share_change(usual: Handled, actual: Handled) -> ShareChange | None:
    """A goal's change divided without a rest; by service how many were judged, and within.

    None if either side judged nothing. People who came and open counters are no part of it:
    they make people wait, and change neither handling times nor what is solved.
    """
    if not usual or not actual:
        return None
    mix, within = decompose(usual, actual)
    return ShareChange(
        mean(usual), mean(actual), sum(mix.values()), sum(within.values()), most(mix), most(within)
    )


def hour_of(
    services: Mapping[str, Row],
    left_over: int | None,
    counter_ms: int | None,
    idle_ms: int | None = None,
) -> ExplainedHour:
    """An hour from its rows by service."""
    times = {service: row.inquiries.durations for service, row in services.items()}
    return ExplainedHour(
        sum(row.visits["issued"] for row in services.values()),
        left_over,
        counter_ms,
        {service: (d.n, d.total_ms) for service, d in times.items() if d.n},
        idle_ms,
    )


def left_over(earlier: Iterable[Row]) -> int:
    """How many people a day's earlier hours left to the next: come, not lost, and without a
    completed inquiry. Lost visits are left out from the start, since they made no work."""
    people = 0
    for row in earlier:
        lost = sum(row.visits[state] for state in ("abandoned", "no_show", "incomplete"))
        first = row.inquiries.durations.n - row.inquiries["continued"]
        people += row.visits["issued"] - lost - first
    return max(0, people)


def explain(hour: ExplainedHour, before: Iterable[ExplainedHour]) -> Explanation:
    """The hour against the same one of the weeks before; hours without any inquiry are left out."""
    weeks = [past for past in before if past.handled]
    if len(weeks) < MIN_WEEKS or not (hour.arrivals or hour.left_over or hour.handled):
        return Explanation("too_little_data", len(weeks))
    factors = sorted(_factors(hour, weeks), key=lambda factor: -factor.contribution)
    found = Explanation("explained", len(weeks), tuple(factors))
    return found if found.reasons else Explanation("nothing_unusual", len(weeks), found.factors)


def _factors(hour: ExplainedHour, weeks: Sequence[ExplainedHour]) -> Iterable[Factor]:
    usual = pooled(week.handled for week in weeks)
    usual_ms = mean(usual)
    actual_ms = mean(hour.handled) if hour.handled else usual_ms
    each = (usual_ms + actual_ms) / 2 / _MINUTE_MS
    arrivals = _plain("arrivals", hour, weeks, lambda h: h.arrivals, each)
    over = _plain("left_over", hour, weeks, lambda h: h.left_over, each)
    people = [factor for factor in (arrivals, over) if factor]
    yield from people
    counters = _plain("counters", hour, weeks, _counters, -60)
    idle = _plain("idle", hour, weeks, _idle, 60)
    yield from (factor for factor in (counters, idle) if factor)
    if hour.handled:
        persons = sum(factor.actual + factor.median for factor in people) / 2
        yield from _times(hour, weeks, usual, persons)


def _counters(hour: ExplainedHour) -> float | None:
    return None if hour.counter_ms is None else hour.counter_ms / _HOUR_MS


def _idle(hour: ExplainedHour) -> float | None:
    return None if hour.idle_ms is None else hour.idle_ms / _HOUR_MS


def _plain(
    kind: CauseKind,
    hour: ExplainedHour,
    weeks: Sequence[ExplainedHour],
    value: Callable[[ExplainedHour], float | None],
    worth: float,
) -> Factor | None:
    """A number against its usual; each one more of it adds ``worth`` counter minutes."""
    actual = value(hour)
    usual = [known for week in weeks if (known := value(week)) is not None]
    if actual is None or len(usual) < MIN_WEEKS:
        return None
    low, middle, high = usual_range(kind, usual, 0.0 if kind in ("counters", "idle") else None)
    return Factor(kind, actual, low, middle, high, (actual - middle) * worth)


def _times(
    hour: ExplainedHour, weeks: Sequence[ExplainedHour], usual: Handled, persons: float
) -> Iterable[Factor]:
    now = decompose(usual, hour.handled)
    past = [decompose(usual, week.handled) for week in weeks]
    by_chance = chances(usual, sum(n for n, _ in hour.handled.values()))
    seconds = partial(_seconds, mean(usual))
    parts = zip(_TIMES, now, zip(*past, strict=True), by_chance, strict=True)
    for kind, effects, earlier, chance in parts:
        low, middle, high = usual_range(kind, [seconds(e) for e in earlier], chance)
        added = persons * sum(effects.values()) / _MINUTE_MS
        yield Factor(kind, seconds(effects), low, middle, high, added, most(effects))


_TIMES: Final[tuple[CauseKind, CauseKind]] = ("mix", "handling")


def _seconds(usual_ms: float, effects: Mapping[str, float]) -> float:
    return (usual_ms + sum(effects.values())) / 1000


def usual_range(
    kind: CauseKind, values: Sequence[float], chance: float | None = None
) -> tuple[float, float, float]:
    """The expected range of one more value of a kind, and the median: low, median, high."""
    return expected_range(values, chance, _LEAST[kind])


def expected_range(
    values: Sequence[float], chance: float | None, least: float
) -> tuple[float, float, float]:
    """The expected range of one more value, and the median: low, median, high. At least two values.

    Its width is at least that of ``chance``, a variance (by default the variance of a count), and
    ``least`` to either side.
    """
    middle = median(values)
    lower, _, upper = quantiles(values, n=4, method="inclusive")
    reach = t_quantile(len(values) - 1) * (upper - lower) / _QUARTILES_APART
    by_chance = Z95 * sqrt(middle if chance is None else max(0.0, chance))
    reach = max(max(reach, by_chance) * sqrt(1 + 1 / len(values)), least)
    return max(0.0, middle - reach), middle, middle + reach
