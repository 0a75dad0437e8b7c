"""The counter's keys: one press does one thing, and a key does the same wherever it works."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.dashboards.day import noon_zone
from tests.pages.counter.counter_desk import KEYS, Desk, DeskMaker, desk, new_desk
from tests.web.browsers import BrowserMaker

__all__ = ["desk", "new_desk"]


TYPE = """([text, held]) => {
    for (const key of text) document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, repeat: held, bubbles: true, cancelable: true }));
}"""
"""In the page: a text typed where nothing takes it, as fast as can be; or keys that are held."""


def test_typed_text_does_nothing_and_shows_a_hint(desk: Desk) -> None:
    first, second = desk.issue("pas", "pas")
    desk.serve_first()
    note = desk.page.locator(".key-note")
    for text in ("pension", "1203851234", "jensen 1", "øl"):
        desk.page.evaluate(TYPE, [text, False])
        expect(note).to_have_text("That looks like text: nothing was done")
    # A key that is held is no press, also of a button that has the focus.
    desk.page.evaluate(TYPE, ["p1t ", True])
    desk.button("Resolved, call the next").focus()
    desk.page.evaluate(TYPE, [" ", True])
    assert [desk.visit(v)["state"] for v in (first, second)] == ["serving", "waiting"]
    expect(desk.dialog()).to_be_hidden()
    # The playbook is for words: its search has the focus, and anywhere else in it is as good.
    desk.page.locator("#stage-title").focus()
    desk.press("h")
    search = desk.page.locator("#playbook-search")
    expect(search).to_be_focused()
    desk.page.keyboard.type("pen")
    desk.page.locator("#playbook-title").click()
    desk.page.keyboard.type("sion 1")
    expect(search).to_have_value("pension 1")
    assert desk.counter()["current"]["id"] == first["id"]
    assert desk.visit(first)["state"] == "serving"
    # In a question, too, letters in succession are no answer.
    desk.press("Escape")
    desk.press("t")
    expect(desk.dialog()).to_be_visible()
    desk.page.evaluate(TYPE, ["2a1", False])
    expect(desk.dialog().locator(".key-note")).to_be_visible()
    assert desk.visit(first)["state"] == "serving"


def test_a_key_that_can_do_nothing_says_why(desk: Desk) -> None:
    note = desk.page.locator(".key-note")
    said = {
        "r": "Nobody is called", "u": "nothing to undo", "g": "Nobody is parked",
        "e": "No specialist is being asked",
    }  # fmt: skip
    for key, words in said.items():
        desk.press(key)
        expect(note).to_contain_text(words)
    desk.issue("pas", "pas")
    # The arrows go through the list, which has the same keys as the page.
    rows = desk.page.locator("#waiting .visit-row__open")
    expect(rows).to_have_count(2)
    desk.press("l")
    expect(rows.first).to_be_focused()
    desk.press("ArrowDown")
    expect(rows.last).to_be_focused()
    desk.press("ArrowDown")
    desk.press("ArrowUp")
    expect(rows.first).to_be_focused()
    desk.page.locator("#stage-title").focus()
    desk.call_first()
    desk.press("p")
    expect(note).to_contain_text("A001 is called. Press Space")
    desk.start()
    desk.page.locator(".ticket--serving").wait_for()
    desk.press("d")
    expect(note).to_contain_text("Not while A001 is being served.")
    desk.press("1")
    desk.shows("1 person is waiting for you")
    desk.press("v")
    desk.dialog().locator(".ask__choice").first.click()
    desk.press("f")
    expect(note).to_contain_text("This counter is paused.")


def choices_found(at: Desk) -> dict[str, str]:
    """The actions for ticket A001 when it is found, and the key of each."""
    at.page.get_by_label("Find a ticket").fill("A001")
    at.press("Enter")
    expect(at.dialog()).to_contain_text("A001")
    found: dict[str, str] = at.page.evaluate(KEYS)
    return found


def test_keys_of_a_found_ticket_and_of_a_question(desk: Desk) -> None:
    actions_on_a_found_ticket_have_the_same_key_in_every_state(desk)
    a_digit_in_a_question_is_no_outcome_too(desk)


def actions_on_a_found_ticket_have_the_same_key_in_every_state(desk: Desk) -> None:
    visit, _ = desk.issue("pas", "pas")
    always = {"Call later": "2", "Has left": "3", "Not before a time": "5"}
    assert choices_found(desk) == {"Call to Counter 1": "1", **always}
    desk.press("Escape")
    desk.button("Call A002").click()
    desk.shows("A002")
    assert choices_found(desk) == always
    desk.press("2")
    expect(desk.dialog()).to_contain_text("In 10 minutes")
    later = desk.page.evaluate(KEYS)
    desk.press("Escape")
    desk.press("q")
    expect(desk.dialog()).to_contain_text("As soon as it is the citizen's turn")
    assert desk.page.evaluate(KEYS).items() >= later.items()
    assert desk.visit(visit)["state"] == "waiting"
    desk.press("Escape")


def a_digit_in_a_question_is_no_outcome_too(desk: Desk) -> None:
    visit, trouble = desk.counter()["current"], desk.page.locator("#stage-trouble")
    desk.press("m")
    expect(desk.dialog()).to_contain_text("Close Counter 1")
    desk.press("3")
    expect(trouble).to_contain_text(f"First finish {visit['number']}")
    assert desk.visit(visit)["state"] == "called"

    desk.start()
    expect(trouble).to_be_empty()
    desk.press("m")
    expect(desk.dialog()).to_contain_text("Close Counter 1")
    desk.press("3")
    expect(trouble).to_contain_text(f"First finish {visit['number']}")
    assert desk.visit(visit)["state"] == "serving"

    # A digit without a choice does nothing behind the question.
    desk.show()
    desk.press("m")
    desk.dialog().get_by_role("heading").first.click()  # where nothing takes the focus
    desk.press("5")
    desk.press("3")
    expect(trouble).to_contain_text(f"First finish {visit['number']}")
    assert desk.visit(visit)["state"] == "serving"


def test_a_later_time_is_asked_for_and_taken_back_by_keys(new_desk: DeskMaker) -> None:
    desk = new_desk(timezone=noon_zone())
    desk.open()
    first, second = desk.issue("pas", "pas")
    expect(desk.page.locator("#waiting .visit-row")).to_have_count(2)
    desk.press("l")
    desk.press("Enter")
    desk.press("5")
    expect(desk.dialog()).to_contain_text("The citizen waits on as if they had come at that time.")
    desk.press("1")
    news = desk.page.locator("#news")
    expect(news).to_contain_text("A001 is not called before")
    postponed = desk.visit(first)
    assert postponed["not_before"] == postponed["held_until"]
    assert postponed["position"] == 1
    desk.press("u")
    expect(news).to_contain_text("A001 is back.")
    assert (desk.visit(first)["not_before"], desk.visit(first)["position"]) == (None, 0)
    # A call explains itself by it.
    desk.api.post(f"{desk.path}/visits/{second['id']}/postpone", not_before="23:30")
    desk.api.post(f"{desk.path}/visits/{second['id']}/call", counter="1")
    desk.shows("A002")
    expect(desk.page.locator("#stage-top")).to_contain_text("Asked for a later time")


def key_of_counter_3(at: Desk, without: str = "") -> str:
    """Its key where somebody is sent on, once the page knows which counters are open."""
    for _ in range(50):
        at.press("t")
        expect(at.dialog()).to_be_visible()
        keys: dict[str, str] = at.page.evaluate(KEYS)
        at.press("Escape")
        expect(at.dialog()).to_be_hidden()
        if "Counter 3" in keys and without not in keys:
            return keys["Counter 3"]
    pytest.fail("the page did not learn which counters are open")


def test_counters_and_teams_have_keys_of_their_own_that_no_closed_counter_moves(
    new_desk: DeskMaker,
) -> None:
    at = new_desk()
    for other in ("2", "3"):
        at.api.post(f"{at.path}/counters/{other}/open", team="library")
    at.issue("pas")
    at.open()
    at.serve_first()
    keys = [key_of_counter_3(at)]
    at.api.post(f"{at.path}/counters/2/close")
    keys.append(key_of_counter_3(at, without="Counter 2"))
    assert keys[0] == keys[1]

    at.press("t")
    expect(at.dialog()).to_be_visible()
    config = at.api.get(at.path)
    names = [service["name"]["en"] for service in config["services"] if service["active"]]
    places = [*names, *(f"Counter {n + 1}" for n, _ in enumerate(config["counters"]))]
    places += [team["name"]["en"] for team in config["teams"]]
    digits = "123456789"[: len(names)]
    expected = dict(zip(places, [*digits, *"ABCDEFG"], strict=False))
    found = at.page.evaluate(KEYS)
    assert found == {name: expected[name] for name in found}, "counters and teams have letters"
    assert set(found) >= {"Counter 3", "Library", "Citizen service"}


def test_a_branch_with_one_team_has_no_team_to_send_on_to(new_desk: DeskMaker) -> None:
    one = {"id": "library", "name": {"en": "Library", "da": "Bibliotek"}, "services": ["*"]}
    at = new_desk(teams=[one])
    at.open(team="library")
    at.issue("pas")
    at.serve_first()
    at.press("t")
    expect(at.dialog()).to_be_visible()
    expect(at.dialog()).not_to_contain_text("Library")


@pytest.mark.parametrize("lang", ["da", pytest.param("en", marks=pytest.mark.nightly)])
def test_the_help_fits_a_small_screen_and_scrolls_on_a_lower_one(
    new_desk: DeskMaker, new_context: BrowserMaker, lang: str
) -> None:
    at = new_desk(context=new_context(1024, 768, lang))
    at.open()
    at.press("?")
    dialog = at.dialog()
    expect(dialog).to_be_visible()
    larger = "d => [d.scrollWidth - d.clientWidth, d.scrollHeight - d.clientHeight]"
    assert dialog.evaluate(larger) == [0, 0]
    assert dialog.evaluate("dialog => dialog.scrollTop") == 0, "it begins at its beginning"
    at.page.set_viewport_size({"width": 1024, "height": 500})
    close = dialog.get_by_role("button").last
    close.scroll_into_view_if_needed()
    expect(close).to_be_in_viewport(ratio=1)


def test_enter_opens_the_counter_that_is_chosen_and_the_help_helps(new_desk: DeskMaker) -> None:
    at = new_desk()
    at.page.goto(f"/counter/{at.branch}")
    at.button("Open Counter 1").wait_for()
    at.press("?")
    expect(at.dialog()).to_contain_text("Open the counter")
    at.press("Escape")
    at.page.get_by_role("radio", name="Library").focus()
    at.press("?")
    expect(at.dialog()).to_be_visible()
    at.press("Escape")
    at.page.evaluate("document.activeElement.blur()")
    at.press("Enter")
    at.shows("Nobody is waiting for you")
    at.press("m")
    at.press("3")
    at.page.get_by_role("heading", name="Which counter are you at?").wait_for()
    at.press("Enter")
    at.shows("Nobody is waiting for you")
