"""Percentiles of lengths, single and in buckets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_EVEN: Final = 0.5


def percentile(ordered: Sequence[int], percent: int) -> int:
    """The nearest-rank percentile of values in rising order, of which there is at least one."""
    return ordered[_rank(len(ordered), percent) - 1]


def percentile_of_buckets(bounds: Sequence[int], counts: Sequence[int], percent: int) -> float:
    """The value at the nearest rank, in the bounds' unit, from counts by bucket.

    ``bounds`` are the buckets' upper ends, and ``counts`` has one more for values above them all.
    Within its bucket the values are taken as evenly spread; above the last bound only that bound is
    known, and given.
    """
    rank = _rank(sum(counts), percent)
    lower, below = 0, 0
    for upper, count in zip(bounds, counts, strict=False):
        if rank <= below + count:
            return lower + (upper - lower) * (rank - below - 0.5) / count
        lower, below = upper, below + count
    return float(lower)


def _rank(n: int, percent: int) -> int:
    return max(1, -(-n * percent // 100))
