"""A linear quantile regression in plain Python: few inputs, and a constant for each service.

The sum of ``|r| + (2 share - 1) r`` over the residuals is least at the quantile. Around residuals
``r0`` it is bounded from above by a parabola with weights ``1 / |r0|``, whose minimum is a weighted
least-squares fit; so each round solves one (majorise-minimise: Hunter and Lange, 2000). Services
are constants with a ridge.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt
from operator import mul
from typing import Final, NamedTuple

from queue_service.visits.rules.regression import Inputs, Regression
from queue_service.waits.rules.rows import WaitRow, turns

if sys.version_info >= (3, 12):
    from math import sumprod as _dot
else:

    def _dot(one: Sequence[float], other: Sequence[float]) -> float:
        return sum(map(mul, one, other))


LOW: Final = 0.15
HIGH: Final = 0.85
"""Shown in whole minutes, rounded outward, the range between them holds four waits of five."""

SERVICE_ROWS: Final = 30
"""A constant of fewer says little: tickets of the service use the table."""

ROUNDS: Final = 20
_RIDGE: Final = 1.0
_FIRST: Final = 0.2
_LAST: Final = 0.005
"""Added to residuals, which may be 0, in the first and the last round. The less, the nearer to the
quantile, and the more rounds from far away."""


class _Scaled(NamedTuple):
    """The rows by service: columns of inputs with mean 0 and spread 1, and where services end."""

    columns: list[list[float]]
    means: list[float]
    spreads: list[float]
    waits: list[float]
    spans: list[tuple[int, int]]


def fit(
    rows: Sequence[WaitRow],
    shares: tuple[float, float] = (LOW, HIGH),
    fewest: int = SERVICE_ROWS,
) -> dict[str, Regression]:
    """The regression of each service with the ``fewest`` rows or more, from all rows together.

    The ends of its range are the quantiles of ``shares``.
    """
    services = sorted({row.service for row in rows})
    by_service = sorted(rows, key=lambda row: row.service)
    scaled = _scale(by_service, services)
    ends = [_unscaled(scaled, _quantile(scaled, share)) for share in shares]
    (low, low_at), (high, high_at) = ends
    longest, turn = round(max(row.waited for row in rows)), turns(rows)
    return {
        service: Regression(low_at[n], high_at[n], low, high, longest, turn.get(service, 0))
        for n, (service, (begin, end)) in enumerate(zip(services, scaled.spans, strict=True))
        if end - begin >= fewest
    }


def _scale(rows: Sequence[WaitRow], services: Sequence[str]) -> _Scaled:
    n = len(rows)
    columns = [list(column) for column in zip(*(row.inputs for row in rows), strict=True)]
    means = [sum(column) / n for column in columns]
    centred = [[x - mean for x in column] for column, mean in zip(columns, means, strict=True)]
    spreads = [sqrt(_dot(column, column) / n) or 1.0 for column in centred]
    scaled = [[x / s for x in column] for column, s in zip(centred, spreads, strict=True)]
    ends = [0]
    for service in services:
        ends.append(ends[-1] + sum(row.service == service for row in rows))
    waits = [log(1 + row.waited) for row in rows]
    return _Scaled(scaled, means, spreads, waits, list(pairwise(ends)))


def _quantile(scaled: _Scaled, share: float) -> list[float]:
    """The coefficients of the scaled inputs, a constant, and what each service adds to it."""
    ones = [1.0] * len(scaled.waits)
    tilt = 2 * share - 1
    found = _weighted(scaled, ones, 0.0)
    for n in range(ROUNDS):
        added = _FIRST * (_LAST / _FIRST) ** (n / (ROUNDS - 1))
        residuals = map(float.__sub__, scaled.waits, _fitted(scaled, found))
        found = _weighted(scaled, [1 / (added + abs(r)) for r in residuals], tilt)
    return found


def _fitted(scaled: _Scaled, found: Sequence[float]) -> list[float]:
    k = len(scaled.columns)
    fitted: list[float] = []
    for (begin, end), own in zip(scaled.spans, found[k + 1 :], strict=True):
        fitted += [found[k] + own] * (end - begin)
    for coefficient, column in zip(found, scaled.columns, strict=False):
        fitted = [f + coefficient * x for f, x in zip(fitted, column, strict=True)]
    return fitted


def _weighted(scaled: _Scaled, weights: list[float], tilt: float) -> list[float]:
    """Weighted least squares, with ``tilt`` added to each weighted wait: the minimum of a round."""
    columns, spans = scaled.columns, scaled.spans
    k, size = len(columns), len(columns) + 1 + len(scaled.spans)
    matrix = [[0.0] * size for _ in range(size)]
    right = [0.0] * size
    goal = [w * y + tilt for w, y in zip(weights, scaled.waits, strict=True)]
    for i, column in enumerate(columns):
        weighted = list(map(mul, weights, column))
        for j in range(i + 1):
            matrix[i][j] = _dot(weighted, columns[j])
        matrix[i][i] += _RIDGE
        right[i] = _dot(goal, column)
        matrix[k][i] = sum(weighted)
        for n, (begin, end) in enumerate(spans, start=k + 1):
            matrix[n][i] = sum(weighted[begin:end])
    matrix[k][k], right[k] = sum(weights), sum(goal)
    for n, (begin, end) in enumerate(spans, start=k + 1):
        matrix[n][k] = sum(weights[begin:end])
        matrix[n][n] = matrix[n][k] + _RIDGE
        right[n] = sum(goal[begin:end])
    return _solve(matrix, right)


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve ``matrix x = right`` by Cholesky's decomposition, from the lower half of the matrix."""
    size = len(right)
    lower: list[list[float]] = []
    for i in range(size):
        row: list[float] = []
        for j in range(i):
            row.append((matrix[i][j] - _dot(row, lower[j][:j])) / lower[j][j])
        row.append(sqrt(matrix[i][i] - _dot(row, row)))
        lower.append(row)
    forward: list[float] = []
    for i in range(size):
        forward.append((right[i] - _dot(lower[i][:i], forward)) / lower[i][i])
    solved = [0.0] * size
    for i in reversed(range(size)):
        rest = sum(lower[j][i] * solved[j] for j in range(i + 1, size))
        solved[i] = (forward[i] - rest) / lower[i][i]
    return solved


def _unscaled(scaled: _Scaled, found: Sequence[float]) -> tuple[Inputs, list[float]]:
    """The coefficients of the inputs as they are, and the constant of each service."""
    k = len(scaled.columns)
    pairs = zip(found, scaled.spreads, strict=False)
    coefficients = [coefficient / spread for coefficient, spread in pairs]
    constant = found[k] - _dot(coefficients, scaled.means)
    return Inputs(*coefficients), [constant + own for own in found[k + 1 :]]
