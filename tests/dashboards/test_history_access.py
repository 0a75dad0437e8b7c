"""Access to the history, and invalid queries."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.dashboards.pages import Pages
from tests.tables.weeks import one_visit
from tests.web.browsers import first_page


@pytest.fixture
def theirs(pages: Pages) -> str:
    """Another branch, with something to see."""
    desk = pages.desk("theirs")
    one_visit(desk, 100)
    return desk.branch


def test_no_login_sees_a_branch_that_is_not_its_own(pages: Pages, theirs: str) -> None:
    mine = pages.service.branch()
    context = pages.new_context()
    pages.service.log_in(context, "supervisor", mine)
    page = first_page(context)
    page.goto(f"/dashboards/{mine}/history?against=:{theirs}&hall={theirs}")
    expect(page.locator("#against option")).to_have_count(4)
    expect(page.locator("body")).not_to_contain_text(theirs)
    answer = page.goto(f"/dashboards/{mine}/history/branches")
    assert answer is not None
    assert answer.ok
    expect(page.locator("tbody tr")).to_have_count(1)
    refused = page.goto(f"/dashboards/{theirs}/history")
    assert refused is not None
    assert refused.status == 403


def test_a_chart_is_only_given_to_those_who_see_its_branch(pages: Pages, theirs: str) -> None:
    page = pages.open(f"{theirs}/history?period=day&date=2026-11-25")
    source = page.locator(".chart img").first.get_attribute("src")
    other = pages.new_context()
    pages.service.log_in(other, "supervisor", pages.service.branch())
    assert other.request.get(f"{source}").status == 403
    unknown = f"/dashboards/{theirs}/history/charts/{'0' * 32}.svg"
    assert page.request.get(unknown).status == 404


@pytest.mark.parametrize("query", ["period=decade", "date=2026-02-30", "from=1900-01-01"])
def test_an_invalid_period_is_reported(pages: Pages, theirs: str, query: str) -> None:
    context = pages.new_context()
    pages.service.log_in(context, "supervisor")
    answer = context.request.get(f"/dashboards/{theirs}/history?{query}")
    assert answer.status == 422
