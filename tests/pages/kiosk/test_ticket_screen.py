"""The ticket on the screen: closed, taken back, changed, and in which language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.kiosk.screen import (
    LYING,
    QUESTION,
    RESTED_MS,
    UPRIGHT,
    Kiosk,
    choose,
    hold_the_clock,
    in_the_page,
    in_time,
    lose_the_answer,
    number,
    number_then,
    open_counter,
    shown,
    time_passes,
    visits,
    waiting,
)
from tests.running import eventually
from tests.web.browsers import Check
from tests.web.service import Service

ISSUING = re.compile(r"/visits\?as=")


def left_in(page: Page, selector: str) -> tuple[float, float]:
    """A place in the left part of it, where a finger may press."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 4, box["y"] + box["height"] / 2


GIVES_A_NUMBER = "([x, y]) => Boolean(document.elementFromPoint(x, y).closest('.service, .unsure'))"
"""In the page: whether what lies at a place would give a number."""


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_pressing_again_where_the_ticket_was_closed_makes_no_second_one(
    service: Service, kiosk: Kiosk, size: dict[str, int]
) -> None:
    branch = service.branch()
    page = kiosk(branch, **size, own_clock=True)
    hold_the_clock(page)
    choose(page, "pas")
    number_then(page)
    x, y = left_in(page, "#ticket-done")
    page.mouse.click(x, y)
    expect(shown(page)).to_have_text(QUESTION)
    assert page.evaluate(GIVES_A_NUMBER, [x, y])
    for step in (50, 350, 300, 300, 700, 200, 1000, 1000, 1000):  # until 4.9 s
        page.clock.run_for(step)
        page.mouse.click(x, y)
    expect(shown(page)).to_have_text(QUESTION)
    assert waiting(service, branch) == 1
    page.clock.run_for(200)  # a later citizen may press there
    page.mouse.click(x, y)
    number_then(page)
    assert waiting(service, branch) == 2


def test_a_ticket_and_its_screen_end_with_the_citizen(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch(), own_clock=True)
    hold_the_clock(page)
    choose(page, "pas")
    number_then(page)
    announced = page.locator("#announce")
    expect(announced).to_contain_text("når en medarbejder er klar. Skærmen lukker")
    page.clock.run_for(20_000)
    expect(announced).to_contain_text("Skærmen lukker om 10 sekunder")
    page.locator("#ticket-done").click()
    page.clock.run_for(100)
    expect(announced).to_be_empty()

    page.clock.run_for(1600)  # after a ticket nothing gives another for a moment
    expect(page.locator("[data-service=pas]")).to_be_disabled()
    assert page.evaluate(FADED) == [], "what waits for a moment does not look closed"
    page.clock.run_for(150)
    expect(page.locator("[data-service=pas]")).to_be_enabled()
    page.clock.run_for(3300)
    expect(page.locator(".service:disabled, .unsure:disabled")).to_have_count(0)


def test_more_time_can_be_pressed_wherever_it_is_offered(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch())
    hold_the_clock(page)
    page.locator(".languages [lang=en]:visible").click()
    page.clock.run_for(21_000)
    expect(page.locator("#timer-more")).to_be_visible()
    page.locator("#timer-more").click()
    page.clock.run_for(58_000)
    expect(page.locator("#timer")).to_be_visible()
    expect(shown(page)).to_have_text("What can we help you with?")
    page.clock.run_for(3000)
    expect(shown(page)).to_have_text(QUESTION)


FADED = """() => [...document.querySelectorAll("button")]
    .filter((button) => button.checkVisibility() && getComputedStyle(button).opacity !== "1")
    .map((button) => button.textContent)"""
"""In the page: the buttons that look weaker than others."""


COUNTS = """() => {
    const place = document.querySelector("#ticket-count");
    window.counts = [];
    new MutationObserver(() => counts.push(place.textContent)).observe(place, { childList: true });
}"""
"""In the page: keep what is said of the people ahead from now on."""


def test_a_choice_is_undone_replaced_and_follows_the_language(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch()
    open_counter(service, branch)
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)
    choose(page, "pas")
    undone = number_then(page)
    page.get_by_role("button", name="Slet mit nummer").click()
    expect(page.locator("#home-note-text")).to_have_text(
        f"{undone} er slettet. Du kan tage et nyt nummer."
    )
    expect(shown(page)).to_have_text(QUESTION)
    page.clock.run_for(RESTED_MS)
    with time_passes(page):
        assert_accessible(page)
    assert visits(service, branch) == [(undone, "abandoned", "da")]

    choose(page, "pas")
    first = number_then(page)
    page.get_by_role("button", name="Vælg noget andet").click()
    expect(page.locator("#home-lead")).to_contain_text(f"i stedet for {first}")
    page.clock.run_for(RESTED_MS)
    expect(page.locator("#home-keep")).to_be_enabled()
    with time_passes(page):
        assert_accessible(page)
    page.locator("#home-keep").click()
    assert number_then(page) == first
    assert waiting(service, branch) == 1

    page.evaluate(COUNTS)
    page.locator("#ticket-change").click()
    page.clock.run_for(RESTED_MS)
    choose(page, "korekort")
    second = number_then(page)
    expect(page.locator("#ticket-count")).to_have_text("Ingen foran dig")
    assert page.evaluate("counts") == []  # not even the former number was ahead for a moment
    ended = [(undone, "abandoned", "da"), (first, "abandoned", "da")]
    assert visits(service, branch) == [*ended, (second, "waiting", "da")]

    for lang in ("en", "da", "en"):
        page.locator(f".languages [lang={lang}]:visible").click()
        page.clock.run_for(700)
    expect(page.locator("#ticket-undo")).to_have_text("Cancel my number")
    eventually(lambda: visits(service, branch) == [*ended, (second, "waiting", "en")])


def take_and_close(page: Page) -> None:
    """Take a number and close it, with the page's clock in hand."""
    choose(page, "pas")
    number_then(page)
    page.locator("#ticket-done").click()


def test_a_burst_of_numbers_is_asked_about(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch()
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)
    numbers_with_time_between_them_are_no_burst(service, branch, page)
    a_burst_is_asked_about(service, branch, page, assert_accessible)


def numbers_with_time_between_them_are_no_burst(service: Service, branch: str, page: Page) -> None:
    before = waiting(service, branch)
    for _ in range(5):
        take_and_close(page)
        page.clock.run_for(5300)
    assert waiting(service, branch) == before + 5


def a_burst_is_asked_about(
    service: Service, branch: str, page: Page, assert_accessible: Check
) -> None:
    before = waiting(service, branch)
    page.clock.run_for(15_000)  # since the last one 20 s
    for _ in range(4):
        take_and_close(page)
        page.clock.run_for(2000)
    choose(page, "pas")
    page.clock.run_for(700)
    expect(shown(page)).to_have_text("Vil du have et nummer?")
    assert waiting(service, branch) == before + 4
    page.clock.resume()
    assert_accessible(page)
    page.locator("#burst-yes").click()
    number(page)
    assert waiting(service, branch) == before + 5


def line_lost_and_found(page: Page) -> None:
    """The page's connection goes and comes back."""
    page.context.set_offline(True)
    expect(page.locator("#trouble-itself")).to_be_visible(timeout=20_000)
    page.context.set_offline(False)
    expect(shown(page)).to_have_text(QUESTION, timeout=20_000)


def press_and_lose(page: Page, service_id: str, route: Callable[[Route], None]) -> None:
    """Press a service and lose what comes of it."""
    expect(page.locator(f"[data-service={service_id}]")).to_be_enabled()
    page.route(ISSUING, route)
    choose(page, service_id)
    in_time(page, shown(page), "Tryk på det samme igen.")
    page.unroute(ISSUING)


def test_an_unclaimed_number_leaves_the_queue(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch, own_clock=True)
    pressed = in_the_page(page, 0)
    press_and_lose(page, "korekort", lambda route: route.abort())  # which makes no number
    in_time(page, shown(page), QUESTION)
    press_and_lose(page, "pas", lose_the_answer)
    page.reload()  # over which the presses are not forgotten
    expect(shown(page)).to_have_text("Tryk på det samme igen.")
    page.locator(".languages [lang=en]:visible").click()
    in_time(page, shown(page), QUESTION)

    page.clock.set_fixed_time(pressed + timedelta(seconds=118))
    line_lost_and_found(page)
    assert [state for _, state, _ in visits(service, branch)] == ["waiting"]
    page.clock.set_fixed_time(in_the_page(page, 140))
    with page.expect_response("**/visits/by-key?*", timeout=30_000) as looked_up:
        line_lost_and_found(page)
    assert looked_up.value.status == 404, "there is no visit of the press that made none"
    eventually(lambda: kept(page) == [])
    assert [state for _, state, _ in visits(service, branch)] == ["abandoned"]


def kept(page: Page) -> Any:
    """The presses whose end the page does not know."""
    return page.evaluate("JSON.parse(Object.values(localStorage)[0] ?? '[]')")


def test_a_name_in_another_language_says_so(service: Service, kiosk: Kiosk) -> None:
    services = [{"id": "pas", "name": {"da": "Pas"}, "prefix": "A"}]
    page = kiosk(service.branch(services=services, counters=[], teams=[], goals=[]), "?lang=en")
    expect(page.locator("[data-service=pas] .service__name")).to_have_attribute("lang", "da")
    page.locator(".languages [lang=da]:visible").click()
    expect(page.locator("[data-service=pas] .service__name:not([lang])")).to_have_text("Pas")
