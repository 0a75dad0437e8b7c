"""The counter's page: the main job, and what can be done with a visit."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import FloatRect, Locator, expect

from queue_service.store.keys import BranchKeys
from tests.pages.counter.counter_desk import Desk, DeskMaker, desk, new_desk
from tests.running import eventually
from tests.web.browsers import Check, with_its_modules

__all__ = ["desk", "new_desk"]

OUTCOMES = ["resolved", "self_service", "referred", "follow_up", "unresolved"]


START_IS_MEANT = with_its_modules(
    """async () => (await import("/static/pages/counter/commands/actions.js")).mayStart()"""
)
"""In the page: whether a key would start with who was called."""


def test_the_main_job_by_keyboard_alone(new_desk: DeskMaker) -> None:
    at = new_desk()
    [visit] = at.issue("pas")
    at.page.goto(f"/counter/{at.branch}")
    at.page.get_by_role("radio", name="Counter 1").focus()
    at.page.get_by_role("radio", name="Citizen service").press("Space")
    at.button("Open Counter 1").press("Enter")
    at.shows("1 person is waiting for you")
    assert at.counter()["team"] == "citizen-service"

    at.press("Space")
    at.shows("A001")
    assert at.visit(visit)["state"] == "called"
    at.press("Enter")  # too soon after the call to be meant
    expect(at.page.locator(".key-note")).to_contain_text("A001 has just been called.")
    assert at.visit(visit)["state"] == "called"
    eventually(lambda: at.page.evaluate(START_IS_MEANT))
    at.press("Enter")
    at.page.get_by_text("Being served").wait_for()
    assert at.visit(visit)["state"] == "serving"
    expect(at.page.locator(".key-note"), "it is true no more").to_have_count(0, timeout=1)
    at.press("1")
    at.shows("Nobody is waiting for you")
    ended = at.visit(visit)
    assert (ended["state"], ended["inquiries"][0]["outcome"]) == ("completed", "resolved")

    at.press("u")
    at.shows("A001")
    assert at.visit(visit)["state"] == "serving"


def test_each_outcome_of_each_errand_and_its_undo(desk: Desk) -> None:
    each_outcome_has_its_key(desk)
    each_press_goes_on_to_the_next_errand_of_a_family(desk)
    undo_is_offered_with_a_countdown(desk)


def each_outcome_has_its_key(desk: Desk) -> None:
    for key, outcome in zip("12345", OUTCOMES, strict=True):
        [visit] = desk.issue("pas")
        desk.serve_first()
        desk.press(key)
        desk.shows("Nobody is waiting for you")
        assert desk.visit(visit)["inquiries"][0]["outcome"] == outcome, key


def each_press_goes_on_to_the_next_errand_of_a_family(desk: Desk) -> None:
    errands = [{"service": "korekort", "people": 1}]
    visit = desk.api.post(f"{desk.path}/visits", service="pas", people=2, errands=errands)
    desk.serve_first()
    line = desk.page.get_by_text("Passport ×2, then Driving licence", exact=True).first
    expect(line).to_be_visible()
    desk.button("Resolved, next: Passport").click()
    expect(desk.button("Resolved, next: Driving licence")).to_be_visible()
    desk.press("2")  # with another outcome to the next one, too
    expect(desk.page.locator(".ticket__service")).to_contain_text("Driving licence")
    desk.press("1")
    desk.shows("Nobody is waiting for you")
    ended = desk.visit(visit)
    assert [(i["service"], i["outcome"]) for i in ended["inquiries"]] == [
        ("pas", "resolved"),
        ("pas", "self_service"),
        ("korekort", "resolved"),
    ]
    assert ended["state"] == "completed"

    # The errands that are left may be dropped.
    visit = desk.api.post(f"{desk.path}/visits", service="pas", people=4)
    desk.serve_first()
    desk.button("Resolved, and that was all").click()
    desk.shows("Nobody is waiting for you")
    ended = desk.visit(visit)
    assert (ended["state"], len(ended["inquiries"])) == ("completed", 1)


def undo_is_offered_with_a_countdown(desk: Desk) -> None:
    [visit] = desk.issue("pas")
    number = visit["number"]
    desk.serve_first()
    desk.button("Not resolved").click()
    line = desk.page.locator("#news")
    expect(line).to_contain_text(f"{number} is done: Not resolved.")
    expect(line.locator(".news__left")).to_have_text("1:58")
    desk.button("Undo").click()
    desk.shows(number)
    assert desk.visit(visit)["state"] == "serving"
    expect(line).to_be_empty()
    desk.press("2")
    expect(line).to_contain_text(f"{number} is done")
    midnight = {"taken": "0:00", "called": "0:00", "done": "0:00"}
    on_paper = {"number": "1-1", "service": "pas", "ended": "completed", "counter": "1", **midnight}
    desk.service.client.incr(BranchKeys(desk.branch).paper_sheets)
    date = desk.api.get(f"{desk.path}/paper-visits")["date"]
    desk.api.post(f"{desk.path}/paper-visits", date=date, rows=[on_paper])
    desk.issue("pas")
    expect(desk.page.locator("#stage-title")).to_have_text("1 person is waiting for you")
    expect(line).to_contain_text(f"{number} is done")


def test_the_second_of_a_double_click_and_a_shortcut_switched_off_do_nothing(desk: Desk) -> None:
    desk.issue("pas")
    desk.call_first()
    desk.idle()
    box = box_of(desk.button("Serve A001"))
    # The position of "Resolved" as soon as the first click has been answered.
    desk.page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] - 8)
    desk.page.locator(".outcome--first:hover").wait_for()
    desk.page.mouse.down(click_count=2)
    desk.page.mouse.up(click_count=2)
    desk.page.get_by_text("Being served").wait_for()
    assert desk.counter()["state"] == "serving"
    desk.press("1")
    desk.shows("Nobody is waiting for you")

    desk.issue("pas")
    desk.press("?")
    desk.dialog().get_by_role("checkbox", name="Use shortcuts").uncheck()
    desk.press("Escape")
    desk.press("Space")
    desk.button("Call the next").click()
    desk.shows("A002")
    desk.press("1")
    expect(desk.page.locator(".ticket--called")).to_be_visible()
    assert desk.counter()["state"] == "called"


def box_of(button: Locator) -> FloatRect:
    """Its position; it may be redrawn at the same moment."""
    found: list[FloatRect] = []

    def is_seen() -> bool:
        box = button.bounding_box()
        found.extend([box] if box else [])
        return box is not None

    eventually(is_seen)
    return found[0]


def test_later_transfer_and_the_place_to_go(desk: Desk) -> None:
    desk.api.post(f"{desk.path}/counters/2/open", team="library")
    desk.page.reload()  # so that the page knows of the other counter when it asks where to
    desk.title.wait_for()
    first, second = desk.issue("pas", "pas")
    desk.press("Space")
    desk.shows("A001")
    desk.press("q")
    desk.dialog().get_by_text("In 10 minutes").wait_for()
    desk.press("4")
    desk.shows("1 person is waiting for you")
    assert desk.visit(first)["held_until"]

    desk.serve_first()
    desk.press("t")
    choices = desk.dialog().locator(".ask__choice")
    choices.first.wait_for()
    keys = [choice.get_attribute("aria-keyshortcuts") for choice in choices.all()]
    assert keys[0] == "B", "the second counter, wherever there is a choice"
    assert len(set(keys)) == len(keys) > 6
    desk.dialog().get_by_role("radio", name="Resolved", exact=True).check()
    desk.dialog().get_by_role("button", name="Counter 2").click()
    desk.page.get_by_text("A002 now waits for Counter 2.").wait_for()
    sent = desk.visit(second)
    assert (sent["for_counter"], len(sent["inquiries"])) == ("2", 2)
    expect(desk.page.locator(".lane--others")).to_contain_text("Only Counter 2")


def test_walk_ins_missed_calls_parked_visits_and_one_more_errand(desk: Desk) -> None:
    without_a_ticket_in_one_press_or_by_keys(desk)
    a_missed_call_is_put_back_and_done_without_a_start(desk)
    park_resume_reclassify_and_one_more_thing(desk)


def without_a_ticket_in_one_press_or_by_keys(desk: Desk) -> None:
    for number, (words, channel) in {
        "A001": ("Passport, at the counter", "desk"),
        "A002": ("Passport, on the phone", "phone"),
    }.items():
        desk.button(words).click()
        desk.shows(number)
        now = desk.counter()["current"]
        assert (now["state"], now["channel"]) == ("serving", channel), words
        expect(desk.button("Undo the start")).to_have_attribute("aria-keyshortcuts", "U")
        desk.press("u")
        desk.shows("Nobody is waiting for you")
        news = desk.page.locator("#news")
        expect(news).to_have_text(f"{number} is taken back, and nobody was served.")
        assert desk.visit(now)["state"] == "abandoned"
        desk.press("u")  # and that is not taken back by the same key
        expect(desk.page.locator(".key-note")).to_contain_text("nothing to undo")

    desk.press("f")
    desk.dialog().get_by_text("On the phone: what is it about?").wait_for()
    desk.press("2")
    desk.page.locator(".ticket--serving").wait_for()
    now = desk.counter()["current"]
    assert (now["service"], now["channel"]) == ("korekort", "phone")
    desk.press("1")
    desk.shows("Nobody is waiting for you")


def a_missed_call_is_put_back_and_done_without_a_start(desk: Desk) -> None:
    [visit] = desk.issue("pas")
    desk.press("Space")
    desk.button("Call again").click()
    desk.page.get_by_text("called 2 times").wait_for()
    desk.press("x")
    desk.shows("Nobody is waiting for you")
    assert desk.visit(visit)["state"] == "no_show"
    desk.button("Back in the queue").click()
    desk.shows("1 person is waiting for you")
    assert desk.visit(visit)["state"] == "waiting"

    # Without a start it counts from the call.
    desk.press("Space")
    desk.button("Done already").click()
    desk.dialog().get_by_role("button", name="Referred to a specialist").click()
    desk.page.get_by_text(f"{visit['number']} is done").wait_for()
    ended = desk.visit(visit)
    assert ended["inquiries"][0]["started_at"] == ended["called_at"]


def park_resume_reclassify_and_one_more_thing(desk: Desk) -> None:
    [visit] = desk.issue("pas")
    desk.serve_first()
    desk.press("p")
    expect(desk.page.locator("#parked")).to_contain_text(visit["number"])
    assert desk.visit(visit)["state"] == "parked"
    desk.press("g")
    desk.shows(visit["number"])
    assert desk.visit(visit)["state"] == "serving"
    expect(desk.page.locator("#parked")).to_be_hidden()

    desk.press("w")
    desk.dialog().get_by_role("button", name="Driving licence").click()
    expect(desk.page.locator(".ticket__service")).to_have_text("Driving licence")
    desk.press("c")
    desk.dialog().get_by_role("radio", name="Must come back").check()
    desk.dialog().get_by_role("button", name="Tourist information").click()
    expect(desk.page.locator(".ticket__service")).to_have_text("Tourist information")
    expect(desk.page.locator(".earlier")).to_contain_text("Driving licence: Must come back")
    inquiries = desk.visit(visit)["inquiries"]
    assert [(i["service"], i["outcome"]) for i in inquiries] == [
        ("korekort", "follow_up"),
        ("turist", None),
    ]


def test_an_unanswered_call_is_asked_about_and_the_time_runs_against_the_goal(
    new_desk: DeskMaker,
) -> None:
    goal = {
        "id": "quick",
        "indicator": "handling_time_within",
        "threshold_seconds": 10,
        "target_ratio": 0.7,
    }
    at = new_desk(goals=[goal], no_show_after_seconds=4)  # so long it is hidden
    at.page.clock.install()
    [visit] = at.issue("pas")
    at.open()
    it_asks_about_an_unanswered_call(at, visit)
    the_running_time_against_the_goal(at)


def it_asks_about_an_unanswered_call(at: Desk, visit: dict[str, Any]) -> None:
    question = at.page.get_by_text("Did A001 come?")
    at.press("Space")
    question.wait_for()
    at.button("Call again").click()
    expect(question).to_be_hidden()
    question.wait_for()
    at.button("Yes, start").click()
    at.page.locator(".ticket--serving").wait_for()
    assert at.visit(visit)["state"] == "serving"


def the_running_time_against_the_goal(at: Desk) -> None:
    time = at.page.locator(".time")
    expect(time).to_have_attribute("data-pace", "good")
    expect(time).to_contain_text("of 0:10")
    at.page.clock.fast_forward(10_000)
    expect(time).to_have_attribute("data-pace", "over")
    expect(time).to_contain_text("Past the goal of 0:10. Take the time it needs.")


def test_a_citizen_is_sent_on_to_a_team(new_desk: DeskMaker, assert_accessible: Check) -> None:
    at = new_desk()
    at.open()
    [visit] = at.issue("pas")
    at.serve_first()
    at.press("t")
    assert_accessible(at.page)
    heading = at.page.get_by_role("heading", name="Teams")
    teams = at.dialog().locator(".ask__group").filter(has=heading)
    expect(teams.get_by_role("button")).to_contain_text(
        ["No counter is open with this team now", "Your own team: you may get it back"]
    )
    teams.get_by_role("button", name="Library").click()
    at.page.get_by_text("A001 now waits for the team Library.").wait_for()
    assert at.visit(visit)["for_team"] == "library"
    others = at.page.locator(".lane--others")
    expect(others).to_contain_text("Only Library")
    at.shows("Nobody is waiting for you")
    assert_accessible(at.page)
    others.get_by_role("button", name="A001: more").click()
    expect(at.dialog()).to_contain_text("Is only called by the team Library.")
    at.press("Escape")

    library = new_desk(at.branch)
    library.open("2", "library")
    library.shows("1 person is waiting for you")
    expect(library.page.locator("#waiting")).to_contain_text("Sent to your team")
    library.call_first()
    expect(library.page.locator(".ticket--called")).to_contain_text("Was sent to your team.")
    assert at.visit(visit)["counter"] == "2"
