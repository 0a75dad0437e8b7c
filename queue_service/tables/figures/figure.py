"""A figure of tables: its name, its definition, and its value in a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.days.rules.figures import DurationSpread, Row
from queue_service.days.rules.flow import Flow
from queue_service.language.catalogues import N_
from queue_service.tables.model import ColumnKind, Value

HOUR_MS: Final = 3_600_000

UNITS: Final[Mapping[ColumnKind, str]] = {
    "text": "",
    "date": "",
    "count": "",
    "seconds": N_("seconds"),
    "ratio": N_("share from 0 to 1"),
    "decimal": "",
    "hours": N_("hours"),
    "verdict": "",
}
"""The unit of each kind of value, as files give it."""


@dataclass(frozen=True, slots=True)
class RowContext:
    """A row next to the total that it is part of. Times in seconds, shares from 0 to 1."""

    row: Row
    whole: Row
    waiting: DurationSpread
    handling: DurationSpread
    left: DurationSpread | None

    @classmethod
    def of(cls, row: Row, whole: Row) -> RowContext:
        """With its percentiles, which are worked out once."""
        waiting, handling = row.visits.durations.spread(), row.inquiries.durations.spread()
        return cls(row, whole, waiting, handling, row.left_spread())

    def visits(self, name: str) -> int:
        """A count of visits."""
        return self.row.visits[name]

    def inquiries(self, name: str) -> int:
        """A count of inquiries."""
        return self.row.inquiries[name]


ValueOf = Callable[[RowContext], Value]
"""The value of a figure in a row."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure: its kind, its name and its definition as ids of the catalogues, and its value in a
    row of visits and inquiries, None if it is of other things."""

    id: str
    kind: ColumnKind
    name: str
    definition: str
    value: ValueOf | None = None


def ratio(part: float, whole: float) -> float | None:
    """None of nothing."""
    return part / whole if whole else None


def of_issued(state: str) -> ValueOf:
    """The share of visits that ended like this, of those issued."""
    return lambda context: ratio(context.visits(state), context.visits("issued"))


def of_inquiries(name: str) -> ValueOf:
    """The share of inquiries like this."""
    return lambda context: ratio(context.inquiries(name), context.handling.n)


def of_flow(value: Callable[[Flow], Value]) -> ValueOf:
    """A value of the flow; None for days that did not keep it."""
    return lambda context: None if context.row.flow is None else value(context.row.flow)


def count_of_visits(name: str) -> ValueOf:
    """A count of visits."""
    return lambda context: context.visits(name)


def count_of_inquiries(name: str) -> ValueOf:
    """A count of inquiries."""
    return lambda context: context.inquiries(name)
