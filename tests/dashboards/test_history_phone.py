"""The tables of the pages of the past on a phone: read without drawing anything sideways."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.dashboards.pages import Pages
from tests.desks import Desk
from tests.tables.weeks import FIRST, LAST, fortnight
from tests.web.browsers import SIZES, Check

RANGE = f"from={FIRST}&to={LAST}"
ROLES = ("table", "row", "columnheader", "rowheader", "cell")
PAGES = {
    "weeks": f"history?period=week&date={LAST}",
    "history": f"history?{RANGE}",
    "halves": f"history?{RANGE}&heat=half_hours",
    "branches": f"history/branches?{RANGE}",
    "quality": f"quality?{RANGE}",
}


@pytest.fixture
def past(pages: Pages) -> Desk:
    """A replayed branch with a fortnight behind it, next to one that counts in the sums."""
    pages.service.branch()
    return fortnight(pages.desk("phone"))


def sideways(page: Page) -> list[str]:
    """The elements that are wider than their container."""
    found: list[str] = page.locator(".scroll-x").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)"
    )
    return found


@pytest.mark.nightly
@pytest.mark.parametrize("lang", ["en", "da"])
def test_no_table_is_drawn_sideways_at_a_desk(pages: Pages, past: Desk, lang: str) -> None:
    # With all branches there are as many columns as they have goals together.
    for name in ("history", "weeks", "branches", "quality"):
        page = pages.open(f"{past.branch}/{PAGES[name]}", "desk", lang)
        for summary in page.locator("details.figures > summary").all():
            summary.click()
        assert sideways(page) == []


@pytest.mark.nightly
def test_no_table_is_drawn_sideways_on_a_phone(
    pages: Pages, past: Desk, assert_accessible: Check
) -> None:
    # In Danish, whose words are the longer ones.
    page = pages.open(f"{past.branch}/{PAGES['history']}", "phone", "da")
    for name, path in PAGES.items():
        page.goto(f"/dashboards/{past.branch}/{path}")
        for summary in page.locator("details.figures > summary").all():
            summary.click()
        assert page.locator(".table--cards").count() > 0
        # A map of a long day has as many weekdays as any other.
        page.locator(".heat").evaluate_all("all => all.forEach(e => e.classList.add('heat--long'))")
        assert sideways(page) == []
        # The letters of the map keep to their cells as well.
        assert (
            page.locator(".heat :is(th, td)").evaluate_all(
                "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"
            )
            == []
        )
        # Some browsers forget what a cell is when it is laid out as something else.
        expect(
            page.locator(
                ":is(.table--cards, .heat) :is(thead, tbody, tfoot, tr, th, td):not([role])"
            )
        ).to_have_count(0)
        # On a phone the cells of a card change their colour, and those are the same on each page.
        assert_accessible(page, contrast=name == "branches")


def roles(page: Page) -> Counter[str]:
    """How many tables, rows and cells the browser exposes to a screen reader."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    reported = Counter(node["role"]["value"] for node in tree if not node["ignored"])
    return Counter({role: reported[role] for role in ROLES})


def test_on_a_phone_each_figure_says_what_it_is_and_the_tables_are_still_tables(
    pages: Pages, past: Desk
) -> None:
    desk, phone = (pages.open(f"{past.branch}/{PAGES['branches']}", size) for size in SIZES)
    cell = phone.locator("tbody").get_by_role("row").first.get_by_role("cell").nth(1)
    expect(cell).to_be_visible()
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label == '"Inquiries"'
    assert roles(phone) == roles(desk)
    assert min(roles(phone).values()) > 0
