"""Nine languages at the kiosk: found by anybody, fitting every screen, loaded where needed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.language.catalogues import words
from queue_service.language.languages import LANGUAGES
from tests.dashboards.day import noon_zone
from tests.pages.kiosk.screen import (
    RESTED_MS,
    UPRIGHT,
    Kiosk,
    choose,
    number,
    number_then,
    open_counter,
)
from tests.pages.kiosk.test_layout import PHONE, SIZES, looked_at, on_each
from tests.web.browsers import Check
from tests.web.service import Service

NINE = list(LANGUAGES)
QUESTION = "What can we help you with?"
ALIKE = """(buttons) => {
    const boxes = buttons.filter((one) => one.checkVisibility()).map((one) => ({
        text: one.textContent, wide: one.scrollWidth - one.clientWidth,
        ...one.getBoundingClientRect().toJSON(),
    }));
    return boxes.filter(({ wide, left, right, height, bottom }) =>
        wide > 0 || left < 0 || right > innerWidth || height < 40 || bottom > innerHeight)
        .map(({ text }) => text);
}"""
"""In the page: the languages that are cut off, off the screen or too small to hit."""


def speak(page: Page, code: str) -> None:
    """Touch a language."""
    page.locator(f".languages button[lang={code}]:visible").first.click()
    expect(page.locator("html")).to_have_attribute("lang", code)
    expect(page.locator("#home-title")).to_have_text(words(code).gettext(QUESTION))


def fonts_of(page: Page) -> list[str]:
    """The fonts for other scripts that a page loads from here on."""
    loaded: list[str] = []

    def note(request: Any) -> None:
        found = re.search(r"/(noto-[\w-]+?)(?:-wght-normal)?\.woff2", request.url)
        if found:
            loaded.append(found[1])

    page.on("request", note)
    return loaded


def test_a_language_is_one_touch_away_and_gone_with_its_citizen(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch(languages=NINE)
    open_counter(service, branch)
    page = kiosk(branch, fresh=True, **UPRIGHT)  # a font of an earlier test is asked for again
    fonts = fonts_of(page)
    page.reload()
    buttons = page.locator(".languages button")
    own = [one.name for one in LANGUAGES.values()]
    for _ in on_each(page, SIZES):
        expect(page.locator(".languages:visible button")).to_have_text(own)
        assert buttons.evaluate_all(ALIKE) == []
    list(on_each(page, [UPRIGHT]))
    page.evaluate("document.fonts.ready")
    assert sorted(fonts) == ["noto-sans-arabic-names", "noto-sans-cyrillic-names"]
    places = buttons.evaluate_all("all => all.map((one) => one.getBoundingClientRect().left)")
    speak(page, "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert places == buttons.evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().left)"
    ), "every language stays where it was"
    choose(page, "pas")
    assert number(page) == "A001", "Latin digits"
    assert_accessible(page)
    page.evaluate("document.fonts.ready")
    assert "noto-sans-arabic" in fonts
    assert "noto-sans-cyrillic" not in fonts
    page.locator("#ticket-done").click()
    expect(page.locator("html")).to_have_attribute("lang", "da")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")


def test_a_closing_notice_leaves_every_language_on_an_upright_screen(
    service: Service, kiosk: Kiosk
) -> None:
    zone = noon_zone()
    closes = datetime.now(ZoneInfo(zone)) + timedelta(minutes=14)
    hours = {day: [["00:00", f"{closes:%H:%M}"]] for day in WEEKDAYS}
    branch = service.branch(languages=NINE, timezone=zone, opening_hours=hours, help_button=True)
    open_counter(service, branch)
    page = kiosk(branch, width=768, height=1024)
    expect(page.locator("#home-note-text")).to_contain_text("Vi lukker kl.")
    sizes = ((768, 1024), (600, 1024), (900, 1300))
    looked_at(page, "closing", [{"width": width, "height": height} for width, height in sizes])


def look(page: Page, code: str) -> None:
    """The start and the ticket in a language, at every size."""
    list(on_each(page, [UPRIGHT]))
    page.clock.run_for(RESTED_MS)
    speak(page, code)
    looked_at(page, f"start, {code}")
    list(on_each(page, [UPRIGHT]))
    choose(page, "pas")
    number_then(page)
    looked_at(page, f"ticket, {code}")
    list(on_each(page, [UPRIGHT]))
    page.locator("#ticket-done").click()


@pytest.mark.parametrize(
    "codes",
    [
        ["ar", "de"],
        pytest.param([c for c in NINE if c not in ("ar", "de")], marks=pytest.mark.nightly),
    ],
    ids=["right-to-left-and-longest", "others"],
)
def test_a_language_fits_every_screen(service: Service, kiosk: Kiosk, codes: list[str]) -> None:
    branch = service.branch(languages=NINE, help_button=True)
    open_counter(service, branch)
    page = kiosk(branch, **UPRIGHT, own_clock=True)
    expect(page.locator("[data-service=pas]")).to_be_enabled()
    for code in codes:
        look(page, code)


def test_a_telephone_shows_them_three_in_a_row(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch(languages=NINE), **PHONE)
    tops = page.locator(".mast .languages button").evaluate_all(
        "all => all.map((one) => Math.round(one.getBoundingClientRect().top))"
    )
    assert [tops.count(top) for top in dict.fromkeys(tops)] == [3, 3, 3]
