"""The way between a branch's pages."""

from __future__ import annotations

import re
from typing import Final

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.dashboards.conftest import DayMaker, Look
from tests.dashboards.pages import Pages, assert_fits_everywhere
from tests.tables.weeks import one_visit
from tests.web.browsers import Check, drawn_sideways, each_size, first_page, fits
from tests.web.web_app import LIBRARY


def test_the_board_leads_to_the_past_and_back(
    look: Look, new_day: DayMaker, assert_accessible: Check
) -> None:
    page = look(new_day())
    for size in each_size(page):
        walk_to_the_past_and_back(page, size, assert_accessible)


def walk_to_the_past_and_back(page: Page, size: str, assert_accessible: Check) -> None:
    page.locator("summary", has_text="Pages").click()
    menu = page.get_by_role("navigation", name="Pages of this branch")
    expect(menu.get_by_role("link", name="Now")).to_have_attribute("aria-current", "page")
    expect(menu).to_be_in_viewport(ratio=1)
    expect(menu.get_by_role("link", name="Staffing")).to_be_visible()
    explained = page.get_by_role("navigation", name="Explain the figures")
    ways_to = explained.get_by_role("link")
    expect(ways_to.first).to_have_text("Why did it slip?")
    expect(page.locator("[open] > .menu__list")).to_be_in_viewport(ratio=1)
    if size == "desk":
        expect(explained).to_be_in_viewport(ratio=1)
    ways_to.last.scroll_into_view_if_needed()
    assert fits(page)
    assert_accessible(page, contrast=size == "desk")
    menu.get_by_role("link", name="History").click()
    if size != "phone":
        ways = page.get_by_role("navigation", name="Explain the figures")
        expect(ways.get_by_role("link", name="What citizens think")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", name="Key figures")).to_be_hidden()
    expect(page.get_by_text("there is nothing to count")).to_be_visible()
    if size == "phone":
        assert not drawn_sideways(page)
        page.locator("summary", has_text="Pages").click()
    page.get_by_role("link", name="Now").click()
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")


def test_another_branch_is_shown_over_the_same_dates(pages: Pages) -> None:
    mine, other = pages.service.branch(), pages.service.branch(name="The other one")
    page = pages.open(f"{mine}/history?period=week&date=2026-11-02&against=none")
    page.locator("summary", has_text="Branches").click()
    page.get_by_role("link", name="The other one").click()
    expect(page).to_have_url(
        f"{pages.service.url}/dashboards/{other}/history?period=week&date=2026-11-02&against=none"
    )


@pytest.mark.parametrize("path", ["definitions", "history/branches?period=day&date=2026-11-25"])
def test_pages_linked_from_the_history_are_accessible_too(
    pages: Pages, assert_accessible: Check, path: str
) -> None:
    desk = pages.desk("beside")
    one_visit(desk, 100)
    page = pages.open(f"{desk.branch}/{path}", lang="da")
    assert_fits_everywhere(page, assert_accessible)


def serve_one(pages: Pages, branch: str) -> None:
    """A walk-in is served now."""
    clerk = pages.service.api("clerk")
    clerk.post(f"/branches/{branch}/counters/1/open")
    visit = clerk.post(f"/branches/{branch}/counters/1/serve", service="turist")
    clerk.post(f"/branches/{branch}/visits/{visit['id']}/complete", outcome="resolved")


def test_branches_are_next_to_each_other_with_their_share_of_the_contacts(pages: Pages) -> None:
    mine = pages.service.branch()
    serve_one(pages, mine)
    page = pages.open(f"{mine}/history/branches?from=1990-01-01&to=1990-01-02")
    expect(page.get_by_role("columnheader", name="Share of contacts")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("–")
    page.goto(f"/dashboards/{mine}/history/branches?period=day")
    shares = page.locator("tbody td:nth-child(6)").all_inner_texts()
    assert shares
    # Fewer than five contacts are shown of no branch, so the total may be incomplete.
    reported = [
        float(text.strip().rstrip("%")) for text in shares if text.strip() not in ("–", "..")
    ]
    assert sum(reported) <= 100 + 0.05 * len(reported)


def test_four_goals_fit_the_page_of_all_branches_each_share_with_its_number(pages: Pages) -> None:
    mine = pages.service.branch()
    serve_one(pages, mine)
    context = pages.new_context(1440, 900, lang="da")
    pages.service.log_in(context, "supervisor", mine)
    page = first_page(context)
    page.goto(f"/dashboards/{mine}/history/branches?period=day")
    goals = page.locator("tbody td:nth-child(n + 11)")
    expect(goals).to_have_count(4)
    assert "1 af 1" in goals.nth(1).inner_text()
    assert goals.nth(0).inner_text() == "–", "today's answers are told tomorrow"
    goals.evaluate_all(SEVERAL_THOUSANDS)
    assert page.locator(".scroll-x").evaluate("one => one.scrollWidth <= one.clientWidth")


SEVERAL_THOUSANDS = """cells => {
    for (const cell of cells) cell.innerHTML = "71,3 %<br>2.942 af 4.128<br>Endnu ikke sikkert";
}"""


def test_practice_and_replayed_branches_are_in_no_sum(pages: Pages) -> None:
    counted, practice = pages.service.branch(), pages.service.branch(name="Drill", practice=True)
    for branch in (counted, practice):
        serve_one(pages, branch)
    replayed = pages.desk("again", name="Old days").branch
    page = pages.open(f"{practice}/history/branches?period=day")
    rows = page.locator("tbody tr")
    expect(rows.filter(has_text="Biblioteket").first).to_be_visible()
    for name in ("Drill", "Old days"):
        expect(rows.filter(has_text=name)).to_have_count(0)
        expect(page.get_by_text("Not counted")).to_contain_text(name)
    page.get_by_text("Not counted").get_by_role("link", name="Drill").click()
    visits = page.locator("section", has=page.get_by_role("heading", name="Key figures"))
    expect(visits).to_contain_text("Inquiries")
    last = pages.service.branch(name="Ørsted")
    page.goto(f"/dashboards/{counted}/history?period=day")
    choices = page.get_by_label("Compare with").locator("option")
    values = choices.evaluate_all("all => all.map(option => option.value)")
    assert f":{last}" in values
    assert {f":{practice}", f":{replayed}"}.isdisjoint(values), "neither is to compare with"


LED_TO_BY_MAIL: Final = {"reports_stop"}
"""Blueprints whose address is in a letter alone."""


def test_every_page_of_a_branch_is_reached_from_its_board_or_history(
    admin_client: FlaskClient,
) -> None:
    board = f"/dashboards/{LIBRARY}"
    shown = admin_client.get(board).text + admin_client.get(f"{board}/history").text
    urls = admin_client.application.url_map.bind("localhost")
    linked = re.findall(rf'href="({board}[^"?#]*)', shown)
    reached = {urls.match(path)[0].partition(".")[0] for path in linked}
    pages = {
        name
        for name, blueprint in admin_client.application.blueprints.items()
        if blueprint.import_name.startswith("dashboards.")
    }
    assert len(pages) > 10
    assert pages - LED_TO_BY_MAIL <= reached
