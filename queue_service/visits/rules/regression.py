"""The expected wait from several inputs at once: a linear regression of its quantiles.

Coefficients are fitted each night (``waits/rules/fit.py``) to log(1 + wait in seconds). The inputs
are known when a ticket is issued; ``regressed`` in ``store/prelude.lua`` computes the same for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import ceil, exp, expm1, floor, log
from typing import Final, NamedTuple

from queue_service.visits.rules.wait_estimate import no_shorter

_DIGITS: Final = 5
_LARGEST: Final = 20.0
_MISS: Final = 10.0
"""2 / (1 - 0.8)."""


class Inputs(NamedTuple):
    """The inputs at issue, as logarithms of one more than each number.

    ``ahead``: people ahead, whatever their service. ``counters``: open ones that take the service.
    ``same``: people ahead with the same service. ``head``: for how many seconds the first of these
    has waited; ``head_squared`` is that logarithm's square.
    """

    ahead: float
    counters: float
    same: float
    head: float
    head_squared: float

    @property
    def people(self) -> tuple[int, int]:
        """The people ahead and the open counters as they are."""
        return round(expm1(self.ahead)), round(expm1(self.counters))


_NUMBERS: Final = 2 + 2 * (1 + len(Inputs._fields))
"""So many a stored regression has; the script knows the number, too."""


def inputs_of(ahead: int, counters: int, same: int, head: float) -> Inputs:
    """The inputs from the numbers as they are, ``head`` in seconds."""
    waited = log(1 + max(0.0, head))
    return Inputs(log(1 + ahead), log(1 + counters), log(1 + same), waited, waited * waited)


class Others(NamedTuple):
    """How many wait for the ``same`` service, and how many seconds the first of them has."""

    same: int = 0
    head: float = 0.0


class Regression(NamedTuple):
    """The coefficients of a service's waits, one for each input.

    ``low`` and ``high`` are of the two ends; ``low_at`` and ``high_at`` are added.
    ``longest`` is the longest wait of the fit, in seconds: no end is above it, unless the people
    ahead need more at ``turn`` ms for each at an open counter (0: not known).
    """

    low_at: float
    high_at: float
    low: Inputs
    high: Inputs
    longest: int
    turn: int = 0

    def range(self, inputs: Inputs) -> tuple[int, int]:
        """The wait in whole seconds, from its low to its high end, rounded outward."""
        ends: list[float] = []
        for end, coefficients in ((self.low_at, self.low), (self.high_at, self.high)):
            for coefficient, x in zip(coefficients, inputs, strict=True):
                end += coefficient * x  # in this order, as in the script
            ends.append(min(exp(max(0.0, min(end, _LARGEST))) - 1, self.longest))
        return no_shorter((floor(min(ends)), ceil(max(ends))), self.turn, *inputs.people)


def regressed(
    regressions: Mapping[str, Regression], service: str, ahead: int, counters: int, others: Others
) -> tuple[int, int] | None:
    """The wait that the next ticket may expect by its service's regression.

    None without one, and with no one ahead: it is fitted to visits with somebody ahead.
    """
    known = regressions.get(service)
    if known is None or not ahead:
        return None
    return known.range(inputs_of(ahead, counters, others.same, others.head))


def as_json(regression: Regression) -> str:
    """As it is stored: the longest wait and the turn, then each end's constant and coefficients.

    It is a list, without names, since each ticket reads it. :func:`regression_from` reads it back.
    """
    low, high = (regression.low_at, *regression.low), (regression.high_at, *regression.high)
    rounded = (round(number, _DIGITS) for number in (*low, *high))
    return json.dumps([regression.longest, regression.turn, *rounded], separators=(",", ":"))


def regression_from(text: str) -> Regression | None:
    """The stored regression; None if it is no list of as many numbers, as another version's."""
    stored = json.loads(text)
    if not isinstance(stored, list) or len(stored) != _NUMBERS:
        return None
    longest, turn, *ends = stored
    half = len(ends) // 2
    low_at, *low = map(float, ends[:half])
    high_at, *high = map(float, ends[half:])
    return Regression(low_at, high_at, Inputs(*low), Inputs(*high), int(longest), int(turn))


def winkler(low: float, high: float, waited: float) -> float:
    """Winkler's score of an 80 % range: its width, and ten times what the wait is outside of it.

    The unit is that of its arguments; less is better.
    """
    return high - low + _MISS * (max(0.0, low - waited) + max(0.0, waited - high))
