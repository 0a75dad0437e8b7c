"""A display's reports on its own sound, and where staff elsewhere see them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.devices.rules import SoundReport
from queue_service.devices.store import DeviceStore
from queue_service.store.redis_store import RedisStore
from tests.pages.display.waiting_room import Room, heard, rest, until_state, wait_until_heard
from tests.running import eventually
from tests.web.browsers import BrowserMaker, first_page
from tests.web.service import Service


@pytest.fixture
def room(service: Service, new_context: BrowserMaker) -> Room:
    """A room with open counters."""
    return Room.open(service, new_context)


def reports_of(room: Room) -> list[SoundReport]:
    """The last reports of the room's displays."""
    store = RedisStore(room.service.client)
    return list(DeviceStore(store).sounds([room.branch])[room.branch].values())


def tells(room: Room, page: Page, sound: str, voices: dict[str, bool]) -> None:
    """Wait until the display has reported this."""
    page.clock.run_for(6000)
    eventually(lambda: [(r.sound, r.voices) for r in reports_of(room)] == [(sound, voices)])


@pytest.mark.parametrize(
    ("query", "screen", "sound", "voices"),
    [
        ("", {}, "ok", {"da": True, "en": True}),
        ("", {"voices": ()}, "none", {"da": False, "en": False}),
        ("?speech=0", {"voices": ()}, "ok", {}),
        ("?silent=always", {"voices": ()}, "off", {}),
        # Quiet hours end; what is wrong then is reported before.
        ("?silent=00:00-12:00,12:00-24:00", {"voices": ()}, "none", {"da": False, "en": False}),
    ],
)
def test_a_display_reports_the_state_of_its_sound(
    room: Room, query: str, screen: dict[str, Any], sound: str, voices: dict[str, bool]
) -> None:
    tells(room, room.display(query, **screen), sound, voices)


def test_it_reports_again_after_a_change_and_every_few_minutes(room: Room) -> None:
    page = room.display(touched=False)
    tells(room, page, "blocked", {"da": True, "en": True})
    page.locator("#sound-hint").click()
    page.clock.run_for(1500)
    eventually(lambda: [report.sound for report in reports_of(room)] == ["ok"])
    (before,) = reports_of(room)
    page.clock.run_for(5 * 60_000)
    eventually(lambda: reports_of(room)[0].at > before.at)


def test_the_board_names_a_display_that_is_not_heard(room: Room, new_context: BrowserMaker) -> None:
    page = room.display(voices=("en-GB",))
    tells(room, page, "ok", {"da": False, "en": True})
    desk = new_context(lang="en")
    room.service.log_in(desk, "supervisor", room.branch)
    board = first_page(desk)
    board.goto(f"/dashboards/{room.branch}")
    notice = board.locator(".board-notice")
    expect(notice.locator(".board-notice__head")).to_have_text(
        "Keep an eye on: A display has no voice for Danish"
    )
    small = notice.locator(".board-notice__hint")
    text = "Calls in it get a chime only. Your IT can install a voice."
    expect(small).to_have_text(text)  # the display has no name


def test_somebody_who_looks_from_a_desk_is_no_screen_of_the_room(
    room: Room, new_context: BrowserMaker
) -> None:
    desk = new_context(own_clock=True)
    room.service.log_in(desk, "supervisor", room.branch)
    page = first_page(desk)
    with page.expect_response("**/events?*"):
        page.goto(f"/display/{room.branch}")
    page.clock.run_for(60_000)
    assert reports_of(room) == []


def test_a_silent_call_to_a_room_is_seen_alone_and_not_heard(
    service: Service, new_context: BrowserMaker
) -> None:
    room_2 = {"id": "r2", "name": "Lokale 2", "services": ["*"], "kind": "room"}
    counters = [
        {"id": "1", "name": "Skranke 1", "services": ["*"]},
        {**room_2, "entrance": "knock"},
    ]
    room = Room.open(service, new_context, counters=counters)
    page = room.display(reduced_motion="no-preference")
    room.call("1")
    until_state(page, "now")
    wait_until_heard(page, 1)
    before = heard(page)
    until_state(page, "rest")
    visit = room.post("/visits", service="pas", language="da")
    room.post(f"/visits/{visit['id']}/call", counter="r2", silent=True)
    until_state(page, "now")
    expect(page.locator("#stage[data-quiet]")).to_be_attached()
    assert page.evaluate("getComputedStyle(document.body).animationName") == "seen"
    expect(page.locator("#front")).to_contain_text("Bank på og gå ind")
    expect(rest(page)).to_have_count(0)
    until_state(page, "rest")
    expect(rest(page)).to_have_count(1)
    assert heard(page) == before
    room.api.call(
        "PUT",
        f"/branches/{room.branch}",
        {
            **room.api.get(f"/branches/{room.branch}"),
            "quiet_hours": {day: [["00:00", "24:00"]] for day in WEEKDAYS},
        },
    )
    expect(page.locator("#quiet")).to_be_visible()
