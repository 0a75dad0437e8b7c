"""The way between a branch's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.dashboards.conftest import DayMaker, Look
from tests.dashboards.pages import SIZES, Pages, fits


@pytest.mark.parametrize("size", SIZES)
def test_the_board_leads_to_the_past_and_back(
    look: Look, new_day: DayMaker, assert_accessible: Callable[[Page], None], size: str
) -> None:
    page = look(new_day(), *SIZES[size])
    page.locator("summary", has_text="Pages").click()
    menu = page.get_by_role("navigation", name="Pages of this branch")
    expect(menu.get_by_role("link", name="Now")).to_have_attribute("aria-current", "page")
    expect(menu).to_be_in_viewport(ratio=1)
    assert fits(page)
    assert_accessible(page)
    menu.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="Key figures")).to_be_hidden()
    expect(page.get_by_text("there is nothing to count")).to_be_visible()
    page.get_by_role("link", name="Now").click()
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")


def test_another_branch_is_shown_over_the_same_dates(pages: Pages) -> None:
    mine, other = pages.service.branch(), pages.service.branch(name="The other one")
    page = pages.open(f"{mine}/history?period=week&date=2026-11-02&against=none")
    page.locator("summary", has_text="Other branches").click()
    page.get_by_role("link", name="The other one").click()
    expect(page).to_have_url(
        f"{pages.service.url}/dashboards/{other}/history?period=week&date=2026-11-02&against=none"
    )
