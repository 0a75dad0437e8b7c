"""A citizen's actions at a kiosk, and the service behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from playwright.sync_api import Locator, Page, Route, expect

from tests.running import eventually
from tests.web.service import Service

UPRIGHT: Final = {"width": 1080, "height": 1920}
LYING: Final = {"width": 1280, "height": 800}
QUESTION: Final = "Hvad kan vi hjælpe dig med?"
"""The heading of the start."""

NUMBER: Final = re.compile(r"^[A-Z]{1,3}\d{3,}$")

RESTED_MS: Final = 5100
"""After so long everything on a kiosk can be pressed again, even the place of a closed ticket."""

Kiosk = Callable[..., Page]


def open_counter(service: Service, branch: str) -> None:
    """Open the first counter of the branch."""
    counter = service.api().get(f"/branches/{branch}")["counters"][0]["id"]
    service.api("clerk", branch).post(f"/branches/{branch}/counters/{counter}/open")


def change(service: Service, branch: str, **changes: Any) -> None:
    """Change the configuration of the branch."""
    document = service.api().get(f"/branches/{branch}")
    service.api().call("PUT", f"/branches/{branch}", document | changes)


def waiting(service: Service, branch: str) -> int:
    """How many visits wait."""
    visits = service.api().get(f"/branches/{branch}/visits?state=waiting")["visits"]
    return len(visits)


def choose(page: Page, service_id: str) -> None:
    """Touch a service, as soon as the kiosk lets one."""
    page.locator(f"[data-service={service_id}]").click()


def shown(page: Page) -> Locator:
    """The heading of the screen on show."""
    return page.locator(".screen:not([hidden]) h1")


def number(page: Page) -> str:
    """The number of the ticket that is on show, or comes."""
    expect(page.locator("#ticket-done")).to_be_visible()
    expect(page.locator("#ticket-done")).to_be_enabled()
    return page.locator("#ticket-number").inner_text()


def in_the_page(page: Page, seconds: float) -> datetime:
    """So many seconds later by the page's own clock."""
    now: float = page.evaluate("Date.now()")
    return datetime.fromtimestamp(now / 1000 + seconds, UTC)


def hold_the_clock(page: Page) -> None:
    """From here on the page's time passes only if a test lets it."""
    expect(page.locator("[data-service=pas]")).to_be_enabled()
    page.clock.install()
    page.clock.pause_at(in_the_page(page, 1))


@contextmanager
def time_passes(page: Page) -> Iterator[None]:
    """Inside, a page with a held clock goes with the time of day: it waits for the server."""
    page.clock.resume()
    yield
    page.clock.pause_at(in_the_page(page, 1))


def in_time(page: Page, part: Locator, text: str) -> None:
    """The part of the page says this, once enough of the time of ``page.clock`` has passed."""

    def has_spoken() -> bool:
        page.clock.run_for(500)
        return text in part.inner_text()

    eventually(has_spoken)


def number_then(page: Page) -> str:
    """The number of the ticket that comes, and its screen accepts touches."""
    expect(page.locator("#ticket-done")).to_be_visible()
    page.clock.run_for(700)
    return number(page)


def visits(service: Service, branch: str) -> list[tuple[str, str, str]]:
    """Number, state and language of every visit of today, by number."""
    found = service.api().get(f"/branches/{branch}/visits")["visits"]
    return sorted((visit["number"], visit["state"], visit["language"]) for visit in found)


def visit_of(service: Service, branch: str, wanted: str) -> str:
    """The path of the visit with this number."""
    found = service.api().get(f"/branches/{branch}/visits?number={wanted}")["visits"]
    return f"/branches/{branch}/visits/{found[0]['id']}"


def lose_the_answer(route: Route) -> None:
    """Let the request through, and not its answer."""
    route.fetch()
    route.abort()


def closed(page: Page) -> None:
    """Close the ticket; the next number comes late enough to be no part of a burst."""
    page.locator("#ticket-done").click()
    page.clock.run_for(RESTED_MS)
    expect(shown(page)).to_have_text(QUESTION)
