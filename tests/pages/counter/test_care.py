"""The counter's page where it would be easy to do the wrong thing, or to believe one."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Route, expect

from tests.pages.counter.counter_desk import KEYS, Desk, DeskMaker, desk, new_desk
from tests.web.browsers import BrowserMaker

__all__ = ["desk", "new_desk"]


def closed_until_the_day_after_tomorrow() -> dict[str, list[list[str]]]:
    """Opening hours that a test finds closed whenever it runs."""
    day = datetime.now(ZoneInfo("Europe/Copenhagen")) + timedelta(days=2)
    return {day.strftime("%a").lower(): [["10:00", "11:00"]]}


def test_a_lost_connection_and_somebody_elses_login_are_named(desk: Desk) -> None:
    a_press_without_a_connection_is_shown_and_confirmed_after_the_outage(desk)
    somebody_elses_login_is_named_and_the_way_back_is_shown(desk)


def a_press_without_a_connection_is_shown_and_confirmed_after_the_outage(desk: Desk) -> None:
    desk.context.set_offline(True)
    desk.press("Space")
    expect(desk.button("Sending …")).to_be_visible(timeout=1500)
    trouble, connection = desk.page.locator("#stage-trouble"), desk.page.locator("#connection")
    expect(trouble).to_contain_text("Still trying", timeout=15_000)
    expect(connection).to_contain_text("No connection right now.", timeout=15_000)
    expect(trouble).to_contain_text("No connection.", timeout=15_000)
    desk.context.set_offline(False)
    desk.issue("pas")
    expect(trouble).to_contain_text("Your last press may not have come through", timeout=8000)
    expect(connection).to_be_hidden(timeout=20_000)
    desk.idle()
    desk.press("v")
    desk.press("Escape")


def somebody_elses_login_is_named_and_the_way_back_is_shown(desk: Desk) -> None:
    desk.service.log_in(desk.context, "supervisor")  # in another window of this browser
    desk.press("Space")
    trouble = desk.page.locator("#stage-trouble")
    expect(trouble).to_contain_text("Somebody else has logged in in this browser (supervisor-")
    trouble.get_by_role("link", name="Log in").click()
    expect(desk.page.locator("main")).to_contain_text("You are logged in here as supervisor-")


def test_a_ticket_is_looked_for_and_an_invalid_number_is_reported(desk: Desk) -> None:
    a_ticket_is_looked_for_given_called_and_called_again(desk)
    a_paper_ticket_is_found_however_it_is_typed(desk)
    an_invalid_number_is_reported_at_its_field(desk)


def a_ticket_is_looked_for_given_called_and_called_again(desk: Desk) -> None:
    def find(text: str) -> None:
        desk.press("/")
        desk.page.keyboard.type(text)
        desk.press("Enter")

    # A number that was never issued leads to a new ticket, which may go first.
    find("z99")
    desk.page.locator("#find-trouble").get_by_role("button", name="Give a ticket").click()
    expect(desk.dialog()).to_contain_text("What is the ticket for?")
    desk.press("k")
    expect(desk.dialog().get_by_role("checkbox")).to_be_checked()
    desk.press("1")
    expect(desk.dialog().get_by_role("heading")).to_have_text("Ticket A001")
    desk.press("Escape")
    [ticket] = desk.api.get(f"{desk.path}/visits?number=A001")["visits"]
    assert (ticket["priority"], ticket["channel"]) == ("high", "desk")
    expect(desk.title).to_be_focused()

    # Escape leaves the search.
    find("x")
    expect(desk.page.locator("#find-trouble")).not_to_be_empty()
    desk.press("Escape")
    expect(desk.page.locator("#find-trouble")).to_be_empty()
    expect(desk.page.get_by_label("Find a ticket")).to_have_value("")

    # No shortcut is lost after it.
    find("a1")
    desk.dialog().get_by_text("Waiting since").wait_for()
    desk.press("Escape")
    desk.press("Space")
    desk.shows("A001")

    # A missed visit is called from the found ticket.
    desk.page.locator(".ticket--called").wait_for()
    desk.press("x")
    desk.shows("Nobody is waiting for you")
    find("a1")
    expect(desk.dialog()).to_contain_text("did not come")
    desk.press("1")
    desk.shows("A001")
    assert desk.visit(ticket)["state"] == "called"
    desk.press("x")
    desk.shows("Nobody is waiting for you")


def a_paper_ticket_is_found_however_it_is_typed(desk: Desk) -> None:
    [visit] = desk.issue("pas")
    for typed in ("A002", "a2", " a 002", "2"):
        desk.press("/")
        desk.page.keyboard.type(typed)
        desk.press("Enter")
        expect(desk.dialog()).to_contain_text("Waiting since")
        expect(desk.dialog()).to_contain_text("A002")
        desk.press("Escape")
        expect(desk.dialog()).to_have_count(0)
    desk.press("/")
    desk.page.keyboard.type("A002")
    desk.press("Enter")
    desk.dialog().get_by_role("button", name="Has left").click()
    desk.page.get_by_text("A002 has left.").wait_for()
    assert desk.visit(visit)["state"] == "abandoned"
    desk.press("u")
    desk.page.get_by_text("A002 is back.").wait_for()
    assert desk.visit(visit)["state"] == "waiting"


def an_invalid_number_is_reported_at_its_field(desk: Desk) -> None:
    unknown = ("A77", "No ticket today has the number A077.")
    for typed, sentence in (unknown, ("pas", "Write a number such as A012.")):
        desk.page.get_by_label("Find a ticket").fill(typed)
        desk.button("Find", exact=True).click()
        expect(desk.page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()


def test_a_closed_branch_says_so_is_opened_only_on_purpose_and_calls_those_who_wait(
    new_desk: DeskMaker,
) -> None:
    at = new_desk(opening_hours=closed_until_the_day_after_tomorrow())
    at.page.goto(f"/counter/{at.branch}")
    expect(at.page.locator("#choose")).to_contain_text("Closed – opens ")
    at.button("Open Counter 1").press("Enter")
    at.press("Enter")
    assert at.counter()["open"] is False
    at.button("Open Counter 1").press("Enter")
    at.dialog().get_by_role("button", name="Open Counter 1").click()
    at.shows("Nobody is waiting for you")
    expect(at.page.locator("#stage-top")).to_contain_text("The kiosk gives no numbers.")

    at.issue("turist")
    lead = at.page.locator(".stage__lead")
    expect(lead).to_contain_text("Citizens with a number are still called.")
    at.service.api("supervisor").post(f"{at.path}/interventions", kind="carry_over")
    expect(lead).to_contain_text("Those who wait keep number and place.")
    expect(at.button("Call the next", exact=True)).to_have_class(re.compile("stage__go--idle"))
    expect(at.page.locator("#asked use")).to_have_attribute("href", "#i-moon")
    at.api.post(f"{at.path}/counters/1/close")
    expect(at.page.locator("#choose")).to_contain_text("Those who wait keep number and place.")


def test_no_occupied_counter_is_taken_over_by_a_hasty_press(new_desk: DeskMaker) -> None:
    at = new_desk()
    for counter in ("1", "2", "3"):
        at.api.post(f"{at.path}/counters/{counter}/open", team="citizen-service")
    at.page.goto(f"/counter/{at.branch}")
    expect(at.page.locator("#choose")).to_contain_text("Somebody is at every counter.")
    expect(at.page.locator("input[name=counter]:checked")).to_have_count(0)
    expect(at.page.locator("#choose")).not_to_contain_text("undefined")
    at.page.get_by_role("radio", name="Library").press("Enter")
    at.api.post(f"{at.path}/counters/2/close")
    expect(at.page.get_by_role("radio", name="Counter 2")).to_be_checked()
    at.page.get_by_role("radio", name="Counter 1").check()
    at.button("Take over Counter 1").press("Enter")
    at.press("Enter")
    at.dialog().wait_for(state="hidden")
    expect(at.page.locator("#choose")).to_be_visible()


def test_a_counter_of_the_library_with_an_empty_queue_and_with_others(new_desk: DeskMaker) -> None:
    at = new_desk()
    at.open("1", "library")
    an_empty_queue_is_no_failure_and_its_message_ends_when_a_visit_arrives(at)
    a_service_has_the_same_key_and_a_missing_counter_is_mentioned(at)


def an_empty_queue_is_no_failure_and_its_message_ends_when_a_visit_arrives(at: Desk) -> None:
    at.press("Space")
    said = at.page.locator("#stage-trouble .banner")
    expect(said).to_have_text("Nobody is waiting for you right now.")
    expect(said).not_to_have_class("banner--bad")
    expect(said.get_by_role("button")).to_have_count(0)
    at.issue("korekort")  # which the library's team does not take
    said.get_by_role("button", name="Call B001 (Driving licence)").click()
    at.shows("B001")
    at.page.locator(".ticket--called").wait_for()
    at.press("x")
    at.shows("Nobody is waiting for you")
    at.press("Space")
    expect(said).to_be_visible()
    at.issue("turist")
    expect(at.page.locator("#stage-trouble")).to_be_empty()


def a_service_has_the_same_key_and_a_missing_counter_is_mentioned(at: Desk) -> None:
    at.issue("pas")
    asked = []
    for key, missing in (("d", False), ("f", None), ("b", True)):
        at.press(key)
        expect(at.dialog()).to_be_visible()
        asked.append(at.page.evaluate(KEYS))
        reported = at.dialog().get_by_text("No open counter takes this now")
        if missing is not None:
            expect(reported.first).to_be_visible() if missing else expect(reported).to_have_count(0)
        at.press("Escape")
        expect(at.dialog()).to_be_hidden()
    at.button("Call A001").click()
    # The number is in the list too; a key is meant for the call only once it is drawn.
    expect(at.page.locator(".ticket--called")).to_be_visible()
    at.start()
    expect(at.page.locator(".ticket--serving")).to_be_visible()
    for key in ("c", "t", "w"):
        at.press(key)
        expect(at.dialog()).to_be_visible()
        asked.append(at.page.evaluate(KEYS))
        at.press("Escape")
        expect(at.dialog()).to_be_hidden()
    for question in asked:
        assert question.items() >= {("Driving licence", "2"), ("Something else", "6")}


def test_the_longest_wait_agrees_with_the_list(new_desk: DeskMaker) -> None:
    at = new_desk()
    waited = [40, 100]

    def as_time_goes_by(route: Route) -> None:
        answer = route.fetch()
        document = answer.json()
        for visit in document["visits"]:
            visit["waiting_seconds"] = waited[0]
        route.fulfill(response=answer, body=json.dumps(document))

    at.page.route("**/visits?state=waiting*", as_time_goes_by)
    at.issue("pas")
    at.open()
    lead = at.page.locator(".stage__lead")
    expect(lead).to_contain_text("Nobody has waited a whole minute yet.")
    waited.pop(0)
    at.page.evaluate("window.dispatchEvent(new Event('offline'))")  # look again
    at.api.post(f"{at.path}/counters/2/open")
    expect(at.page.locator(".visit-row__time")).to_have_text("1 min")
    expect(lead).to_contain_text("The longest wait is 1 minute.")


def test_a_desk_without_a_door_warns_about_private_services(new_desk: DeskMaker) -> None:
    private = {"id": "gaeld", "name": {"da": "Gæld", "en": "Debt"}, "prefix": "K", "private": True}
    plain = {"id": "pas", "name": {"da": "Pas", "en": "Passport"}, "prefix": "A"}
    desks = [{"id": id_, "name": f"Skranke {id_}", "services": ["*"]} for id_ in ("1", "2")]
    name = {"da": "Lokale 2", "en": "Room 2"}
    room = {"id": "r", "name": name, "services": ["gaeld"], "kind": "room"}
    team = {"id": "citizen-service", "name": {"da": "Borgerservice"}, "services": ["*"]}
    at = new_desk(services=[private, plain], counters=[*desks, room], teams=[team])
    at.issue("gaeld")
    at.open()
    said = at.page.locator("#stage-top .banner")
    expect(said).to_contain_text("Next is K001, to be talked about behind a closed door.")
    expect(said).to_contain_text("Go there together: Room 2.")
    at.api.post(f"{at.path}/counters/r/open", team="citizen-service")
    at.call_first()
    expect(said).to_contain_text("This counter has none. Send it on, or go there together: Room 2.")
    at.press("x")
    at.issue("pas")
    at.call_first()
    at.shows("A001")
    expect(said).to_have_count(0)
    at.show("r")
    at.issue("gaeld")
    at.call_first()
    at.shows("K002")
    expect(said).to_have_count(0)
    at.issue("gaeld")
    at.show("1")
    at.press("x")
    expect(said).to_contain_text("Next is K003")
    at.service.api("supervisor").post(f"{at.path}/interventions", kind="carry_over")
    expect(at.button("Call the next")).to_have_class(re.compile("stage__go--idle"))
    expect(said).to_have_count(0)


def test_taking_over_a_counter_keeps_its_team_and_names_a_change(
    desk: Desk, new_desk: DeskMaker
) -> None:
    other = new_desk(desk.branch)
    other.page.goto(f"/counter/{desk.branch}")
    other.page.get_by_role("radio", name="Counter 1").check()
    own = other.page.get_by_role("radio", name="Citizen service", exact=True)
    expect(own).to_be_checked()
    other.page.get_by_role("radio", name="Library").check()
    other.button("Take over Counter 1").click()
    expect(other.dialog()).to_contain_text("It changes from Citizen service to Library")
    other.dialog().get_by_role("button", name="Cancel").click()
    assert desk.counter()["team"] == "citizen-service"

    own.check()
    other.button("Take over Counter 1").click()
    expect(other.dialog()).to_contain_text("You take it over as it is.")
    other.dialog().get_by_role("button", name="Take over Counter 1").click()
    other.title.wait_for()
    assert other.counter()["team"] == "citizen-service"
    # The window from which it was taken shows a message, the other does not.
    trouble = desk.page.locator("#stage-trouble")
    expect(trouble).to_contain_text("Counter 1 was taken over in another window.")
    expect(other.page.locator("#stage-trouble")).to_be_empty()


def test_done_and_next_is_one_press_and_its_message_ends_with_the_next_visit(desk: Desk) -> None:
    resolved_and_next_is_one_press_there_and_one_back(desk)
    the_last_action_ends_with_the_next_visit_and_is_in_the_current_language(desk)


def resolved_and_next_is_one_press_there_and_one_back(desk: Desk) -> None:
    first, second = desk.issue("pas", "pas")
    desk.serve_first()
    # A start has its own way back.
    desk.press("u")
    expect(desk.page.locator(".ticket--called")).to_be_visible()
    assert desk.visit(first)["started_at"] is None
    desk.start()
    desk.page.locator(".ticket--serving").wait_for()
    desk.press("Shift+Space")
    desk.shows("A002")
    third = desk.issue("pas")[0]
    news = desk.page.locator("#news")
    expect(news).to_contain_text("A001 is done: Resolved. Undo puts A002 back in the queue.")
    desk.press("u")
    desk.shows("A001")
    expect(news).to_contain_text("A002 is back in the queue.")
    states = [desk.visit(v)["state"] for v in (first, second, third)]
    assert states == ["serving", "waiting", "waiting"]
    desk.press("Shift+Space")
    desk.shows("A002")
    assert [desk.visit(v)["state"] for v in (first, second)] == ["completed", "called"]
    assert desk.visit(first)["inquiries"][0]["outcome"] == "resolved"
    desk.press("Shift+Space")  # nothing to complete: the citizen has not come yet
    expect(desk.page.locator(".key-note")).to_contain_text("A002 is called.")
    desk.start()
    desk.page.get_by_text("Being served").wait_for()
    desk.button("Resolved, call the next").click()
    desk.shows("A003")
    assert desk.visit(second)["state"] == "completed"


def the_last_action_ends_with_the_next_visit_and_is_in_the_current_language(desk: Desk) -> None:
    [following] = desk.issue("pas")
    desk.start()
    desk.press("p")
    news = desk.page.locator("#news")
    expect(news).not_to_be_empty()
    desk.press("Space")
    desk.shows(following["number"])
    expect(news).to_be_empty()
    desk.start()
    desk.press("4")
    expect(news).to_contain_text(f"{following['number']} is done: Must come back.")
    desk.page.get_by_role("link", name="Dansk").click()
    expect(news).to_contain_text(f"{following['number']} er afsluttet: Skal komme igen.")


def test_a_carried_over_visit_is_called_only_by_choice(desk: Desk) -> None:
    _, waits = desk.issue("pas", "pas")
    desk.serve_first()
    desk.service.api("supervisor").post(f"{desk.path}/interventions", kind="carry_over")
    expect(desk.page.locator("#asked")).to_contain_text("Closed for today.")
    # Done, and the same press calls no visit.
    desk.press("Shift+Space")
    expect(desk.title).to_have_text("Closed for today")
    for key in ("Space", "i"):
        desk.press(key)
        expect(desk.dialog()).to_contain_text("Call somebody who was asked to come back?")
        desk.page.keyboard.press("Escape")
        expect(desk.page.locator("#ask[open]")).to_have_count(0)
    assert desk.visit(waits)["state"] == "waiting"
    desk.press("Space")
    desk.dialog().get_by_role("button", name="Call the next all the same").click()
    desk.shows(waits["number"])


def test_the_last_open_counter_and_the_same_with_another_open(desk: Desk) -> None:
    a_ticket_is_given_and_printed_in_the_citizens_language(desk)
    closing_the_last_counter_for_those_who_wait_says_so(desk)
    sending_on_to_what_this_counter_takes_is_warned_of(desk)
    closing_one_of_two_says_that_nobody_is_called_to_it(desk)
    the_focus_is_kept_when_somebody_else_was_quicker(desk)


def a_ticket_is_given_and_printed_in_the_citizens_language(desk: Desk) -> None:
    desk.page.evaluate(
        "() => { window.printed = 0; window.print = () => { window.printed += 1; }; }"
    )
    desk.press("b")
    desk.dialog().get_by_role("radio", name="English").check()
    desk.dialog().get_by_role("button", name="Passport").click()
    expect(desk.dialog()).to_contain_text("Nobody ahead.")
    [given] = desk.api.get(f"{desk.path}/visits")["visits"]
    assert given["language"] == "en"
    desk.press("Escape")

    desk.press("b")
    desk.dialog().get_by_role("radio", name="Danish").check()
    desk.dialog().get_by_role("button", name="Passport").click()
    desk.dialog().get_by_role("button", name="Print").click()
    assert desk.page.evaluate("window.printed") == 1
    desk.page.emulate_media(media="print")
    expect(desk.page.locator("#print")).to_contain_text("Dit nummer")
    expect(desk.page.locator("#print")).to_contain_text("Pas")
    expect(desk.page.locator("#stage")).to_be_hidden()
    desk.page.emulate_media(media="screen")
    desk.press("Escape")


def closing_the_last_counter_for_those_who_wait_says_so(desk: Desk) -> None:
    desk.button("Call A002").wait_for()
    desk.press("m")
    expect(desk.dialog()).to_contain_text("2 people are waiting, and no other open counter")
    desk.press("Escape")


def sending_on_to_what_this_counter_takes_is_warned_of(desk: Desk) -> None:
    desk.serve_first()
    desk.press("t")
    own = desk.dialog().locator(".ask__group", has_text="the number may come back to you")
    expect(own).to_have_count(1)
    expect(own.get_by_role("button", name="Passport")).to_be_visible()
    # No other counter is open: the focus is on the way out.
    expect(desk.dialog().get_by_role("button", name="Cancel")).to_be_focused()
    desk.press("Escape")
    desk.api.post(f"{desk.path}/counters/2/open", team="citizen-service")
    desk.show()
    desk.press("t")
    expect(desk.dialog().get_by_role("button", name="Counter 2")).to_be_focused()
    assert desk.page.evaluate(KEYS)["Counter 2"] == "B", "counters have the letters from A on"
    desk.press("Escape")


def closing_one_of_two_says_that_nobody_is_called_to_it(desk: Desk) -> None:
    desk.press("1")
    desk.shows("1 person is waiting for you")
    desk.press("m")
    expect(desk.dialog()).to_contain_text("Nobody is called to it any more.")
    desk.press("Escape")


def the_focus_is_kept_when_somebody_else_was_quicker(desk: Desk) -> None:
    [visit] = desk.api.get(f"{desk.path}/visits?number=A002")["visits"]
    desk.button("Call A002").focus()
    desk.api.post(f"{desk.path}/visits/{visit['id']}/call", counter="2")
    expect(desk.page.locator(".visit-row__open")).to_have_count(0)
    expect(desk.title).to_be_focused()


def test_times_are_those_of_the_branch_whatever_the_browsers_zone(
    new_desk: DeskMaker, new_context: BrowserMaker
) -> None:
    far = new_desk(context=new_context(timezone_id="Pacific/Auckland"))
    far.open()
    [visit] = far.issue("pas")
    far.page.locator(".visit-row__open").click()
    issued = datetime.fromisoformat(visit["issued_at"]).astimezone(ZoneInfo("Europe/Copenhagen"))
    expect(far.dialog()).to_contain_text(f"Waiting since {issued.hour}:{issued:%M}.")


def test_a_counter_with_a_name_for_each_language_has_a_page(new_desk: DeskMaker) -> None:
    counters = [{"id": "1", "name": {"da": "Skranke 1", "en": "Desk 1"}, "services": ["*"]}]
    at = new_desk(counters=counters)
    at.page.goto(f"/counter/{at.branch}")
    at.button("Open Desk 1").click()
    at.shows("Nobody is waiting for you")
    expect(at.page.locator("#menu")).to_contain_text("Desk 1")
