"""The page of a count week, against what was counted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Command
from queue_service.configuration.operations import get_branch
from queue_service.contacts.operations import count_contact
from queue_service.contacts.rules import Contact
from queue_service.days.rules.period import days_after, period_of
from queue_service.tables.writing import Writing
from queue_service.visits.operations import issuing, visits
from tests.dashboards.pages import Pages, assert_fits_everywhere, cells
from tests.desks import Desk
from tests.web.browsers import SIZES, Check

WEEKS_AGO = 10
"""A week that no other test counts in: the page adds all branches up, and hides small groups."""
WEEK = "period=week&date=2026-09-16"


@pytest.fixture
def desk(pages: Pages) -> Desk:
    """A branch of today with six inquiries and nine contacts, some days ago."""
    desk = pages.desk("contacts", historic=False, name="Optællingen")
    desk.later(-WEEKS_AGO * 7 * 24 * 3600)
    desk.open("1", "citizen")
    for _ in range(6):
        visit_id = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
        visits.complete(desk.queue, desk.later(60).command(), visit_id, "resolved")
    clerk = Command(desk.branch, Caller("clerk", "clerk"), None, desk.command().at)
    for _ in range(9):
        count_contact(desk.queue, clerk, Contact("pas", "phone", "information"))
    return desk


def test_the_shares_the_sum_and_the_tasks(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/contacts?{WEEK}")
    shares = page.get_by_role("region", name="Share of contacts")
    assert cells(shares.get_by_role("table"), "Optællingen")[:3] == ["6", "9", "15"]
    shares.get_by_label("Optællingen").check()
    shares.get_by_role("button", name="Add up the chosen branches").click()
    expect(shares.get_by_role("status")).to_have_text(
        re.compile(r"Optællingen: [0-9.]+% of all contacts \(15 of [0-9,]+\)\.")
    )
    expect(page.locator("h1")).to_contain_text("Week 38")
    page.locator("summary", has_text="Optællingen").click()
    table = page.locator("details[open] table")
    expect(table).to_contain_text("Telephone")
    assert cells(table, "Telephone")[-3:] == ["0", "9", "9"]
    page.emulate_media(media="print")
    expect(page.locator(".contacts-branch:not([open])").first).to_be_hidden()
    expect(page.locator(".insight-table input:visible")).to_have_count(0)
    page.emulate_media(media="screen")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_it_can_be_read_by_everybody(pages: Pages, desk: Desk, assert_accessible: Check) -> None:
    page = pages.open(f"{desk.branch}/contacts?{WEEK}", lang="da")
    assert_fits_everywhere(page, assert_accessible, contrast=SIZES)


def test_a_week_of_nothing_says_where_to_press(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/contacts?period=week&date=1999-11-25")
    expect(page.locator("main")).to_contain_text("At the counter one press counts")


def test_without_dates_it_is_the_last_week_that_is_over(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/contacts")
    branch = get_branch(desk.queue, desk.branch)
    today = moment(branch, desk.queue.store.time()).date
    week = Writing("en").period(period_of("week", days_after(today, -7)))
    expect(page.locator("h1")).to_contain_text(week)
