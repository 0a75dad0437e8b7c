"""The kiosk fits its screen and its paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.kiosk.screen import LYING, UPRIGHT, Kiosk, choose, number
from tests.web.service import Service


@pytest.mark.parametrize(("paper", "points"), [("58", 164), ("80", 227)])
def test_the_slip_is_printed_once_on_its_paper(
    service: Service, kiosk: Kiosk, paper: str, points: int
) -> None:
    branch = service.branch()
    page = kiosk(branch, f"?paper={paper}")
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    choose(page, "pas")
    taken = number(page)
    page.wait_for_function("window.printed > 0")

    pdf = page.pdf(prefer_css_page_size=True)
    assert page.evaluate("window.printed") == 1
    expect(page.locator("#print")).to_contain_text(taken)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) [\d.]+\]", pdf)
    assert [round(float(width)) for width in boxes] == [points]

    page.goto(f"/kiosk/{branch}")
    assert page.locator("#main").get_attribute("data-paper") == paper


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
@pytest.mark.parametrize("count", [1, 4, 8, 12, 13, 30])
def test_every_service_fits_on_the_screen(
    service: Service, kiosk: Kiosk, count: int, size: dict[str, int]
) -> None:
    name = {"da": "Tilflyttere fra udlandet og cpr-registrering"}
    many = [
        {"id": f"s{i}", "name": name, "prefix": chr(65 + i // 26) + chr(65 + i % 26)}
        for i in range(count)
    ]
    many.append({"id": "andet", "name": {"da": "Andet"}, "prefix": "Z"})
    branch = service.branch(services=many, teams=[], counters=[], goals=[])
    page = kiosk(branch, **size)
    expect(page.locator(".service").first).to_be_enabled()
    seen = set()

    while True:
        seen |= set(page.locator(".service").evaluate_all("all => all.map(s => s.dataset.service)"))
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if not page.locator("#page-next").is_visible():
            break
        page.locator("#page-next").click()

    assert seen == {f"s{i}" for i in range(count)}


def test_what_is_touched_is_within_reach_from_a_wheelchair(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch(), **UPRIGHT)
    expect(page.locator(".service").first).to_be_enabled()

    tops = page.locator("button:visible").evaluate_all(
        "all => all.map(b => b.getBoundingClientRect().top)"
    )

    assert min(tops) >= UPRIGHT["height"] / 2
