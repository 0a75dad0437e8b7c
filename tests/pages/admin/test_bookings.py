"""The offers of appointments in the administration: their form, its faults, and a coming day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from werkzeug.test import TestResponse

from queue_service.branches.contract.config import parse_config
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import Invalid
from queue_service.pages.admin.offer_hints import without
from queue_service.pages.admin.parts import PARTS
from queue_service.pages.admin.parts.part import ConfigDocument
from queue_service.pages.admin.parts.reader import TICKED
from queue_service.pages.admin.words import place_of
from tests.desks import in_two_languages
from tests.pages.admin.test_parts import LIBRARY, TODAY, saved, taken
from tests.web.browsers import SIZES, BrowserMaker, Check, each_size, first_page, fits
from tests.web.service import Service
from tests.web.web_app import LIBRARY as LIBRARY_ID
from tests.web.web_app import WebApp, send, text_of

WEEK = {day: [["10:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFER: Mapping[str, Any] = {
    "service": "pas",
    "week": WEEK,
    "exceptions": [
        {"date": "2026-11-24", "hours": []},
        {"date": "2026-12-24", "hours": [["09:00", "10:00"]]},
    ],
    "length_minutes": 15,
    "at_once": 2,
    "walk_in_percent": 25,
    "same_day_percent": 25,
}
BOOKED = parse_config({**LIBRARY, "bookings": {"offers": [OFFER], "late_seconds": 600}})
ADDRESS = f"/admin/branches/{LIBRARY_ID}/bookings"


@pytest.fixture
def offering(web_app: WebApp) -> FlaskClient:
    """An administrator's browser; the library offers appointments for passports."""
    queue: Queue = web_app.app.extensions["queue"]
    document = {**in_two_languages(dict(LIBRARY)), "bookings": BOOKED["bookings"]}
    put_branch(queue, LIBRARY_ID, document)
    return web_app.staff("anna-admin", "admin")


def test_a_form_that_is_saved_unchanged_keeps_the_offers() -> None:
    assert taken("bookings", saved("bookings", document=BOOKED), BOOKED) == BOOKED


def test_a_branch_without_offers_stays_without_them() -> None:
    assert "bookings" not in taken("bookings", saved("bookings"))


def test_the_form_has_the_address_for_citizens_and_says_what_is_not_set_up(
    web_app: WebApp, offering: FlaskClient
) -> None:
    page = offering.get(ADDRESS).get_data(as_text=True)
    assert f'href="/book/{LIBRARY_ID}"' in page
    assert f'href="/admin/branches/{LIBRARY_ID}/general#public_page"' in page
    assert "QUEUE_SMTP_URL" in page
    pages = offering.get(f"/admin/branches/{LIBRARY_ID}").get_data(as_text=True)
    assert f'href="/book/{LIBRARY_ID}"' in pages
    assert f'href="/b/{LIBRARY_ID}"' not in pages, "the page for everybody is switched off"
    queue: Queue = web_app.app.extensions["queue"]
    document = {**in_two_languages(dict(LIBRARY)), "bookings": BOOKED["bookings"]}
    put_branch(queue, LIBRARY_ID, {**document, "public_page": True})
    page = offering.get(ADDRESS).get_data(as_text=True)
    assert f'href="/b/{LIBRARY_ID}"' in page
    assert "general#public_page" not in page


def test_an_offer_is_added_changed_and_removed() -> None:
    fields = {
        "id": "", "service": "korekort", "week-mon-0-from": "9", "week-mon-0-until": "12.30",
        "length_minutes": "20", "buffer_minutes": "5", "at_once": "3", "walk_in_percent": "0",
        "same_day_percent": "100", "days_ahead": "0", "notice_minutes": "0",
    }  # fmt: skip
    new = {f"bookings-7-{name}": text for name, text in fields.items()}
    form = saved("bookings", {**new, "bookings-0-at_once": "1"}, BOOKED)
    found = taken("bookings", form, BOOKED)["bookings"]
    assert [offer["service"] for offer in found["offers"]] == ["pas", "korekort"]
    assert found["offers"][0] == {**BOOKED["bookings"]["offers"][0], "at_once": 1}
    assert found["offers"][1] == {
        "service": "korekort", "week": {"mon": [["09:00", "12:30"]]}, "exceptions": [],
        "length_minutes": 20, "buffer_minutes": 5, "at_once": 3, "walk_in_percent": 0,
        "same_day_percent": 100, "days_ahead": 0, "notice_minutes": 0,
    }  # fmt: skip
    assert found["late_seconds"] == 600
    gone = saved("bookings", {"bookings-0-remove": TICKED}, BOOKED)
    assert "bookings" not in taken("bookings", gone, BOOKED)


def test_a_date_of_an_offer_that_has_been_is_kept_and_a_new_one_added() -> None:
    shown = saved("bookings", document=BOOKED).fields
    assert [text for name, text in shown.items() if name.endswith("-date")] == ["2026-12-24"]
    begin = "bookings-0-exceptions-3"
    new = {f"{begin}-was": "", f"{begin}-date": "2026-12-05", f"{begin}-hours-0-from": "9"}
    new |= {f"{begin}-hours-0-until": "10"}
    (offer,) = taken("bookings", saved("bookings", new, BOOKED), BOOKED)["bookings"]["offers"]
    assert offer["exceptions"] == [
        OFFER["exceptions"][0],
        {"date": "2026-12-05", "hours": [["09:00", "10:00"]]},
        OFFER["exceptions"][1],
    ]


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [
        ("length_minutes", 5, 240), ("buffer_minutes", 0, 120), ("at_once", 1, 50),
        ("walk_in_percent", 0, 100), ("same_day_percent", 0, 100), ("days_ahead", 0, 180),
        ("notice_minutes", 0, 1440),
    ],
)  # fmt: skip
def test_the_form_takes_the_numbers_that_the_contract_takes(
    field: str, least: int, most: int
) -> None:
    others = {"bookings-0-walk_in_percent": "0", "bookings-0-same_day_percent": "0"}
    for number in (least, most):
        form = saved("bookings", {**others, f"bookings-0-{field}": str(number)}, BOOKED)
        assert taken("bookings", form, BOOKED)["bookings"]["offers"][0][field] == number
    for number in (least - 1, most + 1):
        form = saved("bookings", {f"bookings-0-{field}": str(number)}, BOOKED)
        PARTS["bookings"].take(ConfigDocument(BOOKED, TODAY), form)
        assert form.faults.keys() == {f"bookings-0-{field}"}
        wrong = {**BOOKED["bookings"]["offers"][0], field: number}
        with pytest.raises(Invalid):
            parse_config({**LIBRARY, "bookings": {"offers": [wrong]}})


def test_a_new_offer_needs_a_service_and_one_that_has_none() -> None:
    row = {f"bookings-1-{name}": text for name, text in {"id": "", "service": ""}.items()}
    for service, reason in (("", "Choose the service"), ("pas", "has appointments already")):
        form = saved("bookings", {**row, "bookings-1-service": service}, BOOKED)
        PARTS["bookings"].take(ConfigDocument(BOOKED, TODAY), form)
        assert reason in form.faults["bookings-1-service"]


def test_a_service_with_appointments_is_removed_after_them() -> None:
    form = saved("services", document=BOOKED)
    rows = {form.text(f"{row}-id"): row for row in form.rows("services")}
    form = saved("services", {f"{rows['pas']}-remove": TICKED}, BOOKED)
    PARTS["services"].take(ConfigDocument(BOOKED, TODAY), form)
    assert form.faults == {f"{rows['pas']}-remove": "It has appointments: remove those first."}


def test_the_page_adds_rows_and_saves(offering: FlaskClient, web_app: WebApp) -> None:
    page = offering.get(f"{ADDRESS}?lang=en")
    assert "Of 100 places 50 can be booked up to 28 days before, 25 on the day itself" in page.text
    added = send_form(offering, page, do="bookings")
    assert 'name="bookings-1-service"' in added.text
    dated = send_form(offering, added, do="bookings-0-exceptions")
    assert re.search(r'name="bookings-0-exceptions-\d+-date"[^>]*autofocus', dated.text)
    fields = {"bookings-1-service": "korekort", "bookings-1-week-fri-0-from": "9"}
    fields |= {"bookings-1-week-fri-0-until": "10"}
    assert send_form(offering, added, **fields).status_code == 303
    queue: Queue = web_app.app.extensions["queue"]
    offers = queue.get(BranchStore).current(LIBRARY_ID).bookings.offers
    assert offers["korekort"].week == {"fri": (("09:00", "10:00"),)}
    shown = text_of(offering.get(f"/admin/branches/{LIBRARY_ID}"))
    assert "15 min, 2 at once" in shown


def test_a_wrong_field_is_named_and_nothing_is_saved(offering: FlaskClient) -> None:
    page = offering.get(f"{ADDRESS}?lang=en")
    for field, text, marked in (
        ("bookings-0-week-mon-0-until", "9", "bookings-0-week-mon-0-until"),
        ("bookings-0-at_once", "0", "bookings-0-at_once"),
        ("bookings-0-walk_in_percent", "76", "bookings-0-same_day_percent"),
    ):
        refused = send_form(offering, page, **{field: text})
        assert refused.status_code == 422
        assert re.findall(r'name="([^"]*)"[^>]*aria-invalid="true"', refused.text) == [marked]
    assert "With the share of walk-ins it must be at most 100 percent." in refused.text
    assert send_form(offering, page, **{"bookings-0-walk_in_percent": "75"}).status_code == 303


@pytest.mark.parametrize(
    ("begin", "end", "outside"),
    [
        ("09:30", "19:00", ""),
        ("09:29", "19:01", "09:29-09:30 12:30-13:00 19:00-19:01"),
        ("12:00", "14:00", "12:30-13:00"),
        ("07:00", "09:30", "07:00-09:30"),
    ],
)
def test_the_hours_outside_the_opening_hours_are_found(begin: str, end: str, outside: str) -> None:
    opened = (("09:30", "12:30"), ("13:00", "19:00")) if outside else (("09:30", "19:00"),)
    assert " ".join(map("-".join, without((begin, end), opened))) == outside


def test_hours_that_give_no_times_are_saved_with_a_hint(offering: FlaskClient) -> None:
    page = offering.get(f"{ADDRESS}?lang=en")
    assert "Outside the opening hours, so without times: 24 Dec 9:00–10:00." in page.text
    assert "Too short" not in page.text
    # One appointment has room in fifteen minutes, and none in fourteen.
    fields = {"bookings-0-week-tue-0-until": "10:15", "bookings-0-week-wed-0-until": "10:14"}
    fields |= {"bookings-0-week-mon-0-from": "8"}
    hints = (
        "Outside the opening hours, so without times: Monday 8:00–9:30; 24 Dec 9:00–10:00.",
        "Too short for one appointment of 15 min, so without times: Wednesday 10:00–10:14.",
    )
    looked = text_of(send_form(offering, page, do="look", **fields))
    done = send_form(offering, page, **fields)
    assert done.location == f"{ADDRESS}?saved=1"
    saved_page = text_of(offering.get(f"{ADDRESS}?saved=1&lang=en"))
    assert "Some hours give no times" in saved_page
    for hint in hints:
        assert hint in looked
        assert hint in saved_page
    assert "Some hours give no times" not in looked
    again = send_form(offering, offering.get(ADDRESS), **{"bookings-0-remove": TICKED})
    assert again.location == f"/admin/branches/{LIBRARY_ID}?saved=bookings"


def test_a_refusal_names_a_place_in_words(web_app: WebApp) -> None:
    with web_app.app.test_request_context("/?lang=en"):
        assert place_of("bookings.offers[0].service", BOOKED) == "Bookable times, Passport"
        assert place_of("counters[0].services[1]", BOOKED) == "Counters, Skranke 1"
        assert place_of("bookings", BOOKED) == "Bookable times"
        assert place_of("archived", BOOKED) == "archived"


def test_a_day_is_shown_with_its_shares_before_it_is_saved(offering: FlaskClient) -> None:
    page = offering.get(f"{ADDRESS}?lang=en")
    # Four times with two places each, of which a quarter is for walk-ins and one for the same day.
    fields = {"do": "day", "preview-date": "2027-01-04", "bookings-0-week-mon-0-until": "11"}
    shown = send_form(offering, page, **fields)
    assert "8 places: 4 booked ahead, 2 released on the day, 2 for walk-ins." in shown.text
    assert re.findall(r'class="number">(\d+:\d+)</strong>', shown.text) == [
        "10:00", "10:15", "10:30", "10:45",
    ]  # fmt: skip
    closed = send_form(offering, page, **{**fields, "preview-date": "2027-01-02"})
    assert "No times on this date." in closed.text
    for name, text, reason in (
        ("preview-date", "", "Choose the date."),
        ("bookings-0-at_once", "0", "Write a whole number from 1 to 50."),
    ):
        assert reason in text_of(send_form(offering, page, **{**fields, name: text}))
    unsaved = offering.get(f"{ADDRESS}?lang=en")
    assert 'value="12:00"' in unsaved.text
    assert 'value="11:00"' not in unsaved.text


def test_the_form_is_usable_in_every_size(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch(bookings=BOOKED["bookings"])
    context = new_context(*SIZES["desk"], lang="da")
    service.log_in(context, "admin")
    page = first_page(context)
    page.goto(f"/admin/branches/{branch}/bookings")
    share = page.get_by_label("Procent til dem uden tid")
    share.fill("40")
    expect(page.locator("#bookings-0-shares")).to_contain_text("40 holdes fri")
    page.locator("[name=bookings-0-week-mon-0-from]").press_sequentially("8")
    page.locator("#preview-date").fill("2027-01-04")
    page.keyboard.press("Tab")
    page.locator("#day-shown").press("Enter")
    expect(page.locator(".day-slot")).to_have_count(8)
    expect(page.locator("#day-shown")).to_be_focused()
    for _ in each_size(page):
        assert fits(page)
        assert_accessible(page)
    # A day with an appointment is closed once its number was seen.
    bookings = f"/branches/{branch}/bookings"
    slot = service.api().get(f"{bookings}/slots?service=pas")["slots"][-1]["starts_at"]
    service.api().post(bookings, service="pas", starts_at=slot)
    page.goto(f"/admin/branches/{branch}/exceptions")
    page.get_by_role("button", name="Tilføj en dato").click()
    page.locator("[name=exceptions-0-date]").fill(slot[:10])
    page.get_by_role("button", name="Gem").last.click()
    expect(page.get_by_role("alert")).to_contain_text("1 borger mister sin bestilte tid.")
    assert_accessible(page)
    page.get_by_role("button", name="Gem alligevel").click()
    expect(page).to_have_url(re.compile("saved=exceptions"))


def send_form(browser: FlaskClient, page: TestResponse, **changes: str) -> TestResponse:
    """Send a page's form with some fields changed."""
    form = page.text.split('id="form"')[1].split("</form>")[0]
    inputs = re.findall(r"<input[^>]*>", form)
    fields: dict[str, str] = {}
    for each in inputs:
        name, value = (re.search(rf'\b{part}="([^"]*)"', each) for part in ("name", "value"))
        ticked = 'type="checkbox"' not in each or " checked" in each
        if name and value and ticked and name[1] != "csrf_token":
            fields[name[1]] = value[1]
    for name_, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name_] = chosen[1] if chosen else ""
    return send(browser, f"{ADDRESS}?lang=en", **{**fields, **changes})
