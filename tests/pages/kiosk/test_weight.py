"""How much the kiosk's page loads the first time."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from queue_service.language.languages import LANGUAGES
from tests.pages.kiosk.screen import UPRIGHT
from tests.web.browsers import BrowserMaker, loaded_bytes
from tests.web.service import ALWAYS, Service

MOST_BYTES = 150 * 1024
"""With all headers, over HTTP/1.1 and without a proxy."""


OFFERS = {"bookings": {"offers": [{"service": "pas", "week": ALWAYS}]}}


@pytest.mark.parametrize(
    ("languages", "changes"),
    [(["da", "en"], {}), (list(LANGUAGES), {}), (list(LANGUAGES), OFFERS)],
    ids=["two", "nine", "nine and times to book"],
)
def test_the_first_load_is_small(
    service: Service, new_context: BrowserMaker, languages: list[str], changes: dict[str, Any]
) -> None:
    branch = service.branch(languages=languages, **changes)
    context = new_context(**UPRIGHT, fresh=True)
    service.enrol(context, "kiosk", branch)
    page = context.new_page()
    loaded = loaded_bytes(page)
    page.goto(f"/kiosk/{branch}")
    expect(page.locator("[data-service=pas]")).to_be_enabled()
    assert any(address.endswith("kiosk.js") for address in loaded)
    heaviest = sorted(loaded.items(), key=lambda one: -one[1])[:5]
    assert sum(loaded.values()) <= MOST_BYTES, (sum(loaded.values()), heaviest)
    icons = """() => [...document.querySelectorAll("use")].map((use) => use.getAttribute("href"))
        .filter((icon) => !document.querySelector(icon))"""
    assert page.evaluate(icons) == []
