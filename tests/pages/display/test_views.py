"""How the waiting-room display looks: its views, on every screen, for everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.display.test_room import is_clear_of_the_picture
from tests.pages.display.waiting_room import Room, closed_today, front, rest, until_state
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import Service

SIZES = ((1920, 1080), (1080, 1920), (1280, 720))
FONT_SIZE = "(element) => parseFloat(getComputedStyle(element).fontSize)"


@pytest.fixture
def room(service: Service, new_context: BrowserMaker) -> Room:
    """A room with open counters."""
    return Room.open(service, new_context)


def view(page: Page, name: str) -> None:
    """Wait until the wall shows this view."""
    expect(page.locator("#main")).to_have_attribute("data-view", name)


def assert_fits(page: Page) -> None:
    """Nothing may lie outside on any screen."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert not outside(page), f"{width} × {height}"


def outside(page: Page) -> list[str]:
    """The elements outside their part of the screen, by more than a few pixels."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
          .filter((e) => e.checkVisibility() && !e.closest(".visually-hidden, svg"))
          .filter((e) => {
            const part = e.closest(".call, .closed__hours, body");
            const [inner, outer] = [e, part].map((each) => each.getBoundingClientRect());
            return inner.left < outer.left - 8 || inner.right > outer.right + 8
              || inner.bottom > Math.min(outer.bottom, innerHeight) + 8;
          })
          .map((e) => `${e.className}: ${e.textContent}`)"""
    )
    return found


def test_calls_are_large_and_everything_fits(room: Room, assert_accessible: Check) -> None:
    page = room.display()
    view(page, "welcome")
    assert_fits(page)
    assert_accessible(page)

    for counter, kind in (("2", "pas"), ("3", "andet")):
        room.age(room.call(counter, kind), seconds=31)
    page.reload()
    visit = room.call("1")
    expect(page.locator("#main")).to_have_attribute("data-state", "now")
    expect(rest(page)).to_have_count(2)
    assert_fits(page)
    assert_accessible(page)

    room.post(f"/visits/{visit['id']}/recall")
    until_state(page, "again")
    assert_fits(page)
    assert_accessible(page)

    until_state(page, "rest")
    assert_accessible(page)


def test_a_number_is_read_from_ten_metres_and_the_first_call_has_the_wall_to_itself(
    room: Room,
) -> None:
    first = room.call()
    room.age(first, seconds=31)
    page = room.display()
    expect(front(page)).to_have_text("A001")
    # Capitals are 0.67 em tall. From 10 m they should have a 200th of that, 5 cm; a fifth of a
    # screen whose shorter side has 60 cm is more than twice as much.
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert front(page).evaluate(FONT_SIZE) * 0.67 >= min(width, height) / 5
    assert page.locator("#rest").is_hidden()
    stage = page.locator("#stage").bounding_box()
    assert page.locator("#front .call").bounding_box() == stage
    room.post(f"/visits/{first['id']}/start")
    expect(page.locator("#front .call[data-state=met]")).to_be_visible()
    assert page.locator("#rest").is_hidden()
    a_call_that_is_long_over_leaves_the_wall(room, page, first)


def a_call_that_is_long_over_leaves_the_wall(room: Room, page: Page, visit: dict[str, Any]) -> None:
    room.post(f"/visits/{visit['id']}/complete", outcome="resolved")
    expect(page.locator("#front .call[data-state=met]")).to_be_visible()
    room.age(visit, 6 * 60)
    page.reload()
    view(page, "welcome")


def test_long_numbers_and_names_fit(service: Service, new_context: BrowserMaker) -> None:
    names = ("Borgerservicecenter 1", "Borgerservice og turistinformation 2", "Rådgivning 2.14 B")
    counters = [{"id": str(n), "name": name, "services": ["*"]} for n, name in enumerate(names)]
    services = [{"id": "pas", "name": {"da": "Pas"}, "prefix": "ABC"}]
    room = Room.open(service, new_context, counters=counters, services=services, teams=[])
    for counter in "102":
        room.age(room.call(counter), seconds=40)
    page = room.display()
    expect(front(page)).to_have_text("ABC003")
    assert_fits(page)


def test_a_closed_branch_shows_when_it_opens_and_calls_those_who_wait(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    room = Room.open(service, new_context, opening_hours=closed_today())
    page = room.display()
    view(page, "closed")
    title = page.locator("#closed-title")
    expect(title).to_have_text("Vi har lukket i dag We are closed today")
    expect(page.locator("#closed-next")).to_contain_text("Vi åbner igen")
    rows = page.locator("#closed-hours tr")
    expect(rows).to_have_count(7)
    expect(rows.first.locator("th")).to_have_text("I dag Today")
    is_clear_of_the_picture(page, "closed")
    assert_fits(page)
    assert_accessible(page)
    after_closing_those_who_wait_are_still_called(room, page)


def after_closing_those_who_wait_are_still_called(room: Room, page: Page) -> None:
    visit = room.call("1")
    view(page, "calls")
    expect(front(page)).to_have_text("A001")
    expect(page.locator("#open-counters")).to_contain_text(
        "Closed for new numbers. Everyone who has a number will be called.", timeout=30_000
    )

    until_state(page, "rest")
    view(page, "calls")

    room.post(f"/visits/{visit['id']}/start")
    room.post(f"/visits/{visit['id']}/complete", outcome="resolved")

    expect(page.locator("#main")).to_have_attribute("data-view", "closed", timeout=60_000)


def test_a_changed_configuration_is_shown_at_once_and_many_calls_leave_few_rows(room: Room) -> None:
    page = room.display()
    document = room.api.get(f"/branches/{room.branch}")
    document |= {"name": "Hovedbiblioteket", "languages": ["en", "da"]}
    room.api.call("PUT", f"/branches/{room.branch}", document)
    expect(page.locator("#branch-name")).to_have_text("Hovedbiblioteket")
    expect(page.locator("#welcome-title")).to_have_text("Welcome Velkommen")

    for _ in range(12):
        visit = room.call("1")
        room.post(f"/visits/{visit['id']}/complete", outcome="resolved")
    expect(front(page).last).to_have_text("A012", timeout=30_000)
    expect(page.locator(".call")).to_have_count(5)


@pytest.mark.parametrize("touched", [False, True])
def test_a_new_release_is_loaded_unless_a_touch_may_have_turned_on_the_sound(
    service: Service, new_context: BrowserMaker, touched: bool
) -> None:
    branch = service.branch()
    context = new_context()
    service.enrol(context, "display", branch)
    # A test that asks something of a page counts as a touch of it.
    touches = json.dumps({"value": {"hasBeenActive": touched}})
    context.add_init_script(f"Object.defineProperty(navigator, 'userActivation', {touches})")
    page = first_page(context)
    page.goto(f"/display/{branch}")
    expect(page.locator("#time")).not_to_be_empty()

    def of_another_release(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"release": "0123456789ab"})

    page.route("**/setup", of_another_release)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    document = service.api().get(f"/branches/{branch}")

    def rename() -> None:
        service.api().call("PUT", f"/branches/{branch}", document | {"name": "Nyt navn"})

    if touched:
        rename()
        expect(page.locator("#branch-name")).to_have_text("Nyt navn")
        assert branch not in asked, "neither asked for nor loaded"
    else:
        with page.expect_request(lambda request: request.is_navigation_request()):
            rename()
        assert asked.count(branch) == 2, "it is reachable, and is loaded"


def test_a_screen_without_access_says_that_it_is_not_set_up(
    service: Service, new_context: BrowserMaker
) -> None:
    branch, other = service.branch(), service.branch()
    context = new_context()
    service.enrol(context, "display", other)
    response = first_page(context).goto(f"/display/{branch}")
    assert response is not None
    assert response.status == 403
