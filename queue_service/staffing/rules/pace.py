"""The likely end of today's waiting goal: the rest of the day drawn at random, seeded.

Arrivals go on at the pace of the day so far. A gamma distribution of the day's factor, of mean 1
and the relative spread of whole days, is updated by the arrivals that were counted against those
expected until now; Poisson numbers around it are the negative binomial numbers of the forecast.
Counters stay as they are now. One counter more is tried for up to two hours, where most visitors
would otherwise wait too long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import expm1
from random import Random
from statistics import fmean
from typing import Any, Final

from queue_service.staffing.rules.what_if import (
    DRAWN_DAYS,
    DayPart,
    DrawnVisitor,
    counted,
    drawn_day,
    drawn_visitor,
    waits,
)

LEAST_JUDGED: Final = 20
"""With fewer visits judged until closing, so far and to come, a share means little."""
LEAST_GAIN: Final = 0.03
"""One counter more changes the share by three points at least, or it is not worth a line."""
LIKELY: Final = 0.5
WIDEST_RANGE: Final = 0.4
"""Ends farther apart than 40 points say too little for a line."""
_LEAST_FIRST_PART: Final = 1800.0
"""A counter is tried from now on if half an hour is left of the present hour."""
_MOST_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class PoolNow:
    """A pool at an instant. ``parts`` are the rest of the open day in seconds from then.

    ``counters`` are open, of which the ``busy`` ones have served for so many seconds. ``waiting``
    are seconds waited so far. ``services`` are seconds to draw service times from.
    """

    parts: Sequence[DayPart]
    counters: int
    busy: Sequence[float]
    waiting: Sequence[float]
    services: Sequence[float]
    patience_seconds: float | None


@dataclass(frozen=True, slots=True)
class DayNow:
    """A day at an instant: visits that the goal has judged and that were within it, arrivals
    counted, and arrivals expected until then."""

    judged: int
    within: int
    came: int
    expected: float
    spread: float
    limit_seconds: float
    target: float


@dataclass(frozen=True, slots=True)
class DayEnd:
    """Shares at the end of drawn days: the mean, the 10th and 90th percentile, and the part of the
    days that are below the goal."""

    share: float
    low: float
    high: float
    below: float


@dataclass(frozen=True, slots=True)
class OneMore:
    """The end of the day with one counter more, in the pool of this index, from seconds after now
    until others."""

    pool: int
    begins: float
    ends: float
    end: DayEnd


@dataclass(frozen=True, slots=True)
class Pace:
    """The likely end of the day with the ``counters`` that are open, and with one more; None if
    that would be in no time left."""

    counters: int
    end: DayEnd
    more: OneMore | None

    @property
    def gains(self) -> bool:
        """Whether one counter more changes the share enough."""
        if self.more is None:
            return False
        return round(self.more.end.share - self.end.share, 6) >= LEAST_GAIN

    @property
    def matters(self) -> bool:
        """Whether the goal is likely to be missed, its end is known well enough, and one counter
        more would change it."""
        width = round(self.end.high - self.end.low, 6)
        return self.gains and self.end.below > LIKELY and width <= WIDEST_RANGE


def pace(day: DayNow, pools: Sequence[PoolNow], random: Random) -> Pace | None:
    """The pace of a day; None with few visits until closing, or without a counter in a pool."""
    ahead = sum(part.arrivals for pool in pools for part in pool.parts)
    waiting = sum(len(pool.waiting) for pool in pools)
    if day.judged + ahead + waiting < LEAST_JUDGED or not all(pool.counters for pool in pools):
        return None
    drawn = [_drawn(day, pools, random) for _ in range(DRAWN_DAYS)]
    plans = [[pool.counters] * len(pool.parts) for pool in pools]
    end = _end(day, pools, plans, drawn)
    counters = sum(pool.counters for pool in pools)
    window = _window(day, pools, plans, drawn)
    if window is None:
        return Pace(counters, end, None)
    nth, since, until = window
    plans[nth] = [n + (since <= part < until) for part, n in enumerate(plans[nth])]
    parts = pools[nth].parts
    more = OneMore(nth, parts[since].begins, parts[until - 1].ends, _end(day, pools, plans, drawn))
    return Pace(counters, end, more)


@dataclass(frozen=True, slots=True)
class _Rest:
    """The drawn rest of a day in a pool: waiting and coming visits, and when busy counters are
    free."""

    visitors: Sequence[DrawnVisitor]
    busy_until: Sequence[float]


def _drawn(day: DayNow, pools: Sequence[PoolNow], random: Random) -> list[_Rest]:
    shape = 1 / expm1(day.spread**2)
    factor = random.gammavariate(shape + day.came, 1 / (shape + day.expected))
    return [_rest(pool, factor, random) for pool in pools]


def _rest(pool: PoolNow, factor: float, random: Random) -> _Rest:
    here = []
    for waited in sorted(pool.waiting, reverse=True):
        found = drawn_visitor(-waited, pool.services, pool.patience_seconds, random)
        # An exponential patience has no memory of the time that was waited.
        here.append(replace(found, patience=waited + found.patience))
    coming = drawn_day(pool.parts, factor, pool.services, pool.patience_seconds, random)
    left = [_left(served, pool.services, random) for served in pool.busy]
    return _Rest([*here, *coming], left)


def _left(served: float, services: Sequence[float], random: Random) -> float:
    """The rest of a service that has lasted so long: that of a longer one, 0 if there is none."""
    longer = [time - served for time in services if time > served]
    return random.choice(longer) if longer else 0.0


_Plans = Sequence[Sequence[int]]


def _end(
    day: DayNow, pools: Sequence[PoolNow], plans: _Plans, drawn: Sequence[Sequence[_Rest]]
) -> DayEnd:
    shares = sorted(_share(day, pools, plans, rests) for rests in drawn)
    last = len(shares) - 1
    below = sum(share < day.target for share in shares) / len(shares)
    return DayEnd(fmean(shares), shares[round(0.1 * last)], shares[round(0.9 * last)], below)


def _share(day: DayNow, pools: Sequence[PoolNow], plans: _Plans, rests: Sequence[_Rest]) -> float:
    judged, within = day.judged, day.within
    for pool, plan, rest in zip(pools, plans, rests, strict=True):
        found = counted(waits(plan, pool.parts, rest.visitors, rest.busy_until), day.limit_seconds)
        judged += found.judged
        within += found.within
    return within / judged if judged else 1.0


def _window(
    day: DayNow, pools: Sequence[PoolNow], plans: _Plans, drawn: Sequence[Sequence[_Rest]]
) -> tuple[int, int, int] | None:
    """The pool, and the parts from one until just before another, in which most visitors who come
    or wait would wait too long; the earliest of several alike. None if no part is left."""
    found: list[tuple[int, int, int, int]] = []
    for nth, (pool, plan) in enumerate(zip(pools, plans, strict=True)):
        late = [0] * len(pool.parts)
        for rests in drawn:
            for part in _late(day, pool, plan, rests[nth]):
                late[part] += 1
        found += [
            (-sum(late[since:until]), since, until, nth) for since, until in _windows(pool.parts)
        ]
    if not found:
        return None
    _, since, until, nth = min(found)
    return nth, since, until


def _windows(parts: Sequence[DayPart]) -> Iterator[tuple[int, int]]:
    first = next((n for n, p in enumerate(parts) if p.ends - p.begins >= _LEAST_FIRST_PART), None)
    if first is None:
        return
    for since in range(first, max(first + 1, len(parts) - _MOST_PARTS + 1)):
        yield since, min(since + _MOST_PARTS, len(parts))


def _late(day: DayNow, pool: PoolNow, plan: Sequence[int], rest: _Rest) -> Iterator[int]:
    """The part of each visitor who is called or leaves too late; the first of those waiting."""
    part = 0
    for visitor, wait in waits(plan, pool.parts, rest.visitors, rest.busy_until):
        while part + 1 < len(pool.parts) and visitor.arrives >= pool.parts[part].ends:
            part += 1
        if (visitor.patience if wait is None else wait) >= day.limit_seconds:
            yield part


def pace_to_document(found: Pace) -> dict[str, Any]:
    """The stored form, by name."""
    return asdict(found)


def pace_from_document(document: Mapping[str, Any]) -> Pace:
    """The pace in a stored form."""
    more = document["more"]
    return Pace(
        counters=document["counters"],
        end=DayEnd(**document["end"]),
        more=more and OneMore(**{**more, "end": DayEnd(**more["end"])}),
    )
