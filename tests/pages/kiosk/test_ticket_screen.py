"""The ticket on the screen: closed, taken back, changed, called, and in which language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.dashboards.day import noon_zone
from tests.pages.display.waiting_room import ears
from tests.pages.kiosk.screen import (
    LYING,
    RESTED_MS,
    UPRIGHT,
    Kiosk,
    choose,
    hold_the_clock,
    in_the_page,
    in_time,
    number,
    number_then,
    open_counter,
    shown,
    time_passes,
    waiting,
)
from tests.pages.kiosk.test_layout import looked_at
from tests.running import eventually
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import Service

ISSUING = re.compile(r"/visits\?as=")
QUESTION = "Hvad kan vi hjælpe dig med?"


def assert_called(page: Page, taken: str) -> None:
    """The whole screen says that this number is called to the first counter."""
    expect(page.locator("#called-number")).to_have_text(taken)
    expect(page.locator("#called-counter")).to_have_text("Skranke 1")
    expect(page.locator("#ticket-done")).to_be_hidden()


def heard(page: Page) -> list[str]:
    """The texts that the voice has spoken."""
    found: list[str] = page.evaluate(
        "window.heard.filter((each) => each.begins).map((each) => each.begins)"
    )
    return found


def visits(service: Service, branch: str) -> list[tuple[str, str, str]]:
    """Number, state and language of every visit of today, by number."""
    found = service.api().get(f"/branches/{branch}/visits")["visits"]
    return sorted((visit["number"], visit["state"], visit["language"]) for visit in found)


def lose_the_answer(route: Route) -> None:
    """Let the request through, and not its answer."""
    route.fetch()
    route.abort()


def left_in(page: Page, selector: str) -> tuple[float, float]:
    """A place in the left part of it, where a finger may press."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 4, box["y"] + box["height"] / 2


GIVES_A_NUMBER = "([x, y]) => Boolean(document.elementFromPoint(x, y).closest('.service, .unsure'))"
"""In the page: whether what lies at a place would give a number."""


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_pressing_again_where_the_ticket_was_closed_makes_no_second_one(
    service: Service, kiosk: Kiosk, size: dict[str, int]
) -> None:
    branch = service.branch()
    page = kiosk(branch, **size, own_clock=True)
    hold_the_clock(page)
    choose(page, "pas")
    number_then(page)
    x, y = left_in(page, "#ticket-done")
    page.mouse.click(x, y)
    expect(shown(page)).to_have_text(QUESTION)
    assert page.evaluate(GIVES_A_NUMBER, [x, y])
    for step in (50, 350, 300, 300, 700, 200, 1000, 1000, 1000):  # until 4.9 s
        page.clock.run_for(step)
        page.mouse.click(x, y)
    expect(shown(page)).to_have_text(QUESTION)
    assert waiting(service, branch) == 1
    page.clock.run_for(200)  # a later citizen may press there
    page.mouse.click(x, y)
    number_then(page)
    assert waiting(service, branch) == 2


def test_a_ticket_and_its_screen_end_with_the_citizen(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch(), own_clock=True)
    hold_the_clock(page)
    choose(page, "pas")
    number_then(page)
    announced = page.locator("#announce")
    expect(announced).to_contain_text("når en medarbejder er klar. Skærmen lukker")
    page.clock.run_for(20_000)
    expect(announced).to_contain_text("Skærmen lukker om 10 sekunder")
    page.locator("#ticket-done").click()
    page.clock.run_for(100)
    expect(announced).to_be_empty()

    page.clock.run_for(1600)  # after a ticket nothing gives another for a moment
    expect(page.locator("[data-service=pas]")).to_be_disabled()
    assert page.evaluate(FADED) == [], "what waits for a moment does not look closed"
    page.clock.run_for(150)
    expect(page.locator("[data-service=pas]")).to_be_enabled()
    page.clock.run_for(3300)
    expect(page.locator(".service:disabled, .unsure:disabled")).to_have_count(0)


FADED = """() => [...document.querySelectorAll("button")]
    .filter((button) => button.checkVisibility() && getComputedStyle(button).opacity !== "1")
    .map((button) => button.textContent)"""
"""In the page: the buttons that look weaker than others."""


COUNTS = """() => {
    const place = document.querySelector("#ticket-count");
    window.counts = [];
    new MutationObserver(() => counts.push(place.textContent)).observe(place, { childList: true });
}"""
"""In the page: keep what is said of the people ahead from now on."""


def test_a_choice_is_undone_replaced_and_follows_the_language(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch()
    open_counter(service, branch)
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)
    choose(page, "pas")
    undone = number_then(page)
    page.get_by_role("button", name="Fortryd, jeg valgte forkert").click()
    expect(page.locator("#home-note-text")).to_have_text(
        f"{undone} er slettet. Du kan tage et nyt nummer."
    )
    expect(shown(page)).to_have_text(QUESTION)
    page.clock.run_for(RESTED_MS)
    with time_passes(page):
        assert_accessible(page)
    assert visits(service, branch) == [(undone, "abandoned", "da")]

    choose(page, "pas")
    first = number_then(page)
    page.get_by_role("button", name="Vælg noget andet").click()
    expect(page.locator("#home-lead")).to_contain_text(f"i stedet for {first}")
    page.clock.run_for(RESTED_MS)
    expect(page.locator("#home-keep")).to_be_enabled()
    with time_passes(page):
        assert_accessible(page)
    page.locator("#home-keep").click()
    assert number_then(page) == first
    assert waiting(service, branch) == 1

    page.evaluate(COUNTS)
    page.locator("#ticket-change").click()
    page.clock.run_for(RESTED_MS)
    choose(page, "korekort")
    second = number_then(page)
    expect(page.locator("#ticket-count")).to_have_text("Ingen foran dig")
    assert page.evaluate("counts") == []  # not even the former number was ahead for a moment
    ended = [(undone, "abandoned", "da"), (first, "abandoned", "da")]
    assert visits(service, branch) == [*ended, (second, "waiting", "da")]

    for lang in ("en", "da", "en"):
        page.locator(f".mast [lang={lang}]").click()
        page.clock.run_for(700)
    expect(page.locator("#ticket-undo")).to_have_text("Undo, I chose wrong")
    eventually(lambda: visits(service, branch) == [*ended, (second, "waiting", "en")])


def wanted(service: Service, branch: str) -> list[list[tuple[str, int]]]:
    """The services of each visit that waits, and for how many people."""
    found = service.api().get(f"/branches/{branch}/visits?state=waiting")["visits"]
    return [[(one["service"], one["people"]) for one in visit["wanted"]] for visit in found]


def test_another_errand_has_the_same_number(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    services = [
        {**each, "asks_people": each["id"] == "sundhedskort"}
        for each in service.api().get(f"/branches/{service.branch()}")["services"]
    ]
    branch = service.branch(services=services)
    page = kiosk(branch, "?paper=80")
    page.evaluate("() => { window.print = () => {}; }")
    choose(page, "pas")
    taken = number(page)
    page.locator("#ticket-also").click()
    expect(shown(page)).to_have_text("Hvad kan vi ellers hjælpe dig med?")
    expect(page.locator("#home-lead")).to_contain_text(f"Du beholder nummer {taken}")
    expect(page.locator("[data-service=pas], #unsure:visible")).to_have_count(0)
    expect(page.locator("#home-keep")).to_be_enabled()
    assert_accessible(page)
    looked_at(page, "another errand")
    choose(page, "korekort")
    expect(page.locator("#ticket-service")).to_have_text("Pas og Kørekort")
    expect(page.locator("#ticket-news")).to_contain_text(f"{taken} gælder for det hele.")
    expect(page.locator("#print")).to_contain_text("Pas og Kørekort")
    expect(page.locator("#ticket-change")).to_be_hidden()
    page.locator("#ticket-also").click()
    choose(page, "sundhedskort")
    page.locator("[data-people='3']").click()
    expect(page.locator("#ticket-service")).to_have_text("Pas, Kørekort og Sundhedskort ×3")
    assert_accessible(page)
    looked_at(page, "a ticket for three errands")
    assert wanted(service, branch) == [[("pas", 1), ("korekort", 1), ("sundhedskort", 3)]]
    page.locator("#ticket-undo").click()
    expect(page.locator("#ticket-service")).to_have_text("Pas og Kørekort")
    expect(page.locator("#ticket-news")).to_contain_text(f"{taken} gælder stadig.")
    page.locator("#ticket-undo").click()
    expect(page.locator("#ticket-service")).to_have_text("Pas")
    expect(page.locator("#ticket-change")).to_be_enabled()
    assert number(page) == taken
    assert wanted(service, branch) == [[("pas", 1)]]


def test_a_ticket_stays_whatever_comes_of_another_errand(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    open_counter(service, branch)
    page = kiosk(branch)
    choose(page, "pas")
    taken = number(page)
    service.api("supervisor", branch).post(
        f"/branches/{branch}/interventions", kind="cap_service", service="korekort", limit=0
    )
    page.locator("#ticket-also").click()
    expect(page.locator("[data-service=korekort]")).to_contain_text("Ikke flere i dag")
    choose(page, "korekort")
    expect(page.locator("#ticket-news")).to_contain_text("Der er ikke flere numre")
    # The answer is lost, and the place that is asked for next shows that it was added.
    page.route("**/errands*", lose_the_answer)
    page.route(re.compile(r"/visits/[^/]+\?as="), lambda route: route.abort())
    page.locator("#ticket-also").click()
    choose(page, "turist")
    expect(page.locator("#ticket-news")).to_contain_text("Sig det ved skranken.")
    assert number(page) == taken
    page.unroute(re.compile(r"/visits/[^/]+\?as="))
    expect(page.locator("#ticket-news")).to_contain_text(
        f"{taken} gælder for det hele.", timeout=15_000
    )
    page.unroute("**/errands*")
    # A call and a lost connection bring the ticket back.
    page.locator("#ticket-also").click()
    expect(page.locator("#home-keep")).to_be_enabled()
    page.context.set_offline(True)
    expect(page.locator("#ticket-several")).to_be_visible(timeout=20_000)
    expect(page.locator("#ticket-also")).to_be_hidden()
    page.context.set_offline(False)
    page.locator("#ticket-also").click()
    expect(page.locator("#home-keep")).to_be_enabled()
    service.api("clerk", branch).post(f"/branches/{branch}/counters/1/call-next")
    assert_called(page, taken)
    assert waiting(service, branch) == 0


def test_a_citizen_without_a_phone_comes_later_where_the_wait_is_long(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch(timezone=noon_zone())
    open_counter(service, branch)
    page = kiosk(branch, "?paper=80")
    page.evaluate("() => { window.print = () => {}; }")
    choose(page, "pas")
    number(page)
    expect(page.locator("#ticket-later")).to_be_hidden()
    page.locator("#ticket-done").click()
    clerk = service.api("clerk", branch)
    for _ in range(7):
        clerk.post(f"/branches/{branch}/visits", service="pas")
    choose(page, "pas")
    taken = number(page)
    looked_at(page, "a ticket with a long wait")
    page.locator("#ticket-later").click()
    expect(shown(page)).to_have_text("Hvornår er du tilbage?")
    times = page.locator("#later-times button")
    expect(times).to_have_count(4)
    expect(times.first).to_be_enabled()
    assert_accessible(page)
    looked_at(page, "a later time")
    page.locator("#later-back").click()
    assert number(page) == taken
    page.locator("#ticket-later").click()
    time = times.first.inner_text()
    times.first.click()
    later = f"Du bliver ikke kaldt før kl. {time}"
    expect(page.locator("#ticket-news")).to_contain_text(later)
    expect(page.locator("#print")).to_contain_text(later)
    expect(page.locator("#ticket-ahead:visible, #ticket-later:visible")).to_have_count(0)
    looked_at(page, "a ticket for later")

    def mine() -> tuple[bool, int]:
        found = clerk.get(f"/branches/{branch}/visits?number={taken}")["visits"][0]
        return found["not_before"] is not None, found["position"]

    clerk.post(f"/branches/{branch}/visits", service="pas")
    assert mine() == (True, 9)
    page.locator("#ticket-undo").click()
    expect(page.locator("#ticket-news")).to_contain_text(f"{taken} gælder stadig.")
    assert mine() == (False, 8)


def visit_of(service: Service, branch: str, wanted: str) -> str:
    """The path of the visit with this number."""
    found = service.api().get(f"/branches/{branch}/visits?number={wanted}")["visits"]
    return f"/branches/{branch}/visits/{found[0]['id']}"


def second_choice(page: Page) -> str:
    """Take a number and ask for something else; returns the number."""
    choose(page, "pas")
    first = number_then(page)
    page.locator("#ticket-change").click()
    page.clock.run_for(RESTED_MS)
    expect(page.locator("[data-service=korekort]")).to_be_enabled()
    return first


def closed(page: Page) -> None:
    """Close the ticket; the next number comes late enough to be no part of a burst."""
    page.locator("#ticket-done").click()
    page.clock.run_for(RESTED_MS)
    expect(shown(page)).to_have_text(QUESTION)


def test_a_ticket_that_changes_during_a_second_choice(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    open_counter(service, branch)
    clerk = service.api("clerk", branch)
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)

    def states() -> dict[str, str]:
        return {number_: state for number_, state, _ in visits(service, branch)}

    # It was removed: the new number holds.
    removed = second_choice(page)
    clerk.post(f"{visit_of(service, branch, removed)}/abandon")
    choose(page, "korekort")
    kept = number_then(page)
    expect(page.locator("#ticket-news")).to_be_hidden()
    assert states() == {removed: "abandoned", kept: "waiting"}
    clerk.post(f"{visit_of(service, branch, kept)}/abandon")
    closed(page)

    # It was called and put back: no call is shown.
    put_back = second_choice(page)
    visit = visit_of(service, branch, put_back)
    clerk.post(f"{visit}/call", counter="1")
    clerk.post(f"{visit}/requeue")
    lift, acts = {"da": "Ingen elevator."}, f"/branches/{branch}/interventions"
    supervisor = service.api("supervisor", branch)
    supervisor.post(acts, kind="announcement", texts=lift, screens=["kiosk"])
    with time_passes(page):  # the page has heard of what was before it
        expect(page.locator("#home-note-text")).to_contain_text(lift["da"])
    page.locator("#home-keep").click()
    assert number_then(page) == put_back
    expect(page.locator("#ticket-news")).to_be_hidden()
    clerk.post(f"{visit}/abandon")
    closed(page)

    # It was called: that number is kept, and the new one leaves.
    called = second_choice(page)
    clerk.post(f"/branches/{branch}/counters/1/call-next")
    choose(page, "korekort")
    assert_called(page, called)
    assert states().pop(called) == "called"
    assert set(states().values()) == {"abandoned", "called"}


def test_a_call_that_was_put_back_is_no_longer_shown(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    open_counter(service, branch)
    clerk = service.api("clerk", branch)
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)
    choose(page, "pas")
    first = number_then(page)
    visit = visit_of(service, branch, first)
    clerk.post(f"{visit}/call", counter="1")
    assert_called(page, first)
    page.clock.run_for(2100)  # the place is asked for every two seconds at most
    clerk.post(f"{visit}/transfer", service="pas")
    expect(page.locator("#called-number")).to_be_hidden()
    expect(page.locator("#ticket-number")).to_have_text(first)
    with time_passes(page):
        expect(page.locator("#ticket-ahead")).to_contain_text("Ingen foran dig")

    page.locator("#ticket-change").click()
    page.clock.run_for(RESTED_MS)
    page.locator("#home-keep").click()
    assert number_then(page) == first
    expect(page.locator("#ticket-news")).to_be_hidden()

    page.locator("#ticket-change").click()
    page.clock.run_for(RESTED_MS)
    choose(page, "korekort")
    assert number_then(page) == first
    expect(page.locator("#ticket-news")).to_have_text(
        f"{first} kan ikke slettes længere. Sig det til personalet."
    )
    states = [(number_ == first, state) for number_, state, _ in visits(service, branch)]
    assert sorted(states) == [(False, "abandoned"), (True, "waiting")]


LARGE = """() => {
    const size = (id) => parseFloat(getComputedStyle(document.querySelector(id)).fontSize);
    return [size("#called-number"), size("#called-counter"), innerHeight];
}"""
"""In the page: the size of a called number, of where it is called to, and the screen's height."""


def test_a_call_has_the_whole_screen_is_heard_and_ends_with_it(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch()
    open_counter(service, branch)
    clerk = service.api("clerk", branch)
    context = new_context(**UPRIGHT, own_clock=True)
    service.enrol(context, "kiosk", branch)
    page = first_page(context)
    page.add_init_script(ears(VOICES=["da-DK"], SPEECH_MS=20, REFUSED=False))
    page.goto(f"/kiosk/{branch}")
    hold_the_clock(page)
    choose(page, "pas")
    taken = number_then(page)
    expect(page.locator("#timer")).to_be_visible()
    visit = visit_of(service, branch, taken)
    clerk.post(f"{visit}/call", counter="1")
    assert_called(page, taken)
    page.clock.run_for(60_000)
    assert_called(page, taken)
    expect(page.locator("#timer")).to_be_hidden()
    assert taken.endswith("001")
    spoken = f"Nummer {taken[0]} nul nul et, skranke et."

    def is_said() -> bool:
        page.clock.run_for(500)
        return spoken in heard(page)

    eventually(is_said)
    page.clock.resume()
    assert_accessible(page)
    for size in (UPRIGHT, LYING):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        page.wait_for_function("height => innerHeight === height", arg=size["height"])
        of_number, of_counter, height = page.evaluate(LARGE)
        assert of_counter == of_number > 0.09 * height

    clerk.post(f"{visit}/start")
    expect(shown(page)).to_have_text(QUESTION)


def test_the_place_follows_the_queue_and_a_missed_call_gets_instructions(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch(return_window_seconds=600)
    open_counter(service, branch)
    others = service.api("kiosk", branch)
    for other in ("pas", "sundhedskort"):
        others.post(f"/branches/{branch}/visits", service=other)
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)
    choose(page, "pas")
    taken = number_then(page)
    ahead = page.locator("#ticket-ahead")
    expect(ahead).to_contain_text(re.compile(r"2 personer foran dig opdateret kl\. \d+\.\d\d"))
    expect(ahead).to_contain_text("Andre numre kan blive kaldt imens, til andre skranker.")
    clerk = service.api("clerk", branch)

    def says(text: str) -> None:
        page.clock.run_for(2100)  # the place is asked for every two seconds at most
        with time_passes(page):
            expect(ahead).to_contain_text(text)

    urgent = clerk.post(f"/branches/{branch}/visits", service="pas", priority_reason="cannot_wait")
    says("3 personer foran dig")
    clerk.post(f"/branches/{branch}/visits/{urgent['id']}/abandon")
    first = clerk.post(f"/branches/{branch}/counters/1/call-next")
    says("1 person foran dig")

    clerk.post(f"/branches/{branch}/visits/{first['id']}/no-show")
    visit = visit_of(service, branch, taken)
    clerk.post(f"{visit}/call", counter="1")
    assert_called(page, taken)
    clerk.post(f"{visit}/reclassify", service="korekort")  # the call stays
    clerk.post(f"{visit}/no-show")
    expect(page.locator("#called-counter")).to_have_text("Sig det til personalet")
    expect(page.locator("#called-how")).to_contain_text("inden for 10 minutter, så beholder du")
    page.clock.run_for(RESTED_MS)
    with time_passes(page):
        assert_accessible(page)
    clerk.post(f"{visit}/requeue")
    expect(page.locator("#ticket-number")).to_have_text(taken)


def take_and_close(page: Page) -> None:
    """Take a number and close it, with the page's clock in hand."""
    choose(page, "pas")
    number_then(page)
    page.locator("#ticket-done").click()


def test_a_burst_of_numbers_is_asked_about(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch()
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)
    for _ in range(4):
        take_and_close(page)
        page.clock.run_for(2000)
    choose(page, "pas")
    page.clock.run_for(700)
    expect(shown(page)).to_have_text("Vil du have et nummer?")
    assert waiting(service, branch) == 4
    page.clock.resume()
    assert_accessible(page)
    page.locator("#burst-yes").click()
    number(page)
    assert waiting(service, branch) == 5


def test_numbers_with_time_between_them_are_no_burst(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)
    for _ in range(5):
        take_and_close(page)
        page.clock.run_for(5300)
    assert waiting(service, branch) == 5


def line_lost_and_found(page: Page) -> None:
    """The page's connection goes and comes back."""
    page.context.set_offline(True)
    expect(page.locator("#trouble-itself")).to_be_visible(timeout=20_000)
    page.context.set_offline(False)
    expect(shown(page)).to_have_text(QUESTION, timeout=20_000)


def press_and_lose(page: Page, service_id: str, route: Callable[[Route], None]) -> None:
    """Press a service and lose what comes of it."""
    expect(page.locator(f"[data-service={service_id}]")).to_be_enabled()
    page.route(ISSUING, route)
    choose(page, service_id)
    in_time(page, shown(page), "Tryk på det samme igen.")
    page.unroute(ISSUING)


def test_an_unclaimed_number_leaves_the_queue(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch, own_clock=True)
    pressed = in_the_page(page, 0)
    press_and_lose(page, "korekort", lambda route: route.abort())  # which makes no number
    in_time(page, shown(page), QUESTION)
    press_and_lose(page, "pas", lose_the_answer)
    page.reload()  # over which the presses are not forgotten
    expect(shown(page)).to_have_text("Tryk på det samme igen.")
    page.locator(".mast [lang=en]").click()
    in_time(page, shown(page), QUESTION)

    page.clock.set_fixed_time(pressed + timedelta(seconds=118))
    line_lost_and_found(page)
    assert [state for _, state, _ in visits(service, branch)] == ["waiting"]
    page.clock.set_fixed_time(in_the_page(page, 140))
    with page.expect_response("**/visits/by-key?*", timeout=30_000) as looked_up:
        line_lost_and_found(page)
    assert looked_up.value.status == 404, "there is no visit of the press that made none"
    eventually(lambda: kept(page) == [])
    assert [state for _, state, _ in visits(service, branch)] == ["abandoned"]


def kept(page: Page) -> Any:
    """The presses whose end the page does not know."""
    return page.evaluate("JSON.parse(Object.values(localStorage)[0] ?? '[]')")


def test_more_time_can_be_pressed_wherever_it_is_offered(service: Service, kiosk: Kiosk) -> None:
    page = kiosk(service.branch())
    hold_the_clock(page)
    page.locator(".mast [lang=en]").click()
    page.clock.run_for(21_000)
    expect(page.locator("#timer-more")).to_be_visible()
    page.locator("#timer-more").click()
    page.clock.run_for(58_000)
    expect(page.locator("#timer")).to_be_visible()
    expect(shown(page)).to_have_text("What can we help you with?")
    page.clock.run_for(3000)
    expect(shown(page)).to_have_text(QUESTION)


def test_a_name_in_another_language_says_so(service: Service, kiosk: Kiosk) -> None:
    services = [{"id": "pas", "name": {"da": "Pas"}, "prefix": "A"}]
    page = kiosk(service.branch(services=services, counters=[], teams=[], goals=[]), "?lang=en")
    expect(page.locator("[data-service=pas] .service__name")).to_have_attribute("lang", "da")
    page.locator(".mast [lang=da]").click()
    expect(page.locator("[data-service=pas] .service__name:not([lang])")).to_have_text("Pas")
