"""The counter's page next to others: other clerks, other windows, crashes and outages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.counter.counter_desk import Desk, DeskMaker, desk, new_desk
from tests.web.browsers import BrowserMaker, Check
from tests.web.service import Refused, Service

__all__ = ["desk", "new_desk"]


def test_a_closed_browser_comes_back_to_its_visit_and_to_its_undo(desk: Desk) -> None:
    [visit] = desk.issue("pas")
    desk.serve_first()
    desk.page.close()
    desk.page = desk.context.new_page()
    # The page keeps its counter heard.
    with desk.page.expect_request("**/events?*counter=1*", timeout=5000):
        desk.page.goto(f"/counter/{desk.branch}")
    desk.shows("A001")
    expect(desk.page).to_have_url(f"{desk.service.url}/counter/{desk.branch}?counter=1")
    desk.press("1")
    desk.page.locator("#news button").wait_for()
    desk.page.reload()
    desk.button("Undo").click()
    desk.shows("A001")
    assert desk.visit(visit)["state"] == "serving"


def test_taking_over_at_a_shift_change_keeps_the_visit(desk: Desk, new_desk: DeskMaker) -> None:
    [visit] = desk.issue("turist")
    desk.serve_first()
    other = new_desk(desk.branch)
    other.page.goto(f"/counter/{desk.branch}")
    other.page.get_by_text("Serving T001").click()
    other.page.get_by_role("radio", name="Library").check()
    expect(other.page.locator("#choose")).to_contain_text("T001 is there now and stays")
    other.button("Take over Counter 1").click()
    other.dialog().get_by_role("button", name="Take over Counter 1").click()
    other.shows("T001")
    now = desk.counter()
    assert (now["team"], now["current"]["id"]) == ("library", visit["id"])
    expect(desk.page.locator("#menu")).to_contain_text("Library")


def test_two_windows_of_a_counter_show_the_same(desk: Desk, new_desk: DeskMaker) -> None:
    other = new_desk(desk.branch)
    other.show("1")
    desk.issue("pas")
    other.shows("1 person is waiting for you")
    desk.press("Space")
    other.shows("A001")
    other.button("Serve A001").click()
    desk.page.locator(".ticket--serving").wait_for()
    # A window that is opened later comes to the counter in its address, and to its visit.
    other.show("1")
    other.shows("A001")
    desk.press("5")
    other.shows("Nobody is waiting for you")
    expect(other.page.locator("#news")).to_contain_text("A001 is done: Not resolved.")
    other.button("Undo").click()
    desk.shows("A001")
    expect(desk.page.locator("#news")).to_be_empty()


def test_the_list_of_a_counter_of_the_library(new_desk: DeskMaker) -> None:
    at = new_desk()
    at.open("3", "library")
    a_chosen_ticket_is_called_from_the_list(at)
    the_list_is_live_and_marks_own_entries(at)


def a_chosen_ticket_is_called_from_the_list(at: Desk) -> None:
    at.issue("turist", "pas")
    at.button("Call A001").click()
    at.shows("A001")
    expect(at.page.locator(".ticket--called")).to_contain_text("Chosen from the list.")
    at.press("x")
    at.shows("1 person is waiting for you")


def the_list_is_live_and_marks_own_entries(at: Desk) -> None:
    visit, _ = at.issue("pas", "andet")
    mine = at.page.locator(".lane:not(.lane--others)")
    expect(mine.locator(".visit-row__open")).to_have_text(["T001", "E001"])
    expect(at.page.locator(".lane--others .visit-row__open")).to_have_text(["A002"])
    expect(mine.locator(".visit-row--next")).to_contain_text("T001")
    at.api.post(f"{at.path}/counters/2/open", team="citizen-service")
    at.api.post(f"{at.path}/visits/{visit['id']}/call", counter="2")
    expect(at.page.locator(".lane--others")).to_have_count(0)
    at.shows("2 people are waiting for you")
    # A renamed service has its new name at once, though nothing else has changed.
    admin, path = at.service.api(), f"/branches/{at.branch}"
    named = admin.call("GET", path)
    tourists = next(service for service in named["services"] if service["id"] == "turist")
    tourists["name"] = {"da": "Turister", "en": "Tourists"}
    admin.call("PUT", path, named)
    expect(mine).to_contain_text("Tourists")
    expect(at.page.locator(".walkins")).to_contain_text("Tourists")


def test_a_counter_is_closed_here_and_elsewhere(desk: Desk) -> None:
    a_quicker_caller_is_reported_in_a_sentence(desk)
    an_unattended_counter_is_closed_from_its_menu(desk)
    a_counter_closed_elsewhere_is_left(desk)


def a_quicker_caller_is_reported_in_a_sentence(desk: Desk) -> None:
    [visit] = desk.issue("pas")
    call = desk.button("Call A001")
    call.wait_for()
    desk.api.post(f"{desk.path}/counters/2/open")

    def be_quicker(route: Route) -> None:
        desk.api.post(f"{desk.path}/visits/{visit['id']}/call", counter="2")
        route.continue_()

    desk.page.route("**/visits/*/call?*", be_quicker)
    call.click()
    trouble = desk.page.locator("#side-trouble")
    expect(trouble).to_have_text("A001 has just been called by somebody else.")
    expect(desk.title).to_be_focused()  # as the button that was pressed is gone
    desk.page.unroute("**/visits/*/call?*")


def an_unattended_counter_is_closed_from_its_menu(desk: Desk) -> None:
    [visit] = desk.issue("pas")
    desk.serve_first()
    desk.press("m")
    desk.dialog().get_by_role("button", name="Close Counter 1").click()
    expect(desk.page.locator("#stage-trouble")).to_contain_text(f"First finish {visit['number']}")
    desk.press("1")
    desk.shows("Nobody is waiting for you")
    desk.press("m")
    desk.dialog().get_by_role("button", name="Close Counter 1").click()
    desk.page.get_by_role("heading", name="Which counter are you at?").wait_for()
    assert desk.counter()["open"] is False


def a_counter_closed_elsewhere_is_left(desk: Desk) -> None:
    desk.button("Open Counter 1").click()
    desk.shows("Nobody is waiting for you")
    desk.api.post(f"{desk.path}/counters/1/close")
    expect(desk.page.locator("#choose")).to_contain_text("Counter 1 has been closed.")
    desk.button("Open Counter 1").click()
    desk.shows("Nobody is waiting for you")


LOSE_THE_FIRST_ANSWER = """() => {
    const send = window.fetch;
    window.keysSent = [];
    window.fetch = async (address, options) => {
        const answer = await send(address, options);
        if (!String(address).includes("/call-next")) return answer;
        window.keysSent.push(options.headers["Idempotency-Key"]);
        if (window.keysSent.length === 1) throw new TypeError("the answer is lost");
        return answer;
    };
}"""
"""In the page: the first call arrives and its answer does not come back."""


def test_a_lost_response_calls_one_visit_only(desk: Desk) -> None:
    desk.issue("pas", "pas")
    desk.page.evaluate(LOSE_THE_FIRST_ANSWER)
    desk.press("Space")
    desk.shows("A001")
    expect(desk.page.locator("body")).not_to_have_attribute("data-busy", "")
    keys: list[str] = desk.page.evaluate("() => window.keysSent")
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert [v["number"] for v in waiting(desk)] == ["A002"]


LOSE_CALLS = """() => {
    const [send, wait] = [window.fetch, window.setTimeout];
    const fails = { request: /call-next/, answer: /call-next/, unseen: /counters[/]1/ };
    window.keysSent = [];
    window.lost = "";
    window.underway = 0;
    window.setTimeout = (then, ms, ...more) =>
        wait(then, [300, 900, 2000].includes(ms) ? 0 : ms, ...more);
    window.fetch = async (address, options) => {
        const fate = window.lost;
        const fail = fails[fate]?.test(String(address)) ?? false;
        if (String(address).includes("call-next")) {
            window.keysSent.push(options.headers["Idempotency-Key"]);
        }
        window.underway += 1;
        try {
            const answer = fail && fate === "request" ? null : await send(address, options);
            if (fail) throw new TypeError("lost");
            return answer;
        } finally {
            window.underway -= 1;
        }
    };
    window.titles = [];
    const note = () => window.titles.push(document.querySelector("#stage-title")?.textContent);
    const shown = { childList: true, subtree: true };
    new MutationObserver(note).observe(document.querySelector("#stage"), shown);
}"""
"""In the page: while ``lost`` says so, calls do not arrive ("request"), their answers do not come
back ("answer"), nor does the counter's state ("unseen"). Repeats come without a pause, and
``titles`` are those that the stage has had."""


def lose(page: Page, what: str) -> None:
    """Lose this of each call from now on (:data:`LOSE_CALLS`)."""
    # A request that began before would still show what it must not.
    page.wait_for_function("() => window.underway === 0")
    page.evaluate("(what) => { window.lost = what; }", what)


def keys_sent(page: Page) -> list[str]:
    """The keys of the calls since it was last asked."""
    sent: list[str] = page.evaluate("() => window.keysSent.splice(0)")
    return sent


def test_a_lost_press_is_repeated_only_while_nothing_else_happened(desk: Desk) -> None:
    page, trouble = desk.page, desk.page.locator("#stage-trouble")

    _, second, _ = desk.issue("pas", "pas", "pas")
    page.evaluate(LOSE_CALLS)
    lose(page, "request")
    desk.press("Space")
    expect(trouble).to_contain_text("Your last press may not have come through")
    lose(page, "answer")
    desk.press("Space")
    desk.shows("A001")
    desk.idle()
    expect(trouble).to_be_empty()
    first_keys = keys_sent(page)
    assert len(first_keys) == 8
    assert len(set(first_keys)) == 1

    # It was done: the same press is a new one.
    lose(page, "")
    desk.start()
    page.locator(".ticket--serving").wait_for()
    desk.press("1")
    desk.shows("2 people are waiting for you")
    lose(page, "unseen")
    desk.press("Space")
    expect(trouble).to_contain_text("Your last press may not have come through")
    second_keys = keys_sent(page)
    assert set(second_keys).isdisjoint(first_keys)

    # It was done and is over, and this page saw nothing of it: the repeat does not bring it back.
    desk.api.post(f"{desk.path}/visits/{second['id']}/start")
    desk.api.post(f"{desk.path}/visits/{second['id']}/complete", outcome="resolved")
    lose(page, "")
    desk.press("Space")
    desk.idle()
    desk.shows("1 person is waiting for you")
    assert set(keys_sent(page)) == set(second_keys)
    titles = page.evaluate("() => window.titles")
    assert "A001" in titles
    assert "A002" not in titles
    desk.press("Space")
    desk.shows("A003")

    # The message of an empty queue ends once a visit waits.
    desk.press("x")
    desk.shows("Nobody is waiting for you")
    lose(page, "answer")
    desk.press("Space")
    expect(trouble).to_contain_text("Your last press may not have come through")
    lose(page, "")
    desk.issue("pas")
    desk.press("Space")
    desk.shows("A004")


def waiting(desk: Desk) -> list[dict[str, str]]:
    """The waiting visits."""
    found: list[dict[str, str]] = desk.api.get(f"{desk.path}/visits?state=waiting")["visits"]
    return found


def test_an_unavailable_store_is_shown_and_the_page_recovers(desk: Desk, service: Service) -> None:
    desk.issue("pas")
    desk.shows("1 person is waiting for you")
    with service.store_away():
        desk.press("Space")
        trouble = desk.page.locator("#stage-trouble")
        expect(trouble).to_contain_text("Still trying", timeout=15_000)
        expect(desk.page.locator("#connection")).to_be_visible(timeout=30_000)
    desk.shows("A001")


def test_a_pause_is_one_key_and_one_press_and_survives_a_crash(
    desk: Desk, assert_accessible: Check
) -> None:
    desk.issue("pas", "pas")
    desk.serve_first()
    desk.press("v")
    expect(desk.dialog()).to_contain_text("Pause Counter 1 after A001: why?")
    desk.page.keyboard.press("2")
    expect(desk.page.locator("#stage-top")).to_contain_text("Pause after A001: Meeting")
    assert desk.counter()["pause"] == {"reason": "meeting", "since": None}
    desk.press("1")
    desk.shows("Meeting")
    assert desk.counter()["state"] == "paused"
    desk.page.close()
    desk.page = desk.context.new_page()
    desk.page.goto(f"/counter/{desk.branch}")
    desk.shows("Meeting")
    expect(desk.page.locator("#stage-top")).to_contain_text(re.compile(r"Paused for \d+\ss"))
    assert_accessible(desk.page)
    with pytest.raises(Refused, match="counter_paused"):
        desk.api.post(f"{desk.path}/counters/1/call-next")
    desk.press("Space")
    desk.shows("1 person is waiting for you")
    desk.press("i")
    desk.page.locator(".ticket--called").wait_for()
    calls = desk.api.get(f"{desk.path}/state")["calls"]
    assert [call["silent"] for call in calls] == [True, False]

    # A supervisor's request is shown at the side.
    supervisor = desk.service.api("supervisor", desk.branch)
    for wanted in (
        {"kind": "open_counter", "counter": "2"},
        {"kind": "announcement", "texts": {"da": "Ingen elevator.", "en": "No lift."}},
        {"kind": "carry_over"},
    ):
        supervisor.post(f"{desk.path}/interventions", **wanted)
    asked = desk.page.locator("#asked")
    expect(asked).to_contain_text(
        "Counter 2 is wanted open until the end of the day, asked for by a supervisor."
    )
    expect(asked).to_contain_text("On the screens: No lift.")
    expect(asked).to_contain_text("Closed for today.")


@pytest.mark.parametrize("role", ["supervisor", None])
def test_only_clerks_and_administrators_come_in(
    service: Service, new_context: BrowserMaker, role: str | None
) -> None:
    branch = service.branch()
    context = new_context()
    if role:
        service.log_in(context, role, branch)
    page: Page = context.new_page()
    answer = page.goto(f"/counter/{branch}")
    assert answer
    if role:
        assert answer.status == 403
    else:
        assert "/login?next=" in page.url


def test_another_branch_is_refused(service: Service) -> None:
    own, other = service.branch(), service.branch()
    with pytest.raises(Refused) as refused:
        service.api("clerk", own).post(f"/branches/{other}/counters/1/open")
    assert refused.value.status == 403
