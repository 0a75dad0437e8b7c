"""Browsers that tests keep for each other."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.web.browsers import BLANK, Keeper, first_page
from tests.web.service import Service


def test_an_error_on_its_way_at_the_end_of_a_test_is_reported(
    browser: Browser, service: Service
) -> None:
    keeper, blank = Keeper(), f"{service.url}{BLANK}"
    used = keeper.take(browser, {"viewport": {"width": 400, "height": 300}})
    page = first_page(used.context)
    page.goto(blank)
    page.evaluate("setTimeout(() => { throw new Error('late') })")
    assert keeper.give_back_all([used], blank) == ["late"]
    assert keeper.free == [used]
    assert keeper.take(browser, used.like).errors == []
    used.context.close()
