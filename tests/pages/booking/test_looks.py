"""The pages of appointments in a browser: by keyboard, without scripts, in every size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from queue_service.language.languages import LANGUAGES
from tests.pages.booking.visitors import OFFER
from tests.pages.playbook.entries import own_service, put_in_force
from tests.web.browsers import BrowserMaker, Check, each_size, first_page, fits, loaded_bytes
from tests.web.service import Service

PHONE: Final = {"width": 390, "height": 844}
MOST_BYTES: Final = 50 * 1024
FONT_SIZES: Final = "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"


@dataclass(frozen=True)
class Offering:
    """A branch in all languages, with times of a service that the playbook knows, and none of
    another."""

    branch: str
    service: str
    none: str

    @property
    def times(self) -> str:
        """The path of the free times."""
        return f"/book/{self.branch}/{self.service}"


@pytest.fixture(scope="module")
def offering(service: Service) -> Offering:
    """Passports and licences."""
    known, other = own_service(), own_service("B")
    offers = [OFFER | {"service": known["id"]}, OFFER | {"service": other["id"], "week": {}}]
    branch = service.branch(
        public_page=True,
        languages=list(LANGUAGES),
        services=[known, other],
        counters=[{"id": "1", "name": "Skranke 1"}],
        teams=[],
        goals=[],
        bookings={"offers": offers},
    )
    put_in_force(service, known["id"])
    return Offering(branch, known["id"], other["id"])


def largest(page: Page) -> float:
    """The largest font size in the content of a page."""
    sizes: list[float] = page.locator("main *").evaluate_all(FONT_SIZES)
    return max(sizes)


def test_a_citizen_books_by_keyboard_without_a_script(
    offering: Offering, new_context: BrowserMaker
) -> None:
    page = first_page(new_context(**PHONE, java_script_enabled=False))
    page.goto(f"/book/{offering.branch}?lang=da")
    page.get_by_role("link", name="Næste ledige tid").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vælg en tid")
    page.get_by_role("button", name="Tag denne tid").press("Enter")
    expect(page.get_by_text("Vi holder tiden til dig indtil kl.")).to_be_visible()
    page.get_by_role("button", name="Bestil denne tid").press("Enter")
    expect(page.locator(".code__letters")).to_have_text(
        page.url.split("/")[-1][:3] + " " + page.url.split("/")[-1][3:6]
    )
    booked = page.url
    page.go_back()
    expect(page).to_have_url(booked)
    page.locator("summary", has_text="Afbestil min tid").press("Enter")
    page.get_by_role("button", name="Ja, afbestil").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Din tid er afbestilt")
    for wrong in (f"/booking/{offering.branch}/BBBBBB", f"/book/{offering.branch}/nothing"):
        page.goto(f"{wrong}?lang=da")
        expect(page.locator("main.appointment h1")).to_be_visible()
        expect(page.get_by_text("JavaScript")).to_have_count(0)
    assert page.context.cookies() == []


def test_each_page_fits_each_size_and_anybody_can_read_it(
    offering: Offering, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    page = first_page(new_context(**PHONE, lang="da"))
    for path in (
        f"/book/{offering.branch}",
        f"/book/{offering.branch}/{offering.none}",
        f"/booking/{offering.branch}?code=BBBBBB",
        f"/booking/{offering.branch}/BBBBBB",
        f"/book/{offering.branch}/nothing",
    ):
        page.goto(f"{path}{'&' if '?' in path else '?'}lang=da")
        check(page, assert_accessible)
    page.goto(f"{offering.times}?lang=da")
    assert page.locator(".nearest__time").evaluate_all(FONT_SIZES) == [largest(page)]
    check(page, assert_accessible)
    page.locator(".times > button").nth(2).click()
    check(page, assert_accessible)
    page.get_by_role("button", name="Bestil denne tid").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Din tid er bestilt")
    expect(page.locator(".code__letters")).to_be_visible()
    assert page.locator(".facts__time").evaluate_all(FONT_SIZES) == [largest(page)]
    for summary in page.locator("main summary").all():
        summary.click()
    check(page, assert_accessible)
    page.get_by_role("link", name="Vælg en anden tid").click()
    page.get_by_role("button", name="Flyt til denne tid").click()
    expect(page.get_by_role("heading", name="Din nye tid")).to_be_visible()
    check(page, assert_accessible)
    page.get_by_role("button", name="Flyt til denne tid").click()
    expect(page.locator(".banner--good")).to_contain_text("Gem den i din kalender igen.")


def check(page: Page, assert_accessible: Check) -> None:
    """A page in both sizes: nothing is wider than the screen, and axe finds nothing."""
    assert_accessible(page)
    for size in each_size(page):
        assert fits(page), (page.url, size)
        assert_accessible(page, contrast=False)


def test_a_page_reads_from_right_to_left(offering: Offering, new_context: BrowserMaker) -> None:
    page = first_page(new_context(**PHONE))
    page.goto(f"{offering.times}?lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    boxes = [page.locator(".days th").nth(n).bounding_box() for n in (0, 6)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] > boxes[1]["x"], "Monday is at the right"
    assert fits(page)
    language = page.locator(".speak > summary")
    expect(language).to_contain_text("العربية")
    language.press("Enter")
    page.get_by_role("link", name="Dansk").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vælg en tid")


@pytest.mark.parametrize("language", ["da", "uk"])
def test_the_first_load_is_small(
    offering: Offering, new_context: BrowserMaker, language: str
) -> None:
    page = new_context(**PHONE).new_page()
    loaded = loaded_bytes(page)
    page.goto(f"{offering.times}?lang={language}")
    page.wait_for_load_state("load")
    heaviest = sorted(loaded.items(), key=lambda one: -one[1])
    assert any(address.endswith("booking.css") for address in loaded)
    assert sum(loaded.values()) <= MOST_BYTES, (sum(loaded.values()), heaviest)


def test_a_number_on_a_phone_leads_to_an_appointment_of_another_day(
    service: Service, offering: Offering, new_context: BrowserMaker
) -> None:
    kiosk = service.api("kiosk", offering.branch)
    visits = f"/branches/{offering.branch}/visits"
    ticket = kiosk.post(visits, service=offering.service, language="da", follow=True)
    page = first_page(new_context(**PHONE))
    page.goto(ticket["follow"]["address"])
    page.get_by_role("link", name="Bestil tid en anden dag").click()
    expect(page).to_have_url(f"{service.url}/book/{offering.branch}?lang=da")
