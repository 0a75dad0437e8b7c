"""Browsers that tests keep for each other."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.web.browsers import BLANK, OWN_CLOCK, Keeper, first_page
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
    assert keeper.take(browser, {"viewport": {"width": 400, "height": 300}}).errors == []
    used.context.close()


def lasting(page: Page) -> dict[str, object]:
    """The traces that a test may have left in a page of the service."""
    found: dict[str, object] = page.evaluate(
        """async () => ({
            ears: "ears" in window, paper: matchMedia("print").matches, stored: localStorage.length,
            hours: Math.round((Date.now() - performance.timing.responseStart) / 3_600_000),
            // Whether time goes on by itself, of which a message that is sent again is no part.
            passes: await Promise.race([
              new Promise((done) => setTimeout(() => done(true), 1)),
              new Promise((done) => {
                const { port1, port2 } = new MessageChannel();
                let left = 2000;
                port2.onmessage = () => left-- ? port1.postMessage(0) : done(false);
                port1.postMessage(0);
              }),
            ]),
        })"""
    )
    return found


def test_a_page_that_is_kept_has_nothing_of_the_last_test(
    browser: Browser, service: Service, keeper: Keeper
) -> None:
    blank = f"{service.url}{BLANK}"
    like = {"viewport": {"width": 400, "height": 300}, OWN_CLOCK: True}
    used = keeper.take(browser, like)
    page = first_page(used.context)
    page.goto(blank)
    untouched = lasting(page)
    heard: list[str] = []
    page.add_init_script("window.ears = true")
    page.on("request", lambda request: heard.append(request.url))
    page.emulate_media(media="print")
    page.goto(blank)
    page.evaluate("localStorage.setItem('name', 'value')")
    page.clock.fast_forward(7_200_000)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)
    assert all(lasting(page)[name] != untouched[name] for name in untouched)
    used.context.set_offline(True)
    assert keeper.give_back_all([used], blank) == []
    heard.clear()

    like["viewport"] = {"width": 300, "height": 400}
    assert keeper.take(browser, like) is used
    page.goto(blank)
    assert lasting(page) == untouched
    assert heard == []
    assert page.viewport_size == like["viewport"]
    with used.context.new_page() as other:
        assert other.viewport_size == like["viewport"]
    page.context.grant_permissions(["geolocation"])
    keeper.give_back_all([used], blank)
    assert used not in keeper.free
    fresh = keeper.take(browser, like, fresh=True)
    keeper.give_back_all([fresh], blank)
    assert fresh not in keeper.free
