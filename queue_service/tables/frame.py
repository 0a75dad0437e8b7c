"""A table of rows that all count the same: visits, inquiries and goals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from queue_service.domain.branch import Goal
from queue_service.domain.figures import Row
from queue_service.operations.history import Past, goal_figure
from queue_service.tables.measures import Seen, column, goal_columns, goal_values, values
from queue_service.tables.model import Column, Table, Value
from queue_service.tables.words import Words

Targets = Mapping[str, float | None]
"""What share each goal asked for, by its id."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row before it is counted: its key, what it begins with, its figures and its targets."""

    key: str
    heads: tuple[Value, ...]
    row: Row
    targets: Targets


@dataclass(frozen=True, slots=True)
class Frame:
    """How the lines of a table are counted. ``heads`` and ``figures`` are ids of figures."""

    id: str
    title: str
    heads: Sequence[str]
    figures: Sequence[str]
    goals: Sequence[Goal] = ()

    def table(
        self, say: Words, past: Past, lines: Iterable[Line], whole: Row, last: Line | None
    ) -> Table:
        """The table of these lines, which are parts of a whole; ``last`` is their total."""
        kept = list(lines)
        return Table(
            self.id,
            say(self.title),
            tuple(self._columns(say, past)),
            tuple(line.key for line in kept),
            tuple(self._row(line, whole) for line in kept),
            self._row(last, whole) if last else None,
            exact=whole.exact,
        )

    def _columns(self, say: Words, past: Past) -> list[Column]:
        columns = [column(say, figure) for figure in (*self.heads, *self.figures)]
        for goal in self.goals:
            columns += goal_columns(say, say.goal(past, goal), goal.id)
        return columns

    def _row(self, line: Line, whole: Row) -> tuple[Value, ...]:
        told = [*line.heads, *values(Seen.of(line.row, whole), self.figures)]
        for goal in self.goals:
            found = goal_figure(goal, line.targets[goal.id], line.row)
            told += goal_values(found.share, found.target)
        return tuple(told)
