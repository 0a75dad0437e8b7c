"""How a comparison's numbers are written: values, differences with their intervals, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from queue_service.history.rules.confidence_intervals import Difference, Estimate
from queue_service.insight.rules.compare import ChangeVerdict, FigureName
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import NOTHING, stopwatch
from queue_service.tables.words import DAYS, INQUIRIES, OF_INQUIRIES, WAITS
from queue_service.tables.writing import Writing

TrialUnit = Literal["ratio", "seconds", "decimal"]

_OF_VISITS: Final = NN_("of {n} visit", "of {n} visits")

FIGURES: Final[Mapping[FigureName, tuple[str, TrialUnit, tuple[str, str]]]] = {
    "goal": ("share", "ratio", NN_("of {n}", "of {n}")),
    "first_contact": ("first_contact", "ratio", OF_INQUIRIES),
    "abandoned": ("abandoned_share", "ratio", _OF_VISITS),
    "no_show": ("no_show_share", "ratio", _OF_VISITS),
    "incomplete": ("incomplete_share", "ratio", _OF_VISITS),
    "handling": ("handling_mean", "seconds", INQUIRIES),
    "waiting": ("waiting_mean", "seconds", WAITS),
    "arrivals": ("visits_per_day", "decimal", DAYS),
    "weekly": ("visits_per_week", "decimal", NN_("of {n} day", "of {n} days")),
    "pace": ("pace", "decimal", NN_("{n} counter hour", "{n} counter hours")),
}
"""Each figure's definition, what its values are, and what they are of."""

LEVELS: Final[Mapping[ChangeVerdict, str]] = {
    "better": "good",
    "worse": "bad",
    "higher": "waiting",
    "lower": "waiting",
    "no_difference": "none",
    "too_little_data": "none",
}
"""The badge of each verdict."""

_DIGITS: Final[Mapping[TrialUnit, int]] = {"ratio": 1, "seconds": 0, "decimal": 1}
_POINTS: Final = 100


@dataclass(frozen=True, slots=True)
class Numbers:
    """Writes the numbers of one kind of figure."""

    write: Writing
    figure: FigureName

    @property
    def unit(self) -> TrialUnit:
        """The name of the values."""
        return FIGURES[self.figure][1]

    def value(self, estimate: Estimate) -> str:
        """A side's own value."""
        if estimate.value is None:
            return NOTHING
        return self.write.value(estimate.value, self.unit)

    def of(self, estimate: Estimate) -> str:
        """The number of observations behind the value; empty for zero."""
        if not estimate.n:
            return ""
        n = estimate.days if self.figure == "weekly" else estimate.n
        return self.write.counted(FIGURES[self.figure][2], n)

    def signed(self, number: float) -> str:
        """A difference with its sign: percentage points, ``m:ss`` or a number."""
        digits = _DIGITS[self.unit]
        shown = round(number * _POINTS if self.unit == "ratio" else number, digits)
        size = abs(shown)
        seconds = self.unit == "seconds"
        return self.write.signed(shown, stopwatch(size) if seconds else self.write.decimal(size))

    def difference(self, difference: Difference | None) -> str:
        """The difference itself, with its unit where it is in percentage points."""
        if difference is None:
            return NOTHING
        text = self.signed(difference.value)
        return self.write(N_("{n} points"), n=text) if self.unit == "ratio" else text

    def interval(self, difference: Difference | None) -> str:
        """From where to where the difference may really lie."""
        if difference is None:
            return ""
        low, high = self.signed(difference.low), self.signed(difference.high)
        return self.write(N_("{low} to {high}"), low=low, high=high)
