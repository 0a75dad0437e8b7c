"""Simulated days with some more or fewer counters: days drawn at random, seeded.

Each drawn day has its own number of arrivals around the expected ones: a lognormal factor for the
whole day, Poisson numbers within each part of it. A visitor who waits longer than an exponential
patience leaves. Service times are drawn from stored ones. There is one queue, first come, first
served; a counter that closes completes its visit, and the counters of the last part stay until the
queue is empty.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, inf
from random import Random
from statistics import fmean
from typing import Final

DRAWN_DAYS: Final = 40


@dataclass(frozen=True, slots=True)
class DayPart:
    """Part of an opened day: from one second of it until another, and arrivals expected in it."""

    begins: float
    ends: float
    arrivals: float


@dataclass(frozen=True, slots=True)
class DrawnVisitor:
    """A visitor: the second of the day of arrival, the longest wait, and the service time."""

    arrives: float
    patience: float
    service: float


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """The counts of one day: visitors, those called within the limit, those who left, and those
    whom a waiting goal judges: called, or left after the limit."""

    visitors: int
    judged: int
    within: int
    left: int

    @property
    def share(self) -> float | None:
        """The share called within the limit; None if nothing is judged."""
        return self.within / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Drawn days with one plan of counters: the mean share called in time, and the 10th and 90th
    percentile of days; how many days are below the goal; how many visitors leave on average."""

    counters: tuple[int, ...]
    share: float
    low: float
    high: float
    days: int
    days_below: int
    left: float


def what_if(
    plan: Sequence[int],
    days: Sequence[Sequence[DrawnVisitor]],
    parts: Sequence[DayPart],
    limit_seconds: float,
    target: float,
) -> WhatIf:
    """Days drawn by :func:`drawn_days`, with so many counters in each part."""
    found = [serve(plan, parts, visitors, limit_seconds) for visitors in days]
    shares = sorted(1.0 if day.share is None else day.share for day in found)
    last = len(shares) - 1
    return WhatIf(
        counters=tuple(plan),
        share=fmean(shares),
        low=shares[round(0.1 * last)],
        high=shares[round(0.9 * last)],
        days=len(found),
        days_below=sum(share < target for share in shares),
        left=fmean(day.left for day in found),
    )


def around(plan: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The plan with a counter less all day, as it is, and with one more; at least one is open."""
    for more in (-1, 0, 1):
        yield tuple(max(1, n + more) for n in plan)


def drawn_days(
    parts: Sequence[DayPart],
    spread: float,
    services: Sequence[float],
    patience_seconds: float | None,
    random: Random,
    days: int = DRAWN_DAYS,
) -> list[list[DrawnVisitor]]:
    """So many possible days; ``services`` are seconds to draw service times from.

    ``spread`` is the relative spread of whole days around the expected.
    """
    return [
        list(_drawn_day(parts, exp(random.gauss(0, spread)), services, patience_seconds, random))
        for _ in range(days)
    ]


def _drawn_day(
    parts: Sequence[DayPart],
    factor: float,
    services: Sequence[float],
    patience_seconds: float | None,
    random: Random,
) -> Iterator[DrawnVisitor]:
    for part in parts:
        rate = factor * part.arrivals / (part.ends - part.begins)
        at = part.begins
        while rate > 0 and (at := at + random.expovariate(rate)) < part.ends:
            patience = random.expovariate(1 / patience_seconds) if patience_seconds else inf
            yield DrawnVisitor(at, patience, random.choice(services))


def serve(
    plan: Sequence[int],
    parts: Sequence[DayPart],
    visitors: Sequence[DrawnVisitor],
    limit_seconds: float,
) -> DrawnDay:
    """One day's visitors, in order of arrival, at so many counters in each part."""
    counters = [_Counter(n, plan, parts) for n in range(max(plan, default=0))]
    judged = within = left = 0
    for visitor in visitors:
        best = min(counters, key=lambda counter: counter.start(visitor.arrives))
        wait = best.start(visitor.arrives) - visitor.arrives
        if visitor.patience < wait:
            left += 1
            judged += visitor.patience >= limit_seconds
            continue
        judged += 1
        within += wait < limit_seconds
        best.free = visitor.arrives + wait + visitor.service
    return DrawnDay(len(visitors), judged, within, left)


class _Counter:
    """A counter that is open in the parts of a plan that have more than ``n`` counters."""

    def __init__(self, n: int, plan: Sequence[int], parts: Sequence[DayPart]) -> None:
        spans = [(p.begins, p.ends) for p, open_ in zip(parts, plan, strict=True) if open_ > n]
        if plan[-1] > n:
            spans[-1] = spans[-1][0], inf
        self._ends = [end for _, end in spans]
        self._begins = [begin for begin, _ in spans]
        self.free = 0.0

    def start(self, arrives: float) -> float:
        """When the counter could call somebody who arrives at a second of the day."""
        at = max(arrives, self.free)
        place = bisect_right(self._ends, at)
        return max(at, self._begins[place]) if place < len(self._begins) else inf
