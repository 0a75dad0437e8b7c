"""Every figure of tables by its id, and its words in a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from queue_service.tables.figures.answers import ANSWERS
from queue_service.tables.figures.bookings import BOOKINGS
from queue_service.tables.figures.counters import COUNTERS, QUEUE
from queue_service.tables.figures.figure import UNITS, FigureRow, RowContext
from queue_service.tables.figures.goals import GOALS
from queue_service.tables.figures.inquiries import BIAS, INQUIRIES
from queue_service.tables.figures.reception import RECEPTION
from queue_service.tables.figures.specialists import SPECIALISTS
from queue_service.tables.figures.subjects import SUBJECTS
from queue_service.tables.figures.visits import LENGTHS, VISITS
from queue_service.tables.model import ColumnKind, Value
from queue_service.tables.words import Words

FIGURES: Final[Mapping[str, FigureRow]] = {
    row.id: row
    for row in (
        *SUBJECTS,
        *VISITS,
        *INQUIRIES,
        *GOALS,
        *ANSWERS,
        *SPECIALISTS,
        *RECEPTION,
        *BOOKINGS,
        *COUNTERS,
        *QUEUE,
        *LENGTHS,
        *BIAS,
    )
}
"""Every figure by its id, in the order in which a page of definitions gives them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in one language. ``id`` is the same in all, ``unit`` may be empty."""

    id: str
    name: str
    unit: str
    definition: str
    kind: ColumnKind


def figure(figure_id: str, say: Words) -> Figure:
    """The name and definition of a figure. Raises KeyError for an unknown id."""
    row = FIGURES[figure_id]
    return Figure(row.id, say(row.name), say(UNITS[row.kind]), say(row.definition), row.kind)


def figures(language: str) -> Iterator[Figure]:
    """Every figure, in the order in which a page of definitions gives them."""
    say = Words(language)
    return (figure(figure_id, say) for figure_id in FIGURES)


def values(context: RowContext, figures: Sequence[str], *, existed: bool = True) -> list[Value]:
    """The values of these figures; nothing, and not 0, of when the branch did not exist."""
    return [_value(context, figure_id) if existed else None for figure_id in figures]


def _value(context: RowContext, figure_id: str) -> Value:
    value_of = FIGURES[figure_id].value
    if value_of is None:
        raise KeyError(figure_id)
    return value_of(context)
