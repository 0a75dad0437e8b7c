"""The kiosk in a real browser before a real service: from a touch to a number."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.pages.kiosk.screen import (
    LYING,
    NUMBER,
    RESTED_MS,
    UPRIGHT,
    Kiosk,
    change,
    choose,
    hold_the_clock,
    number,
    number_then,
    open_counter,
    shown,
    time_passes,
    waiting,
)
from tests.pages.playbook.entries import own_service, put_in_force
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import ALWAYS, Service


def test_one_touch_gives_a_number_and_a_hasty_finger_no_second(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch()
    open_counter(service, branch)
    page = kiosk(branch, **UPRIGHT)
    button = page.locator("[data-service=pas]")
    expect(button).to_be_enabled()
    assert_accessible(page)
    box = button.bounding_box()
    assert box is not None

    for _ in range(3):
        page.mouse.dblclick(box["x"] + 10, box["y"] + 10)

    assert NUMBER.match(number(page))
    assert waiting(service, branch) == 1
    expect(page.locator("#ticket-ahead")).to_have_text(re.compile("Ingen foran dig"))
    assert_accessible(page)
    page.set_viewport_size({"width": LYING["width"], "height": LYING["height"]})
    assert_accessible(page)
    page.locator("#ticket-done").click()
    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")
    assert_accessible(page)


def test_the_other_language_lasts_for_one_citizen(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)
    page.locator(".languages [lang=en]:visible").click()
    expect(shown(page)).to_have_text("What can we help you with?")
    choose(page, "pas")
    number_then(page)
    expect(shown(page)).to_be_focused()
    expect(page.locator("#ticket-service")).to_have_text("Passport")
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("#ticket-done").click()
    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")
    page.clock.run_for(RESTED_MS)

    # A citizen in doubt has one touch, too, and that service is not in the list.
    expect(page.locator("[data-service=andet]")).to_have_count(0)
    page.locator("#unsure").click()
    number_then(page)
    expect(page.locator("#ticket-service")).to_have_text("Andet")
    visits = service.api().get(f"/branches/{branch}/visits?state=waiting")["visits"]
    languages = {visit["inquiries"][0]["service"]: visit["language"] for visit in visits}
    assert languages == {"pas": "en", "andet": "da"}


def test_paused_capped_announced_and_carried_over_services_are_shown(
    service: Service, kiosk: Kiosk
) -> None:
    branch = service.branch()
    page, api = kiosk(branch), service.api("supervisor", branch)
    acts, lift = f"/branches/{branch}/interventions", {"da": "Ingen elevator.", "en": "No lift."}
    expect(page.locator("[data-service=pas]")).to_be_enabled()
    api.post(acts, kind="pause_service", service="pas")
    api.post(acts, kind="cap_service", service="korekort", limit=0)
    api.post(acts, kind="cap_service", service="andet", limit=0)
    api.post(acts, kind="announcement", texts=lift, screens=["kiosk"])
    for stopped in ("[data-service=pas]", "[data-service=korekort]", "#unsure"):
        expect(page.locator(stopped)).to_contain_text("Ikke flere i dag")
    expect(page.locator("#unsure")).not_to_contain_text("Tag nummer her")
    expect(page.locator("[data-service=turist]")).not_to_contain_text("Ikke flere")
    expect(page.locator(".screen:not([hidden])")).to_contain_text(lift["da"])
    page.locator(".languages [lang=en]:visible").click()
    expect(page.locator(".screen:not([hidden])")).to_contain_text(lift["en"])
    expect(page.locator("[data-service=pas]")).to_contain_text("No more today")
    admin, path = service.api(), f"/branches/{branch}"
    config = admin.get(path)
    for one in config["services"]:
        if one["id"] == "turist":
            one["description"] = {"da": "Kort og vejvisning", "en": "Maps and directions"}
    admin.call("PUT", path, config)
    expect(page.locator("[data-service=turist]")).to_contain_text("Maps and directions")
    api.post(acts, kind="carry_over")
    expect(page.locator(".screen:not([hidden])")).to_contain_text(
        "Keep it: it is valid when we open again."
    )


def test_the_way_back_is_seen_and_can_be_put_off(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch(), own_clock=True)
    hold_the_clock(page)
    choose(page, "pas")
    number_then(page)
    expect(page.locator("#timer-text")).to_contain_text("Skærmen lukker om")
    page.clock.run_for(25_000)
    page.locator("#timer-more").click()
    page.clock.run_for(40_000)
    expect(page.locator("#ticket-number")).to_be_visible()

    page.clock.run_for(21_000)
    page.clock.resume()  # in all this time nothing was heard of the server, and the page asks again

    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")


def test_by_keyboard_alone(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch())
    expect(page.locator("[data-service=pas]")).to_be_enabled()

    page.keyboard.press("Tab")
    expect(page.locator("[data-service=pas]")).to_be_focused()
    page.keyboard.press("Enter")
    number(page)
    page.keyboard.press("Tab")
    expect(page.locator("#ticket-done")).to_be_focused()
    page.keyboard.press("Enter")

    expect(shown(page)).to_be_focused()
    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")


def the_service_in_doubt_is_asked_about(service: Service, branch: str, page: Page) -> None:
    """With no counter for it either, and proposed in place of no other."""
    page.locator("#ticket-done").click()
    page.clock.run_for(RESTED_MS)
    expect(page.locator("#unsure")).to_contain_text("Så finder vi ud af det sammen")
    asking = own_service("K")
    services = [*service.api().get(f"/branches/{branch}")["services"], asking]
    change(service, branch, services=services)
    put_in_force(service, asking["id"])
    change(service, branch, counters=[{"id": "1", "name": "Skranke 1", "services": ["pas"]}])
    with time_passes(page):
        expect(page.locator("#unsure-why")).to_have_text("Ikke lige nu")
    page.locator("#unsure").click()
    expect(shown(page)).to_have_text("Vi kan ikke hjælpe med det lige nu")
    expect(page.locator("#unsure")).to_be_hidden()
    page.clock.run_for(700)
    page.locator("#untaken-take").click()
    number_then(page)
    expect(page.locator("#ticket-service")).to_have_text("Andet")
    # It is said before the citizen is asked what they have brought.
    page.locator("#ticket-done").click()
    page.clock.run_for(RESTED_MS)
    choose(page, asking["id"])
    expect(shown(page)).to_contain_text("Vi kan ikke hjælpe med")
    page.clock.run_for(700)
    page.locator("#untaken-take").click()
    expect(shown(page)).to_have_text("Har du det her med?")
    page.clock.run_for(700)
    page.locator("#ready-take").click()
    number_then(page)
    expect(page.locator("#ticket-untaken")).to_be_visible()


def test_a_service_that_no_counter_takes_is_shown_as_such(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch(
        counters=[{"id": "1", "name": "Skranke 1", "services": ["pas", "andet"]}],
        opening_hours={day: [["00:00", "23:59"]] for day in ALWAYS},
    )
    open_counter(service, branch)
    page = kiosk(branch, "?paper=80", own_clock=True)
    page.evaluate("() => { window.print = () => {}; }")
    hold_the_clock(page)
    untaken = page.locator("[data-service=korekort]")
    expect(untaken).to_contain_text("Ikke lige nu")
    expect(untaken).not_to_contain_text("Åbner")
    expect(page.locator("[data-service=pas]")).not_to_contain_text("Ikke lige nu")

    untaken.click()
    expect(shown(page)).to_have_text("Vi kan ikke hjælpe med kørekort lige nu")
    expect(page.locator(".panel:visible")).to_contain_text("Spørg personalet.")
    expect(page.locator("#untaken-hours")).to_contain_text("Vi har åbent til kl. 23.59 i dag.")
    expect(page.locator("#unsure")).to_be_visible()
    with time_passes(page):
        assert_accessible(page)
    page.clock.run_for(700)
    page.locator("#untaken-take").click()

    assert NUMBER.match(number_then(page))
    # “No one ahead” would sound as if the turn were next.
    expect(page.locator("#ticket-untaken")).to_be_visible()
    expect(page.locator("#ticket-ahead")).to_be_hidden()
    expect(page.locator("#print")).to_contain_text("Ingen skranke er åben for det lige nu")
    expect(page.locator("#print")).not_to_contain_text("foran dig")
    # A second citizen sees the first one ahead, which is true whenever a counter opens.
    page.locator("#ticket-done").click()
    page.clock.run_for(RESTED_MS)
    choose(page, "korekort")
    page.clock.run_for(700)
    page.locator("#untaken-take").click()
    number_then(page)
    expect(page.locator("#ticket-ahead")).to_contain_text("1 person foran dig")
    the_service_in_doubt_is_asked_about(service, branch, page)


def test_a_press_belongs_to_the_kiosk_even_with_another_login(
    service: Service, new_context: BrowserMaker
) -> None:
    branch = service.branch()
    context = new_context(**UPRIGHT)
    service.log_in(context, "clerk", branch)
    service.enrol(context, "kiosk", branch)
    page = first_page(context)
    page.goto(f"/kiosk/{branch}")

    with page.expect_request(lambda request: request.method == "POST") as pressed:
        choose(page, "pas")

    assert pressed.value.url.endswith("?as=kiosk")
    number(page)
