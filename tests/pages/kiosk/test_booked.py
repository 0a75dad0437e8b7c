"""The arrival of a citizen with an appointment at the kiosk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from playwright.sync_api import Page, expect

from queue_service.language.languages import LANGUAGES
from tests.dashboards.day import noon_zone
from tests.pages.kiosk.screen import Kiosk, number, open_counter, shown, waiting
from tests.pages.kiosk.test_layout import looked_at
from tests.web.browsers import Check
from tests.web.service import ALWAYS, Service

BOOKINGS: Final = {
    "offers": [
        {
            "service": "pas", "week": ALWAYS, "length_minutes": 5, "notice_minutes": 0,
            "days_ahead": 2, "at_once": 9,
        }
    ]
}  # fmt: skip


def offering(service: Service, **changes: Any) -> str:
    """A branch where passports can be booked, in whose zone it is about noon."""
    branch = service.branch(timezone=noon_zone(), bookings=BOOKINGS, **changes)
    open_counter(service, branch)
    return branch


def book(service: Service, branch: str, ahead: timedelta = timedelta()) -> str:
    """Book the first passport time so long from now; its code."""
    api = service.api("clerk", branch)
    free = api.get(f"/branches/{branch}/bookings/slots?service=pas")["slots"]
    first = datetime.now(UTC) + ahead
    at = next(s for s in free if datetime.fromisoformat(s["starts_at"]) > first)["starts_at"]
    wanted = {"service": "pas", "starts_at": at, "channel": "desk"}
    code: str = api.call("POST", f"/branches/{branch}/bookings", wanted)["code"]
    return code


def enter(page: Page, code: str) -> None:
    """Touch the letters of a code, and say that one is here."""
    for letter in code:
        page.get_by_role("button", name=letter, exact=True).click()
    page.locator("#booked-here").click()


def to_the_keys(page: Page) -> None:
    page.locator("#home-booked").click()
    expect(shown(page)).to_have_text("Tast koden til din tid")
    expect(page.get_by_role("button", name="B", exact=True)).to_be_enabled()


def test_a_code_that_is_touched_leads_to_the_number(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = offering(service)
    code = book(service, branch)
    page = kiosk(branch)
    to_the_keys(page)
    looked_at(page, "booked")
    assert_accessible(page)
    expect(page.locator("#booked-here")).to_be_disabled()  # nothing is typed yet
    page.get_by_role("button", name="Z", exact=True).click()
    page.get_by_role("button", name="Slet det sidste bogstav").click()
    enter(page, code)
    taken = number(page)
    expect(page.locator("#ticket-news")).to_contain_text("Din tid er kl.")
    for gone in ("#ticket-undo", "#ticket-change"):
        expect(page.locator(gone)).to_be_hidden()
    assert_accessible(page)
    page.locator("#ticket-done").click()
    to_the_keys(page)
    enter(page, code)
    assert number(page) == taken
    expect(page.locator("#ticket-news")).to_contain_text("Du har sagt, at du er her.")
    assert waiting(service, branch) == 1
    page.locator("#ticket-done").click()
    clerk = service.api("clerk", branch)
    visit = clerk.post(f"/branches/{branch}/counters/1/call-next")["id"]
    clerk.post(f"/branches/{branch}/visits/{visit}/start")
    to_the_keys(page)
    enter(page, code)
    expect(page.locator("#home-note-text")).to_contain_text(f"Dit nummer {taken} er kaldt.")


OUTCOMES: Final = {
    "early": ("Kom igen kl.", "Din tid er kl."),
    "day": ("Din tid er en anden dag", "Den er "),
    "elsewhere": ("Din tid er et andet sted", "Gå til Rådhuset, Torvet 1, 4300 Holbæk"),
    "unknown": ("Der er ingen tid med denne kode", "Se, om koden er rigtig"),
    "cancelled": ("Denne tid er aflyst", "Gå tilbage og tag et nummer"),
}


def codes(service: Service, branch: str) -> dict[str, str]:
    """A code for each outcome that is no number."""
    api = service.api("clerk", branch)
    other = offering(service, name="Rådhuset", street_address="Torvet 1, 4300 Holbæk")
    cancelled = book(service, branch)
    api.post(f"/branches/{branch}/bookings/{cancelled}/cancel")
    return {
        "early": book(service, branch, timedelta(hours=2)),
        "day": book(service, branch, timedelta(hours=23)),
        "elsewhere": book(service, other),
        "unknown": "BBBBBB",
        "cancelled": cancelled,
    }


def test_each_code_that_leads_to_no_number_says_what_happens(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = offering(service)
    page = kiosk(branch)
    for name, code in codes(service, branch).items():
        to_the_keys(page)
        enter(page, code)
        title, lead = OUTCOMES[name]
        expect(shown(page)).to_contain_text(title)
        expect(shown(page)).to_be_focused()
        expect(page.locator("#booked-lead")).to_contain_text(lead)
        if name == "unknown":  # what was typed is there to be compared
            expect(page.locator("#booked-deck .typed__box")).to_have_text([*code])
        if name in ("early", "unknown"):
            looked_at(page, name)
            assert_accessible(page)
        page.get_by_role("button", name="Tilbage til start").click()
    assert waiting(service, branch) == 0


def test_a_scanner_and_a_keyboard_type_the_code_too(service: Service, kiosk: Kiosk) -> None:
    branch = offering(service)
    page = kiosk(branch, own_clock=True)
    expect(page.locator("#home-booked")).to_be_enabled()  # no second passes until it is heard
    page.keyboard.type(f"https://queue.example.dk/booking/{branch}/{book(service, branch)}")
    page.keyboard.press("Enter")
    number(page)
    page.locator("#ticket-done").click()
    to_the_keys(page)
    code = book(service, branch)
    for letter in f"a{code[:2].lower()}x":  # by hand, and no vowel is in a code
        page.keyboard.press(letter)
        page.clock.run_for(500)
    page.keyboard.press("Backspace")
    expect(page.locator("#booked-spoken")).to_have_text(" ".join(code[:2]))
    for letter in code[2:]:
        page.keyboard.press(letter)
        page.clock.run_for(500)
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-news")).to_contain_text("Din tid er kl.")


def test_a_keyboard_types_from_the_first_moment_of_the_keys(service: Service, kiosk: Kiosk) -> None:
    branch = offering(service)
    page = kiosk(branch, own_clock=True)  # no second passes: the screen alone makes it listen
    to_the_keys(page)
    code = book(service, branch)
    page.clock.run_for(1000)  # a new screen ignores touches
    page.keyboard.press(code[0].lower())
    expect(page.locator("#booked-spoken")).to_have_text(code[0])
    page.get_by_role("button", name=code[1], exact=True).click()
    for letter in code[2:]:
        page.clock.run_for(500)
        page.keyboard.press(letter)
    page.keyboard.press("Enter")  # though the touched letter has the focus
    expect(page.locator("#ticket-news")).to_contain_text("Din tid er kl.")


def test_a_citizen_who_is_early_may_wait_all_the_same(service: Service, kiosk: Kiosk) -> None:
    branch = offering(service)
    page = kiosk(branch)
    to_the_keys(page)
    enter(page, book(service, branch, timedelta(hours=2)))
    expect(shown(page)).to_contain_text("Kom igen kl.")
    page.get_by_role("button", name="Vent nu").click()
    number(page)
    expect(page.locator("#ticket-news")).to_have_text("Du venter ligesom dem uden tid.")


def test_a_ticket_counts_the_appointments_that_may_be_called_before(
    service: Service, kiosk: Kiosk
) -> None:
    branch = offering(service)
    book(service, branch)
    book(service, branch)
    page = kiosk(branch)
    page.locator("[data-service=pas]").click()
    number(page)
    coming = page.locator("#ticket-coming")
    expect(coming).to_have_text("Bestilte tider, der kan blive kaldt før dig: 2")
    looked_at(page, "a ticket with appointments before it")


def test_without_times_to_book_the_kiosk_asks_for_none(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch())
    expect(page.locator("[data-service=pas]")).to_be_enabled()
    expect(page.locator("#home-booked")).to_have_count(0)


def test_everything_fits_in_nine_languages(service: Service, kiosk: Kiosk) -> None:
    branch = offering(service, languages=list(LANGUAGES))
    page = kiosk(branch)
    expect(page.locator("#home-booked")).to_be_enabled()
    looked_at(page, "the start with appointments")
    to_the_keys(page)
    for code in ("de", "ar", "so"):
        page.locator(f".languages [lang={code}]:visible").first.click()
        expect(page.locator("html")).to_have_attribute("lang", code)
        looked_at(page, f"the keys in {code}")
