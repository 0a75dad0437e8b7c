"""The waiting visits that the rest of the day does not reach, at the pace of the last hour.

The calls of the last hour are a number drawn at random, and so are those until closing. With a
uniform prior for the pace, the calls until closing have the mean of the pace times the time left,
and a variance that is larger than the mean by the part of the past that is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Final

from queue_service.branches.rules.interventions import ordinal
from queue_service.visits.rules.visit import Visit

PACE_MS: Final = 3_600_000
"""The pace is that of so long before, or since the branch opened."""
LEAST_CALLS: Final = 5
"""Fewer calls say too little of a pace."""
_TENTH: Final = 1.2816
"""Standard deviations from the mean to the 10th and the 90th percentile."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of the waiting visits are reached: the mean, the 10th and 90th percentile."""

    expected: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class NotReached:
    """The first number of each service that is probably not reached, and of how many visits.

    ``earliest`` is the first number that may not be reached, and ``latest`` the same for a quick
    rest of the day; None if it may reach all.
    """

    numbers: Mapping[str, str]
    count: int
    earliest: str
    latest: str | None


def reach(waiting: int, calls: int, over_ms: int, left_ms: int) -> Reach | None:
    """How many of the ``waiting`` visits are reached in ``left_ms``, after so many ``calls`` in
    ``over_ms``; None if all are, and where too little is known."""
    if calls < LEAST_CALLS or over_ms <= 0 or left_ms <= 0:
        return None
    part = left_ms / over_ms
    mean = calls * part
    if waiting <= floor(mean):
        return None
    spread = _TENTH * sqrt(mean * (1 + part))
    low, high = floor(max(0.0, mean - spread)), ceil(mean + spread)
    return Reach(floor(mean), min(low, waiting), min(high, waiting))


def not_reached(in_order: Sequence[Visit], found: Reach) -> NotReached | None:
    """The numbers of visits, in the order of their calls, that are not reached.

    A number counts if all later numbers of its service are not reached either, so that a screen may
    say “from this number on”. Numbers of two days are not comparable: a service is named by those
    of its newest day, and visits carried over from an earlier one are only counted. None if there
    is no such number.
    """
    newest: dict[str, str] = {}
    for visit in in_order:
        newest[visit.service] = max(visit.date, newest.get(visit.service, ""))
    of_newest = [visit for visit in in_order if visit.date == newest[visit.service]]
    left_out = {visit.id for visit in in_order[found.expected :]}
    numbers: dict[str, str] = {}
    for visit in sorted(of_newest, key=lambda visit: ordinal(visit.number), reverse=True):
        service = visit.service
        later = (v for v in of_newest if v.service == service and _is_after(v, visit))
        if visit.id in left_out and all(v.id in left_out for v in later):
            numbers[service] = visit.number
    if not numbers:
        return None
    latest = in_order[found.high].number if found.high < len(in_order) else None
    count = sum(
        ordinal(visit.number) >= ordinal(numbers[visit.service])
        if visit.date == newest[visit.service]
        else visit.id in left_out
        for visit in in_order
        if visit.service in numbers
    )
    return NotReached(numbers, count, in_order[found.low].number, latest)


def _is_after(one: Visit, other: Visit) -> bool:
    return ordinal(one.number) > ordinal(other.number)
