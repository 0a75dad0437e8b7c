"""The kiosk fits its screen and its paper."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.pages.kiosk.screen import (
    LYING,
    RESTED_MS,
    UPRIGHT,
    Kiosk,
    change,
    choose,
    hold_the_clock,
    number_then,
    open_counter,
)
from tests.pages.kiosk.test_layout import DRAWN
from tests.running import eventually
from tests.web.service import Service

LONGEST_SLIP = 110 / 25.4 * 72
"""110 mm in points: so long is a slip at most that lists nothing to bring."""

PRINTED = "() => { window.printed = 0; window.print = () => { window.printed += 1; }; }"


@pytest.mark.parametrize(("paper", "points"), [("58", 164), ("80", 227)])
def test_the_slip_is_one_sheet_as_long_as_its_text(
    service: Service, kiosk: Kiosk, paper: str, points: int
) -> None:
    long = {"da": "Tilflyttere fra udlandet, cpr-registrering og opholdsbevis til familien" * 2}
    services = [
        {"id": "pas", "name": {"da": "Pas"}, "prefix": "A"},
        {"id": "lang", "name": long, "prefix": "LNG"},
    ]
    counters = [{"id": "1", "name": "Skranke 1", "services": ["pas"]}]
    name = "Borgerservice og Bibliotek i Ringkøbing-Skjern Kommune, Vestergade"
    branch = service.branch(name=name, services=services, counters=counters, teams=[], goals=[])
    open_counter(service, branch)
    page = kiosk(branch, f"?paper={paper}", own_clock=True)
    hold_the_clock(page)
    heights = []
    for wanted in ("pas", "lang"):
        page.evaluate(PRINTED)
        choose(page, wanted)
        page.clock.run_for(700)
        if wanted == "lang":
            page.locator("#untaken-take").click()
        taken = number_then(page)
        eventually(lambda: page.evaluate("window.printed") > 0)
        pdf = page.pdf(prefer_css_page_size=True)
        assert page.evaluate("window.printed") == 1
        expect(page.locator("#print")).to_contain_text(taken)
        expect(page.locator("#print .paper__code path")).to_have_count(1)
        address = page.locator("#print .paper__address").text_content() or ""
        assert re.search(r"/t/[0-9A-Z]{16}$", address)
        expect(page.locator("#ticket-code path")).to_have_count(1)
        boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
        assert [round(float(width)) for width, _ in boxes] == [points]
        heights.append(float(boxes[0][1]))
        page.locator("#ticket-done").click()
        page.clock.run_for(RESTED_MS)
    page.goto(f"/kiosk/{branch}")
    assert heights[0] < heights[1]
    assert max(heights) <= LONGEST_SLIP
    assert page.locator("#main").get_attribute("data-paper") == paper


def test_the_slip_says_what_to_do_and_until_when(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch(return_window_seconds=600)
    page = kiosk(branch, "?paper=80", own_clock=True)
    page.evaluate(PRINTED)
    hold_the_clock(page)
    slip = page.locator("#print")
    choose(page, "pas")
    number_then(page)
    expect(slip).to_contain_text("Ingen skranke er åben for det lige nu.")
    page.locator("#ticket-done").click()
    page.clock.run_for(RESTED_MS)
    choose(page, "pas")
    number_then(page)
    expect(slip).to_contain_text(re.compile(r"Kl\. \d+\.\d\d: 1 foran dig"))
    expect(slip).to_contain_text("går du til den skranke, der står på skærmen")
    expect(slip).to_contain_text("inden for 10 minutter, så beholder du din plads")
    expect(slip).to_contain_text(re.compile(r"Gælder \d+\. \w+ \d{4}\. Lukker vi før tid, så gem"))
    expect(slip).to_contain_text("Flere ærinder? Ét nummer er nok.")


FEW: Final = (1, 12, 13, 30)


@pytest.mark.parametrize(
    "counts", [FEW, pytest.param((4, 8), marks=pytest.mark.nightly)], ids=["usual", "others"]
)
def test_every_service_fits_on_the_screen(
    service: Service, kiosk: Kiosk, counts: tuple[int, ...]
) -> None:
    branch = service.branch(services=many(1), teams=[], counters=[], goals=[])
    page = kiosk(branch, **UPRIGHT)
    for count in counts:
        change(service, branch, services=many(count))
        wanted = {f"s{i}" for i in range(count)}
        for size in (UPRIGHT, LYING):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            eventually(partial(lambda all_: touched_through(page) == all_, wanted), what=f"{count}")


def many(count: int) -> list[dict[str, Any]]:
    """So many services with a long name, and the one in doubt."""
    name = {"da": "Tilflyttere fra udlandet og cpr-registrering"}
    found = [
        {"id": f"s{i}", "name": name, "prefix": chr(65 + i // 26) + chr(65 + i % 26)}
        for i in range(count)
    ]
    return [*found, {"id": "andet", "name": {"da": "Andet"}, "prefix": "Z"}]


def touched_through(page: Page) -> set[str]:
    """The services on all the pages of the list, none of which may be larger than the screen."""
    expect(page.locator(".service").first).to_be_enabled()
    while page.locator("#page-previous").is_visible():
        page.locator("#page-previous").click()
    seen: set[str] = set()
    while True:
        seen |= set(page.locator(".service").evaluate_all("all => all.map(s => s.dataset.service)"))
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if not page.locator("#page-next").is_visible():
            return seen
        page.locator("#page-next").click()


INSIDE = """() => {
    const mast = document.querySelector(".mast").getBoundingClientRect();
    const parts = [...document.querySelectorAll(".mast__name, .mast__clock")];
    return parts.filter((part) => part.checkVisibility()).every((part) => {
        const { left, right } = part.getBoundingClientRect();
        return left >= mast.left + 8 && right <= mast.right - 8;
    });
}"""
"""In the page: whether the branch's name and the clock lie on their panel, with an edge left."""


def test_buttons_are_within_reach_from_a_wheelchair_and_nothing_leaves_its_panel(
    service: Service, kiosk: Kiosk
) -> None:
    page = kiosk(service.branch(name="Borgerservice Øst"), **UPRIGHT)
    expect(page.locator(".service").first).to_be_enabled()

    tops = page.locator("button:visible").evaluate_all(
        "all => all.map(b => b.getBoundingClientRect().top)"
    )

    assert min(tops) >= UPRIGHT["height"] / 2
    # Once, where a hand reaches them.
    expect(page.locator(".languages button:visible")).to_have_text(["Dansk", "English"])

    for width, height in ((1280, 800), (1024, 768), (640, 400), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(DRAWN, arg=[width, height])
        expect(page.locator(".service").first).to_be_enabled()
        eventually(partial(page.evaluate, INSIDE), what=f"inside, {width}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
