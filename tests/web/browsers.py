"""Fixtures for tests of pages: a running service, and real browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from queue_service.app import PACKAGES
from queue_service.web import static_addresses
from tests.running import eventually
from tests.web.service import Service, running_service

BrowserMaker = Callable[..., BrowserContext]
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


class Check(Protocol):
    """Fails for what axe finds wrong on a page in its current state.

    Contrast takes most of the time. Where a size changes no colour it is not looked at again.
    """

    def __call__(self, page: Page, *, contrast: bool = True) -> None: ...


# How long something takes to show says how busy the machine is; what has to be quick says so.
expect.set_options(timeout=15_000)

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service, with an empty store; each test makes branches of its own."""
    with running_service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def new_context(browser: Browser, service: Service) -> Iterator[BrowserMaker]:
    """Makes browsers of different people: ``new_context(width, height, lang)``.

    An error that a script of the page does not catch fails the test.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(width: int = 1440, height: int = 900, lang: str = "en", **more: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=service.url,
            viewport={"width": width, "height": height},
            locale="da-DK" if lang == "da" else "en-GB",
            **{"timezone_id": "Europe/Copenhagen", **more},
        )
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture(scope="session")
def assert_accessible() -> Check:
    """Fails for what axe finds wrong on a page in its current state."""

    def check(page: Page, *, contrast: bool = True) -> None:
        page.evaluate("document.fonts.ready")
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        options = {
            "resultTypes": ["violations"],
            "rules": {"color-contrast": {"enabled": contrast}},
        }
        found = page.evaluate("o => axe.run(o).then(results => results.violations)", options)
        reported = [
            f"{rule['id']}: {rule['help']}\n  " + "\n  ".join(n["html"] for n in rule["nodes"])
            for rule in found
        ]
        assert not reported, "\n".join(reported)

    return check


def with_its_modules(script: str) -> str:
    """A script for a page, in which ``import("/static/…")`` gives the module that the page runs."""
    return static_addresses.links_with_digest(script, static_addresses.digest_of(PACKAGES))


def fits(page: Page) -> bool:
    """Whether the page is no wider than the screen, or becomes so as soon as it is laid out."""
    try:
        eventually(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"), 3)
    except AssertionError:
        return False
    return True


def each_size(page: Page) -> Iterator[str]:
    """Give the page each screen, by name; its own comes last."""
    own = page.viewport_size
    assert own is not None
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        yield name
    page.set_viewport_size(own)


def drawn_sideways(page: Page) -> list[str]:
    """The elements that scroll sideways."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *")]
            .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.checkVisibility())
            .filter((one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    return found
