"""A clerk at the library and a specialist at the town hall, each with their page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from queue_service.store.keys import BranchKeys
from tests.web.browsers import BrowserMaker
from tests.web.service import Service

NUMBERS = count(1)
COUNTERS = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]


def lines(service: str) -> list[dict[str, Any]]:
    """Two lifelines for a service that no other test's branch has."""
    names = (("pas", "Pas", "Passports", "4410"), ("alt", "Alt", "Everything", "4430"))
    return [
        {"id": id_, "name": {"da": da, "en": en}, "telephone": number, "services": [service]}
        for id_, da, en, number in names
    ]


@dataclass
class Two:
    """A clerk who serves a citizen, and a specialist, each with a page of their own branch."""

    service: Service
    library: str
    hall: str
    clerk: Page
    specialist: Page
    visit: dict[str, Any]
    closed: str

    @property
    def number(self) -> str:
        """The ticket's number."""
        return str(self.visit["number"])

    def ring(self, line: str = "Passports") -> None:
        """Ask the specialist by keys, as a clerk does."""
        expect(self.clerk.locator("#specialist")).to_be_empty()
        self.clerk.keyboard.press("a")
        expect(self.clerk.locator("#ask-title")).to_contain_text(self.number)
        self.clerk.locator(".ask__choice", has_text=line).click()
        expect(self.clerk.locator("#specialist")).to_contain_text(f"Ringing {line}")


@pytest.fixture
def two(service: Service, new_context: BrowserMaker) -> Two:
    """The library with A001 at counter 1, and the town hall with its page open."""
    about, closed = (f"{name}-{next(NUMBERS)}" for name in ("pas", "visum"))
    hall = service.branch("raadhuset", lifelines=lines(about))
    service.branch("raadhuset", lifelines=lines(closed), opening_hours={})
    named = {"name": {"da": "Pas"}, "active": True}
    services = [{"id": about, "prefix": "A", **named}, {"id": closed, "prefix": "B", **named}]
    library = service.branch(services=services, counters=COUNTERS, teams=[], goals=[])
    api = service.api()
    api.post(f"/branches/{library}/counters/1/open")
    visit = api.post(f"/branches/{library}/counters/1/serve", service=about, channel="desk")
    pages = []
    for branch, path in ((library, f"/counter/{library}?counter=1"), (hall, f"/lifeline/{hall}")):
        context = new_context(lang="en", width=1440, height=900)
        service.log_in(context, "clerk", branch)
        page = context.new_page()
        page.goto(path)
        pages.append(page)
    clerk, specialist = pages
    expect(clerk.locator("#stage-title")).to_have_text(visit["number"])
    expect(specialist.locator("#calls-title")).to_have_text("Nobody is ringing")
    return Two(service, library, hall, clerk, specialist, visit, closed)


def test_a_clerk_rings_and_a_specialist_takes_it_by_one_key(
    two: Two, assert_accessible: Callable[[Page], None]
) -> None:
    assert_accessible(two.specialist)
    two.specialist.get_by_label("The number of your place").fill("2")
    two.specialist.get_by_label("The number of your place").blur()
    two.ring()
    expect(two.clerk.locator("#specialist")).to_contain_text("Has rung for")
    expect(two.specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    card = two.specialist.locator(".call")
    expect(card).to_contain_text("Counter 1, Biblioteket")
    expect(card).to_contain_text(two.number)
    two.specialist.wait_for_function("() => document.title.startsWith('☎')")
    assert_accessible(two.specialist)
    two.specialist.keyboard.press("t")
    expect(two.specialist.locator("#mine")).to_contain_text("You talk with Counter 1")
    expect(two.clerk.locator("#specialist")).to_contain_text("Passports 2 took it at")
    assert_accessible(two.clerk)
    two.specialist.keyboard.press("e")
    expect(two.specialist.locator("#mine")).to_be_empty()
    expect(two.clerk.locator("#specialist")).to_be_empty()
    figures = two.service.api().get(f"/branches/{two.hall}/lifeline-figures")
    (row,) = figures["lifelines"]
    assert (row["lifeline"], row["answered"], row["within"]) == ("pas", 1, 1)


def test_a_call_is_stopped_and_one_that_somebody_else_took_is_told(two: Two) -> None:
    two.ring()
    two.clerk.get_by_role("button", name="Stop ringing").click()
    expect(two.specialist.locator("#calls-title")).to_have_text("Nobody is ringing")
    # Without a single event the page still sees what happens.
    two.specialist.route("**/events*", lambda route: route.abort())
    two.ring("Everything")
    expect(two.specialist.locator(".call")).to_contain_text("Everything")
    api = two.service.api()
    path = f"/branches/{two.hall}/lifeline-calls"
    two.specialist.route("**/lifeline-calls?*", lambda route: route.abort())
    (call,) = api.get(path)["calls"]
    api.post(f"{path}/{call['id']}/take", place=7)
    two.specialist.keyboard.press("t")
    expect(two.specialist.locator("#trouble")).to_contain_text("lost")
    two.specialist.unroute("**/lifeline-calls?*")
    expect(two.specialist.locator("#others")).to_contain_text("Everything 7 talks with Counter 1")
    # The next citizen ends it.
    two.clerk.keyboard.press("1")
    expect(two.specialist.locator("#others")).to_be_empty()


def test_a_missed_call_and_closed_hours_give_the_number_to_dial(two: Two) -> None:
    two.ring()
    client: Any = two.service.client
    (key,) = client.scan_iter(f"{BranchKeys(two.hall).prefix}lifeline:call:*")
    document = client.get(key)
    rang = document.split('"rang_at":')[1].split(",")[0]
    client.set(key, document.replace(rang, str(int(rang) - 180_000)))
    strip = two.clerk.locator("#specialist")
    expect(strip).to_contain_text("Nobody took the call")
    expect(strip.locator(".specialist__number")).to_have_text("4410")
    strip.get_by_role("button", name="Close").click()
    expect(strip).to_be_empty()
    # The service that was meant is one whose specialists have gone home.
    path = f"/branches/{two.library}/visits/{two.visit['id']}/reclassify"
    two.service.api().post(path, service=two.closed)
    two.clerk.keyboard.press("a")
    expect(two.clerk.locator("#ask")).to_contain_text("Nobody answers now")
    expect(two.clerk.locator("#ask .specialist__number").first).to_have_text("4410")


def test_a_case_is_referred_accepted_and_returned_and_the_counter_sees_it(
    two: Two, assert_accessible: Callable[[Page], None]
) -> None:
    two.clerk.keyboard.press("3")
    expect(two.clerk.locator("#ask-title")).to_contain_text(f"Who decides about {two.number}?")
    assert_accessible(two.clerk)
    two.clerk.get_by_label("A document is missing").check()
    with two.clerk.expect_response(lambda answer: answer.url.endswith("/referrals?as=staff")):
        two.clerk.locator(".ask__choice", has_text="Passports").click()
    inbox = two.specialist
    inbox.get_by_role("link", name="Referrals").click()
    case = inbox.get_by_role("article", name=two.number)
    expect(case).to_contain_text("A document is missing")
    assert_accessible(inbox)
    case.get_by_role("button", name="Accept").click()
    expect(case).to_contain_text("Accepted")
    case.get_by_label("Why it comes back").select_option("could_have_been_solved")
    case.get_by_role("button", name="Return").click()
    expect(inbox.get_by_text("Nothing waits for an answer.")).to_be_visible()
    expect(inbox.get_by_role("region", name="Answered here", exact=True)).to_contain_text(
        two.number
    )
    notice = two.clerk.locator("#referrals")
    expect(notice).to_contain_text("1 referral has come back")
    notice.get_by_role("link").click()
    sent = two.clerk.get_by_role("region", name="Sent from here")
    expect(sent.get_by_role("listitem").filter(has_text=two.number)).to_contain_text("Returned")
    expect(sent).to_contain_text("It could have been solved at the counter")
    two.clerk.get_by_label("Ticket number").fill("a999")
    two.clerk.get_by_role("button", name="Find").click()
    expect(sent).to_contain_text("Nothing like that was referred.")
    assert_accessible(two.clerk)
    two.clerk.goto(f"/counter/{two.library}?counter=1")
    expect(two.clerk.locator("#stage-title")).to_be_visible()
    expect(two.clerk.locator("#referrals")).to_be_hidden()


def test_a_referral_may_be_skipped_and_an_undo_takes_it_back(two: Two) -> None:
    api, path = two.service.api(), f"/branches/{two.library}"
    two.clerk.keyboard.press("3")
    expect(two.clerk.locator("#ask-title")).to_contain_text("Who decides")
    two.clerk.get_by_role("button", name="Skip").click()
    assert api.get(f"{path}/referrals")["referrals"] == []
    two.clerk.locator("body:not([data-busy])").wait_for()
    two.clerk.keyboard.press("u")
    expect(two.clerk.locator("#stage-title")).to_have_text(two.number)
    two.clerk.locator("body:not([data-busy])").wait_for()
    two.clerk.keyboard.press("3")
    with two.clerk.expect_response(lambda answer: answer.url.endswith("/referrals?as=staff")):
        two.clerk.locator(".ask__choice", has_text="Everything").click()
    two.clerk.locator("body:not([data-busy])").wait_for()
    two.clerk.keyboard.press("u")
    expect(two.clerk.locator("#stage-title")).to_have_text(two.number)
    assert api.get(f"/branches/{two.hall}/referrals/received")["referrals"] == []


def test_a_call_goes_with_its_visit_and_the_page_rings_for_what_there_is(two: Two) -> None:
    specialist = two.specialist
    # What was chosen here is answered here no more, or not by this name.
    store = f"lifeline.{two.hall}"
    kept = '{"place":1,"lines":["gone"],"mute":true}'
    specialist.evaluate("([name, text]) => localStorage.setItem(name, text)", [store, kept])
    specialist.reload()
    expect(specialist.get_by_label("Passports")).to_be_checked()
    two.ring()
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    for name in ("Passports", "Everything"):
        specialist.get_by_label(name).uncheck()
    expect(specialist.locator("#trouble")).to_contain_text("Nothing rings here.")
    specialist.get_by_label("Passports").check()
    expect(specialist.locator("#trouble")).to_be_empty()
    # Whoever has switched the keys off takes nothing by one.
    specialist.get_by_label("Use shortcuts").uncheck()
    expect(specialist.locator(".call .key")).to_be_hidden()
    specialist.keyboard.press("t")
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    # The citizen has left: nobody is rung about them, and the next press of the clerk is not lost.
    two.clerk.locator("body:not([data-busy])").wait_for()
    two.clerk.keyboard.press("1")
    expect(specialist.locator("#calls-title")).to_have_text("Nobody is ringing")
    expect(two.clerk.locator("#specialist")).to_be_empty()
    expect(two.clerk.locator("#stage-trouble")).to_be_empty()


def test_one_press_too_many_takes_a_call_once_and_is_no_fault(two: Two) -> None:
    specialist = two.specialist
    two.ring()
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    specialist.get_by_label(
        "Everything"
    ).uncheck()  # which has the focus now, and no key of its own
    asked: list[str] = []
    specialist.on("request", lambda it: asked.append(it.url) if "/take" in it.url else None)
    specialist.evaluate(
        """() => {
            for (const key of "tt") document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", { key, bubbles: true }));
        }"""
    )
    expect(specialist.locator("#mine")).to_contain_text("You talk with Counter 1")
    expect(specialist.locator("#trouble")).to_be_empty()
    assert len(asked) == 1


def test_what_was_received_is_answered_though_the_lifelines_are_gone(two: Two) -> None:
    api = two.service.api()
    visit = f"/branches/{two.library}/visits/{two.visit['id']}"
    api.post(f"{visit}/complete", outcome="referred")
    api.post(
        f"/branches/{two.library}/referrals",
        visit=two.visit["id"], inquiry=0, to=two.hall, lifeline="pas", category="decision",
    )  # fmt: skip
    config = api.get(f"/branches/{two.hall}")
    api.call("PUT", f"/branches/{two.hall}", {**config, "lifelines": []})
    two.specialist.goto(f"/referrals/{two.hall}")
    case = two.specialist.get_by_role("article", name=two.number)
    case.get_by_role("button", name="Accept").click()
    expect(case).to_contain_text("Accepted")
    # What came back is remembered by the service's clock; a search shows but some of it.
    two.specialist.wait_for_load_state()
    assert two.specialist.evaluate("() => localStorage.length") > 0
    two.specialist.evaluate("() => localStorage.clear()")
    two.specialist.goto(f"/referrals/{two.hall}?number=a999")
    assert two.specialist.evaluate("() => localStorage.length") == 0


def test_a_referral_that_the_line_lost_is_sent_again_by_one_press(two: Two) -> None:
    clerk, path = two.clerk, f"/branches/{two.library}/referrals"
    clerk.keyboard.press("3")
    clerk.route("**/referrals?*", lambda route: route.abort())
    clerk.locator(".ask__choice", has_text="Passports").click()
    trouble = clerk.locator("#stage-trouble")
    expect(trouble).to_contain_text(f"{two.number} was not referred to Passports.")
    assert two.service.api().get(path)["referrals"] == []
    clerk.unroute("**/referrals?*")
    trouble.get_by_role("button", name="Send it again").click()
    expect(trouble).not_to_contain_text("was not referred")
    (sent,) = two.service.api().get(path)["referrals"]
    assert (sent["number"], sent["lifeline"]) == (two.number, "pas")


def test_without_a_line_nothing_rings_for_longer_than_it_would(two: Two) -> None:
    specialist = two.specialist
    specialist.clock.install()
    specialist.reload()
    two.ring()
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    specialist.route("**/lifeline-calls?*", lambda route: route.abort())
    specialist.clock.fast_forward(170_000)
    expect(specialist.locator("#trouble")).to_contain_text("The line is lost")
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    specialist.clock.fast_forward(11_000)
    expect(specialist.locator("#calls-title")).to_have_text("Nobody is ringing")
