"""A call while the ticket is on the screen: what is seen, heard and kept of it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.pages.display.waiting_room import ears
from tests.pages.kiosk.screen import (
    LYING,
    QUESTION,
    RESTED_MS,
    UPRIGHT,
    Kiosk,
    choose,
    closed,
    hold_the_clock,
    number_then,
    open_counter,
    shown,
    time_passes,
    visit_of,
    visits,
)
from tests.running import eventually
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import Service


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


def served(service: Service, branch: str, page: Page, called: str) -> None:
    """The citizen has come to the counter, and the screen is the next one's."""
    visit = visit_of(service, branch, called)
    clerk = service.api("clerk", branch)
    clerk.post(f"{visit}/start")
    with time_passes(page):
        expect(shown(page)).to_have_text(QUESTION)
    clerk.post(f"{visit}/complete", outcome="resolved")
    page.clock.run_for(RESTED_MS)


def second_choice(page: Page) -> str:
    """Take a number and ask for something else; returns the number."""
    choose(page, "pas")
    first = number_then(page)
    page.locator("#ticket-change").click()
    page.clock.run_for(RESTED_MS)
    expect(page.locator("[data-service=korekort]")).to_be_enabled()
    return first


def test_a_ticket_that_changes_during_a_second_choice_or_after_its_call(
    service: Service, kiosk: Kiosk
) -> None:
    branch = service.branch()
    open_counter(service, branch)
    page = kiosk(branch, own_clock=True)
    hold_the_clock(page)
    a_ticket_that_changes_during_a_second_choice(service, branch, page)
    a_call_that_was_put_back_is_no_longer_shown(service, branch, page)


def a_ticket_that_changes_during_a_second_choice(service: Service, branch: str, page: Page) -> None:
    clerk = service.api("clerk", branch)

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
    served(service, branch, page, called)


def a_call_that_was_put_back_is_no_longer_shown(service: Service, branch: str, page: Page) -> None:
    clerk, before = service.api("clerk", branch), visits(service, branch)
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
    found = [one for one in visits(service, branch) if one not in before]
    states = [(number_ == first, state) for number_, state, _ in found]
    assert sorted(states) == [(False, "abandoned"), (True, "waiting")]


def test_a_call_and_a_place_are_shown_on_the_ticket(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch(return_window_seconds=600)
    open_counter(service, branch)
    context = new_context(**UPRIGHT, own_clock=True)
    service.enrol(context, "kiosk", branch)
    page = first_page(context)
    page.add_init_script(ears(VOICES=["da-DK"], SPEECH_MS=20, REFUSED=False))
    page.goto(f"/kiosk/{branch}")
    hold_the_clock(page)
    a_call_has_the_whole_screen_is_heard_and_ends_with_it(service, branch, page, assert_accessible)
    the_place_follows_the_queue_and_a_missed_call_gets_instructions(
        service, branch, page, assert_accessible
    )


LARGE = """() => {
    const size = (id) => parseFloat(getComputedStyle(document.querySelector(id)).fontSize);
    return [size("#called-number"), size("#called-counter"), innerHeight];
}"""
"""In the page: the size of a called number, of where it is called to, and the screen's height."""


def a_call_has_the_whole_screen_is_heard_and_ends_with_it(
    service: Service, branch: str, page: Page, assert_accessible: Check
) -> None:
    clerk = service.api("clerk", branch)
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
    with time_passes(page):
        assert_accessible(page)
        for size in (UPRIGHT, LYING):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            page.wait_for_function("height => innerHeight === height", arg=size["height"])
            of_number, of_counter, height = page.evaluate(LARGE)
            assert of_counter == of_number > 0.09 * height
    page.set_viewport_size({"width": UPRIGHT["width"], "height": UPRIGHT["height"]})
    served(service, branch, page, taken)


def the_place_follows_the_queue_and_a_missed_call_gets_instructions(
    service: Service, branch: str, page: Page, assert_accessible: Check
) -> None:
    others = service.api("kiosk", branch)
    for other in ("pas", "sundhedskort"):
        others.post(f"/branches/{branch}/visits", service=other)
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
