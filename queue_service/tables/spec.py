"""A table of rows that all count the same: visits, inquiries and goals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from queue_service.days.rules.figures import Row
from queue_service.goals.rules.goal import Goal
from queue_service.history.operations.history import Past
from queue_service.runtime.cooperation import in_turns
from queue_service.tables.figures.catalogue import values
from queue_service.tables.figures.figure import RowContext
from queue_service.tables.measures import GOAL, column, goal_columns, goal_values
from queue_service.tables.model import HIDDEN, Column, Table, Value
from queue_service.tables.words import Words

SpecTargets = Mapping[str, float | None]
"""The target of each goal, by its id."""


@dataclass(frozen=True, slots=True)
class SpecRow:
    """A row before it is counted: its key, what it begins with, its figures and its targets.

    ``dates`` are those that it is of and ``last`` the last date that something may come to it on:
    by default those of the whole period.
    """

    key: str
    labels: tuple[Value, ...]
    row: Row
    targets: SpecTargets
    dates: Collection[str] | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class TableSpec:
    """How the lines of a table are counted. ``labels`` and ``figures`` are ids of figures.

    ``guarded``: a line without inquiries is of a counter or team that is left out of all weeks, and
    nothing is shown of it.
    """

    id: str
    title: str
    labels: Sequence[str]
    figures: Sequence[str]
    goals: Sequence[Goal] = ()
    guarded: bool = False

    def table(
        self, say: Words, past: Past, lines: Iterable[SpecRow], whole: Row, last: SpecRow | None
    ) -> Table:
        """The table of these lines, which are parts of a whole; ``last`` is their total."""
        all_lines = list(in_turns(lines))
        rows = (self._row(past, line, whole) for line in in_turns(all_lines))
        return Table(
            self.id,
            say(self.title),
            tuple(self._columns(say, past)),
            tuple(line.key for line in all_lines),
            tuple(rows),
            self._row(past, last, whole) if last else None,
            exact=whole.exact,
        )

    def _columns(self, say: Words, past: Past) -> list[Column]:
        columns = [column(say, figure) for figure in (*self.labels, *self.figures)]
        for goal in self.goals:
            columns += goal_columns(say, say.goal(past, goal), goal.id)
        return columns

    def _row(self, past: Past, line: SpecRow, whole: Row) -> tuple[Value, ...]:
        if self.guarded and not line.row.inquiries.durations.n:
            return (*line.labels, *[HIDDEN] * (len(self.figures) + len(GOAL) * len(self.goals)))
        running = past.running(past.history.days if line.dates is None else line.dates)
        over = past.over(line.last or past.period.last)
        counted = values(RowContext.of(line.row, whole), self.figures, existed=past.existed())
        cells = [*line.labels, *counted]
        for goal in self.goals:
            target = line.targets[goal.id]
            found = past.figure(goal, target, line.row, running=running)
            cells += goal_values(found.share, found.target, over=over)
        return tuple(cells)
