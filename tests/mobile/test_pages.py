"""What people see of a bus: its stops at the screens, and at home when it was last heard."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.mobile.client import Home
from queue_service.mobile.rules import LATE_AFTER_MS
from queue_service.mobile.store import MobileStore
from queue_service.store.redis_store import RedisStore
from tests.web.browsers import BrowserMaker, Check
from tests.web.service import ALWAYS, Service

STOPS = [
    {"id": "soenderby", "name": {"da": "Sønderby, Brugsen", "en": "Sønderby, the grocer's"},
     "hours": ALWAYS},
    {"id": "vesterhede", "name": {"da": "Vesterhede", "en": "Vesterhede"}, "hours": {}},
]  # fmt: skip


def test_a_bus_shows_its_stop_and_home_when_it_was_heard(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    bus = service.branch("bogbussen", stops=STOPS)
    screens = new_context(1080, 1920, "da")
    service.enrol(screens, "kiosk", bus)
    service.enrol(screens, "display", bus)
    kiosk = screens.new_page()
    kiosk.goto(f"/kiosk/{bus}")
    expect(kiosk.locator("#home-stop")).to_contain_text("Sønderby, Brugsen til ")
    assert_accessible(kiosk)
    display = screens.new_page()
    display.goto(f"/display/{bus}")
    expect(display.locator("#welcome-stop")).to_contain_text("Sønderby, the grocer's until ")
    assert_accessible(display)

    office = new_context(1440, 900, "en")
    service.log_in(office, "admin")
    board = office.new_page()
    board.goto(f"/dashboards/{bus}")
    expect(board.locator("#mobile")).to_contain_text("No bus has been heard of yet.")
    said = {"format": 1, "program": "1", "complete_until": 1_000_000_000_000}
    Home(service.url, service.token("mobile", bus)).ask("POST", "/api/v1/mobile/contact", said)
    # Whoever stands at a page here is told where things happen, and how to get there.
    expect(kiosk.get_by_role("heading")).to_have_text(
        "Denne afdeling kører på sin egen maskine (bussen)"
    )
    assert_accessible(kiosk)
    for address in (f"/display/{bus}", f"/feedback/{bus}", f"/paper/{bus}",
                    f"/dashboards/{bus}/act", f"/counter/{bus}"):  # fmt: skip
        desk = office.new_page()
        desk.goto(address)
        expect(desk.get_by_role("heading")).to_have_text(
            "This branch runs on its own machine (the bus)"
        )
    expect(display.get_by_role("heading")).to_contain_text("(bussen)")
    desk.get_by_role("link", name="See the board").click()
    expect(desk).to_have_url(re.compile(rf"/dashboards/{bus}$"))
    board.reload()
    expect(board.locator("#mobile")).to_contain_text("Last heard ")
    expect(board.locator("#act")).to_be_hidden()
    expect(board.locator("#mobile")).to_contain_text("Figures whole until ")
    queue = Queue(RedisStore(service.client))
    queue.get(MobileStore).note(bus, ahead_ms=90_000)
    board.reload()
    told = "The clock of the bus is 90 s ahead of home's. Set it. · Sønderby"
    expect(board.locator("#mobile")).to_contain_text(told)
    queue.get(MobileStore).note(bus, ahead_ms=0)
    queue.get(MobileStore).note(bus, heard_at=queue.store.time() - LATE_AFTER_MS)
    board.reload()
    expect(board.locator("#attention")).to_contain_text(
        re.compile("Figures are whole until .*The bus has no line: last heard .* on the way")
    )
    expect(board.locator("#as-of")).to_contain_text("As of ")
    expect(board.locator("#mobile")).to_have_text(re.compile("^Sønderby, the grocer's until "))
    assert_accessible(board)
    for past in ("history", "satisfaction"):
        board.goto(f"/dashboards/{bus}/{past}")
        expect(board.locator("main p.banner--warn")).to_contain_text("Figures are whole until ")

    admin = office.new_page()
    admin.goto(f"/admin/branches/{bus}/stops")
    expect(admin.get_by_role("heading", name="Vesterhede")).to_be_visible()
    admin.get_by_role("button", name="Add a stop").click()
    admin.get_by_label("The place").last.fill("Nørreskov")
    assert_accessible(admin)
    admin.goto(f"/admin/branches/{bus}/general")
    admin.get_by_role("button", name="Save").first.click()
    expect(admin.locator(".banner--good")).to_contain_text("The bus has it within a minute")
    admin.goto(f"/admin/branches/{bus}/hours")
    expect(admin.get_by_role("button", name="Save")).to_have_count(0)
    admin.get_by_role("link", name="Go to the stops").click()
    expect(admin.get_by_role("heading", name="Stops")).to_be_visible()
    admin.goto(f"/admin/branches/{bus}")
    admin.get_by_text("Set another machine up for the bus").click()
    assert_accessible(admin)
    admin.get_by_role("button", name="Make the token of the bus").click()
    line = admin.get_by_label("The line for the bus").input_value()
    assert re.fullmatch(rf"QUEUE_HOME_URL={service.url} QUEUE_HOME_TOKEN=qst_\S+ ./dev run", line)
    assert_accessible(admin)
    admin.get_by_role("link", name="Then go on with the next steps").click()
    expect(admin.get_by_text("Tickets are given on the bus.")).to_be_visible()
    assert_accessible(admin)
    expect(admin.get_by_role("button", name="Run it here instead")).to_have_count(0)
    admin.get_by_text("Run it here instead").click()
    admin.get_by_role("button", name="Yes, run it here").click()
    expect(admin.get_by_text("This branch is run here until the bus has it back.")).to_be_visible()
    assert queue.get(MobileStore).run_by(bus) == "home"

    # As on the bus, once it has heard that home has taken over.
    kiosk.goto(f"/kiosk/{bus}")
    expect(kiosk.locator("#home-stop")).to_be_visible()
    desk.goto(f"/counter/{bus}?counter=1")
    desk.get_by_role("button", name="Open").first.click()
    expect(desk.locator("#taken-over")).to_be_hidden()
    expect(desk.get_by_text("Numbers of the bus are called by hand alone")).to_be_visible()
    queue.get(MobileStore).note_taken_over(bus, True)
    expect(kiosk.get_by_role("heading")).to_have_text("Der gives ingen nye numre her lige nu")
    assert_accessible(kiosk)
    expect(desk.locator("#taken-over")).to_contain_text("Home runs this branch now.")
    admin.get_by_role("button", name="Give it back to the bus").click()
    expect(admin.get_by_role("alert")).to_contain_text("close the day there first")
    admin.get_by_text("Close the day here and give it back").click()
    assert_accessible(admin)
    admin.get_by_role("button", name="Yes, close the day and give it back").click()
    expect(admin.get_by_text("Tickets are given on the bus.")).to_be_visible()
    assert queue.get(MobileStore).run_by(bus) == "bus"
    queue.get(BranchStore).keep_home(bus, "https://queue.example.dk")
    admin.goto(f"/admin/branches/{bus}/services")
    expect(admin.get_by_label("Letter").first).to_be_disabled()
    expect(admin.get_by_role("button", name="Save")).to_have_count(0)
    expect(admin.get_by_role("link", name="Open its configuration at home")).to_have_attribute(
        "href", f"https://queue.example.dk/admin/branches/{bus}"
    )
    assert_accessible(admin)
    admin.goto(f"/admin/branches/{bus}")
    expect(admin.get_by_role("heading", name="Remove the branch")).to_have_count(0)

    # Nobody writes there what home refuses at the end.
    for path in ("/playbook", "/playbook/turist"):
        admin.goto(path)
        at_home = admin.get_by_role("link", name="Open the playbook at home")
        expect(at_home).to_have_attribute("href", f"https://queue.example.dk{path}")
        expect(admin.get_by_role("link", name="Edit")).to_have_count(0)
    assert_accessible(admin)
    admin.goto("/playbook/turist/edit")
    expect(admin.get_by_role("heading")).to_have_text("This is changed at home")
    queue.get(BranchStore).keep_home(bus, "")  # the service is other tests' too
