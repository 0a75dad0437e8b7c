"""A workbook for people: real numbers, real dates, and what they mean."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from queue_service.exports.make import make
from queue_service.history.operations.history import Past
from queue_service.notes.operations import add_note
from queue_service.tables.build import TITLES, TableId, table
from queue_service.tables.model import HIDDEN
from tests.desks import Desk
from tests.exports.conftest import FileMaker, order
from tests.tables.weeks import one_visit


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("content", ["days", "week", "services", "goals", "handling", "outcomes"])
def test_every_cell_is_the_tables_number(made: FileMaker, seen: Past, content: TableId) -> None:
    found = table(seen, content, "en")
    sheet = opened(made(content=content, format="xlsx").content).worksheets[0]
    rows = [*found.rows, *([found.total] if found.total else [])]
    assert sheet.max_row == len(rows) + 1
    for line, row in zip(sheet.iter_rows(min_row=2, values_only=True), rows, strict=True):
        for cell, value in zip(line, row, strict=True):
            if isinstance(cell, timedelta):
                assert cell.total_seconds() == pytest.approx(value, abs=1e-3)
            elif isinstance(value, int | float):
                assert cell == pytest.approx(value, rel=1e-15)  # as many digits as Excel has
            elif isinstance(cell, datetime):
                assert cell.date().isoformat() == value
            else:
                assert (cell is None) == (value is None)


def test_hidden_figures_are_marked_and_the_mark_is_explained(desk: Desk) -> None:
    for _ in range(20):
        one_visit(desk, 100)
    given = order(desk.branch, content="counters", format="xlsx", language="da")
    sheet, about, _ = opened(make(desk.queue, given).content).worksheets
    heads = {cell.value: cell.column for cell in sheet[1]}
    for head in (
        "Ekspeditionstid, gennemsnit (minutter:sekunder)",
        "Klaret på under 6 min: Bedømmelse",
    ):
        assert sheet.cell(2, heads[head]).value == HIDDEN
    facts = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert str(facts[HIDDEN]).startswith("Udeladt: ")


def test_shares_are_percentages_and_the_heading_stays_in_view(made: FileMaker) -> None:
    sheet = opened(made(content="days", format="xlsx").content).worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    share = sheet.cell(2, heads["Handled in under 6 min: Share (%)"])
    assert share.number_format == "0.0%"
    assert isinstance(share.value, float)
    assert 0 <= share.value <= 1
    assert isinstance(sheet.cell(2, 1).value, datetime)
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["A"].width >= 11


def test_lengths_are_minutes_and_seconds_that_can_be_added_up(desk: Desk) -> None:
    one_visit(desk, 4500.5)
    given = order(desk.branch, content="services", format="xlsx", language="en")
    sheet, *_, definitions = opened(make(desk.queue, given).content).worksheets
    heads = {cell.value: cell.column for cell in sheet[1]}
    mean = sheet.cell(2, heads["Handling time, mean (minutes:seconds)"])
    assert (mean.number_format, mean.value) == ("[m]:ss", timedelta(seconds=4500.5))
    units = {row[1]: row[2] for row in definitions.iter_rows(values_only=True)}
    assert units["Handling time, mean"] == "minutes:seconds"


def test_all_tables_are_sheets_next_to_their_definitions(made: FileMaker, weeks: Desk) -> None:
    add_note(weeks.queue, weeks.branch, "2026-11-24", "weather", "Storm")
    workbook = opened(made(content="all", format="xlsx", language="da").content)
    assert len(workbook.sheetnames) == len(TITLES) + 2
    assert workbook.sheetnames[-2:] == ["Om filen", "Definitioner"]
    about = {row[0]: row[1] for row in workbook["Om filen"].iter_rows(values_only=True)}
    assert about["Afdeling"] == "Rådhuset"
    assert about["Note 2026-11-24"] == "Vejr: Storm"
    meanings = {row[1]: row[3] for row in workbook["Definitioner"].iter_rows(values_only=True)}
    heads = {cell.value for sheet in workbook.worksheets[:-2] for cell in sheet[1]}
    assert {str(head).split(" (")[0] for head in heads} <= {
        str(name).split(" (")[0] for name in meanings
    }
    assert all(meanings.values())


def test_branches_are_shown_next_to_each_other(made: FileMaker) -> None:
    workbook = opened(made(content="branches", format="xlsx").content)
    assert workbook.worksheets[0].cell(2, 1).value == "Rådhuset"
