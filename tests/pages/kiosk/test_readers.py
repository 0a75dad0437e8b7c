"""The kiosk as readers set their machine up: without colours, and with letters twice as large."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.kiosk.screen import LYING, UPRIGHT, choose, number, open_counter
from tests.pages.kiosk.test_layout import TWELVE, fits_soon, on_each
from tests.web.browsers import BrowserMaker, first_page
from tests.web.service import Service

LETTERS_PX = 32
"""The size of a text that a page says nothing of; browsers come with 16."""

MANY: dict[str, Any] = {
    "services": [
        {"id": f"s{i}", "name": {"da": name, "en": name[:35]}, "prefix": f"A{letter}"}
        for i, (name, letter) in enumerate(zip(TWELVE, "ABCDEFGHJKLM", strict=True))
    ],
    "counters": [{"id": "1", "name": "Skranke 1", "services": ["*"]}],
    "teams": [],
    "goals": [],
}
WITHOUT_EDGE = """() => [...document.querySelectorAll(
    "button, .mast, .panel, .slip__top, .slip__service, .timer__bar")]
    .filter((part) => part.checkVisibility()
        && ["Top", "Right", "Bottom", "Left"].every((side) =>
            parseFloat(getComputedStyle(part)[`border${side}Width`]) === 0))
    .map((part) => part.className)"""
"""In the page: what is marked by its surface alone, of which there is none without colours."""

TOLD_APART = """([one, other]) => {
    const look = (part) => {
        const { color, backgroundColor, borderColor } = getComputedStyle(part);
        return [color, backgroundColor, borderColor].join();
    };
    return look(document.querySelector(one)) !== look(document.querySelector(other));
}"""
"""In the page: whether two parts look different."""


@pytest.fixture
def readers_kiosk(service: Service, new_context: BrowserMaker) -> Callable[..., Page]:
    """Opens a branch's kiosk: ``readers_kiosk(branch, larger=…, forced_colors=…)``."""

    def open_kiosk(branch: str, *, larger: bool = False, **more: Any) -> Page:
        context = new_context(**UPRIGHT, lang="da", **more)
        service.enrol(context, "kiosk", branch)
        page = first_page(context)
        if larger:
            sizes = {"standard": LETTERS_PX, "fixed": LETTERS_PX}
            context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
        page.goto(f"/kiosk/{branch}")
        expect(page.locator(".service").first).to_be_enabled()
        return page

    return open_kiosk


LARGER = """() => parseFloat(getComputedStyle(document.documentElement).fontSize)
    > 1.1 * (6 + 0.0165 * Math.min(innerWidth, innerHeight))"""
"""In the page: whether its letters are larger than usual at its size."""


def whole(page: Page, what: str) -> Iterator[None]:
    """On each screen nothing is cut, lies over something else or has to be scrolled to."""
    for size in on_each(page, (LYING, UPRIGHT)):
        fits_soon(page, (what, size))
        yield


def test_twice_as_large_letters_are_whole(
    service: Service, readers_kiosk: Callable[..., Page]
) -> None:
    branch = service.branch(**MANY)
    open_counter(service, branch)
    page = readers_kiosk(branch, larger=True)
    for _ in whole(page, "start"):
        assert page.evaluate(LARGER)
    choose(page, "s0")
    number(page)
    assert list(whole(page, "ticket"))
    page.locator("#ticket-change").click()
    expect(page.locator("#home-keep")).to_be_enabled()
    assert list(whole(page, "instead"))


def test_without_colours_everything_has_an_edge(
    service: Service, readers_kiosk: Callable[..., Page]
) -> None:
    branch = service.branch()
    open_counter(service, branch)
    page = readers_kiosk(branch, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    pressed = [".mast [aria-pressed=true]", ".mast [aria-pressed=false]"]
    for _ in whole(page, "start"):
        assert page.evaluate(TOLD_APART, pressed), "the language that is spoken"
        assert page.evaluate(WITHOUT_EDGE) == []
    choose(page, "pas")
    number(page)
    for _ in whole(page, "ticket"):
        assert page.evaluate(WITHOUT_EDGE) == []
        assert page.evaluate(TOLD_APART, [".timer__left", ".timer__bar"]), "the time that is left"
