"""The causes of an unusual hour in words, for the page of an hour and for reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from queue_service.insight.rules.explain import CauseKind, Factor
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording, stopwatch

_REASONS: Final[Mapping[CauseKind, str]] = {
    "arrivals": N_("More people came"),
    "left_over": N_("More people were left over from before"),
    "counters": N_("Fewer counters were open"),
    "idle": N_("Open counters were free while people waited"),
    "mix": N_("More was asked for that takes long"),
    "handling": N_("The same services took longer"),
}
_NUMBERS: Final = N_("{actual}, usually {low} to {high}")
_OF_TIME: Final = N_("that alone makes a mean of {actual}, usually {low} to {high}")
_TIMES: Final = ("mix", "handling")
_COUNTERS: Final = ("counters", "idle")


@dataclass(frozen=True, slots=True)
class FactorWords:
    """A side of an hour: its reason, its value with the usual range, and both in ``numbers``."""

    reason: str
    actual: str
    low: str
    high: str
    numbers: str


def factor_words(factor: Factor, open_part: float, say: Wording) -> FactorWords:
    """A factor of an hour of which the branch is open for a part. Whole people lie within whole
    numbers."""
    low, high = factor.low, factor.high
    if factor.kind in ("arrivals", "left_over"):
        low, high = ceil(low), floor(high)
    values = (factor.actual, low, high)
    actual, low_text, high_text = (factor_value(factor.kind, v, open_part, say) for v in values)
    numbers = _OF_TIME if factor.kind in _TIMES else _NUMBERS
    return FactorWords(
        say(_REASONS[factor.kind]),
        actual,
        low_text,
        high_text,
        say(numbers, actual=actual, low=low_text, high=high_text),
    )


def factor_value(kind: CauseKind, value: float, open_part: float, say: Wording) -> str:
    """A value in its kind's unit; counters are those open while the branch is."""
    if kind in _TIMES:
        return stopwatch(value)
    if kind in _COUNTERS:
        return say.decimal(value / open_part, 1)
    return say.decimal(value, 0 if value == int(value) else 1)
