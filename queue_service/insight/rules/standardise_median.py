"""The median handling time by the same mix of services.

Half of the contacts last no longer, where each service counts with its weight in the standard mix
and not with the branch's own number: the smallest time at which ``F(t) = Σ w_s · F_s(t)`` reaches
one half. Its interval is Woodruff's (*J. Am. Stat. Assoc.* 47, 1952): F at the median is a
standardised share, whose interval over days is turned back into times. If only counts by length are
left, times within one length are taken as evenly spread.

A median divides into no effects, and no difference from the others is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Final

from queue_service.days.rules.days_by_service import HANDLING, count
from queue_service.days.rules.figures import Durations, Known
from queue_service.history.rules.confidence_intervals import MIN_DAYS
from queue_service.insight.rules.standardise import (
    ALL,
    BranchStanding,
    ComparedBranches,
    ServiceShares,
    StandardFigure,
    Weights,
    covered,
    figure,
    missing,
    standard_mix,
    taking_part,
    total,
)

HandledLengths = Mapping[str, Mapping[str, Known]]
"""By date and service: handling times."""

_HALF: Final = 0.5
_SECOND: Final = 1000
_ROUNDING: Final = 1e-12


def compare_medians(branches: Mapping[str, HandledLengths]) -> ComparedBranches:
    """Every branch's median in seconds, raw and standardised."""
    known = {branch: _Branch(days) for branch, days in branches.items()}
    contacts = {branch: one.contacts for branch, one in known.items()}
    members = taking_part(contacts)
    weights = standard_mix([contacts[branch] for branch in members])
    standings = {
        branch: BranchStanding(
            one.raw(),
            covered(one.contacts, weights),
            one.standardised(weights) if branch in members else None,
        )
        for branch, one in known.items()
    }
    in_standard = total(contacts[branch] for branch in members)
    return ComparedBranches(
        standings,
        weights,
        covered(in_standard, weights),
        _together(known.values()),
        missing(contacts, members, weights),
    )


def _together(branches: Iterable[_Branch]) -> StandardFigure:
    """The median of all branches; it is given without an interval."""
    whole = Durations(HANDLING)
    dates: set[str] = set()
    for one in branches:
        whole.absorb(one.whole)
        dates |= one.days.keys()
    spread = whole.spread()
    return StandardFigure(spread.p50, None, None, spread.n, len(dates))


@dataclass(frozen=True)
class _Branch:
    days: HandledLengths

    @cached_property
    def sums(self) -> Mapping[str, Durations]:
        """By service with contacts: all of its handling times."""
        by_service: dict[str, Durations] = defaultdict(lambda: Durations(HANDLING))
        for of_date in self.days.values():
            for service, stored in of_date.items():
                by_service[service].absorb_stored(stored)
        return {service: one for service, one in by_service.items() if one.n}

    @cached_property
    def whole(self) -> Durations:
        """All services together."""
        durations = Durations(HANDLING)
        for one in self.sums.values():
            durations.absorb(one)
        return durations

    @property
    def contacts(self) -> dict[str, float]:
        """By service: how many."""
        return {service: one.n for service, one in self.sums.items()}

    def raw(self) -> StandardFigure:
        """The median as every page gives it."""
        if not self.sums:
            return StandardFigure(None, None, None, 0, 0)
        share = _at_most(self.whole)
        exact = self.whole.spread().p50
        ends = self._ends(share, {ALL: 1.0}, self._counted_in_all)
        return StandardFigure(exact, ends.low, ends.high, ends.n, ends.days)

    def standardised(self, weights: Weights) -> StandardFigure:
        """The median by these weights."""
        parts = [(weight, _at_most(self.sums[service])) for service, weight in weights.items()]

        def share(ms: float) -> float:
            return sum(weight * at_most(ms) for weight, at_most in parts)

        return self._ends(share, weights, self._counted)

    def _ends(
        self,
        share: Callable[[float], float],
        weights: Weights,
        counted: Callable[[int], ServiceShares],
    ) -> StandardFigure:
        found = self._inverse(share, _HALF)
        ends = figure(counted(found), weights, share=True)
        low, high = None, None
        if ends.low is not None and ends.high is not None and ends.days >= MIN_DAYS:
            low, high = (self._inverse(share, end) / _SECOND for end in (ends.low, ends.high))
        return StandardFigure(found / _SECOND, low, high, ends.n, ends.days)

    def _counted(self, ms: int) -> ServiceShares:
        return {
            date: {s: (_up_to(stored, ms), count(stored)) for s, stored in of_date.items()}
            for date, of_date in self.days.items()
        }

    def _counted_in_all(self, ms: int) -> ServiceShares:
        return {
            date: {ALL: (sum(y for y, _ in parts.values()), sum(x for _, x in parts.values()))}
            for date, parts in self._counted(ms).items()
        }

    def _inverse(self, share: Callable[[float], float], wanted: float) -> int:
        """The smallest whole ms at which the share reaches what is wanted, but for rounding."""
        low, high = 0, self._highest
        while low < high:
            middle = (low + high) // 2
            if share(middle) >= wanted - _ROUNDING:
                high = middle
            else:
                low = middle + 1
        return low

    @cached_property
    def _highest(self) -> int:
        last = 0 if self.whole.buckets is None else HANDLING[-1] * _SECOND
        return ceil(max([last, *self.whole.values]))


def _at_most(durations: Durations) -> Callable[[float], float]:
    """The share of them that is at most so many ms."""
    n = durations.n
    if durations.buckets is None:
        values = sorted(durations.values)
        return lambda ms: bisect_right(values, ms) / n
    counts = durations.counts()
    return lambda ms: _in_buckets(enumerate(counts), ms) / n


def _up_to(known: Known, ms: float) -> float:
    if isinstance(known, list):
        return bisect_right(known, ms)
    flat = known["in"]
    return _in_buckets(zip(flat[::2], flat[1::2], strict=True), ms)


def _in_buckets(counts: Iterable[tuple[int, int]], ms: float) -> float:
    """How many lie up to a time, which is below the last bound or at it."""
    seconds, found = ms / _SECOND, 0.0
    for index, n in counts:
        lower = HANDLING[index - 1] if index else 0
        if seconds <= lower:
            continue
        upper = HANDLING[index] if index < len(HANDLING) else lower
        part = (seconds - lower) / (upper - lower) if seconds < upper else 1.0
        found += n * part
    return found
