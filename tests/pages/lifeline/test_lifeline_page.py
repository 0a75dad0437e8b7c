"""A clerk at the library and a specialist at the town hall, each with their page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.store.keys import BranchKeys
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.keyboard import press
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
    asleep: str
    """The branch of the lifelines that know about ``closed``."""

    @property
    def number(self) -> str:
        """The ticket's number."""
        return str(self.visit["number"])

    def ring(self, line: str = "Passports") -> None:
        """Ask the specialist by keys, as a clerk does."""
        expect(self.clerk.locator("#specialist")).to_be_empty()
        press(self.clerk, "a")
        expect(self.clerk.locator("#ask-title")).to_contain_text(self.number)
        self.clerk.locator(".ask__choice", has_text=line).click()
        expect(self.clerk.locator("#specialist")).to_contain_text(f"Ringing {line}")

    def refer(self, why: str, where: str, look: Callable[[Page], None] | None = None) -> None:
        """Complete the visit as referred and say why and where by keys."""
        press(self.clerk, "3")
        for key, asked in ((why, "Why is"), (where, "Where does")):
            expect(self.clerk.locator("#ask[open] h2")).to_contain_text(f"{asked} {self.number}")
            if look:
                look(self.clerk)
            press(self.clerk, key)
        expect(self.clerk.locator("#stage-trouble")).to_contain_text("was sent to")

    def undo(self) -> None:
        """Take the completion back by a key."""
        self.clerk.locator("body:not([data-busy])").wait_for()
        press(self.clerk, "u")
        expect(self.clerk.locator("#stage-title")).to_have_text(self.number)
        self.clerk.locator("body:not([data-busy])").wait_for()

    def serve_another(self) -> None:
        """The next citizen is served; the page shows it."""
        path, service = f"/branches/{self.library}/counters/1", self.visit["service"]
        self.visit = self.service.api().post(f"{path}/serve", service=service, channel="desk")
        expect(self.clerk.locator("#stage-title")).to_have_text(self.number)

    def referred_elsewhere(self) -> str:
        """One more case, which another window refers; its number."""
        api, path = self.service.api(), f"/branches/{self.library}"
        service = self.visit["service"]
        visit = api.post(f"{path}/counters/1/serve", service=service, channel="desk")
        api.post(f"{path}/visits/{visit['id']}/complete", outcome="referred")
        where = {"to": self.hall, "lifeline": "alt", "category": "technical"}
        api.post(f"{path}/referrals", visit=visit["id"], inquiry=0, **where)
        return str(visit["number"])


@pytest.fixture
def two(service: Service, new_context: BrowserMaker) -> Two:
    """The library with A001 at counter 1, and the town hall with its page open."""
    about, closed = (f"{name}-{next(NUMBERS)}" for name in ("pas", "visum"))
    hall = service.branch("raadhuset", lifelines=lines(about))
    another_day = WEEKDAYS[(date.today().weekday() + 3) % 7]
    hours = {another_day: [["09:00", "10:00"]]}
    asleep = service.branch("raadhuset", lifelines=lines(closed), opening_hours=hours)
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
        page = first_page(context)
        page.goto(path)
        pages.append(page)
    clerk, specialist = pages
    expect(clerk.locator("#stage-title")).to_have_text(visit["number"])
    expect(specialist.locator("#calls-title")).to_have_text("Nobody is ringing")
    return Two(service, library, hall, clerk, specialist, visit, closed, asleep)


def test_a_clerk_rings_and_a_specialist_takes_it_by_one_key(
    two: Two, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    every_specialist_has_a_place_of_their_own(two, new_context)
    assert_accessible(two.specialist)
    two.specialist.get_by_label("The number of your place").fill("3")
    two.specialist.get_by_label("The number of your place").blur()
    two.ring()
    strip = two.clerk.locator("#specialist")
    for text in (f"about {two.number}", "Has rung for", "Dial 4410"):
        expect(strip).to_contain_text(text)
    expect(strip.get_by_role("link", name="Dial 4410")).to_have_attribute("href", "tel:4410")
    expect(two.specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    card = two.specialist.locator(".call")
    expect(card).to_contain_text("Counter 1, Biblioteket")
    expect(card).to_contain_text(two.number)
    two.specialist.wait_for_function("() => document.title.startsWith('☎')")
    assert_accessible(two.specialist)
    press(two.specialist, "j")
    expect(two.specialist.locator("#mine")).to_contain_text("You talk with Counter 1")
    expect(two.clerk.locator("#specialist")).to_contain_text("Passports 3 took it at")
    dial = strip.get_by_role("link", name="4410")
    expect(dial).to_have_attribute("href", "tel:4410")
    assert_accessible(two.clerk)
    # Below the outcomes the number is in sight on a small screen, too: next to the next step.
    two.clerk.set_viewport_size({"width": 1024, "height": 768})
    two.clerk.goto(f"/counter/{two.library}?counter=1&lang=da")
    expect(strip).to_contain_text("Ring op for at tale sammen")
    expect(dial).to_be_in_viewport(ratio=1)
    number, words = dial.bounding_box(), strip.get_by_text("Ring op for").bounding_box()
    assert number is not None
    assert words is not None
    assert number["y"] + number["height"] / 2 < words["y"] + words["height"]
    press(two.specialist, "e")
    expect(two.specialist.locator("#mine")).to_be_empty()
    expect(two.clerk.locator("#specialist")).to_be_empty()
    figures = two.service.api().get(f"/branches/{two.hall}/lifeline-figures")
    (row,) = figures["lifelines"]
    assert (row["lifeline"], row["answered"], row["within"]) == ("pas", 1, 1)


def every_specialist_has_a_place_of_their_own(two: Two, new_context: BrowserMaker) -> None:
    context = new_context(lang="en")
    two.service.log_in(context, "clerk", two.hall)
    other = first_page(context)
    other.goto(f"/lifeline/{two.hall}")
    number = other.get_by_label("The number of your place")
    expect(number).to_have_value("2")
    number.fill("1")
    number.press("Enter")
    expect(other.locator("#place-note")).to_have_text("Place 1 is taken. Yours is 2.")
    expect(number).to_have_value("2")
    other.reload()
    expect(number).to_have_value("2")


def test_a_call_is_taken_by_one_key_cancelled_and_taken_by_another_place(two: Two) -> None:
    two_keys_at_once_are_text_and_take_no_call(two)
    a_call_is_cancelled(two)
    a_call_taken_by_another_place_is_shown(two)


TWICE = """() => {
    for (const key of "jj") document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true }));
}"""
"""In the page: the key that takes a call, pressed twice at once."""


def two_keys_at_once_are_text_and_take_no_call(two: Two) -> None:
    specialist = two.specialist
    two.ring()
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    everything = specialist.get_by_label("Everything")
    everything.uncheck()  # which has the focus now, and no key of its own
    asked: list[str] = []
    specialist.on("request", lambda it: asked.append(it.url) if "/take" in it.url else None)
    specialist.evaluate(TWICE)
    expect(specialist.locator(".key-note")).to_have_text("That looks like text: nothing was done")
    assert asked == []
    press(specialist, "j")
    expect(specialist.locator("#mine")).to_contain_text("You talk with Counter 1")
    expect(specialist.locator("#trouble")).to_be_empty()
    assert len(asked) == 1
    # The clerk is done talking by a key as well.
    expect(two.clerk.locator("#specialist")).to_contain_text("took it at")
    two.clerk.locator("body:not([data-busy])").wait_for()
    press(two.clerk, "e")
    expect(specialist.locator("#mine")).to_be_empty()
    everything.check()


def a_call_is_cancelled(two: Two) -> None:
    two.ring()
    two.clerk.locator("body:not([data-busy])").wait_for()
    press(two.clerk, "e")
    expect(two.specialist.locator("#calls-title")).to_have_text("Nobody is ringing")


def a_call_taken_by_another_place_is_shown(two: Two) -> None:
    """Without a single event the page still sees what happens."""
    two.specialist.route("**/events*", lambda route: route.abort())
    two.ring("Everything")
    expect(two.specialist.locator(".call")).to_contain_text("Everything")
    api = two.service.api()
    path = f"/branches/{two.hall}/lifeline-calls"
    two.specialist.route("**/lifeline-calls?*", lambda route: route.abort())
    (call,) = api.get(path)["calls"]
    api.post(f"{path}/{call['id']}/take", place=7)
    press(two.specialist, "j")
    expect(two.specialist.locator("#trouble")).to_contain_text("lost")
    two.specialist.unroute("**/lifeline-calls?*")
    expect(two.specialist.locator("#others")).to_contain_text("Everything 7 talks with Counter 1")
    # The next citizen ends it.
    press(two.clerk, "1")
    expect(two.specialist.locator("#others")).to_be_empty()


def test_a_missed_call_and_closed_hours_give_the_number_to_dial(
    two: Two, assert_accessible: Check
) -> None:
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
    # The specialists see that they missed one, until one of them has looked after it.
    missed = two.specialist.locator("#missed")
    expect(missed.get_by_role("listitem")).to_contain_text("Counter 1, Biblioteket")
    expect(missed.get_by_role("listitem")).to_contain_text(f"{two.number} · Pas · Passports")
    assert_accessible(two.specialist)
    press(two.specialist, "z")
    expect(missed).to_be_empty()
    # The service that was meant is one whose specialists have left.
    path = f"/branches/{two.library}/visits/{two.visit['id']}/reclassify"
    two.service.api().post(path, service=two.closed)
    press(two.clerk, "a")
    expect(two.clerk.locator("#ask")).to_contain_text("Nobody answers now")
    expect(two.clerk.locator("#ask .specialist__number").first).to_have_text("4410")
    expect(two.clerk.locator("#ask")).to_contain_text("Somebody is there")
    # If all of them are closed nothing is promised next to it.
    note = two.specialist.get_by_text("It rings here as soon as a clerk asks")
    expect(note).to_be_visible()
    two.service.log_in(two.specialist.context, "clerk", two.asleep)
    two.specialist.goto(f"/lifeline/{two.asleep}")
    expect(two.specialist.locator("#calls .banner").first).to_contain_text("Passports")
    expect(note).to_be_hidden()


def comes_again_and_is_closed(two: Two, back: Locator, sent: Locator) -> None:
    """The case comes back from the specialist once more, and the counter closes it by keys."""
    inbox, clerk = two.specialist, two.clerk
    again = inbox.get_by_role("article", name=two.number)
    expect(again).to_contain_text("Everything")
    again.focus()
    press(inbox, "t", "2")
    expect(back).to_contain_text("Something is missing")
    press(clerk, "z", "2")
    expect(back).to_be_hidden()
    expect(sent).to_contain_text("The citizen comes again")
    clerk.get_by_label("Ticket number").fill("a999")
    clerk.get_by_role("button", name="Find").click()
    expect(sent).to_contain_text("Nothing like that was referred.")


def test_a_case_comes_back_and_is_sent_on_and_closed_by_keys_alone(
    two: Two, assert_accessible: Check
) -> None:
    inbox, clerk = two.specialist, two.clerk
    inbox.goto(f"/referrals/{two.hall}")
    expect(inbox.get_by_text("Nothing waits for an answer.")).to_be_visible()
    two.refer("2", "1", look=assert_accessible)
    # It comes by itself, and nothing that was half chosen goes to the next one.
    case = inbox.get_by_role("article", name=two.number)
    expect(case).to_contain_text("A document is missing")
    case.get_by_label("It could have been solved at the counter").check()
    press(inbox, "t")
    reason = case.get_by_role("button", name="It belongs elsewhere")
    expect(reason).to_be_visible()
    reason.focus()
    other = two.referred_elsewhere()
    expect(inbox.get_by_role("article", name=other)).to_be_visible()
    expect(reason).to_be_focused()
    expect(case.get_by_label("It could have been solved at the counter")).to_be_checked()
    assert_accessible(inbox)
    # The ticked box is kept by accepting and by returning.
    press(inbox, "j")
    expect(case).to_contain_text("Accepted")
    expect(case.get_by_label("It could have been solved at the counter")).to_be_checked()
    press(inbox, "t", "1")
    expect(case).to_be_hidden()
    expect(inbox.get_by_role("article", name=other)).to_be_focused()
    done = inbox.get_by_role("region", name="Answered here", exact=True)
    expect(done).to_contain_text("It belongs elsewhere · It could have been solved at the counter")
    # The counter names it; there it is sent on, with a reason of its own, by keys as well.
    notice = clerk.locator("#referrals")
    expect(notice).to_contain_text(f"Back from a specialist: {two.number}")
    notice.get_by_role("link").press("Enter")
    back = clerk.get_by_role("article", name=two.number)
    expect(back).to_contain_text("It belongs elsewhere")
    expect(back).to_have_attribute("data-current", "")  # the keys are listened to
    expect(clerk.locator("input[type=radio]:checked")).to_have_count(0)
    press(clerk, "t", "6")
    expect(clerk.locator("#trouble")).to_contain_text("Choose why it is referred first.")
    press(clerk, "3")
    press(clerk, "Enter")  # which is no choice of where it goes
    assert_accessible(clerk)
    press(clerk, "6")
    expect(back).to_be_hidden()
    sent = clerk.get_by_role("region", name="Sent from here")
    expect(sent.get_by_role("listitem").filter(has_text="Sent on")).to_contain_text(two.number)
    comes_again_and_is_closed(two, back, sent)
    assert_accessible(clerk)
    clerk.goto(f"/counter/{two.library}?counter=1")
    expect(clerk.locator("#stage-title")).to_be_visible()
    expect(clerk.locator("#referrals")).to_be_hidden()


def test_a_lost_answer_is_kept_and_one_is_given_after_its_lifelines_are_gone(two: Two) -> None:
    an_answer_lost_by_the_connection_is_shown_and_kept(two)
    received_referrals_are_answered_after_their_lifelines_are_gone(two)


def an_answer_lost_by_the_connection_is_shown_and_kept(two: Two) -> None:
    two.refer("1", "1")
    inbox = two.specialist
    inbox.goto(f"/referrals/{two.hall}")
    case = inbox.get_by_role("article", name=two.number)
    inbox.route("**/accept", lambda route: route.abort())
    case.get_by_label("It could have been solved at the counter").check()
    press(inbox, "j")
    expect(inbox.locator("#trouble")).to_contain_text("That was not sent")
    expect(case.get_by_label("It could have been solved at the counter")).to_be_checked()
    inbox.unroute("**/accept")
    # Anyone who has switched the keys off answers nothing by one.
    inbox.get_by_label("Use shortcuts").uncheck()
    expect(case.locator(".key").first).to_be_hidden()
    press(inbox, "j")
    inbox.get_by_label("Use shortcuts").check()
    press(inbox, "j")
    expect(case).to_contain_text("Accepted")
    expect(inbox.locator("#trouble")).to_be_empty()
    api, path = two.service.api(), f"/branches/{two.hall}/referrals"
    (known,) = api.get(f"{path}/received")["referrals"]
    assert known["could_have_been_solved"]
    # All of it has come back, which is not that nothing was referred.
    press(inbox, "t", "1")
    expect(case).to_be_hidden()
    two.clerk.goto(f"/referrals/{two.library}")
    expect(two.clerk.get_by_role("region", name="Sent from here")).to_contain_text(
        "All that was referred from here in the last 14 days has come back: see above."
    )


def received_referrals_are_answered_after_their_lifelines_are_gone(two: Two) -> None:
    api, number = two.service.api(), two.referred_elsewhere()
    config = api.get(f"/branches/{two.hall}")
    api.call("PUT", f"/branches/{two.hall}", {**config, "lifelines": []})
    two.specialist.goto(f"/referrals/{two.hall}")
    case = two.specialist.get_by_role("article", name=number)
    case.get_by_role("button", name="Accept").click()
    expect(case).to_contain_text("Accepted")


def test_a_referral_may_be_skipped_taken_back_and_sent_again(two: Two) -> None:
    a_referral_may_be_skipped_and_an_undo_takes_it_back(two)
    a_referral_lost_by_the_connection_is_sent_again_by_one_press(two)


def a_referral_may_be_skipped_and_an_undo_takes_it_back(two: Two) -> None:
    api, path, clerk = two.service.api(), f"/branches/{two.library}", two.clerk
    for keys in ((), ("1",)):
        press(clerk, "3")
        expect(clerk.locator("#ask[open] h2")).to_contain_text("Why is")
        for key in keys:
            press(clerk, key)
            expect(clerk.locator("#ask[open] h2")).to_contain_text("Where does")
        # The focus is on the way out: Enter refers nothing.
        press(clerk, "Enter")
        assert api.get(f"{path}/referrals")["referrals"] == []
        two.undo()
    two.refer("1", "2")
    two.undo()
    assert api.get(f"/branches/{two.hall}/referrals/received")["referrals"] == []


def a_referral_lost_by_the_connection_is_sent_again_by_one_press(two: Two) -> None:
    clerk, path = two.clerk, f"/branches/{two.library}/referrals"
    press(clerk, "3")
    clerk.route("**/referrals?*", lambda route: route.abort())
    expect(clerk.locator("#ask[open] h2")).to_contain_text("Why is")
    press(clerk, "1")
    clerk.locator(".ask__choice", has_text="Passports").click()
    trouble = clerk.locator("#stage-trouble")
    expect(trouble).to_contain_text(f"{two.number} was not referred to Passports.")
    assert two.service.api().get(path)["referrals"] == []
    clerk.unroute("**/referrals?*")
    trouble.get_by_role("button", name="Send it again").click()
    expect(trouble).not_to_contain_text("was not referred")
    (sent,) = two.service.api().get(path)["referrals"]
    assert (sent["number"], sent["lifeline"]) == (two.number, "pas")


def test_a_call_ends_with_its_visit_and_at_its_limit(two: Two) -> None:
    a_call_goes_with_its_visit_and_the_page_rings_for_what_there_is(two)
    without_a_connection_no_call_rings_longer_than_its_limit(two)


def a_call_goes_with_its_visit_and_the_page_rings_for_what_there_is(two: Two) -> None:
    specialist = two.specialist
    # The page's stored choice names a lifeline that is gone.
    store = f"lifeline.{two.hall}"
    kept = '{"place":1,"lines":["gone"],"mute":true}'
    specialist.evaluate("([name, text]) => localStorage.setItem(name, text)", [store, kept])
    specialist.clock.install()
    specialist.reload()
    expect(specialist.get_by_label("Passports")).to_be_checked()
    two.ring()
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    for name in ("Passports", "Everything"):
        specialist.get_by_label(name).uncheck()
    expect(specialist.locator("#trouble")).to_contain_text("Nothing rings here.")
    specialist.get_by_label("Passports").check()
    expect(specialist.locator("#trouble")).to_be_empty()
    # Anyone who has switched the keys off takes nothing by one.
    specialist.get_by_label("Use shortcuts").uncheck()
    expect(specialist.locator(".call .key")).to_be_hidden()
    press(specialist, "j")
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    # The citizen has left: no specialist is rung, and the next press of the clerk is not lost.
    two.clerk.locator("body:not([data-busy])").wait_for()
    press(two.clerk, "1")
    expect(specialist.locator("#calls-title")).to_have_text("Nobody is ringing")
    expect(two.clerk.locator("#specialist")).to_be_empty()
    expect(two.clerk.locator("#stage-trouble")).to_be_empty()


def without_a_connection_no_call_rings_longer_than_its_limit(two: Two) -> None:
    specialist = two.specialist
    two.serve_another()
    two.ring()
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    specialist.route("**/lifeline-calls?*", lambda route: route.abort())
    specialist.clock.fast_forward(170_000)
    expect(specialist.locator("#trouble")).to_contain_text("The connection is lost")
    expect(specialist.locator("#calls-title")).to_have_text("1 call is ringing")
    specialist.clock.fast_forward(11_000)
    expect(specialist.locator("#calls-title")).to_have_text("Nobody is ringing")
