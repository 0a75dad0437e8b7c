"""The page about how satisfied citizens are, against what was answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from queue_service.access.rules.caller import Caller
from queue_service.command import Command
from queue_service.days.rules.period import period_of
from queue_service.feedback.operations import give_feedback
from queue_service.feedback.rules import Rating
from queue_service.history.operations.daily import answer_goals
from queue_service.visits.operations import issuing, visits
from tests.dashboards.pages import Pages, assert_fits_everywhere, cells
from tests.desks import MORNING, Desk
from tests.web.browsers import Check

DAY = "period=day&date=2026-11-25"
MONTH = "period=month&date=2026-11-01"


def answered(
    desk: Desk, n: int, rating: Rating = 5, service: str = "", team: str = "", at: int = MORNING
) -> None:
    """So many people answer both questions, each at a terminal of their own."""
    for number in range(n):
        caller = Caller(f"terminal-{rating}-{service}-{number}", "kiosk", desk.branch)
        give_feedback(
            desk.queue,
            Command(desk.branch, caller, None, at),
            {"help": rating, "task": rating},
            service=service or None,
            team=team or None,
        )


@pytest.fixture
def desk(pages: Pages) -> Desk:
    """A branch in which 32 of 40 citizens say that they are very satisfied, and 60 % are wanted."""
    goal = {"id": "happy", "indicator": "very_satisfied_with_help", "target_ratio": 0.6}
    desk = pages.desk("satisfaction", goals=[goal])
    desk.open("1", "citizen")
    for _ in range(80):
        visit_id = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
        visits.complete(desk.queue, desk.later(60).command(), visit_id, "resolved")
    answered(desk, 32, 5, "pas", "citizen")
    answered(desk, 8, 2, "turist", "library")
    return desk


def test_the_share_with_its_interval_number_and_answer_rate(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/satisfaction?{DAY}")
    question = page.get_by_role("region", name="The help and guidance")
    for text in ("80.0%", "very satisfied", "of 40 answers", "95% interval: 65.2% to 89.5%"):
        expect(question).to_contain_text(text)
    expect(question).to_contain_text("Goal 60%: Met, 80.0% of 40 that count")
    expect(page.get_by_role("region", name="How the task was solved")).not_to_contain_text("Goal")
    expect(question.get_by_role("listitem").filter(has_text="Dissatisfied").last).to_contain_text(
        "0.0%"
    )
    expect(page.locator("main")).to_contain_text(
        "40 answered; 80 visits were completed. Answer rate: 50.0%."
    )


def test_a_group_of_eight_is_left_out_with_its_neighbour(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/satisfaction?{MONTH}")
    table = page.get_by_role("region", name="What citizens think, by service").get_by_role("table")
    assert cells(table, "Pas") == ["32", *[".."] * 8]
    assert cells(table, "Turist") == ["8", *[".."] * 8]
    answered(desk, 2, 4, "turist", "library")
    page.reload()
    assert cells(table, "Pas") == ["32", *["32", "100.0%", "89.3%", "100.0%"] * 2]
    assert cells(table, "Turist") == ["10", *["10", "0.0%", "0.0%", "27.8%"] * 2]


def test_breakdowns_are_available_for_whole_months(pages: Pages, desk: Desk) -> None:
    for period, shown, said in (
        ("week", False, "Whole months that are over: October 2026."),
        ("month", True, "Whole months that are over: November 2026."),
    ):
        page = pages.open(f"{desk.branch}/satisfaction?period={period}&date=2026-11-25")
        for by in ("service", "team", "hour"):
            region = page.get_by_role("region", name=f"What citizens think, by {by}")
            expect(region).to_be_visible(visible=shown)
        expect(page.locator("main")).to_contain_text(said)


def test_over_five_days_the_interval_is_the_one_of_history_and_report(pages: Pages) -> None:
    goal = {"id": "solved", "indicator": "very_satisfied_with_task", "target_ratio": 0.6}
    desk = pages.desk("satisfaction", goals=[goal])
    for day, best in ((-2, 20), (-1, 4), (0, 20), (1, 4), (2, 20)):
        seconds = day * 86_400
        desk.seconds = seconds
        desk.issue("pas")
        answered(desk, best, 5, at=MORNING + seconds * 1000)
        answered(desk, 20 - best, 3, at=MORNING + seconds * 1000)
    week = period_of("week", "2026-11-25")
    (figure,) = answer_goals(desk.queue, desk.branch, week)
    low, high = (f"{100 * (end or 0):.1f}%" for end in (figure.share.low, figure.share.high))
    page = pages.open(f"{desk.branch}/satisfaction?period=week&date=2026-11-25")
    question = page.get_by_role("region", name="How the task was solved", exact=True)
    expect(question).to_contain_text("68.0%")
    expect(question).to_contain_text(f"95% interval over days: {low} to {high}")
    # Date by date, and in a long period month by month, as the goal counts them.
    course = page.get_by_role("region", name="Day by day: How the task was solved")
    sentence = "How the task was solved: lowest 20.0% (24 Nov), highest 100.0% (27 Nov)."
    expect(course.get_by_role("img", name=sentence)).to_be_visible()
    course.locator("summary").click()
    rows = course.get_by_role("table")
    assert cells(rows, "24 Nov 2026")[:2] == ["20", "20.0%"]
    expect(rows.locator("tbody tr")).to_have_count(5)
    for day in (-31, -30):
        desk.seconds = day * 86_400
        desk.issue("pas")
        answered(desk, 20, 5, at=MORNING + desk.seconds * 1000)
    page.goto(f"/dashboards/{desk.branch}/satisfaction?from=2026-09-01&to=2026-11-30")
    course = page.get_by_role("region", name="Month by month: How the task was solved")
    course.locator("summary").click()
    rows = course.get_by_role("table")
    assert cells(rows, "Oct 2026")[:2] == ["40", "100.0%"]
    assert cells(rows, "Nov 2026")[:4] == ["100", "68.0%", low, high]


def test_a_running_month_shows_the_groups_of_the_month_before(pages: Pages) -> None:
    desk = pages.desk("satisfaction")
    desk.seconds = -31 * 86_400
    desk.issue("pas")
    answered(desk, 20, 5, "pas", at=MORNING + desk.seconds * 1000)
    answered(desk, 20, 3, at=MORNING)
    page = pages.open(f"{desk.branch}/satisfaction?period=week&date=2026-11-25")
    table = page.get_by_role("region", name="What citizens think, by service").get_by_role("table")
    assert cells(table, "Pas")[:3] == ["20", "20", "100.0%"]
    expect(page.locator("main")).to_contain_text("Whole months that are over: October 2026.")
    # The week before has no answers to compare with, the month before has.
    question = page.get_by_role("region", name="The help and guidance")
    expect(question).not_to_contain_text("Before")
    page.goto(f"/dashboards/{desk.branch}/satisfaction?{MONTH}")
    sentence = "Before (October 2026): 100.0% of 20 answers. 95% interval: 83.9% to 100.0%"
    expect(question).to_contain_text(sentence)


def test_nine_answers_show_nothing_and_ten_do(pages: Pages) -> None:
    desk = pages.desk("satisfaction")
    answered(desk, 9)
    page = pages.open(f"{desk.branch}/satisfaction?{DAY}")
    expect(page.locator("main")).to_contain_text("Too few answers")
    answered(desk, 1, 4)
    page.reload()
    expect(page.get_by_role("region", name="How the task was solved")).to_contain_text("90.0%")


def test_the_branchs_name_is_above_the_period_on_paper_alone(pages: Pages, desk: Desk) -> None:
    page = pages.open(f"{desk.branch}/satisfaction?{DAY}")
    name = page.locator("main").get_by_text("Rådhuset", exact=True)
    expect(name).to_be_hidden()
    page.emulate_media(media="print")
    expect(name).to_be_visible()


def test_without_answers_it_explains_how_to_ask(pages: Pages) -> None:
    desk = pages.desk("satisfaction")
    page = pages.open(f"{desk.branch}/satisfaction?{DAY}")
    expect(page.locator("main")).to_contain_text(f"/feedback/{desk.branch}")


def test_it_is_accessible_and_fits(pages: Pages, desk: Desk, assert_accessible: Check) -> None:
    page = pages.open(f"{desk.branch}/satisfaction?{DAY}", lang="da")
    assert_fits_everywhere(page, assert_accessible)
