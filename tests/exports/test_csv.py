"""CSV that any program reads, and that says what it means."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from queue_service.errors import Invalid
from queue_service.exports.csv_file import lines, safe
from queue_service.exports.make import make
from queue_service.history.operations.history import Past
from queue_service.notes.operations import add_note
from queue_service.tables.build import TITLES, TableId, table
from queue_service.tables.model import HIDDEN
from queue_service.tables.writing import LEFT_OUT
from tests.desks import Desk
from tests.exports.conftest import FileMaker, order
from tests.tables.weeks import FIRST, LAST, one_visit


def read(content: bytes) -> list[list[str]]:
    """Its lines, as a strict reader has them."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def body(lines: list[list[str]]) -> list[list[str]]:
    """The table alone, up to the empty line."""
    return lines[1 : next(n for n, line in enumerate(lines) if not any(line))]


@pytest.mark.parametrize("content", ["days", "week", "services", "goals", "handling"])
def test_every_number_is_the_tables_with_few_decimals(
    made: FileMaker, seen: Past, content: TableId
) -> None:
    found = table(seen, content, "en")
    rows = [*found.rows, *([found.total] if found.total else [])]
    lines = body(read(made(content=content).content))
    assert len(lines) == len(rows)
    digits = [6 if column.kind == "ratio" else 2 for column in found.columns]
    for line, row in zip(lines, rows, strict=True):
        for text, value, most in zip(line, row, digits, strict=True):
            if isinstance(value, int | float):
                assert float(text) == round(value, most)
                assert len(text.partition(".")[2]) <= most
            else:
                assert bool(text) == (value is not None)


def test_it_is_rfc_4180_with_a_byte_order_mark(made: FileMaker) -> None:
    content = made(content="services", language="da").content
    assert content.startswith(b'\xef\xbb\xbf"Ydelse","Bes')
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert "Kørekort" in content.decode()
    lines = read(content)
    assert len({len(line) for line in lines}) == 1


def test_it_carries_its_meaning(made: FileMaker, weeks: Desk) -> None:
    add_note(weeks.queue, weeks.branch, "2026-11-24", "outage", "=Systemet var nede")
    found = made(content="days")
    assert found.name == "raadhuset_days_2026-11-23_2026-12-06.csv"
    reported = {line[0]: line[1:] for line in read(found.content)}
    assert reported["Branch"][0] == "Rådhuset"
    assert reported["First date"][0] == "2026-11-23"
    assert "Europe/Copenhagen" in reported["Made"][0]
    assert reported["Percentiles"][0] == "Exact"
    assert reported["Note 2026-11-24"][0] == "Outage: =Systemet var nede"
    unit, meaning, *_ = reported["Waiting time of those called, mean"]
    assert unit == "seconds"
    assert meaning.startswith("From the number drawn to the first call.")


def test_no_figure_is_empty(desk: Desk) -> None:
    one_visit(desk, 100)  # served at once, without a wait
    lines = read(make(desk.queue, order(desk.branch, content="services")).content)
    reported = dict(zip(lines[0], body(lines)[0], strict=True))
    assert (reported["Waits"], reported["Waiting time of those called, mean (seconds)"]) == (
        "0",
        "",
    )


def test_no_name_is_a_formula(made: FileMaker) -> None:
    teams = body(read(made(content="teams").content))
    assert not any(field.startswith(("=", "@")) for line in teams for field in line)


def test_hidden_figures_are_marked_and_the_mark_is_explained(desk: Desk) -> None:
    for _ in range(20):
        one_visit(desk, 100)  # all of one shift at one counter
    given = order(desk.branch, content="counters")
    lines = read(make(desk.queue, given).content)
    heads, (counter, *_) = lines[0], body(lines)
    reported = dict(zip(heads, counter, strict=True))
    assert reported["Inquiries"] == HIDDEN
    assert reported["Handling time, mean (seconds)"] == HIDDEN
    assert reported["Handled in under 6 min: Verdict"] == HIDDEN
    assert any(line[:2] == [HIDDEN, LEFT_OUT] for line in lines)
    days = read(make(desk.queue, order(desk.branch, content="days")).content)
    assert not any(HIDDEN in line for line in days)


def test_all_tables_come_as_one_archive(made: FileMaker) -> None:
    found = made(content="all")
    assert found.media_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
        assert sorted(archive.namelist()) == sorted(f"{name}.csv" for name in TITLES)
        assert read(archive.read("days.csv"))[0][0] == "Date"


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("content", {"content": "visits"}),
        ("format", {"format": "pdf"}),
        ("from", {"first": "2026-11-31"}),
        ("to", {"last": "2026-11-01"}),
        ("from", {"first": "1999-01-01"}),
        ("language", {"language": "tlh"}),
    ],
)
def test_an_impossible_choice_is_reported_at_its_field(field: str, given: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        order(**given)
    assert [e["field"] for e in refused.value.extra["errors"]] == [field]  # type: ignore[attr-defined]  # a list of the fields


@pytest.mark.parametrize(("first", "last"), [("0001-01-01", LAST), (FIRST, "9999-12-31")])
def test_dates_beyond_the_calendar_are_refused(first: str, last: str) -> None:
    with pytest.raises(Invalid, match="from 1900 to 2200"):
        order(first=first, last=last)


HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    ";=1+1;",
    "; =1",
    "a;=cmd|'/C calc'!A0",
    "a\t=1",
    'a";=1',
    ';"=1+1"',
    ';""=1',
    '";";=1',
    "a\n=1",
    "a;;-1;+1;@x",
    '"=1',
    "';=1",
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_formula_wherever_a_spreadsheet_splits(text: str, delimiter: str) -> None:
    """Danish Excel splits at semicolons; a file dragged onto a sheet may be split at tabs."""
    file = lines([["2026-11-24", safe(text), "12.5", safe(text)]])
    cells = [
        cell
        for row in csv.reader(io.StringIO(file.replace("\r", "\n")), delimiter=delimiter)
        for cell in row
    ]
    assert len(cells) > 1 or delimiter != ","
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", ["Pas", "Pas; kørekort", "A-B", "1 - 2", "a = b", "07-12", ""])
def test_a_text_that_is_no_formula_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


def test_every_field_is_quoted(made: FileMaker) -> None:
    text = made(content="days").content.decode("utf-8-sig")
    for line in text.split("\r\n")[:-1]:
        assert line.startswith('"')
        assert line.endswith('"')
    assert '"12' in text or '"0' in text, "numbers too"


def test_a_branch_cannot_reach_into_the_sheet_of_who_exports_it(
    made: FileMaker, weeks: Desk
) -> None:
    add_note(weeks.queue, weeks.branch, "2026-11-24", "outage", ";=cmd|'/C calc'!A0")
    text = made(content="days").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert any("cmd" in cell for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)
