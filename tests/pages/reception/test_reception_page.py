"""A guide with a tablet: numbers with needs, the queue, and help with self-service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from queue_service import sample
from tests.dashboards.day import noon_zone
from tests.pages.kiosk.screen import LYING
from tests.running import eventually
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.keyboard import press
from tests.web.service import ALWAYS, Service

TABLET = {"width": 1024, "height": 768}
COUNTERS = [
    {"id": "1", "name": "Skranke 1", "services": ["*"], "accessible": False},
    {"id": "2", "name": "Skranke 2", "services": ["*"], "accessible": True},
]

OFFER = {"service": "pas", "week": ALWAYS, "length_minutes": 5, "notice_minutes": 0}


@dataclass
class Floor:
    """A guide's page of a branch whose two counters are open."""

    service: Service
    branch: str
    page: Page

    def press(self, key: str) -> None:
        """Press a button by its key."""
        self.page.locator(f"[data-key='{key}']").click()

    def visits(self, state: str = "waiting") -> list[dict[str, Any]]:
        """The visits in a state."""
        path = f"/branches/{self.branch}/visits?state={state}"
        found: list[dict[str, Any]] = self.service.api("clerk", self.branch).get(path)["visits"]
        return found


@pytest.fixture
def floor(service: Service, new_context: BrowserMaker) -> Floor:
    services = sample.documents()["biblioteket"]["services"]
    branch = service.branch(
        counters=COUNTERS,
        languages=["da", "en"],
        timezone=noon_zone(),
        services=[one | {"private": one["id"] == "pension"} for one in services],
        bookings={"offers": [OFFER]},
    )
    for counter in ("1", "2"):
        service.api("clerk", branch).post(f"/branches/{branch}/counters/{counter}/open")
    context = new_context(**TABLET)
    service.log_in(context, "clerk", branch)
    page = first_page(context)
    page.goto(f"/reception/{branch}")
    return Floor(service, branch, page)


LINES = """(button, word) => {
    const range = document.createRange();
    button.textContent = word;
    range.selectNodeContents(button);
    return range.getClientRects().length;
}"""
"""In the page: how many lines a button needs for a word."""


def test_a_guide_gives_a_number_with_what_is_needed(floor: Floor, assert_accessible: Check) -> None:
    page = floor.page
    floor.service.api("supervisor", floor.branch).post(
        f"/branches/{floor.branch}/interventions",
        kind="pause_service",
        service="pas",
    )
    pas = page.locator("[data-key=service-pas]")
    expect(pas).to_contain_text("Kiosks give no numbers for this now")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.locator("[data-key=service-turist]").evaluate(LINES, "Turistinformation") == 1
    page.set_viewport_size({"width": 1024, "height": 768})
    floor.press("service-pas")
    floor.press("need-accessible_counter")
    expect(page.locator("#give")).to_contain_text("Counter 2 is accessible")
    expect(page.locator("#counter")).to_have_value("2")
    page.locator("#counter").select_option("1")
    expect(page.locator("#give")).to_contain_text("Counter 1 is not accessible")
    page.locator("#counter").select_option("2")
    page.locator("#reason").select_option("cannot_wait")
    page.locator("#language").select_option("English")
    assert_accessible(page)
    floor.press("give")
    given = page.locator(".given__number")
    expect(given).to_be_visible()
    (visit,) = floor.visits()
    expect(given).to_have_text(visit["number"])
    assert (visit["needs"], visit["for_counter"], visit["priority_reason"], visit["language"]) == (
        ["accessible_counter"], "2", "cannot_wait", "en",
    )  # fmt: skip
    expect(page.locator("[data-key=next]")).to_be_focused()
    assert_accessible(page)

    row = page.locator(f"[data-key='visit-{visit['id']}']")
    expect(row).to_contain_text("Accessible counter")
    row.click()
    floor.press("detail-seat")
    expect(page.locator("[data-key=detail-seat]")).to_have_attribute("aria-pressed", "true")
    floor.press("back")
    expect(page.locator("#detail")).to_contain_text("Move ahead because")
    assert_accessible(page)
    (changed,) = floor.visits()
    assert (changed["needs"], changed["priority"]) == (["seat", "accessible_counter"], "normal")
    floor.press("close")
    expect(page.locator("#detail")).to_be_hidden()


def test_a_departure_a_later_time_and_a_lost_response(
    floor: Floor, assert_accessible: Check
) -> None:
    a_departure_and_a_later_time_can_be_taken_back(floor, assert_accessible)
    after_a_lost_response_the_same_press_returns_the_same_number(floor)
    a_citizen_helped_without_a_number_is_counted(floor)


def a_departure_and_a_later_time_can_be_taken_back(floor: Floor, assert_accessible: Check) -> None:
    page, api = floor.page, floor.service.api("clerk", floor.branch)
    visit = api.post(f"/branches/{floor.branch}/visits", service="pas", needs=["seat"])
    row = page.locator(f"[data-key='visit-{visit['id']}']")
    row.click()
    floor.press("left")
    gone = page.locator(".left")
    expect(gone).to_contain_text(f"{visit['number']} has left.")
    undo = f"left-{visit['id']}"
    expect(page.locator(f"[data-key='{undo}']")).to_be_focused()
    expect(row).to_have_count(0)
    assert_accessible(page)
    page.route("**/undo*", lambda route: route.abort())
    floor.press(undo)
    expect(page.locator("#trouble")).not_to_be_empty()
    page.unroute("**/undo*")
    floor.press(undo)
    expect(gone).to_have_count(0)
    expect(row).to_be_focused()
    (back,) = floor.visits()
    assert (back["id"], back["needs"]) == (visit["id"], ["seat"])
    row.click()
    floor.press("postpone")
    times = page.locator("[data-key^=time-]")
    expect(times).to_have_count(9)
    assert_accessible(page)
    times.first.click()
    expect(gone).to_contain_text(f"{visit['number']} is not called before")
    expect(row).to_contain_text("Back at")
    assert floor.visits()[0]["not_before"] is not None
    floor.press(f"postpone-{visit['id']}")
    expect(row).not_to_contain_text("Back at")
    (back,) = floor.visits()
    assert (back["not_before"], back["position"]) == (None, 0)


def after_a_lost_response_the_same_press_returns_the_same_number(floor: Floor) -> None:
    """Anyone who is next gets another."""
    page, before = floor.page, len(floor.visits())

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.fulfill(status=500)

    def give_and_lose() -> None:
        page.route("**/visits?as=*", lose_the_answer)
        floor.press("give")
        expect(page.locator("#trouble")).to_contain_text("gives the same number")
        page.unroute("**/visits?as=*")

    for again in (True, False):
        floor.press("service-pas")
        give_and_lose()
        if not again:
            floor.press("other")
            floor.press("service-pas")
        floor.press("give")
        expect(page.locator(".given__number")).to_be_visible()
        floor.press("next")
    assert len(floor.visits()) == before + 1 + 2


def a_citizen_helped_without_a_number_is_counted(floor: Floor) -> None:
    page = floor.page
    floor.press("tab-self")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "on a tablet"
    floor.press("place-floor")
    floor.press("self-pas")
    expect(page.locator("#give")).to_contain_text("Counted: ")
    floor.press("self-undo")
    expect(page.locator("#give")).to_contain_text("Taken back.")
    floor.press("self-pas")
    expect(page.locator("#give")).to_contain_text("1 counted on this page today")
    found = floor.service.api("admin").get(f"/branches/{floor.branch}/contacts?by=place")
    assert [(row["key"], row["contacts"]) for row in found["rows"]] == [("floor", 1)]


def test_the_text_about_a_number_follows_its_state(floor: Floor) -> None:
    """Its place, where it is called to, and that it has left."""
    page = floor.page
    clerk = floor.service.api("clerk", floor.branch)
    visits = f"/branches/{floor.branch}/visits"
    before = [clerk.post(visits, service="pas") for _ in range(4)]
    floor.press("service-pas")
    floor.press("give")
    panel = page.locator(".given")
    expect(panel).to_contain_text("4 people ahead of you")
    expect(panel).not_to_contain_text("Appointments that may be called before you")
    bookings = f"/branches/{floor.branch}/bookings"
    free = clerk.get(f"{bookings}/slots?service=pas")["slots"]
    clerk.post(bookings, service="pas", starts_at=free[0]["starts_at"])
    today = page.get_by_role("link", name="Appointments today 1")
    expect(today).to_have_attribute("href", f"/bookings/{floor.branch}")
    last = floor.visits()[-1]
    clerk.post(f"{visits}/{before[0]['id']}/abandon")
    expect(panel).to_contain_text("3 people ahead of you")
    expect(panel).to_contain_text("Appointments that may be called before you: 1")
    clerk.post(f"{visits}/{last['id']}/call", counter="1")
    expect(panel).to_contain_text("Called to Counter 1")
    expect(panel).not_to_contain_text("ahead of you")
    clerk.post(f"{visits}/{last['id']}/start")
    expect(panel).to_contain_text("Is being served: Counter 1")
    clerk.post(f"{visits}/{last['id']}/complete", outcome="resolved")
    expect(panel).to_contain_text(f"{last['number']} does not wait any more.")
    expect(page.locator("[data-key=undo]")).to_have_count(0)
    floor.press("next")
    floor.press("service-pas")
    floor.press("give")
    floor.service.api("supervisor", floor.branch).post(
        f"/branches/{floor.branch}/interventions", kind="carry_over"
    )
    expect(panel).to_contain_text("Keep it: it is valid when we open again.")
    expect(panel).not_to_contain_text("ahead of you")
    page.evaluate("window.print = () => {}")
    floor.press("print")
    slip = page.locator("#print")
    expect(slip).to_contain_text("Pas")
    floor.press("next")
    floor.press("service-pension")
    floor.press("give")
    floor.press("print")
    expect(slip).to_contain_text("D001")
    expect(slip).not_to_contain_text("Pension")  # it may be left behind


def test_a_kiosk_calls_for_help_at_a_counter_and_at_the_reception(
    floor: Floor, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    context = new_context(**LYING, own_clock=True)
    floor.service.enrol(context, "kiosk", floor.branch)
    at_kiosk = first_page(context)
    at_kiosk.goto(f"/kiosk/{floor.branch}?lang=en")
    a_counter_hears_it_and_else_nothing_is_promised(floor, at_kiosk, assert_accessible)
    the_counter_says_what_is_needed_and_that_it_is_not_the_one(floor, assert_accessible)
    a_kiosk_calls_and_hears_that_somebody_comes(floor, at_kiosk, assert_accessible)
    the_next_citizen_sees_no_call_that_was_unanswered(floor, at_kiosk)


def a_kiosk_calls_and_hears_that_somebody_comes(
    floor: Floor, at_kiosk: Page, assert_accessible: Check
) -> None:
    page = floor.page
    at_kiosk.locator(".call:visible").click()
    title = at_kiosk.locator("#calling-title")
    expect(title).to_have_text("Shall we call somebody to help you?")
    assert_accessible(at_kiosk)
    expect(at_kiosk.get_by_role("button", name="No, thank you")).to_be_visible()
    at_kiosk.get_by_role("button", name="Yes, call somebody").click()
    expect(title).to_have_text("We have called the staff")
    card = page.locator("#help .help-call")
    expect(card).to_contain_text("Help is wanted at the kiosk")
    expect(card).to_contain_text("Speaks English")
    assert_accessible(page)
    card.get_by_role("button", name="I am coming").click()
    expect(title).to_have_text("Somebody is coming to you")
    at_kiosk.get_by_role("button", name="Close").click()
    expect(at_kiosk.locator(".call:visible")).to_have_text(" Somebody is coming to you")
    at_kiosk.locator(".languages [lang=da]:visible").click()
    expect(at_kiosk.locator(".call:visible")).to_have_text(" Der kommer en til dig")
    at_kiosk.locator(".languages [lang=en]:visible").click()
    page.get_by_role("button", name="I am here").click()
    expect(card).to_have_count(0)
    expect(at_kiosk.locator(".call:visible")).to_have_text(" Help")
    expect(at_kiosk.locator("#announce")).to_be_empty()


def the_next_citizen_sees_no_call_that_was_unanswered(floor: Floor, at_kiosk: Page) -> None:
    title = at_kiosk.locator("#calling-title")
    at_kiosk.locator(".call:visible").click()
    at_kiosk.get_by_role("button", name="Yes, call somebody").click()
    at_kiosk.get_by_role("button", name="Close").click()
    expect(at_kiosk.locator(".call:visible")).to_have_text(" Help is called")
    at_kiosk.clock.fast_forward(120_000)
    expect(at_kiosk.locator(".call:visible")).to_have_text(" Help")
    at_kiosk.locator(".call:visible").click()
    expect(title).to_have_text("Nobody has answered yet")
    at_kiosk.get_by_role("button", name="I do not need help any more").click()
    at_kiosk.locator(".call:visible").click()
    with floor.service.store_away():
        at_kiosk.get_by_role("button", name="Yes, call somebody").click()
        expect(title).to_have_text("We cannot call from here right now")


def a_counter_hears_it_and_else_nothing_is_promised(
    floor: Floor, at_kiosk: Page, assert_accessible: Check
) -> None:
    page = floor.page
    page.goto(f"/counter/{floor.branch}?counter=1")
    expect(page.locator("#stage-title")).to_be_visible()
    title = at_kiosk.locator("#calling-title")

    def call() -> None:
        at_kiosk.locator(".call:visible").click()
        at_kiosk.get_by_role("button", name="Yes, call somebody").click()

    call()
    expect(title).to_have_text("We have called the staff")
    card = page.locator("#help-calls .help-call")
    expect(card).to_contain_text("Help is wanted at the kiosk")
    assert_accessible(page)
    press(page, "j")
    expect(title).to_have_text("Somebody is coming to you")
    expect(card).to_contain_text("You are on the way to the kiosk")
    press(page, "j")
    expect(card).to_have_count(0)
    page.goto("about:blank")
    api = floor.service.api("kiosk", floor.branch)
    path = f"/branches/{floor.branch}/help-calls"
    made = api.post(path)
    eventually(lambda: not api.get(f"{path}/own")["call"]["heard"])
    api.post(f"{path}/{made['id']}/cancel")
    call()
    expect(title).to_have_text("Go to a counter, or ask any of the staff")
    expect(at_kiosk.locator("#calling")).to_contain_text("Nobody sees your call right now")
    at_kiosk.get_by_role("button", name="Close").click()
    expect(at_kiosk.locator(".call:visible")).to_have_text(" Help")
    at_kiosk.locator(".call:visible").click()
    at_kiosk.get_by_role("button", name="I do not need help any more").click()


def the_counter_says_what_is_needed_and_that_it_is_not_the_one(
    floor: Floor, assert_accessible: Check
) -> None:
    api = floor.service.api("clerk", floor.branch)
    needs = ["accessible_counter", "hearing_loop"]
    path = f"/branches/{floor.branch}/visits"
    visit = api.post(path, service="pas", needs=needs, priority_reason="agreed_time", counter="1")
    page = floor.page
    page.route("**/events?*", lambda route: route.abort())
    page.goto(f"/counter/{floor.branch}?counter=1")
    top = page.locator("#stage-top")
    expect(top).to_contain_text(f"Next is {visit['number']}, who needs an accessible counter")
    expect(page.locator("#waiting")).to_contain_text("Hearing loop")
    page.keyboard.press("Space")
    # Also if the page hears no events yet.
    expect(top).to_contain_text("Was sent to this counter. Ahead in the queue: A time was agreed.")
    page.unroute("**/events?*")
    expect(top).to_contain_text("this one is not. Send on to: Counter 2.")
    expect(top.locator(".ticket__need")).to_have_text(["Accessible counter", "Hearing loop"])
    assert_accessible(page)
    api.post(f"/branches/{floor.branch}/counters/2/pause", reason="lunch")
    expect(top).not_to_contain_text("Send on to")
    page.goto(f"/reception/{floor.branch}")
    expect(page.locator(".person--unfit")).to_contain_text("Counter 1, which is not accessible")
