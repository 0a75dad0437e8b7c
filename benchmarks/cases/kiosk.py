"""A kiosk's page on a slow machine: from the touch to the number, and what the page loads first."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.report import Row, at_most, milliseconds, summary
from benchmarks.running import Options
from benchmarks.stack import Stack, running
from queue_service.web.security.credentials import COOKIES

_TIMES_SLOWER: Final = 6
_LOADS: Final = 18
_TOUCHES: Final = 4
"""After so many tickets in a row a kiosk asks before it gives one more."""
_FIRST_MS: Final = 250
_REST_MS: Final = 700
_BRANCH: Final = "branch-0"
_LIMIT_MS: Final = 150
_BROWSERS: Final = ("chromium-headless-shell", "chromium", "chromium-browser")

_TOUCH: Final = """async (service) => {
    const number = document.querySelector("#ticket-number");
    const begin = performance.now();
    await new Promise((shown) => {
        const look = () => !number.closest("[hidden]") && number.textContent.trim() ? shown() : 0;
        const watch = new MutationObserver(look);
        watch.observe(document.body, {
            subtree: true, childList: true, characterData: true, attributes: true,
        });
        document.querySelector(`[data-service="${service}"]`).click();
    });
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    return performance.now() - begin;
}"""
"""In the page: the milliseconds until the number has been drawn."""


def run(options: Options) -> Iterator[Row]:
    """A browser whose processor is slowed, and one that has to load everything."""
    with running() as stack, _browser() as browser:
        stack.add_branch(_BRANCH, 12, 4)
        page = _kiosk(browser, stack)
        slowed = page.context.new_cdp_session(page)
        slowed.send("Emulation.setCPUThrottlingRate", {"rate": _TIMES_SLOWER})
        loads = 1 if options.quick else _LOADS
        took = [_touches(page) for _ in range(1 + loads)][1:]  # the first load warms the browser up
    what = f"touch to number, processor {_TIMES_SLOWER} times slower"
    first = summary(first for first, *_ in took)
    yield Row(f"{what}, the first after a load, p50", milliseconds(first.p50))
    worst = f"{what}, the first after a load, at worst"
    yield at_most(worst, first.p99 * 1000, _FIRST_MS, " ms", guard=3 * _FIRST_MS)
    found = summary(later for _, *others in took for later in others)
    yield Row(f"{what}, p50", milliseconds(found.p50))
    yield at_most(f"{what}, at worst", found.p99 * 1000, _LIMIT_MS, " ms", guard=3 * _LIMIT_MS)


def _touches(page: Page) -> list[float]:
    """The seconds that the touches take after a load, each on an idle page.

    A kiosk's page is loaded in the morning. Its first ticket has every part of the screen drawn for
    the first time, so it is measured separately.
    """
    page.reload()
    took: list[float] = []
    for nth in range(_TOUCHES):
        page.wait_for_selector(f"[data-service=service-{nth}]:enabled")
        page.wait_for_timeout(_REST_MS)
        milliseconds: float = page.evaluate(_TOUCH, f"service-{nth}")
        took.append(milliseconds / 1000)
        page.wait_for_timeout(_REST_MS)
        page.evaluate("document.querySelector('#ticket-done').click()")
    return took


@contextmanager
def _browser() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        raise RuntimeError(f"no browser: apt-get install {_BROWSERS[0]}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def _kiosk(browser: Any, stack: Stack) -> Page:
    url = f"http://127.0.0.1:{stack.port}"
    context = browser.new_context(viewport={"width": 1080, "height": 1920}, locale="da-DK")
    cookie = {"name": COOKIES["kiosk"], "value": stack.token("kiosk", _BRANCH), "url": url}
    context.add_cookies([cookie])
    page: Page = context.new_page()
    page.goto(f"{url}/kiosk/{_BRANCH}")
    return page
