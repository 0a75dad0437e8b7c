"""The page of files, as a supervisor uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.dashboards.conftest import DayMaker
from tests.dashboards.day import Day
from tests.dashboards.pages import assert_fits_everywhere
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import Service

Opener = Callable[..., Page]


@pytest.fixture
def a_day(new_day: DayMaker) -> Day:
    """A branch with a morning behind it."""
    day = new_day()
    day.open("1", "citizen-service")
    for nth in range(8):
        day.completed("pas", "1", 175 - nth * 12, took=4, waited=2)
    return day


@pytest.fixture
def open_exports(service: Service, new_context: BrowserMaker) -> Opener:
    """Opens a branch's page of files as a supervisor."""

    def go(day: Day, *size: int, lang: str = "en") -> Page:
        context = new_context(*size, lang=lang)
        service.log_in(context, "supervisor")
        page = first_page(context)
        page.goto(f"/dashboards/{day.branch}/exports")
        return page

    return go


def test_a_small_table_comes_at_once(a_day: Day, open_exports: Opener, tmp_path: Path) -> None:
    page = open_exports(a_day)
    page.get_by_label("What").select_option("services")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name.startswith(f"{a_day.branch}_services_")
    sheet = load_workbook(file).worksheets[0]
    assert sheet.title == "By service"
    assert [cell.value for cell in sheet["A"]] == ["Service", "Passport", "Total"]
    assert sheet["B2"].value == 8


def test_a_long_one_is_made_by_a_worker_while_the_page_waits(
    a_day: Day, open_exports: Opener, work: Callable[[], int]
) -> None:
    page = open_exports(a_day)
    expect(page.get_by_text("No file is waiting here.")).to_be_visible()
    page.get_by_label("What").select_option("all")
    page.get_by_label("CSV").check()
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("progressbar", name="All tables")).to_be_visible()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    work()
    ready = page.get_by_role("link", name="Download All tables")
    expect(ready).to_be_visible()
    expect(page.locator("#announce")).to_contain_text("Ready: All tables")
    with page.expect_download() as download:
        ready.click()
    assert download.value.suggested_filename.endswith(".zip")


def test_an_invalid_form_is_reported_and_keeps_its_fields(a_day: Day, open_exports: Opener) -> None:
    page = open_exports(a_day)
    page.get_by_label("First date").fill("2026-11-20")
    page.get_by_label("Last date").fill("2026-11-01")
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("alert")).to_contain_text("date: Choose an end after the beginning.")
    expect(page.get_by_label("First date")).to_have_value("2026-11-20")
    page.get_by_label("What").select_option("open-data")
    expect(page.get_by_label("Last date")).to_have_attribute("max", re.compile(r"^[0-9-]{10}$"))


def test_anybody_can_read_it(a_day: Day, open_exports: Opener, assert_accessible: Check) -> None:
    page = open_exports(a_day, lang="da")
    assert_fits_everywhere(page, assert_accessible)
    page.locator("#order-content").select_option("all")
    page.locator("form.exports__form button").press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert_fits_everywhere(page, assert_accessible)


def test_a_clerk_and_another_branchs_supervisor_get_no_file(
    service: Service, a_day: Day, new_context: BrowserMaker
) -> None:
    path = f"/dashboards/{a_day.branch}/exports/file?content=days&from=2026-11-01&to=2026-11-02"
    other = service.branch()
    for role, branch, status in (
        ("clerk", None, 403),
        ("supervisor", other, 403),
        ("supervisor", a_day.branch, 200),
    ):
        context = new_context()
        service.log_in(context, role, branch)
        assert context.request.get(path).status == status


def test_the_past_leads_to_its_tables_as_a_file(a_day: Day, open_exports: Opener) -> None:
    page = open_exports(a_day)
    page.goto(f"/dashboards/{a_day.branch}/history?from=2026-10-02&to=2026-10-09")
    page.get_by_role("link", name="Have these tables as a file").click()
    expect(page.get_by_label("What")).to_have_value("all")
    expect(page.get_by_label("First date")).to_have_value("2026-10-02")
    expect(page.get_by_label("Last date")).to_have_value("2026-10-09")
