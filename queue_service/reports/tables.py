"""A report's tables, every figure written out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.language.catalogues import N_
from queue_service.reports.report import Report, ReportTable
from queue_service.tables.figures.catalogue import figure
from queue_service.tables.model import HIDDEN, Value
from queue_service.tables.words import Words
from queue_service.tables.writing import Writing

_SHEETS: Final = {
    "days": (N_("Day by day"), "date"),
    "services": (N_("By service"), "service"),
    "hours": (N_("By hour of the day"), "hour"),
    "pauses": (N_("Pauses of counters"), "pause_reason"),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a table: its name, and the id of its definition."""

    name: str
    figure: str
    number: bool = True


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A figure, and how many it is of where it is a share of its own."""

    text: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row; a ``hidden`` one is about too few."""

    label: str
    cells: tuple[ReportCell, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table."""

    id: str
    title: str
    headings: tuple[Heading, ...]
    lines: tuple[ReportRow, ...]
    total: ReportRow | None

    @property
    def hides(self) -> bool:
        """Whether the mark of a figure that is left out is in it."""
        shown = [line for line in self.lines if not line.hidden]
        rows = [*shown, self.total] if self.total else shown
        return any(cell.text == HIDDEN for row in rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class Tables:
    """Writes a report's tables in one language."""

    report: Report
    writing: Writing

    @property
    def say(self) -> Words:
        """Its language's words."""
        return self.writing

    def write(self, table: ReportTable) -> WrittenTable:
        """A table with its headings and figures written out."""
        title, head = _SHEETS[table.id]
        shown = [c for c in table.columns if not c.endswith(":judged")]
        headings = (
            Heading(figure(head, self.say).name, head, number=False),
            *map(self._heading, shown),
        )
        lines = tuple(
            ReportRow(
                self._label(table.id, key),
                tuple(self._cells(table, row, shown)),
                key in table.hidden,
            )
            for key, row in zip(table.keys, table.rows, strict=True)
        )
        total = ReportRow(self.say(N_("Total")), tuple(self._cells(table, table.total, shown)))
        return WrittenTable(table.id, self.say(title), headings, lines, total)

    def _heading(self, column: str) -> Heading:
        goal_id, _, of_goal = column.rpartition(":")
        goal = self.report.goal(goal_id) if goal_id else None
        if goal is not None:
            return Heading(self.say.goal(self.report, goal), of_goal)
        known = figure(column, self.say)
        # Other lengths are written as minutes and seconds.
        unit = f" ({known.unit})" if known.kind == "hours" else ""
        return Heading(f"{known.name}{unit}", column)

    def _cells(
        self, table: ReportTable, row: tuple[Value, ...], shown: list[str]
    ) -> Iterator[ReportCell]:
        values = dict(zip(table.columns, row, strict=True))
        for column in shown:
            goal_id, _, of_goal = column.rpartition(":")
            known = figure(of_goal or column, self.say)
            judged = values.get(f"{goal_id}:judged") if goal_id else None
            of = self.writing.value(judged, "count") if judged and judged != HIDDEN else ""
            yield ReportCell(self.writing.value(values[column], known.kind), of)

    def _label(self, table: str, key: str) -> str:
        if table == "days":
            return f"{self.say.weekday(weekday_of(key))[:3]} {self.writing.short_day(key)}"
        if table == "pauses":
            return self.say.pause(self.report, key)
        return self.say.service(self.report, key) if table == "services" else self.say.hour(key)
