"""The page of paper tickets: entered by keyboard, kept while the connection is lost, and taken
back."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page, Route, expect

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import days_after
from queue_service.store.connection.clients import connect
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from tests.web.browsers import BrowserMaker, Check, drawn_sideways, first_page
from tests.web.service import Service

NUMBER: Final = 'tr[data-row="0"] [data-field="number"]'


def yesterday(service: Service, branch: str) -> str:
    queue = Queue(RedisStore(connect(service.settings)))
    return days_after(moment(queue.get(BranchStore).get(branch), queue.store.time()).date, -1)


def write(page: Page, row: int, **fields: str) -> None:
    """Fill in fields of a row, counted from 0."""
    for name, value in fields.items():
        field = page.locator(f'tr[data-row="{row}"] [data-field="{name}"]')
        if name in ("service", "end"):
            field.select_option(value)
        else:
            field.fill(value)


def test_a_sheet_is_entered_by_keyboard_and_kept_during_a_lost_connection(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch()
    service.client.incrby(BranchKeys(branch).paper_sheets, 14)
    context = new_context(1440, 900)
    service.log_in(context, "clerk", branch)
    page = first_page(context)
    page.goto(f"/paper/{branch}")
    expect(page.locator("#list-title")).to_have_text("No ticket is entered for this day yet")
    assert_accessible(page)
    day = yesterday(service, branch)
    page.locator("#day").fill(day)
    saves_a_row_by_enter(page)
    names_the_field_of_an_invalid_row(page)
    assert_accessible(page)
    keeps_the_rows_of_a_lost_answer(page, day)
    takes_another_entry_back(page)
    found = service.api().get(f"/branches/{branch}/statistics?from={day}&to={day}")["total"]
    assert (found["issued"], found["paper"], found["abandoned"]) == (2, 2, 1)


def saves_a_row_by_enter(page: Page) -> None:
    """The next row has its number already."""
    write(page, 0, number="14 3", service="pas", taken="9:00", called="0906", end="resolved")
    write(page, 0, done="9.15")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_contain_text("1 ticket entered.")
    expect(page.locator(NUMBER)).to_have_value("14-4")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list")).to_contain_text("9:15")


def names_the_field_of_an_invalid_row(page: Page) -> None:
    """Nothing is entered."""
    write(page, 0, service="pas", taken="9:10", called="9:05")
    page.locator("#save").click()
    expect(page.locator("#says-0-end")).to_have_text("How it ended: Choose how it ended.")
    write(page, 0, end="no_show")
    write(page, 1, number="14-5", service="pas", taken="9:12", end="abandoned")
    page.locator("#save").click()
    expect(page.locator("#result")).to_contain_text("1 row is not right yet")
    expect(page.locator("#says-0-called")).to_contain_text("before the time on its left")
    expect(page.locator('tr[data-row="0"] [data-field="called"]')).to_be_focused()
    expect(page.locator("#list tbody tr")).to_have_count(1)


def keeps_the_rows_of_a_lost_answer(page: Page, day: str) -> None:
    """They are also on a new page, and sending them again enters nothing twice."""
    write(page, 0, called="9:20")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/paper-visits*", lose_the_answer)
    page.locator("#save").click()
    expect(page.locator("#result")).to_contain_text("The rows stay here", timeout=30_000)
    page.unroute("**/paper-visits*")
    page.reload()
    page.locator("#day").fill(day)
    expect(page.locator("#list tbody tr")).to_have_count(2 + 1)
    expect(page.locator(NUMBER)).to_have_value("14-4")
    page.locator("#save").click()
    expect(page.locator("#result")).to_contain_text("14-4 was entered before, with the same.")
    expect(page.locator("#list tbody tr")).to_have_count(3)


def takes_another_entry_back(page: Page) -> None:
    """A number with something else is shown and changes nothing, until the other is taken back."""
    write(page, 0, number="14-3", service="pas", taken="9:01", end="completed")
    page.locator("#save").click()
    expect(page.locator(".paper__says")).to_contain_text("14-3 was entered before, with something")
    page.get_by_role("button", name="Take 14-3 back").click()
    expect(page.locator("#result")).to_contain_text("14-3 is taken back.")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    expect(page.locator(NUMBER)).to_have_value("14-3")
    expect(page.locator('tr[data-row="0"] [data-field="done"]')).to_have_value("09:15")


def test_a_sheet_is_a_pdf_and_the_page_fits_a_phone(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch()
    service.client.incrby(BranchKeys(branch).paper_sheets, 14)
    context = new_context(390, 844, "da")
    service.log_in(context, "supervisor", branch)
    page = first_page(context)
    page.goto(f"/paper/{branch}")
    page.locator("#day").fill(yesterday(service, branch))
    write(page, 0, number="14-1", service="pas", taken="9:00", end="abandoned")
    expect(page.locator("tr[data-row]")).to_have_count(2)
    page.locator("#save").click()
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list")).to_contain_text("9.00")
    page.locator("#day").fill(yesterday(service, branch))
    write(page, 0, number="14-2", service="pas", taken="9:00", called="8:00", end="no_show")
    page.locator("#save").click()
    expect(page.locator("#says-0-called")).to_be_visible()
    assert not drawn_sideways(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    page.locator("#sheets").fill("1")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Lav en PDF").click(no_wait_after=True)
    assert download.value.suggested_filename == f"{branch}_paper_15-15.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF")
