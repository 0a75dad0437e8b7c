"""The display seen from the chairs: even rows along the bottom, and words clear of the picture."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.display.waiting_room import Room
from tests.web.browsers import BrowserMaker
from tests.web.service import Service

LYING = {"width": 1920, "height": 1080}
UPRIGHT = {"width": 1080, "height": 1920}
COUNTERS = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]

CELLS = """() => [...document.querySelectorAll(".strip__queue")].map((cell) => {
    const { left, top } = cell.getBoundingClientRect();
    return [Math.round(left), Math.round(top)];
})"""
"""In the page: where cells begin."""

SHARES = """(strip) => [...strip.querySelectorAll(".both")].flatMap((words) => {
    const size = (span) => parseFloat(getComputedStyle(span).fontSize);
    const [first, second] = words.children;
    return second ? [[size(second) / size(first), size(second)]] : [];
})"""
"""In the page: how large the second language is relative to the first, and in pixels."""

CLEAR = """(view) => {
    const { bottom, width } = view.getBoundingClientRect();
    const sun = bottom - (178 / 1920) * width;
    const words = [...view.querySelectorAll("h2, p, table")].filter((e) => e.checkVisibility());
    return sun - Math.max(...words.map((e) => e.getBoundingClientRect().bottom));
}"""
"""In the page: how far the lowest words end above the sun, 178 high in a picture 1920 wide."""


def parts(count: int) -> dict[str, Any]:
    """The configuration of a branch where so many services are offered."""
    name = {"da": "Pension og boligstøtte", "en": "Pension and housing benefit"}
    services = [{"id": f"s{n}", "name": name, "prefix": chr(65 + n)} for n in range(count)]
    return {"services": services, "counters": COUNTERS, "teams": [], "goals": []}


def rows(page: Page) -> list[int]:
    """The number of services in each row of the strip, whose cells are in columns."""
    places = page.evaluate(CELLS)
    in_row = Counter(top for _, top in places)
    assert len({left for left, _ in places}) == max(in_row.values()), "cells are not in columns"
    return [in_row[top] for top in sorted(in_row)]


ROWS: dict[int, tuple[list[int], list[int]]] = {
    1: ([1], [1]),
    4: ([4], [2, 2]),
    5: ([3, 2], [2, 2, 1]),
    7: ([4, 3], [2, 2, 2, 1]),
    9: ([3, 3, 3], [3, 3, 3]),
    12: ([4, 4, 4], [3, 3, 3, 3]),
}
"""By how many services there are, their rows on a lying and on an upright wall."""


@pytest.mark.parametrize(
    "counts", [(1, 5, 12), pytest.param((4, 7, 9), marks=pytest.mark.nightly)], ids=str
)
def test_the_services_are_in_even_rows_and_words_clear_of_the_picture(
    service: Service, new_context: BrowserMaker, counts: tuple[int, ...]
) -> None:
    room = Room.open(service, new_context, **parts(counts[0]))
    page = room.display(size=LYING)
    before = 0
    for count in counts:
        document = room.api.get(f"/branches/{room.branch}")
        room.api.call("PUT", f"/branches/{room.branch}", document | parts(count))
        for n in range(before, count):
            room.post("/visits", service=f"s{n}")
        before = count
        upright(page, on=False)
        expect(page.locator(".strip__queue")).to_have_count(count)
        lying, standing = ROWS[count]
        assert rows(page) == lying
        for share, pixels in page.locator("#strip").evaluate(SHARES):
            assert share >= 0.6
            assert pixels >= 20
        upright(page, on=True)
        assert rows(page) == standing
    is_clear_of_the_picture(page, "welcome")


def upright(page: Page, *, on: bool) -> None:
    """Turn the wall."""
    size = UPRIGHT if on else LYING
    page.set_viewport_size({"width": size["width"], "height": size["height"]})


def is_clear_of_the_picture(page: Page, view: str) -> None:
    """No word of this view lies on the sun, on a lying and on an upright wall."""
    expect(page.locator("#main")).to_have_attribute("data-view", view)
    for on in (False, True):
        upright(page, on=on)
        assert page.locator(f".view--{view}").evaluate(CLEAR) >= 12


def test_a_screen_without_sound_says_so_and_not_that_it_is_for_some_hours(
    service: Service, new_context: BrowserMaker
) -> None:
    room = Room.open(service, new_context)
    page = room.display("?silent=always")
    said, words = page.locator("#quiet"), "Uden lyd – kald vises kun på skærmen"
    expect(said).to_contain_text(words)
    page.evaluate("localStorage.clear()")  # the settings are remembered
    page.goto(f"/display/{room.branch}?volume=0")
    expect(said).to_contain_text(words)
    expect(page.locator("#sound-hint")).to_be_hidden()
