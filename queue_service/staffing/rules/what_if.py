"""Simulated days with plans of more or fewer counters: days drawn at random, seeded.

Each drawn day has its own number of arrivals around the expected ones: a lognormal factor for the
whole day, Poisson numbers within each part of it. A visitor who waits longer than an exponential
patience leaves. Service times are drawn from stored ones. There is one queue, first come, first
served; a counter that closes completes its visit, and the counters of the last part stay until the
queue is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf
from random import Random
from statistics import fmean
from typing import Final, Literal

DRAWN_DAYS: Final = 40

PlanName = Literal["there", "fewer", "fewer_before_noon", "fewer_after_noon", "advised", "more"]
"""The counters as advised; as many of these as there are; one fewer all day, before noon or from
noon on, but at least one; one more all day."""


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

    plan: PlanName
    counters: tuple[int, ...]
    share: float
    low: float
    high: float
    days: int
    days_below: int
    left: float


def what_if(
    plan: PlanName,
    counters: Sequence[int],
    days: Iterable[Sequence[DrawnVisitor]],
    parts: Sequence[DayPart],
    limit_seconds: float,
    target: float,
) -> WhatIf:
    """Days drawn by :func:`drawn_days`, with so many counters in each part."""
    found = [serve(counters, parts, visitors, limit_seconds) for visitors in days]
    shares = sorted(1.0 if day.share is None else day.share for day in found)
    last = len(shares) - 1
    return WhatIf(
        plan=plan,
        counters=tuple(counters),
        share=fmean(shares),
        low=shares[round(0.1 * last)],
        high=shares[round(0.9 * last)],
        days=len(found),
        days_below=sum(share < target for share in shares),
        left=fmean(day.left for day in found),
    )


def plans_around(
    advised: Sequence[int], before_noon: Sequence[bool], there: int
) -> Mapping[PlanName, tuple[int, ...]]:
    """The plans to compare with the advised one, and that one, for ``there`` counters in all.

    A plan that another of them equals is left out.
    """
    fewer = [max(1, n - 1) for n in advised]
    by_half = list(zip(advised, fewer, before_noon, strict=True))
    others: dict[PlanName, tuple[int, ...]] = {
        "there": tuple(min(n, max(1, there)) for n in advised),
        "fewer": tuple(fewer),
        "fewer_before_noon": tuple(less if morning else n for n, less, morning in by_half),
        "fewer_after_noon": tuple(n if morning else less for n, less, morning in by_half),
    }
    found: dict[PlanName, tuple[int, ...]] = {}
    for name, counters in others.items():
        if counters not in (tuple(advised), *found.values()):
            found[name] = counters
    return {**found, "advised": tuple(advised), "more": tuple(n + 1 for n in advised)}


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
        list(drawn_day(parts, exp(random.gauss(0, spread)), services, patience_seconds, random))
        for _ in range(days)
    ]


def drawn_day(
    parts: Sequence[DayPart],
    factor: float,
    services: Sequence[float],
    patience_seconds: float | None,
    random: Random,
) -> Iterator[DrawnVisitor]:
    """The visitors of one possible day with ``factor`` times the expected arrivals, in order."""
    for part in parts:
        rate = factor * part.arrivals / (part.ends - part.begins)
        at = part.begins
        while rate > 0 and (at := at + random.expovariate(rate)) < part.ends:
            yield drawn_visitor(at, services, patience_seconds, random)


def drawn_visitor(
    arrives: float, services: Sequence[float], patience_seconds: float | None, random: Random
) -> DrawnVisitor:
    """A visitor with a patience and a service time drawn at random."""
    patience = random.expovariate(1 / patience_seconds) if patience_seconds else inf
    return DrawnVisitor(arrives, patience, random.choice(services))


def serve(
    plan: Sequence[int],
    parts: Sequence[DayPart],
    visitors: Iterable[DrawnVisitor],
    limit_seconds: float,
) -> DrawnDay:
    """One day's visitors, in order of arrival, at so many counters in each part."""
    return counted(waits(plan, parts, visitors), limit_seconds)


def counted(waited: Iterable[tuple[DrawnVisitor, float | None]], limit_seconds: float) -> DrawnDay:
    """The counts of visitors with their waits, see :func:`waits`."""
    visitors = judged = within = left = 0
    for visitor, wait in waited:
        visitors += 1
        if wait is None:
            left += 1
            judged += visitor.patience >= limit_seconds
        else:
            judged += 1
            within += wait < limit_seconds
    return DrawnDay(visitors, judged, within, left)


def waits(
    plan: Sequence[int],
    parts: Sequence[DayPart],
    visitors: Iterable[DrawnVisitor],
    busy_until: Sequence[float] = (),
) -> Iterator[tuple[DrawnVisitor, float | None]]:
    """Each visitor, in order of arrival, with the wait in seconds; None for one who leaves.

    ``busy_until`` are the seconds at which counters that serve somebody become free. The wait of
    somebody whom no counter will ever call is infinite.
    """
    counters = [_Counter(n, plan, parts) for n in range(max(plan, default=0))]
    for counter, free in zip(counters, busy_until, strict=False):
        counter.free = free
    for visitor in visitors:
        best, starts = None, inf
        for counter in counters:
            at = counter.start(visitor.arrives)
            if at < starts:
                best, starts = counter, at
                if at == visitor.arrives:
                    break
        wait = starts - visitor.arrives
        if visitor.patience < wait:
            yield visitor, None
            continue
        if best is not None:
            best.free = starts + visitor.service
        yield visitor, wait


class _Counter:
    """A counter that is open in the parts of a plan that have more than ``n`` counters."""

    def __init__(self, n: int, plan: Sequence[int], parts: Sequence[DayPart]) -> None:
        spans = [(p.begins, p.ends) for p, open_ in zip(parts, plan, strict=True) if open_ > n]
        if plan[-1] > n:
            spans[-1] = spans[-1][0], inf
        self._spans = iter([*spans, (inf, inf)])
        self._begins, self._ends = next(self._spans)
        self.free = 0.0

    def start(self, arrives: float) -> float:
        """When the counter could call somebody who arrives at a second of the day, which is none
        before one that was asked for earlier."""
        at = max(arrives, self.free)
        while self._ends <= at < inf:
            self._begins, self._ends = next(self._spans)
        return max(at, self._begins)
