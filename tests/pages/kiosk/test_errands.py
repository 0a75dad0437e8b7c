"""More than one errand with one number, and a ticket for a citizen who comes later."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.dashboards.day import noon_zone
from tests.pages.kiosk.screen import (
    Kiosk,
    choose,
    lose_the_answer,
    number,
    open_counter,
    shown,
    waiting,
)
from tests.pages.kiosk.test_called import assert_called
from tests.pages.kiosk.test_layout import looked_at
from tests.web.browsers import Check
from tests.web.service import Service


def wanted(service: Service, branch: str) -> list[list[tuple[str, int]]]:
    """The services of each visit that waits, and for how many people."""
    found = service.api().get(f"/branches/{branch}/visits?state=waiting")["visits"]
    return [[(one["service"], one["people"]) for one in visit["wanted"]] for visit in found]


def test_a_family_gets_one_number_also_for_another_errand(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    services = [
        {**each, "asks_people": each["id"] in ("pas", "sundhedskort")}
        for each in service.api().get(f"/branches/{service.branch()}")["services"]
    ]
    branch = service.branch(services=services)
    page = kiosk(branch, "?paper=80")
    page.evaluate("() => { window.print = () => {}; }")
    choose(page, "pas")
    expect(shown(page)).to_contain_text("Hvor mange er I?")
    looked_at(page, "people")
    page.get_by_role("button", name="4", exact=True).click()
    expect(page.locator("#ticket-service")).to_have_text("Pas ×4")
    taken = number(page)
    assert wanted(service, branch) == [[("pas", 4)]]
    page.locator("#ticket-also").click()
    expect(shown(page)).to_have_text("Hvad kan vi ellers hjælpe dig med?")
    expect(page.locator("#home-lead")).to_contain_text(f"Du beholder nummer {taken}")
    expect(page.locator("[data-service=pas], #unsure:visible")).to_have_count(0)
    expect(page.locator("#home-keep")).to_be_enabled()
    assert_accessible(page)
    looked_at(page, "another errand")
    choose(page, "korekort")
    expect(page.locator("#ticket-service")).to_have_text("Pas ×4 og Kørekort")
    expect(page.locator("#ticket-news")).to_contain_text(f"{taken} gælder for det hele.")
    expect(page.locator("#print")).to_contain_text("Pas ×4 og Kørekort")
    expect(page.locator("#ticket-change")).to_be_hidden()
    page.locator("#ticket-also").click()
    choose(page, "sundhedskort")
    page.locator("[data-people='3']").click()
    expect(page.locator("#ticket-service")).to_have_text("Pas ×4, Kørekort og Sundhedskort ×3")
    assert_accessible(page)
    looked_at(page, "a ticket for three errands")
    assert wanted(service, branch) == [[("pas", 4), ("korekort", 1), ("sundhedskort", 3)]]
    page.locator("#ticket-undo").click()
    expect(page.locator("#ticket-service")).to_have_text("Pas ×4 og Kørekort")
    expect(page.locator("#ticket-news")).to_contain_text(f"{taken} gælder stadig.")
    page.locator("#ticket-undo").click()
    expect(page.locator("#ticket-service")).to_have_text("Pas ×4")
    expect(page.locator("#ticket-change")).to_be_enabled()
    assert number(page) == taken
    assert wanted(service, branch) == [[("pas", 4)]]


def test_a_ticket_stays_whatever_comes_of_another_errand(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    open_counter(service, branch)
    page = kiosk(branch)
    choose(page, "pas")
    taken = number(page)
    service.api("supervisor", branch).post(
        f"/branches/{branch}/interventions", kind="cap_service", service="korekort", limit=0
    )
    page.locator("#ticket-also").click()
    expect(page.locator("[data-service=korekort]")).to_contain_text("Ikke flere i dag")
    choose(page, "korekort")
    expect(page.locator("#ticket-news")).to_contain_text("Der er ikke flere numre")
    # The answer is lost, and the place that is asked for next shows that it was added.
    page.route("**/errands*", lose_the_answer)
    page.route(re.compile(r"/visits/[^/]+\?as="), lambda route: route.abort())
    page.locator("#ticket-also").click()
    choose(page, "turist")
    expect(page.locator("#ticket-news")).to_contain_text("Sig det ved skranken.")
    assert number(page) == taken
    page.unroute(re.compile(r"/visits/[^/]+\?as="))
    expect(page.locator("#ticket-news")).to_contain_text(
        f"{taken} gælder for det hele.", timeout=15_000
    )
    page.unroute("**/errands*")
    # A call and a lost connection bring the ticket back.
    page.locator("#ticket-also").click()
    expect(page.locator("#home-keep")).to_be_enabled()
    page.context.set_offline(True)
    expect(page.locator("#ticket-several")).to_be_visible(timeout=20_000)
    expect(page.locator("#ticket-also")).to_be_hidden()
    page.context.set_offline(False)
    page.locator("#ticket-also").click()
    expect(page.locator("#home-keep")).to_be_enabled()
    service.api("clerk", branch).post(f"/branches/{branch}/counters/1/call-next")
    assert_called(page, taken)
    assert waiting(service, branch) == 0


def test_a_citizen_without_a_phone_comes_later_where_the_wait_is_long(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch(timezone=noon_zone())
    open_counter(service, branch)
    page = kiosk(branch, "?paper=80")
    page.evaluate("() => { window.print = () => {}; }")
    choose(page, "pas")
    number(page)
    expect(page.locator("#ticket-later")).to_be_hidden()
    page.locator("#ticket-done").click()
    clerk = service.api("clerk", branch)
    for _ in range(7):
        clerk.post(f"/branches/{branch}/visits", service="pas")
    choose(page, "pas")
    taken = number(page)
    looked_at(page, "a ticket with a long wait")
    page.locator("#ticket-later").click()
    expect(shown(page)).to_have_text("Hvornår er du tilbage?")
    times = page.locator("#later-times button")
    expect(times).to_have_count(4)
    expect(times.first).to_be_enabled()
    assert_accessible(page)
    looked_at(page, "a later time")
    page.locator("#later-back").click()
    assert number(page) == taken
    page.locator("#ticket-later").click()
    time = times.first.inner_text()
    times.first.click()
    later = f"Du bliver ikke kaldt før kl. {time}"
    expect(page.locator("#ticket-news")).to_contain_text(later)
    expect(page.locator("#print")).to_contain_text(later)
    expect(page.locator("#ticket-ahead:visible, #ticket-later:visible")).to_have_count(0)
    looked_at(page, "a ticket for later")

    def mine() -> tuple[bool, int]:
        found = clerk.get(f"/branches/{branch}/visits?number={taken}")["visits"][0]
        return found["not_before"] is not None, found["position"]

    clerk.post(f"/branches/{branch}/visits", service="pas")
    assert mine() == (True, 9)
    page.locator("#ticket-undo").click()
    expect(page.locator("#ticket-news")).to_contain_text(f"{taken} gælder stadig.")
    assert mine() == (False, 8)
