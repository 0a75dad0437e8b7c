"""Pages of a bus: its stops on the screens, and its last contact on the central server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.mobile.client import CentralServer
from queue_service.mobile.rules import LATE_AFTER_MS
from queue_service.mobile.store import MobileStore
from queue_service.store.redis_store import RedisStore
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import ALWAYS, Service

STOPS = [
    {"id": "soenderby", "name": {"da": "Sønderby, Brugsen", "en": "Sønderby, the grocer's"},
     "hours": ALWAYS},
    {"id": "vesterhede", "name": {"da": "Vesterhede", "en": "Vesterhede"}, "hours": {}},
]  # fmt: skip


SAID = {"format": 1, "program": "1", "complete_until": 1_000_000_000_000}
AT_THE_BUS = "Denne afdeling kører på sin egen maskine (bussen)"


@dataclass
class Bus:
    """A bus' branch on the central server, and the pages of it that people open."""

    service: Service
    new_context: BrowserMaker
    branch: str = ""

    def __post_init__(self) -> None:
        self.branch = self.service.branch("bogbussen", stops=STOPS)
        self.screens = self.new_context(1080, 1920, "da")
        self.service.enrol(self.screens, "kiosk", self.branch)
        self.service.enrol(self.screens, "display", self.branch)
        self.office = self.new_context(1440, 900, "en")
        self.service.log_in(self.office, "admin")
        self.queue = Queue(RedisStore(self.service.client))

    def is_heard(self) -> None:
        """The bus' own machine has made contact: the branch is run there."""
        token = self.service.token("mobile", self.branch)
        CentralServer(self.service.url, token).ask("POST", "/api/v1/mobile/contact", SAID)

    def screen(self, page: str) -> Page:
        """A page of its screens: the kiosk or the display."""
        return self._open(self.screens, f"/{page}/{self.branch}")

    def desk(self, address: str) -> Page:
        """A page of the office."""
        return self._open(self.office, address)

    def _open(self, context: BrowserContext, address: str) -> Page:
        page = first_page(context)
        page.goto(address)
        return page


@pytest.fixture
def bus(service: Service, new_context: BrowserMaker) -> Bus:
    """A bus that has not been heard."""
    return Bus(service, new_context)


@pytest.fixture
def as_on_the_bus(bus: Bus) -> Iterator[Bus]:
    """A bus whose pages come from its own machine, which knows the central server's address."""
    bus.queue.get(BranchStore).keep_central_server(bus.branch, "https://queue.example.dk")
    yield bus
    bus.queue.get(BranchStore).keep_central_server(
        bus.branch, ""
    )  # the service is other tests' too


def test_its_screens_show_its_stop(bus: Bus, assert_accessible: Check) -> None:
    kiosk = bus.screen("kiosk")
    expect(kiosk.locator("#home-stop")).to_contain_text("Sønderby, Brugsen til ")
    assert_accessible(kiosk)
    display = bus.screen("display")
    expect(display.locator("#welcome-stop")).to_contain_text("Sønderby, the grocer's until ")
    assert_accessible(display)


def test_after_first_contact_pages_on_the_central_server_show_the_place_of_work(
    bus: Bus, assert_accessible: Check
) -> None:
    kiosk, display = bus.screen("kiosk"), bus.screen("display")
    expect(kiosk.locator("#home-stop")).to_be_visible()
    bus.is_heard()
    # The pages here say where the branch is run, and link there.
    expect(kiosk.get_by_role("heading")).to_have_text(AT_THE_BUS)
    assert_accessible(kiosk)
    desk = first_page(bus.office)
    for page in ("display", "feedback", "paper", f"dashboards/{bus.branch}/act", "counter"):
        desk.goto(f"/{page}" if "/" in page else f"/{page}/{bus.branch}")
        expect(desk.get_by_role("heading")).to_have_text(
            "This branch runs on its own machine (the bus)"
        )
    expect(display.get_by_role("heading")).to_contain_text("(bussen)")
    desk.get_by_role("link", name="See the board").click()
    expect(desk).to_have_url(re.compile(rf"/dashboards/{bus.branch}$"))


def test_the_board_says_when_it_was_last_heard(bus: Bus, assert_accessible: Check) -> None:
    board = bus.desk(f"/dashboards/{bus.branch}")
    expect(board.locator("#mobile")).to_contain_text("No bus has been heard of yet.")
    bus.is_heard()
    board.reload()
    expect(board.locator("#mobile")).to_contain_text("Last heard ")
    expect(board.locator("#act")).to_be_hidden()
    expect(board.locator("#mobile")).to_contain_text("Figures whole until ")
    mobile = bus.queue.get(MobileStore)
    mobile.note(bus.branch, ahead_ms=90_000)
    board.reload()
    text = "The clock of the bus is 90 s ahead of the central server's. Set it. · Sønderby"
    expect(board.locator("#mobile")).to_contain_text(text)
    mobile.note(bus.branch, ahead_ms=0)
    mobile.note(bus.branch, heard_at=bus.queue.store.time() - LATE_AFTER_MS)
    board.reload()
    expect(board.locator("#attention")).to_contain_text(
        re.compile("Figures are whole until .*The bus is offline: last contact .* on the way")
    )
    expect(board.locator("#as-of")).to_contain_text("As of ")
    expect(board.locator("#mobile")).to_have_text(re.compile("^Sønderby, the grocer's until "))
    assert_accessible(board)
    for past in ("history", "satisfaction"):
        board.goto(f"/dashboards/{bus.branch}/{past}")
        expect(board.locator("main p.banner--warn")).to_contain_text("Figures are whole until ")


def test_the_central_server_sets_it_up_and_makes_its_token(
    bus: Bus, assert_accessible: Check
) -> None:
    bus.is_heard()
    at = f"/admin/branches/{bus.branch}"
    admin = bus.desk(f"{at}/stops")
    expect(admin.get_by_role("heading", name="Vesterhede")).to_be_visible()
    admin.get_by_role("button", name="Add a stop").click()
    admin.get_by_label("The place").last.fill("Nørreskov")
    assert_accessible(admin)
    admin.goto(f"{at}/general")
    admin.get_by_role("button", name="Save").first.click()
    expect(admin.locator(".banner--good")).to_contain_text("The bus has it within a minute")
    admin.goto(f"{at}/hours")
    expect(admin.get_by_role("button", name="Save")).to_have_count(0)
    admin.get_by_role("link", name="Go to the stops").click()
    expect(admin.get_by_role("heading", name="Stops")).to_be_visible()
    admin.goto(at)
    admin.get_by_text("Set another machine up for the bus").click()
    assert_accessible(admin)
    admin.get_by_role("button", name="Make the token of the bus").click()
    line = admin.get_by_label("The command for the bus").input_value()
    url = bus.service.url
    assert re.fullmatch(rf"QUEUE_HOME_URL={url} QUEUE_HOME_TOKEN=qst_\S+ ./dev run", line)
    assert_accessible(admin)
    admin.get_by_role("link", name="Then go on with the next steps").click()
    expect(admin.get_by_text("Tickets are given on the bus.")).to_be_visible()
    assert_accessible(admin)


def test_the_central_server_runs_it_meanwhile_and_gives_it_back(
    bus: Bus, assert_accessible: Check
) -> None:
    bus.is_heard()
    mobile = bus.queue.get(MobileStore)
    admin = bus.desk(f"/admin/branches/{bus.branch}")
    expect(admin.get_by_role("button", name="Run it here instead")).to_have_count(0)
    admin.get_by_text("Run it here instead").click()
    admin.get_by_role("button", name="Yes, run it here").click()
    expect(admin.get_by_text("This branch is run here until the bus has it back.")).to_be_visible()
    assert mobile.run_by(bus.branch) == "home"

    # As on the bus, once it knows that the central server has taken over.
    kiosk = bus.screen("kiosk")
    expect(kiosk.locator("#home-stop")).to_be_visible()
    desk = bus.desk(f"/counter/{bus.branch}?counter=1")
    desk.get_by_role("button", name="Open").first.click()
    expect(desk.locator("#taken-over")).to_be_hidden()
    expect(desk.get_by_text("Numbers of the bus are called by hand alone")).to_be_visible()
    mobile.note_taken_over(bus.branch, True)
    expect(kiosk.get_by_role("heading")).to_have_text("Der gives ingen nye numre her lige nu")
    assert_accessible(kiosk)
    expect(desk.locator("#taken-over")).to_contain_text("The central server runs this branch now.")
    admin.get_by_role("button", name="Give it back to the bus").click()
    expect(admin.get_by_role("alert")).to_contain_text("close the day there first")
    admin.get_by_text("Close the day here and give it back").click()
    assert_accessible(admin)
    admin.get_by_role("button", name="Yes, close the day and give it back").click()
    expect(admin.get_by_text("Tickets are given on the bus.")).to_be_visible()
    assert mobile.run_by(bus.branch) == "bus"


def test_forms_refused_by_the_central_server_are_disabled_on_the_bus(
    as_on_the_bus: Bus, assert_accessible: Check
) -> None:
    bus, home = as_on_the_bus, "https://queue.example.dk"
    at = f"/admin/branches/{bus.branch}"
    admin = bus.desk(f"{at}/services")
    expect(admin.get_by_label("Letter").first).to_be_disabled()
    expect(admin.get_by_role("button", name="Save")).to_have_count(0)
    expect(
        admin.get_by_role("link", name="Open its configuration on the central server")
    ).to_have_attribute("href", f"{home}{at}")
    assert_accessible(admin)
    admin.goto(at)
    expect(admin.get_by_role("heading", name="Remove the branch")).to_have_count(0)
    for path in ("/playbook", "/playbook/turist"):
        admin.goto(path)
        at_home = admin.get_by_role("link", name="Open the playbook on the central server")
        expect(at_home).to_have_attribute("href", f"{home}{path}")
        expect(admin.get_by_role("link", name="Edit")).to_have_count(0)
    assert_accessible(admin)
    admin.goto("/playbook/turist/edit")
    expect(admin.get_by_role("heading")).to_have_text("This is changed on the central server")
