"""Tables as an Excel workbook: real numbers and dates, a sheet each, and what they mean."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from queue_service.exports.about import ExportAbout
from queue_service.goals.wording import VERDICTS
from queue_service.language.catalogues import N_
from queue_service.palette import PALETTE
from queue_service.tables.model import HIDDEN, Column, ColumnKind, Table, Value

if TYPE_CHECKING:
    import xlsxwriter

_FORMATS: Final[Mapping[ColumnKind, str]] = {
    "text": "",
    "verdict": "",
    "date": "yyyy-mm-dd",
    "count": "#,##0",
    "seconds": "[m]:ss",
    "ratio": "0.0%",
    "decimal": "#,##0.00",
    "hours": "#,##0.0",
}
_UNITS: Final[Mapping[ColumnKind, str]] = {"ratio": "%", "seconds": N_("minutes:seconds")}
"""The units of values that a workbook shows otherwise than they are stored."""
_DAY_SECONDS: Final = 86_400
"""A length is a part of a day, as Excel has it: it can be added up and drawn."""
_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME: Final = 31
_HEAD: Final = {
    "bold": True, "text_wrap": True, "valign": "top",
    "bg_color": PALETTE["primary"], "font_color": PALETTE["on-dark"],
}  # fmt: skip
_NARROWEST, _WIDEST, _MEANING = 11, 44, 90
_HEAD_LINES: Final = 62


def xlsx_file(tables: Sequence[Table], about: ExportAbout, step: Callable[[], None]) -> bytes:
    """The workbook's bytes. ``step`` is called after each table."""
    content = io.BytesIO()
    # Loaded for the first workbook: a tenth of the start of a worker, most of which make none.
    library = importlib.import_module("xlsxwriter")
    book = _Book(library.Workbook(content, _OPTIONS), about)
    for table in tables:
        book.add_table(table)
        step()
    book.add_about(tables)
    book.add_definitions(tables)
    book.close()
    return content.getvalue()


class _Book:
    def __init__(self, workbook: xlsxwriter.Workbook, about: ExportAbout) -> None:
        self._book = workbook
        self._about = about
        self._head = workbook.add_format(_HEAD)
        self._formats = {
            (kind, bold): workbook.add_format(
                {"bold": bold, **({"num_format": form} if form else {})}
            )
            for kind, form in _FORMATS.items()
            for bold in (False, True)
        }
        self._hidden = workbook.add_format({"align": "right"})
        created = datetime.fromtimestamp(about.made_at / 1000, UTC).replace(tzinfo=None)
        workbook.set_properties({"title": about.branches[0].name, "created": created})

    def add_table(self, table: Table) -> None:
        sheet = self._sheet(table.title)
        sheet.set_row(0, _HEAD_LINES)
        for at, column in enumerate(table.columns):
            heading = self._heading(column)
            sheet.set_column(at, at, _width([row[at] for row in table.rows], heading))
            sheet.write_string(0, at, heading, self._head)
        for nth, row in enumerate(table.rows, 1):
            self._write(sheet, nth, table, row)
        if table.total:
            self._write(sheet, len(table.rows) + 1, table, table.total, bold=True)
        sheet.freeze_panes(1, 1)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)

    def add_about(self, tables: Sequence[Table]) -> None:
        """A sheet with the subject of the file."""
        sheet = self._sheet(self._about.say(N_("About")))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, _MEANING)
        for nth, (name, text) in enumerate(self._about.facts(tables)):
            sheet.write_string(nth, 0, name, self._formats["text", True])
            sheet.write_string(nth, 1, text)

    def add_definitions(self, tables: Sequence[Table]) -> None:
        """A sheet with the definition of every column of every table."""
        say = self._about.say
        sheet = self._sheet(say(N_("Definitions")))
        headings = (N_("Table"), N_("Column"), N_("Unit"), N_("Definition"))
        for at, (heading, width) in enumerate(zip(headings, (28, 52, 20, _MEANING), strict=True)):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, say(heading), self._head)
        named = ((table, column) for table in tables for column in table.columns)
        for nth, (table, column) in enumerate(named, 1):
            meaning = (table.title, column.name, self._unit(column), column.definition)
            for at, text in enumerate(meaning):
                sheet.write_string(nth, at, text)
        sheet.freeze_panes(1, 0)

    def _unit(self, column: Column) -> str:
        unit = _UNITS.get(column.kind)
        return self._about.say(unit) if unit else column.unit

    def _heading(self, column: Column) -> str:
        unit = self._unit(column)
        return f"{column.name} ({unit})" if unit else column.name

    def close(self) -> None:
        self._book.close()

    def _sheet(self, title: str) -> Any:
        """A sheet by its table's title; of two titles that begin alike the second has a number."""
        name = title.translate(_FORBIDDEN)
        taken = {sheet.name.lower() for sheet in self._book.worksheets()}
        names = (
            name[:_LONGEST_NAME],
            *(f"{name[: _LONGEST_NAME - 3]} {nth}" for nth in range(2, 99)),
        )
        return self._book.add_worksheet(next(one for one in names if one.lower() not in taken))

    def _write(
        self, sheet: Any, nth: int, table: Table, row: Sequence[Value], *, bold: bool = False
    ) -> None:
        for at, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            cell_format = self._formats[column.kind, bold]
            if value is None:
                continue
            if value == HIDDEN:
                sheet.write_string(nth, at, HIDDEN, self._hidden)
            elif column.kind == "verdict":
                sheet.write_string(nth, at, self._about.say(VERDICTS[str(value)]), cell_format)
            elif isinstance(value, str):
                _write_text(sheet, nth, at, value, column, cell_format)
            else:
                length = value / _DAY_SECONDS if column.kind == "seconds" else value
                sheet.write_number(nth, at, length, cell_format)


def _write_text(sheet: Any, nth: int, at: int, text: str, column: Column, cell_format: Any) -> None:
    try:
        day = date.fromisoformat(text) if column.kind == "date" else None
    except ValueError:
        day = None  # the total's row has a word there
    if day is None:
        sheet.write_string(nth, at, text, cell_format)
    else:
        sheet.write_datetime(nth, at, datetime(day.year, day.month, day.day), cell_format)


def _width(values: Sequence[Value], heading: str) -> float:
    longest = max((len(str(v)) for v in values if isinstance(v, str)), default=0)
    words = max(map(len, heading.split()))
    return min(max(longest + 2, words + 2, _NARROWEST), _WIDEST)
