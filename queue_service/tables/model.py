"""The model of a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Final, Literal

ColumnKind = Literal["text", "date", "count", "seconds", "ratio", "decimal", "hours", "verdict"]
"""The kind of a value: ``seconds`` and ``hours`` are durations, ``ratio`` lies between 0 and 1, a
``verdict`` is ``met``, ``missed``, ``open`` or, for a past range, the reason for a missing one: a
name of :data:`queue_service.goals.wording.VERDICTS`."""

Value = str | int | float | None
"""None if there is no figure, which is never 0; :data:`HIDDEN` if it is left out."""

Rows = Mapping[str, tuple[Value, ...]]
"""The values of rows by their keys."""

HIDDEN: Final = ".."
"""In place of a figure about too few people, or one that would reveal such a figure. It is the mark
that official statistics have for it, and the same in every language."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``key`` is stable and the same in every language; the rest is words to read.

    ``figure`` is the id of its definition (:data:`queue_service.tables.definitions.FIGURES`) and
    ``goal`` the id of the goal that it belongs to, if any; ``group`` is then that goal in words,
    with which ``name`` begins, and ``part`` the rest. ``unit`` may be empty.
    """

    key: str
    figure: str
    name: str
    unit: str
    definition: str
    kind: ColumnKind
    goal: str | None = None
    group: str = ""

    @property
    def part(self) -> str:
        """Its name beneath the name of its group."""
        return self.name.removeprefix(f"{self.group}: ")

    @property
    def read_unit(self) -> str:
        """Its unit in brackets, where it cannot be read off the values: only hours need it."""
        return f" ({self.unit})" if self.kind == "hours" else ""

    @property
    def heading(self) -> str:
        """Its name with its unit."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values, one for each column. ``keys`` identify the rows, in every language.

    ``total`` has values that cannot be added up from the rows, such as percentiles; None if the
    rows are no parts of a whole. Unless ``exact`` some percentiles are estimated from counts by
    length, because the visits are no longer kept.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None
    exact: bool = True

    @property
    def groups(self) -> list[tuple[str, list[Column]]]:
        """The columns in their order, side by side those of one goal; ``""`` for columns of
        none."""
        found = groupby(self.columns, attrgetter("group", "goal"))
        return [(group, list(columns)) for (group, _), columns in found]

    @property
    def hides(self) -> bool:
        """Whether any figure is left out."""
        return any(HIDDEN in row for row in (*self.rows, self.total or ()))

    def select(self, keys: Iterable[str]) -> Table:
        """The table with these columns alone, in this order; those that it lacks are left out."""
        index_by_key = {column.key: index for index, column in enumerate(self.columns)}
        indices = [index_by_key[key] for key in keys if key in index_by_key]

        def cut(row: tuple[Value, ...]) -> tuple[Value, ...]:
            return tuple(row[index] for index in indices)

        return replace(
            self,
            columns=tuple(self.columns[index] for index in indices),
            rows=tuple(map(cut, self.rows)),
            total=None if self.total is None else cut(self.total),
        )

    def keep(self, keys: Collection[str]) -> Table:
        """The table with the rows of these keys alone."""
        kept = {key: row for key, row in zip(self.keys, self.rows, strict=True) if key in keys}
        return replace(self, keys=tuple(kept), rows=tuple(kept.values()))

    def records(self) -> Iterator[Mapping[str, Value]]:
        """Each row by its columns' keys."""
        return (self._named(row) for row in self.rows)

    def by_key(self) -> Mapping[str, Mapping[str, Value]]:
        """Each row by its columns' keys, under its own key."""
        return dict(zip(self.keys, self.records(), strict=True))

    def _named(self, row: tuple[Value, ...]) -> Mapping[str, Value]:
        names = (column.key for column in self.columns)
        return dict(zip(names, row, strict=True))


def in_order(found: Collection[str], known: Collection[str]) -> list[str]:
    """The keys of the rows: those that are ``known`` in that order, then all others."""
    return [*(key for key in known if key in found), *sorted(set(found) - set(known))]
