"""A number followed on its citizen's phone, from the code to the end of the visit."""

from __future__ import annotations

import json
import os
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, expect

from queue_service.language.languages import LANGUAGES
from tests.dashboards.day import noon_zone
from tests.pages.playbook.entries import own_service, put_in_force
from tests.web.browsers import BrowserMaker, Check, first_page, loaded_bytes
from tests.web.service import ALWAYS, Service

PHONE: Final = {"width": 390, "height": 844}
SERVICES: Final = [
    {"id": "pas", "name": {"da": "Pas", "en": "Passport"}, "prefix": "A"},
    {"id": "koerekort", "name": {"da": "Kørekort", "en": "Driving licence"}, "prefix": "B"},
]
COUNTERS: Final = [{"id": "3", "name": "Skranke 3", "services": ["*"]}]
MOST_BYTES: Final = 61 * 1024


class Hall:
    """A branch with one counter, and its citizens."""

    def __init__(self, service: Service, services: Any = SERVICES, **changes: Any) -> None:
        self.service = service
        self.branch = service.branch(
            services=services, counters=COUNTERS, teams=[], goals=[], **changes
        )
        self.api = service.api()

    def open(self) -> None:
        self.do("counters/3/open")

    def do(self, path: str, **body: Any) -> Any:
        return self.api.post(f"/branches/{self.branch}/{path}", **body)

    def ticket(self, service: str = "pas", language: str = "da") -> dict[str, Any]:
        kiosk = self.service.api("kiosk", self.branch)
        path = f"/branches/{self.branch}/visits"
        found: dict[str, Any] = kiosk.post(path, service=service, language=language, follow=True)
        return found

    def call_next(self) -> str:
        return str(self.do("counters/3/call-next")["id"])

    def verb(self, visit: str, verb: str, **body: Any) -> None:
        self.do(f"visits/{visit}/{verb}", **body)

    def served(self, visit: str) -> None:
        self.verb(visit, "start")
        self.verb(visit, "complete", outcome="resolved")


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def state(page: Page) -> Any:
    return expect(page.locator("#state-title"))


def asks_how_it_went_once(page: Page, address: str) -> None:
    """The way to feedback is the same one, however often it is gone."""
    page.get_by_role("button", name="Sig, hvordan det gik").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hvordan gik det?")
    asked = page.url
    page.goto(address)
    page.get_by_role("button", name="Sig, hvordan det gik").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hvordan gik det?")
    assert page.url == asked


def test_a_number_is_followed_until_the_citizen_has_been_helped(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    hall = Hall(service, feedback_on_slip=True)
    ahead, mine = hall.ticket("koerekort"), hall.ticket()
    page = first_page(new_context(**PHONE))
    page.goto(mine["follow"]["address"])
    state(page).to_have_text("Ingen skranke har åbent til dette lige nu")
    shot(page, "untaken-da")
    hall.open()
    state(page).to_have_text("Du venter")
    expect(page.locator("#ahead")).to_have_text("1 person foran dig")
    expect(page.locator("#title")).to_have_text("A001 Pas")
    assert_accessible(page)
    shot(page, "waiting-da")
    page.get_by_role("button", name="Ja, kald på mig").click()
    expect(page.locator("#alert")).to_contain_text("Lad siden være åben")
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("Ingen forbindelse")
    expect(page.locator("#alert")).to_be_hidden()  # without a connection it cannot call
    page.get_by_role("button", name="Jeg er gået").click()
    expect(page.locator("#failed")).to_contain_text("Ingen forbindelse")
    shot(page, "offline-da")
    page.context.set_offline(False)
    expect(page.locator("#alert")).to_be_visible()
    expect(page.locator("#failed, #connection").locator("visible=true")).to_have_count(0)
    first = hall.call_next()
    state(page).to_have_text("Du er den næste")
    expect(page.locator("#ahead")).to_have_text("Ingen foran dig")
    expect(page.locator("#calls")).to_contain_text("B001 Skranke 3")
    assert_accessible(page)
    shot(page, "next-da")
    hall.served(first)
    assert first == ahead["id"]
    assert hall.call_next() == mine["id"]
    state(page).to_have_text("Det er din tur")
    expect(page.locator("#state-to")).to_have_text("Skranke 3")
    expect(page.get_by_role("button", name="Jeg er gået")).to_be_hidden()
    assert_accessible(page)
    shot(page, "turn-da")
    hall.verb(mine["id"], "no-show")
    state(page).to_have_text(re.compile(r"Dit nummer blev kaldt kl\. \d+\.\d\d"))
    expect(page.locator("#state-do")).to_contain_text("beholder du din plads")
    assert_accessible(page)
    shot(page, "missed-da")
    hall.verb(mine["id"], "requeue")
    state(page).to_have_text("Du er den næste")
    hall.call_next()
    hall.verb(mine["id"], "start")
    state(page).to_have_text("Du får hjælp nu")
    shot(page, "serving-da")
    hall.verb(mine["id"], "complete", outcome="resolved")
    state(page).to_have_text("Du er færdig")
    assert_accessible(page)
    shot(page, "done-da")
    asks_how_it_went_once(page, mine["follow"]["address"])


def test_an_errand_that_staff_add_comes_with_what_to_bring(
    service: Service, new_context: BrowserMaker
) -> None:
    licence = own_service("B") | {"name": SERVICES[1]["name"]}
    hall = Hall(service, [SERVICES[0], licence])
    put_in_force(service, licence["id"])
    hall.open()
    mine = hall.ticket(language="en")
    page = first_page(new_context(**PHONE, lang="da"))
    page.goto(mine["follow"]["address"])
    state(page).to_have_text("You are next")
    expect(page.locator("#bring")).to_be_hidden()
    hall.verb(mine["id"], "errands", service=licence["id"])
    expect(page.get_by_role("region", name="Have this ready")).to_contain_text("Gammelt pas")


def test_a_citizen_leaves_comes_back_and_wants_more(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    licence = own_service("B") | {"name": SERVICES[1]["name"]}
    hall = Hall(service, [SERVICES[0], licence])
    put_in_force(service, licence["id"])
    hall.open()
    mine = hall.ticket(language="en")
    page = first_page(new_context(**PHONE, lang="da"))
    page.goto(mine["follow"]["address"])
    state(page).to_have_text("You are next")
    expect(page.locator("#bring")).to_be_hidden()
    shot(page, "next-en")
    page.get_by_role("button", name="Another errand").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Space")
    assert_accessible(page)
    shot(page, "errands-en")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#errands-also")).to_have_text("You also want: Driving licence")
    expect(page.get_by_role("region", name="Have this ready").locator("[lang=da]")).to_have_text(
        "Gammelt pas"
    )
    assert_accessible(page)
    shot(page, "bring-en")
    seen = hall.api.get(f"/branches/{hall.branch}/visits/{mine['id']}")
    assert seen["wanted"][1:] == [{"service": licence["id"], "people": 1}]
    page.get_by_role("button", name="I have left").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    shot(page, "leave-en")
    page.keyboard.press("Enter")
    state(page).to_have_text("You are next")
    page.get_by_role("button", name="I have left").click()
    page.get_by_role("button", name="Yes, I have left").click()
    state(page).to_have_text("You have left the queue")
    shot(page, "left-en")
    page.get_by_role("button", name="I am still here").click()
    state(page).to_have_text("You are next")
    page.get_by_role("button", name="Yes, call me").click()
    page.locator("#language").select_option("da")
    state(page).to_have_text("Du er den næste")
    expect(page.locator("#alert")).to_contain_text("Lad siden være åben")
    seen = hall.api.get(f"/branches/{hall.branch}/visits/{mine['id']}")
    assert (seen["language"], seen["state"]) == ("da", "waiting")
    assert page.context.cookies() == []
    ended = f"{service.url}/t/{'0' * 16}"
    page.goto(ended)
    expect(page.get_by_role("heading", level=1)).to_have_text("Denne side er slut")
    assert_accessible(page)
    shot(page, "ended-da")


def test_the_first_load_is_small(service: Service, new_context: BrowserMaker) -> None:
    hall = Hall(service, languages=list(LANGUAGES))
    page = new_context(**PHONE).new_page()
    loaded = loaded_bytes(page)
    page.goto(hall.ticket(language="uk")["follow"]["address"])
    expect(page.locator("#state-title")).not_to_be_empty()
    page.wait_for_load_state("load")
    heaviest = sorted(loaded.items(), key=lambda one: -one[1])
    assert any(address.endswith("ticket.js") for address in loaded)
    assert sum(loaded.values()) <= MOST_BYTES, (sum(loaded.values()), heaviest)


def ask(address: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - our own service
        address, data=data, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - our own service
            return response.status, dict(response.headers), response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


def test_a_citizen_comes_later_and_is_back_before(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    hall = Hall(service, timezone=noon_zone())
    hall.open()
    mine = hall.ticket(language="en")
    hall.ticket()
    page = first_page(new_context(**PHONE, lang="da"))
    page.goto(mine["follow"]["address"])
    state(page).to_have_text("You are next")
    page.get_by_role("button", name="I come later").click()
    chosen = page.get_by_label("Not before").input_value()
    assert_accessible(page)
    shot(page, "later-ask-en")
    page.get_by_role("button", name="Save").click()
    state(page).to_have_text(f"You are not called before {chosen}")
    expect(page.locator("#state-do")).to_have_text(
        "Then you wait on as if you had come at that time."
    )
    assert_accessible(page)
    shot(page, "later-en")
    page.get_by_role("button", name="I am here now").click()
    # Within two minutes, so in the earlier place.
    state(page).to_have_text("You are next")
    assert hall.call_next() == mine["id"]


def test_a_code_gives_away_nothing_and_a_second_press_does_nothing_twice(service: Service) -> None:
    hall = Hall(service)
    hall.open()
    other, mine = hall.ticket(), hall.ticket()
    address = mine["follow"]["address"]
    status, headers, text = ask(address)
    assert status == 200
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in ask(f"{address}?lang=en")[1]
    for secret in (other["id"], other["number"], other["follow"]["code"], mine["id"]):
        assert secret not in text
    once = [json.loads(ask(f"{address}/leave", {})[2]) for _ in range(2)]
    assert once[0] == once[1]
    assert once[0]["state"] == "left"
    back = [json.loads(ask(f"{address}/return", {})[2])["state"] for _ in range(2)]
    assert back == ["waiting"] * 2
    hall.call_next()
    assert json.loads(ask(f"{address}/leave", {})[2])["state"] == "left"
    assert ask(f"{address}/feedback", {})[0] == 409
    assert ask(f"{address}/not-before", {"not_before": "late"})[0] == 422
    ended = json.loads(ask(f"{address}/errands", {"service": "koerekort"})[2])
    assert (ended["state"], ended["errands"]) == ("left", [])
    unknown = f"{service.url}/t/{'Z' * 16}"
    assert ask(unknown)[0] == ask(f"{unknown}/now")[0] == ask(f"{unknown}/leave", {})[0] == 404


def test_a_phone_shows_its_appointment_and_those_that_may_come_before(
    service: Service, new_context: BrowserMaker
) -> None:
    offer = {"service": "pas", "week": ALWAYS, "length_minutes": 5, "notice_minutes": 0}
    bookings = {"offers": [offer | {"at_once": 3}]}
    hall = Hall(service, timezone=noon_zone(), bookings=bookings)
    hall.open()
    path = f"/branches/{hall.branch}/bookings"
    free = hall.api.get(f"{path}/slots?service=pas")["slots"]
    body = {"service": "pas", "starts_at": free[1]["starts_at"], "channel": "desk"}
    codes = [hall.api.call("POST", path, body)["code"] for _ in range(2)]
    page = first_page(new_context(**PHONE))
    page.goto(f"/t/{hall.ticket()['follow']['code']}")
    expect(page.locator("#coming")).to_have_text("Bestilte tider, der kan blive kaldt før dig: 2")
    expect(page.locator("#booked")).to_be_hidden()
    arrived = hall.api.call("POST", f"{path}/{codes[0]}/arrive", {})
    expect(page.locator("#coming")).to_have_text("Bestilte tider, der kan blive kaldt før dig: 1")
    expect(page.locator("#unit")).to_have_text("person foran dig")
    page.goto(f"/t/{arrived['follow']['code']}")
    expect(page.locator("#booked")).to_have_text(re.compile(r"Din tid: \d\d?\.\d\d"))
    expect(page.locator("#wait")).to_be_hidden()
