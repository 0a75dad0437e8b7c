"""The kiosk's words have their place: in whole lines, clear of the picture, in the middle."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.web.kiosk.screen import LYING, UPRIGHT, Kiosk, choose, number, open_counter, shown
from tests.web.service import Service

PHONE = {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [UPRIGHT, LYING, PHONE], ids=["upright", "lying", "phone"])

LINES = """(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
}"""
"""In the page: over how many lines a text runs."""

BELOW = """(text) => {
    const panel = text.closest(".panel").getBoundingClientRect();
    return panel.bottom - (226 / 1080) * panel.width - text.getBoundingClientRect().bottom;
}"""
"""In the page: how far a text ends above the sun, which is 226 high in a picture 1080 wide."""

GAPS = """(deck) => {
    const boxes = [...deck.children].map((part) => part.getBoundingClientRect());
    const { top, bottom } = deck.getBoundingClientRect();
    return [boxes[0].top - top, bottom - boxes.at(-1).bottom];
}"""
"""In the page: the room above what stands in a deck, and below it."""


@SIZES
def test_the_question_and_the_answer_have_a_line_each(
    service: Service, kiosk: Kiosk, size: dict[str, int]
) -> None:
    page = kiosk(service.branch(), **size)
    parts = page.locator("#unsure-name > span")
    expect(parts).to_have_text(["Noget andet, eller er du i tvivl?", "Tag et nummer her"])
    assert [part.evaluate(LINES) for part in parts.all()] == [1, 1]


@SIZES
def test_no_word_touches_the_sun(service: Service, kiosk: Kiosk, size: dict[str, int]) -> None:
    page = kiosk(service.branch(), **size)
    lead = page.locator("#home-lead")
    expect(lead).to_contain_text("Ingen skranke er åben")
    assert lead.evaluate(BELOW) >= 12


def in_the_middle(deck: Locator) -> bool:
    """Whether there is about as much room above as below."""
    above, below = deck.evaluate(GAPS)
    return bool(abs(above - below) < 16)


def test_a_lying_screen_has_its_words_in_the_middle(service: Service, kiosk: Kiosk) -> None:
    closed = kiosk(service.branch(opening_hours={}), **LYING)
    expect(shown(closed)).to_have_text("Vi har lukket lige nu")
    assert in_the_middle(closed.locator(".deck:visible"))

    page = kiosk(service.branch(), **LYING)
    choose(page, "pas")
    number(page)
    assert in_the_middle(page.locator(".deck:visible"))
    assert re.search("om \\d+\N{NO-BREAK SPACE}sekund", page.locator("#timer-text").inner_text())


@pytest.mark.parametrize("lang", ["da", "en"])
def test_waiting_is_offered_in_one_line(service: Service, kiosk: Kiosk, lang: str) -> None:
    branch = service.branch(
        counters=[{"id": "1", "name": "Skranke 1", "services": ["korekort"]}], teams=[], goals=[]
    )
    open_counter(service, branch)
    page = kiosk(branch, f"?lang={lang}", **UPRIGHT)
    choose(page, "pas")
    take = page.locator("#untaken-take")
    expect(take).to_be_enabled()
    assert take.evaluate(LINES) == 1
