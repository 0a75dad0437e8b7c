"""The waiting-room display in a real browser: what the room sees and hears."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from queue_service.access.operations import access, display_pins
from queue_service.runtime import process
from queue_service.store.server.embedded import find_server, prepare_folder, server_command
from queue_service.store.server.running import log_file
from queue_service.web.security.credentials import COOKIES
from tests.pages.display.waiting_room import Room, front, heard, rest, until_state, wait_until_heard
from tests.web.browsers import BrowserMaker, Check
from tests.web.service import Service, running_service
from tests.web.tcp_proxy import TcpProxy, proxy_to

TONES_OF_A_CALL = 6
"""Two, each with two overtones."""


@pytest.fixture
def room(service: Service, new_context: BrowserMaker) -> Room:
    """A room with open counters."""
    return Room.open(service, new_context)


@pytest.fixture
def proxy(service: Service) -> Iterator[TcpProxy]:
    """A proxy in front of the service."""
    with proxy_to(service.url) as proxy:
        yield proxy


def test_a_call_is_seen_and_heard_in_the_language_of_its_ticket(room: Room) -> None:
    page = room.display()
    expect(page.locator("#main")).to_have_attribute("data-view", "welcome")

    room.call("1", language="da")

    expect(front(page)).to_have_text("A001")
    expect(page.locator("#front .call__where > span")).to_have_text(["Skranke 1", "Counter 1"])
    expect(page.locator("#announce")).to_have_text("Nummer A001: Skranke 1")
    wait_until_heard(page, 1)
    assert heard(page) == ["Nummer A nul nul et, skranke et."]

    room.call("2", language="en")

    expect(page.locator("#announce")).to_have_text("Number A002: Counter 2")
    wait_until_heard(page, 2)
    assert heard(page)[1:] == ["Number A, zero zero two, counter two."]
    assert heard(page, "lang") == ["da-DK", "en-GB"]


def test_calls_of_one_moment_share_a_chime_and_are_read_in_order(room: Room) -> None:
    page = room.display(speech_ms=3200)
    visits = [room.post("/visits", service=service) for service in ("pas", "korekort", "andet")]
    barrier = Barrier(3)

    def call(visit: dict[str, Any], counter: str) -> None:
        barrier.wait()
        room.post(f"/visits/{visit['id']}/call", counter=counter)

    with ThreadPoolExecutor(3) as clerks:
        list(clerks.map(call, visits, "123"))

    # All are seen at once, alike, the newest first, also those who still wait to be read aloud.
    order = room.called()
    expect(front(page)).to_have_text(order[::-1])
    expect(page.locator("#front .call[data-state=now]")).to_have_count(3)
    wait_until_heard(page, 3)
    spoken = [entry for entry in page.evaluate("window.heard") if "tone" not in entry]
    assert [entry["shown"] for entry in spoken] == [n for number in order for n in (number, number)]
    assert ["begins" in entry for entry in spoken] == [True, False] * 3, "one spoke over another"
    assert len(heard(page, "tone")) == TONES_OF_A_CALL
    until_state(page, "rest")
    expect(front(page)).to_have_text(order[::-1])
    expect(page.locator(".call[data-state=open]")).to_have_count(3)


def test_a_call_stays_on_the_wall_until_it_is_met(
    service: Service, new_context: BrowserMaker
) -> None:
    counters = [{"id": str(n), "name": f"Skranke {n}", "services": ["*"]} for n in range(1, 13)]
    room = Room.open(service, new_context, counters=counters)
    calls = [room.call(str(n)) for n in range(1, 13)]
    for age, visit in zip(range(700, 40, -55), calls, strict=True):
        room.age(visit, seconds=age)

    # The state lists the last ten calls; all twelve still wait to be met.
    page = room.display()
    shown = page.locator(".call[data-state=open] .call__number")
    expect(shown).to_have_count(12)
    assert sorted(shown.all_text_contents()) == [f"A{n:03}" for n in range(1, 13)]

    room.post(f"/visits/{calls[0]['id']}/start")
    room.post(f"/visits/{calls[1]['id']}/no-show")
    room.post(f"/visits/{calls[2]['id']}/requeue")
    expect(shown).to_have_count(9)
    page.reload()
    expect(shown).to_have_count(9)
    assert sorted(shown.all_text_contents()) == [f"A{n:03}" for n in range(4, 13)]


def test_a_call_that_is_taken_back_leaves_the_wall_and_an_answered_one_gives_way(
    room: Room,
) -> None:
    visit = room.post("/visits", service="pas")
    page = room.display()
    # All services together: the strip shows them a few at a time, in turn.
    waiting = page.locator("#waiting-total")
    expect(waiting).to_contain_text("1 i alt")
    room.post(f"/visits/{visit['id']}/call", counter="1")
    expect(front(page)).to_have_text("A001")
    expect(waiting).to_contain_text("Ingen venter", timeout=2000)
    room.post(f"/visits/{visit['id']}/requeue", delay_seconds=600)
    expect(page.locator(".call")).to_have_count(0)

    first = room.call("1")
    room.post(f"/visits/{first['id']}/start")
    expect(page.locator("#front .call[data-state=met]")).to_have_text(re.compile("Senest kaldt"))
    room.call("2")
    expect(front(page)).to_have_text("A003")
    expect(page.locator("#rest .call[data-state=met]")).to_have_text(re.compile("Tidligere kaldt"))


def test_a_recall_looks_and_sounds_different(room: Room) -> None:
    page = room.display(reduced_motion="no-preference")
    visit = room.call("1")
    wait_until_heard(page, 1)
    called = heard(page, "tone")
    until_state(page, "rest")

    room.post(f"/visits/{visit['id']}/recall")

    expect(page.locator("#main")).to_have_attribute("data-state", "again")
    expect(page.locator(".call__label")).to_have_text("Vi kalder igen Calling again")
    wait_until_heard(page, 2)
    assert heard(page)[1] == "Vi kalder igen: nummer A nul nul et, skranke et."
    assert len(heard(page, "tone")) > 2 * len(called), "the chime is the same"
    until_state(page, "rest")
    expect(page.locator(".call__label")).to_have_text("Kaldt flere gange Called more than once")


def test_calls_from_before_the_page_are_shown_and_not_announced(room: Room) -> None:
    visits = [room.call(counter) for counter in ("1", "2")]
    for visit in visits:
        room.age(visit, seconds=31)

    page = room.display()

    expect(front(page)).to_have_text("A002")
    expect(page.locator("#main")).to_have_attribute("data-state", "rest")
    expect(rest(page)).to_have_text(["A001"])
    room.call("3", "andet")
    wait_until_heard(page, 1)
    assert heard(page) == ["Nummer E nul nul et, skranke tre."]

    # The id of a visit, which is its key, is not sent to a display.
    setup = page.evaluate("fetch(location.pathname + '/setup').then((r) => r.json())")
    received = page.content() + json.dumps(setup)
    assert [visit["id"] for visit in visits if visit["id"] in received] == []


def test_calls_during_a_short_and_a_long_loss_of_the_connection(
    room: Room, proxy: TcpProxy
) -> None:
    page = room.display(url=proxy.url)
    a_call_during_a_short_loss_of_the_connection_is_announced(room, proxy, page)
    after_an_outage_old_calls_are_shown_and_not_announced(room, proxy, page)


def a_call_during_a_short_loss_of_the_connection_is_announced(
    room: Room, proxy: TcpProxy, page: Page
) -> None:
    with proxy.cut():
        visit = room.call("1")
    wait_until_heard(page, 1)
    assert heard(page) == ["Nummer A nul nul et, skranke et."]
    room.post(f"/visits/{visit['id']}/start")
    expect(page.locator("#front .call[data-state=met]")).to_be_visible()


def after_an_outage_old_calls_are_shown_and_not_announced(
    room: Room, proxy: TcpProxy, page: Page
) -> None:
    line = page.locator("#connection")
    with proxy.cut():
        expect(line).to_contain_text(
            "Ingen forbindelse. Hør efter: personalet råber numrene op. Sidst opdateret",
            timeout=30_000,
        )
        expect(line).to_contain_text(
            "No connection. Listen for the staff. They call the numbers. Last updated"
        )
        expect(line).to_be_visible()
        page.clock.fast_forward(31_000)
        expect(line).to_contain_text("Intet nummer endnu? Få et på papir hos personalet.")
        expect(line).to_contain_text("No number yet? Get one on paper from the staff.")
        missed = room.call("2")
        room.age_event(missed, seconds=31)
        room.age(missed, seconds=31)

    expect(front(page)).to_have_text("A002", timeout=30_000)
    expect(line).to_be_hidden()
    expect(page.locator("#main")).to_have_attribute("data-state", "rest")
    room.call("3")
    wait_until_heard(page, 2)
    assert heard(page)[1:] == ["Nummer A nul nul tre, skranke tre."]


def test_a_store_that_dies_is_reported_until_it_is_back(
    tmp_path: Path, new_context: BrowserMaker
) -> None:
    with running_service(tmp_path) as service:
        room = Room.open(service, new_context)
        page = room.display(url=service.url)
        room.call("1")
        wait_until_heard(page, 1)
        line = page.locator("#connection")
        service.store_process.kill()
        expect(line).to_contain_text(
            "Nummersystemet virker ikke lige nu. Hør efter: personalet råber numrene op."
        )
        expect(line).to_be_visible()

        command = server_command(find_server(), tmp_path, fsync="no")
        store = process.spawn(command, log_file(prepare_folder(tmp_path)))
        try:
            expect(line).to_be_hidden(timeout=20_000)
            expect(front(page)).to_have_text("A001")
            room.call("2")
            wait_until_heard(page, 2)
            assert heard(page)[1:] == ["Nummer A nul nul to, skranke to."]
        finally:
            process.stop(store, 10)


def test_a_browser_that_blocks_sound_says_how_to_turn_it_on(room: Room) -> None:
    page = room.display(touched=False)
    hint = page.locator("#sound-hint")
    expect(hint).to_have_text("Tryk for at slå lyden til Touch to turn on sound")
    room.call("1")
    expect(front(page)).to_have_text("A001")
    assert heard(page, "tone") == []

    hint.click()

    expect(hint).to_be_hidden()


def test_a_browser_that_refuses_to_speak_gives_the_hint_too(room: Room) -> None:
    page = room.display(refused=True)
    expect(page.locator("#sound-hint")).to_be_hidden()

    room.call("1")

    expect(page.locator("#sound-hint")).to_be_visible()


def test_without_a_voice_for_the_language_there_is_the_chime_alone(room: Room) -> None:
    page = room.display(voices=("en-GB",))
    room.call("1", language="da")
    wait_until_heard(page, 1, "tone")
    until_state(page, "rest")
    assert heard(page) == []


def test_quiet_hours_show_calls_without_a_sound_and_are_remembered(room: Room) -> None:
    page = room.display("?silent=00:00-12:00,12:00-24:00&volume=40")
    expect(page.locator("#quiet")).to_have_text(
        "Stille tid – kald vises kun på skærmen Quiet hours – calls are shown on this screen only"
    )
    room.call("1")
    expect(page.locator("#main")).to_have_attribute("data-state", "now")
    until_state(page, "rest")
    assert page.evaluate("window.heard") == []

    page.goto(f"/display/{room.branch}")

    expect(page.locator("#quiet")).to_be_visible()
    expect(page.locator("#sound-hint")).to_be_hidden()


def unlock(
    page: Page, name: str, password: str, look: Callable[[Page], None] | None = None
) -> None:
    """Ask for the settings as somebody of the staff."""
    page.keyboard.press("s")
    expect(page.get_by_role("dialog", name="Denne skærm")).to_be_visible()
    if look:
        look(page)
    page.get_by_label("Brugernavn").fill(name)
    page.get_by_label("Adgangskode").fill(password)
    page.get_by_role("button", name="Fortsæt").click()


def test_a_screen_is_set_up_by_the_branchs_staff_alone(
    room: Room, assert_accessible: Check
) -> None:
    page = room.display()
    a_dialog_that_somebody_walked_away_from_closes(page)
    only_the_branchs_staff_may_change_a_screen_of_the_room(room, page, assert_accessible)
    it_is_set_up_in_a_dialog(page, assert_accessible)


def a_dialog_that_somebody_walked_away_from_closes(page: Page) -> None:
    page.locator("#clock").hover()
    page.mouse.down()
    expect(page.locator("#unlock")).to_be_visible()
    page.mouse.up()
    page.clock.run_for(50_000)
    expect(page.locator("#unlock")).to_be_visible()
    page.clock.run_for(11_000)
    expect(page.locator("#unlock")).to_be_hidden()


def a_pin_takes_the_place_of_a_login(room: Room, page: Page, look: Check) -> None:
    display_pins.set_pin(room.service.access_store, room.branch, "271828", by=access.OPERATOR)
    page.keyboard.press("s")
    pin = page.get_by_label("Pinkode")
    expect(pin).to_be_focused()
    expect(page.get_by_label("Brugernavn")).to_be_hidden()
    look(page)
    for typed, message in (("271829", "Pinkoden er forkert."), ("271828", "")):
        pin.fill(typed)
        page.keyboard.press("Enter")
        expect(page.locator("#unlock-message")).to_have_text(message)
    expect(page.locator("#settings")).to_be_visible()
    page.get_by_role("button", name="Luk").click()
    display_pins.remove_pin(room.service.access_store, room.branch, by=access.OPERATOR)


def only_the_branchs_staff_may_change_a_screen_of_the_room(
    room: Room, page: Page, assert_accessible: Check
) -> None:
    page.keyboard.press("s")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#settings")).to_be_hidden()
    page.get_by_role("button", name="Annullér").click()

    name, password = room.service.account("clerk", room.branch)
    elsewhere = room.service.account("clerk", room.service.branch())
    for given in ((name, "wrong"), elsewhere):
        unlock(page, *given)
        expect(page.locator("#unlock-message")).to_contain_text("Navnet eller adgangskoden")
        page.get_by_role("button", name="Annullér").click()
        expect(page.locator("#settings")).to_be_hidden()

    a_pin_takes_the_place_of_a_login(room, page, assert_accessible)
    unlock(page, name, password, assert_accessible)
    expect(page.locator("#settings")).to_be_visible()
    names = {cookie.get("name") for cookie in page.context.cookies()}
    assert names == {COOKIES["display"]}, "the screen is logged in"


def it_is_set_up_in_a_dialog(page: Page, assert_accessible: Check) -> None:
    expect(page.get_by_label("Lydstyrke")).to_be_visible()
    assert_accessible(page)

    page.get_by_label("Ingen lyd overhovedet").check()
    page.get_by_label("Vis, hvor mange der venter").uncheck()
    page.get_by_role("button", name="Luk").click()

    expect(page.locator("#quiet")).to_be_visible()
    expect(page.locator("#strip")).to_be_hidden()
    page.reload()
    expect(page.locator("#quiet")).to_be_visible()
    expect(page.locator("#strip")).to_be_hidden()


def test_a_place_has_a_name_in_each_language(service: Service, new_context: BrowserMaker) -> None:
    names = {"da": "Vielseskontoret på 1. sal", "en": "Wedding office, 1st floor"}
    counters = [{"id": "1", "name": names, "services": ["*"]}]
    debt = {"da": "Gældsrådgivning", "en": "Debt advice"}
    services = [
        {"id": "pas", "name": {"da": "Pas", "en": "Passport"}, "prefix": "A"},
        {"id": "debt", "name": debt, "prefix": "K", "private": True},
    ]
    room = Room.open(service, new_context, counters=counters, services=services, teams=[], goals=[])
    state = room.api.get(f"/branches/{room.branch}/state")
    assert state["counters"][0]["name"] == names["da"]
    assert state["counters"][0]["names"] == names
    page = room.display()

    room.call("1", language="en")

    expect(page.locator("#front .call__where > span")).to_have_text(list(names.values()))
    wait_until_heard(page, 1)
    assert heard(page) == ["Number A, zero zero one, Wedding office, 1st floor."]
    assert heard(page, "lang") == ["en-GB"]

    # A private service is counted, and named nowhere.
    acts = f"/branches/{room.branch}/interventions"
    room.api.post(f"/branches/{room.branch}/visits", service="debt")
    expect(page.locator("#waiting-total")).to_be_visible()  # without anything else happening
    texts = {"da": "Ingen elevator.", "en": "No lift."}
    room.api.post(acts, kind="announcement", texts=texts, screens=["display"])
    expect(page.locator("#announced > span")).to_have_text(re.compile("Ingen elevator|No lift"))
    assert not any(name in page.content() for name in debt.values())
    room.api.post(acts, kind="carry_over")
    expect(page.locator("body")).to_contain_text("Gem det: det gælder, når vi åbner igen.")
