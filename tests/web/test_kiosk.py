"""The kiosk in a real browser, before a real service."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import BrowserMaker
from tests.web.service import ALWAYS, Service

UPRIGHT = {"width": 1080, "height": 1920}
LYING = {"width": 1280, "height": 800}
NUMBER = re.compile(r"^[A-Z]{1,3}\d{3,}$")

Kiosk = Callable[..., Page]


@pytest.fixture
def kiosk(service: Service, new_context: BrowserMaker) -> Kiosk:
    """Opens the enrolled kiosk of a branch: ``kiosk(branch, width=…, height=…)``."""

    def open_kiosk(branch: str, query: str = "", **size: int) -> Page:
        context = new_context(**(size or UPRIGHT), reduced_motion="reduce")
        service.enrol(context, "kiosk", branch)
        page = context.new_page()
        page.goto(f"/kiosk/{branch}{query}")
        return page

    return open_kiosk


def open_counter(service: Service, branch: str) -> None:
    """Open the first counter of the branch."""
    counter = service.api().get(f"/branches/{branch}")["counters"][0]["id"]
    service.api("clerk", branch).post(f"/branches/{branch}/counters/{counter}/open")


def change(service: Service, branch: str, **changes: Any) -> None:
    """Change the configuration of the branch."""
    document = service.api().get(f"/branches/{branch}")
    service.api().call("PUT", f"/branches/{branch}", document | changes)


def waiting(service: Service, branch: str) -> int:
    """How many visits wait."""
    visits = service.api().get(f"/branches/{branch}/visits?state=waiting")["visits"]
    return len(visits)


def choose(page: Page, service_id: str) -> None:
    """Touch a service, as soon as the kiosk lets one."""
    page.locator(f"[data-service={service_id}]").click()


def shown(page: Page) -> Any:
    """The heading of the screen on show."""
    return page.locator(".screen:not([hidden]) h1")


def number(page: Page) -> str:
    """The number of the ticket on show."""
    expect(page.locator("#ticket-done")).to_be_enabled()
    return page.locator("#ticket-number").inner_text()


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_one_touch_gives_a_number(
    service: Service, kiosk: Kiosk, size: dict[str, int], assert_accessible: Callable[[Page], None]
) -> None:
    branch = service.branch()
    page = kiosk(branch, **size)
    expect(page.locator(".service").first).to_be_enabled()
    assert_accessible(page)

    choose(page, "pas")

    assert NUMBER.match(number(page))
    expect(page.locator("#ticket-ahead")).to_have_text(re.compile("Ingen foran dig"))
    expect(shown(page)).to_be_focused()
    assert_accessible(page)
    assert waiting(service, branch) == 1


def test_people_ahead_are_counted(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    for _ in range(2):
        service.api("kiosk", branch).post(f"/branches/{branch}/visits", service="pas")
    page = kiosk(branch)

    choose(page, "pas")

    expect(page.locator("#ticket-ahead")).to_have_text(re.compile("2 personer foran dig"))


def test_a_hasty_finger_gets_one_number(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch)
    button = page.locator("[data-service=pas]")
    expect(button).to_be_enabled()
    box = button.bounding_box()
    assert box is not None

    for _ in range(3):
        page.mouse.dblclick(box["x"] + 10, box["y"] + 10)

    number(page)
    assert waiting(service, branch) == 1


def test_a_lost_answer_is_asked_for_again_not_taken_twice(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch)
    keys: list[str | None] = []

    def lose_the_answer(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        route.fetch()
        route.abort()

    page.route("**/visits*", lose_the_answer)
    choose(page, "pas")
    expect(shown(page)).to_have_text("Det lykkedes ikke", timeout=20_000)
    page.unroute("**/visits*")
    page.locator("#trouble-back").click()
    choose(page, "pas")

    assert NUMBER.match(number(page))
    assert len(set(keys)) == 1
    assert waiting(service, branch) == 1


def test_the_other_language_lasts_for_one_citizen(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch)
    page.locator("#languages [lang=en]").click()
    expect(shown(page)).to_have_text("What can we help you with?")

    choose(page, "pas")
    number(page)
    expect(page.locator("#ticket-service")).to_have_text("Passport")
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("#ticket-done").click()

    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")
    visits = service.api().get(f"/branches/{branch}/visits?state=waiting")["visits"]
    assert [visit["language"] for visit in visits] == ["en"]


def test_not_sure_is_one_touch_too(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch)
    expect(page.locator("[data-service=andet]")).to_have_count(0)

    page.locator("#unsure").click()

    number(page)
    expect(page.locator("#ticket-service")).to_have_text("Andet")


def test_the_way_back_is_seen_and_can_be_put_off(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch())
    page.clock.install()
    choose(page, "pas")
    page.clock.run_for(700)
    number(page)
    expect(page.locator("#timer-text")).to_contain_text("Tilbage til start om")
    page.clock.run_for(25_000)
    page.locator("#timer-more").click()
    page.clock.run_for(40_000)
    expect(page.locator("#ticket-number")).to_be_visible()

    page.clock.run_for(21_000)

    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")


def test_by_keyboard_alone(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch())
    expect(page.locator("[data-service=pas]")).to_be_enabled()

    page.keyboard.press("Tab")
    expect(page.locator("[data-service=pas]")).to_be_focused()
    page.keyboard.press("Enter")
    number(page)
    page.keyboard.press("Tab")
    expect(page.locator("#ticket-done")).to_be_focused()
    page.keyboard.press("Enter")

    expect(shown(page)).to_be_focused()
    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")


def test_a_service_nobody_takes_is_shown_as_such(
    service: Service, kiosk: Kiosk, assert_accessible: Callable[[Page], None]
) -> None:
    branch = service.branch(
        counters=[{"id": "1", "name": "Skranke 1", "services": ["pas", "andet"]}],
        opening_hours={day: [["00:00", "23:59"]] for day in ALWAYS},
    )
    open_counter(service, branch)
    page = kiosk(branch)
    untaken = page.locator("[data-service=korekort]")
    expect(untaken).to_contain_text("Ingen skranke lige nu")
    expect(untaken).to_contain_text("Åbner i morgen kl. 0.00")
    expect(page.locator("[data-service=pas]")).not_to_contain_text("Ingen skranke")

    untaken.click()
    expect(shown(page)).to_have_text("Ingen skranke tager det lige nu")
    expect(page.locator("#untaken-hours")).to_contain_text("Vi har åbent til kl. 23.59 i dag.")
    expect(page.locator("#unsure")).to_be_visible()
    assert_accessible(page)
    page.locator("#untaken-take").click()

    assert NUMBER.match(number(page))
    expect(page.locator("#ticket-untaken")).to_be_visible()


def test_a_closed_branch_says_when_it_opens_and_opens_by_itself(
    service: Service, kiosk: Kiosk, assert_accessible: Callable[[Page], None]
) -> None:
    branch = service.branch()
    never: dict[str, list[list[str]]] = {day: [] for day in ALWAYS}
    change(service, branch, opening_hours=never)
    page = kiosk(branch)
    expect(shown(page)).to_have_text("Vi har lukket lige nu")
    expect(page.locator("#closed-next")).to_have_text("Spørg kommunen, hvornår vi åbner igen.")
    expect(page.locator("#closed-hours tr")).to_have_count(7)
    expect(page.locator("#unsure")).to_be_hidden()
    assert_accessible(page)

    change(service, branch, opening_hours=ALWAYS)

    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")
    choose(page, "pas")
    number(page)


def test_a_change_of_the_branch_reaches_an_open_kiosk(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch)
    expect(page.locator("[data-service=pas]")).to_be_enabled()

    services = [
        {"id": "pas", "name": {"da": "Rejsepas"}, "prefix": "A"},
        {"id": "korekort", "name": {"da": "Kørekort"}, "prefix": "B", "active": False},
        {"id": "hund", "name": {"da": "Hundetegn"}, "prefix": "H"},
    ]
    change(service, branch, name="Nyt navn", services=services, counters=[], teams=[], goals=[])

    expect(page.locator(".service")).to_have_text(["Rejsepas", "Hundetegn"], timeout=10_000)
    expect(page.locator("#branch-name")).to_have_text("Nyt navn")
    expect(page.locator("#unsure")).to_contain_text("Ikke sikker? Tag dette nummer")


def test_without_the_store_it_says_what_to_do_and_recovers(
    service: Service, kiosk: Kiosk, assert_accessible: Callable[[Page], None]
) -> None:
    page = kiosk(service.branch())
    expect(page.locator("[data-service=pas]")).to_be_enabled()

    with service.store_away():
        choose(page, "pas")
        expect(shown(page)).to_have_text("Køen svarer ikke", timeout=30_000)
        expect(page.locator("#trouble-instead")).to_contain_text("Gå hen til personalet")
        expect(page.locator("#trouble-back")).to_be_hidden(timeout=15_000)
        assert_accessible(page)

    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?", timeout=40_000)
    choose(page, "pas")
    number(page)


def test_without_the_network_it_says_so_and_recovers(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch())
    expect(page.locator("[data-service=pas]")).to_be_enabled()

    page.context.set_offline(True)
    expect(shown(page)).to_have_text("Standeren har mistet forbindelsen", timeout=30_000)
    page.context.set_offline(False)

    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?", timeout=30_000)


def test_too_many_numbers_at_once(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch())

    def refuse(route: Route) -> None:
        route.fulfill(
            status=429,
            headers={"Retry-After": "20", "Content-Type": "application/problem+json"},
            body='{"code": "rate_limited", "status": 429}',
        )

    page.route("**/visits*", refuse)
    choose(page, "pas")

    expect(shown(page)).to_have_text("Mange numre på én gang")
    expect(page.locator("#timer-text")).to_contain_text("Tilbage til start om")


@pytest.mark.parametrize(("paper", "points"), [("58", 164), ("80", 227)])
def test_the_slip_is_printed_once_on_its_paper(
    service: Service, kiosk: Kiosk, paper: str, points: int
) -> None:
    branch = service.branch()
    page = kiosk(branch, f"?paper={paper}")
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    choose(page, "pas")
    taken = number(page)
    page.wait_for_function("window.printed > 0")

    pdf = page.pdf(prefer_css_page_size=True)
    assert page.evaluate("window.printed") == 1
    expect(page.locator("#print")).to_contain_text(taken)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) [\d.]+\]", pdf)
    assert [round(float(width)) for width in boxes] == [points]

    page.goto(f"/kiosk/{branch}")
    assert page.locator("#main").get_attribute("data-paper") == paper


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
@pytest.mark.parametrize("count", [1, 4, 8, 12, 13, 30])
def test_every_service_fits_on_the_screen(
    service: Service, kiosk: Kiosk, count: int, size: dict[str, int]
) -> None:
    name = {"da": "Tilflyttere fra udlandet og cpr-registrering"}
    many = [
        {"id": f"s{i}", "name": name, "prefix": chr(65 + i // 26) + chr(65 + i % 26)}
        for i in range(count)
    ]
    many.append({"id": "andet", "name": {"da": "Andet"}, "prefix": "Z"})
    branch = service.branch(services=many, teams=[], counters=[], goals=[])
    page = kiosk(branch, **size)
    expect(page.locator(".service").first).to_be_enabled()
    seen = set()

    while True:
        seen |= set(page.locator(".service").evaluate_all("all => all.map(s => s.dataset.service)"))
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if not page.locator("#page-next").is_visible():
            break
        page.locator("#page-next").click()

    assert seen == {f"s{i}" for i in range(count)}


def test_what_is_touched_is_within_reach_from_a_wheelchair(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch(), **UPRIGHT)
    expect(page.locator(".service").first).to_be_enabled()

    tops = page.locator("button:visible").evaluate_all(
        "all => all.map(b => b.getBoundingClientRect().top)"
    )

    assert min(tops) >= UPRIGHT["height"] / 2


def test_a_press_is_of_the_kiosk_whoever_else_is_logged_in(
    service: Service, new_context: BrowserMaker
) -> None:
    branch = service.branch()
    context = new_context(**UPRIGHT)
    service.log_in(context, "clerk", branch)
    service.enrol(context, "kiosk", branch)
    page = context.new_page()
    page.goto(f"/kiosk/{branch}")

    with page.expect_request(lambda request: request.method == "POST") as pressed:
        choose(page, "pas")

    assert pressed.value.url.endswith("?as=kiosk")
    number(page)
