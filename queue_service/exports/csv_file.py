"""A table as CSV by RFC 4180: commas, decimal points, CRLF, whatever the reader's country.

It begins with a byte order mark, without which Excel takes UTF-8 for something else. After the
table comes an empty line, then what the file is about and what each column means, so the table is
plain and still carries its meaning; every line has the same number of fields.

All fields are quoted, and no text holds a formula at a place where a spreadsheet could see a field
begin: Danish Excel splits at semicolons, and takes what follows one for a field of its own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from queue_service.exports.about import ExportAbout
from queue_service.goals.wording import VERDICTS
from queue_service.language.catalogues import N_
from queue_service.tables.model import HIDDEN, Column, Table, Value
from queue_service.tables.words import Words

BOM: Final = "\ufeff"
DIGITS: Final = 2
"""The decimals of a length in seconds, or of a number per day."""
RATIO_DIGITS: Final = 6
"""The decimals of a share: enough to find the count again among 100,000."""
_FORMULA: Final = re.compile(r"""(^|[;\t\r\n])(?=["'\s]*[=+\-@])""")
"""The start of a formula: at the beginning, or after a character at which another reader splits."""


def csv_file(table: Table, about: ExportAbout) -> bytes:
    """The file's bytes."""
    say = about.say
    body = [[safe(column.heading) for column in table.columns]]
    rows = [*table.rows, table.total] if table.total else table.rows
    body += [
        [_field(value, column, say) for value, column in zip(row, table.columns, strict=True)]
        for row in rows
    ]
    return (BOM + lines([*body, [], *_appendix(table, about)])).encode()


def lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV, the short ones filled up."""
    all_rows = list(rows)
    width = max(map(len, all_rows), default=0)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([*row, *[""] * (width - len(row))] for row in all_rows)
    return text.getvalue()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula, wherever it splits the line."""
    guarded = _FORMULA.sub(r"\1'", text)
    return f"'{guarded}" if text.startswith(("\t", "\r")) else guarded


def number(value: float | None, digits: int = DIGITS) -> str:
    """A number with at most so many decimals; nothing for no figure."""
    return "" if value is None else repr(round(value, digits))


def _field(value: Value, column: Column, say: Words) -> str:
    if isinstance(value, str):
        return safe(value) if column.kind != "verdict" or value == HIDDEN else say(VERDICTS[value])
    return number(value, RATIO_DIGITS if column.kind == "ratio" else DIGITS)


def _appendix(table: Table, about: ExportAbout) -> list[list[str]]:
    say = about.say
    headings = [say(N_("Column")), say(N_("Unit")), say(N_("Definition"))]
    meanings = [
        [safe(column.name), column.unit, safe(column.definition)] for column in table.columns
    ]
    facts = [[name, safe(text)] for name, text in about.facts([table])]
    return [[safe(table.title)], *facts, [], headings, *meanings]
