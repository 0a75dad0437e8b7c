"""Works hidden numbers out of published ones, as somebody would who knows how they were chosen."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

Equation = tuple[frozenset[Hashable], int]
"""Numbers that add up to a published one."""


def possible(
    equations: Sequence[Equation], unknown: Collection[Hashable], one: Hashable, value: int
) -> bool:
    """Whether the unknown numbers, each at least 1, can be such that one of them has a value.

    Integer programming by halving: bounds follow from the equations, and where they leave a choice
    each half is tried.
    """
    most = max((total for _, total in equations), default=value)
    bounds = {key: (1, max(most, value)) for key in unknown}
    bounds[one] = (value, value)
    return _solvable(equations, bounds)


def _solvable(equations: Sequence[Equation], bounds: Mapping[Hashable, tuple[int, int]]) -> bool:
    tight = _tightened(equations, dict(bounds))
    if tight is None:
        return False
    choices = {key: ends for key, ends in tight.items() if ends[0] < ends[1]}
    equated = {key for keys, _ in equations for key in keys}
    choices = {key: ends for key, ends in choices.items() if key in equated}
    if not choices:
        return True
    key, (low, high) = min(choices.items(), key=lambda item: item[1][1] - item[1][0])
    middle = (low + high) // 2
    halves = ((low, middle), (middle + 1, high))
    return any(_solvable(equations, {**tight, key: half}) for half in halves)


def _tightened(
    equations: Sequence[Equation], bounds: dict[Hashable, tuple[int, int]]
) -> dict[Hashable, tuple[int, int]] | None:
    changed = True
    while changed:
        changed = False
        for keys, total in equations:
            lows, highs = (sum(bounds[key][end] for key in keys) for end in (0, 1))
            if lows > total or highs < total:
                return None
            for key in keys:
                low, high = bounds[key]
                ends = max(low, total - (highs - high)), min(high, total - (lows - low))
                if ends[0] > ends[1]:
                    return None
                if ends != (low, high):
                    bounds[key], changed = ends, True
                    lows, highs = lows + ends[0] - low, highs + ends[1] - high
    return bounds
