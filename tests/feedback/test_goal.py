"""A goal on citizens' answers: judged over days, shown where goals are, and by no visit."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.board.operations.board import Boards
from queue_service.command import Command
from queue_service.configuration.operations import put_branch
from queue_service.contacts.week import count_week
from queue_service.days.rules.period import between, period_of
from queue_service.feedback.operations import give_feedback
from queue_service.feedback.rules import Rating
from queue_service.history.operations.history import GoalResult, past
from queue_service.history.operations.statistics import statistics
from queue_service.reports.build import build
from queue_service.reports.render import as_html
from queue_service.reports.report import from_text, to_text
from queue_service.tables.build import TableId, table
from queue_service.tables.comparisons.branches import branches_table
from queue_service.visits.operations import issuing, visits
from tests.desks import MORNING, Desk, document, went_live

DAY_MS = 86_400_000
FIRST, LAST = "2026-11-25", "2026-12-09"
"""Fifteen days; tests begin with the first."""
GOAL: dict[str, Any] = {
    "id": "happy",
    "indicator": "very_satisfied_with_task",
    "target_ratio": 0.8,
}


@pytest.fixture
def asking(desk: Desk) -> Desk:
    """A branch that wants 80 % to be very satisfied with how their task was solved."""
    goals = [*document()["goals"], GOAL]
    put_branch(desk.queue, desk.branch, document(historic=True, goals=goals))
    return desk


def day(desk: Desk, nth: int, best: int = 0, other: int = 0, *, served: int = 1) -> None:
    """The nth day: so many visits, and so many answers from a terminal each."""
    at = MORNING + nth * DAY_MS
    desk.seconds = nth * DAY_MS / 1000
    desk.open("1", "citizen")
    for _ in range(served):
        visit_id = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
        visits.complete(desk.queue, desk.later(60).command(), visit_id, "resolved")
    for number in range(best + other):
        terminal = Caller(f"terminal-{nth}-{number}", "kiosk", desk.branch)
        rating: Rating = 5 if number < best else 2
        given = give_feedback(
            desk.queue, Command(desk.branch, terminal, None, at), {"help": 1, "task": rating}
        )
        assert given.counted


def figure(desk: Desk, first: str = FIRST, last: str = LAST) -> GoalResult:
    """The result of the goal."""
    found = past(desk.queue, desk.branch, between(first, last))
    (one,) = (one for one in found.goals(found.total) if one.goal.id == "happy")
    return one


@pytest.mark.parametrize(
    ("best", "other", "verdict", "beyond"),
    [(80, 20, "open", 0), (79, 21, "open", 1), (90, 10, "met", -10), (60, 40, "missed", 20)],
)
def test_its_share_is_compared_with_the_target(
    asking: Desk, best: int, other: int, verdict: str, beyond: int
) -> None:
    day(asking, 0, best, other)
    found = figure(asking)
    assert (found.share.judged, found.share.within, found.target) == (100, best, 0.8)
    assert (found.share.verdict, found.beyond, found.share.interval) == (verdict, beyond, "wilson")


def test_nine_answers_are_none_and_ten_are(asking: Desk) -> None:
    day(asking, 0, 9)
    assert (figure(asking).share.judged, figure(asking).share.ratio) == (0, None)
    day(asking, 1, 1)
    assert (figure(asking).share.judged, figure(asking).share.ratio) == (10, 1.0)
    assert figure(asking, FIRST, FIRST).share.judged == 0


def test_from_five_days_on_its_interval_is_over_days(asking: Desk) -> None:
    for nth in range(4):
        day(asking, nth, 10 + nth, 2)
    assert figure(asking).share.interval == "wilson"
    day(asking, 4, 12)
    found = figure(asking).share
    assert (found.interval, found.judged, found.within) == ("days", 66, 58)


def test_the_statistics_call_and_the_tables_say_the_same(asking: Desk) -> None:
    day(asking, 0, 10, 2)
    day(asking, 1, 6)
    day(asking, 2, 4, 1)
    found = statistics(asking.queue, asking.branch, FIRST, LAST)
    rows = {line.key: line.goals["happy"].judged for line in found.rows}
    assert rows == {"2026-11-25": 12, "2026-11-26": 0, "2026-11-27": 11}
    total = found.total.goals["happy"]
    assert (total.judged, total.within, found.total.targets["happy"]) == (23, 20, 0.8)
    by_service = statistics(asking.queue, asking.branch, FIRST, LAST, "service")
    assert by_service.total.goals["happy"] == total
    assert all(line.goals["happy"].judged == 0 for line in by_service.rows)

    whole = past(asking.queue, asking.branch, between(FIRST, LAST))
    days = table(whole, "days", "en").by_key()
    assert {key: row["happy:judged"] for key, row in days.items()} == rows
    (goal,) = (row for row in table(whole, "goals", "en").records() if row["judged"] == 23)
    assert goal["goal"] == "Very satisfied with how the task was solved"
    months = table(whole, "months", "en").by_key()
    assert months["2026-11"]["happy:within"] == 20
    compared = branches_table([whole], count_week(asking.queue, [whole.branch], whole.period), "en")
    assert "very_satisfied_with_task:share" in {column.key for column in compared.columns}


@pytest.mark.parametrize("wanted", ["hours", "week", "services", "teams", "counters"])
def test_tables_that_are_not_of_dates_are_without_it(asking: Desk, wanted: TableId) -> None:
    day(asking, 0, 12)
    whole = past(asking.queue, asking.branch, between(FIRST, LAST))
    goals = {column.goal for column in table(whole, wanted, "en").columns}
    assert "happy" not in goals
    assert "handling-6-min" in goals


def test_a_day_without_visits_counts_with_the_next_that_has_some(asking: Desk) -> None:
    day(asking, 0, 10)
    day(asking, 1, 12, served=0)
    assert figure(asking).share.judged == 10
    day(asking, 2)
    assert figure(asking).share.judged == 22


def test_it_judges_nothing_of_before_it_was_set(asking: Desk) -> None:
    for nth in range(2):
        day(asking, nth, 10)
    went_live(asking.queue, asking.branch, MORNING - DAY_MS, MORNING + DAY_MS)
    whole = past(asking.queue, asking.branch, between(FIRST, LAST), now=MORNING + 5 * DAY_MS)
    assert whole.total.judged("happy") == (10, 10)


def test_the_board_shows_the_last_28_days_and_the_state_nothing_of_today(asking: Desk) -> None:
    for nth in (0, 1, 28):
        day(asking, nth, 10, nth)
    asking.seconds = 28 * DAY_MS / 1000 + 3600
    board = Boards(asking.queue).board(asking.command())
    (goal,) = (goal for goal in board.goals if goal.goal.id == "happy")
    # The first of 29 days and the running one are no part of it.
    assert (goal.today.judged, goal.today.within, goal.hour) == (21, 20, None)
    assert (goal.view.budget, goal.needed) == (4, 0)
    state = asking.state()
    (shown,) = (view for view in state.goals if view.id == "happy")
    assert (shown.judged, shown.within, shown.ratio, shown.budget) == (0, 0, None, 0)


def test_no_missed_answers_call_for_attention(asking: Desk) -> None:
    day(asking, 0, 0, 100)
    day(asking, 1)
    board = Boards(asking.queue).board(asking.command())
    assert [goal.today.verdict for goal in board.goals][-1] == "missed"
    assert "goal" not in {notice.kind for notice in board.notices}


def test_a_file_has_the_answers_date_by_date(asking: Desk) -> None:
    day(asking, 0, 8, 2)
    day(asking, 1, 9)
    whole = past(asking.queue, asking.branch, between(FIRST, LAST), answers=True)
    made = table(whole, "satisfaction", "en")
    rows = made.by_key()
    # The other question was answered as often, and never with the best of five.
    assert [*rows] == [f"{FIRST}-help", f"{FIRST}-task"]
    task = rows[f"{FIRST}-task"]
    assert (task["question"], task["answers"]) == ("How the task was solved", 10)
    assert [task[f"rating_{n}"] for n in (5, 4, 3, 2, 1)] == [8, 0, 0, 2, 0]
    assert (task["very_satisfied_share"], rows[f"{FIRST}-help"]["rating_1"]) == (0.8, 10)
    danish = table(whole, "satisfaction", "da").records()
    names = [row["question"] for row in danish]
    assert names == ["Hjælpen og vejledningen", "Hvordan opgaven blev løst"]


def test_a_report_shows_both_questions_and_the_goal(asking: Desk) -> None:
    week = period_of("week", FIRST)
    for nth in range(4):
        day(asking, nth, 9, 3, served=12)
    report = build(asking.queue, asking.branch, "week", week, MORNING + 9 * DAY_MS)
    reported = {line.question: (line.n, line.ratio, line.interval) for line in report.answers}
    assert reported == {"help": (48, 0.0, "wilson"), "task": (48, 0.75, "wilson")}
    assert from_text(to_text(report)) == report
    (goal,) = (line for line in report.goals if line.goal.id == "happy")
    assert (goal.judged, goal.within, goal.verdict) == (48, 36, "open")
    html = as_html(report, "en")
    assert "What citizens think" in html
    assert "95% interval, of too few days to be certain: 61.2% to 85.1%" in html


def test_a_report_with_nine_answers_shows_none_of_them(asking: Desk) -> None:
    day(asking, 0, 9)
    week = period_of("week", FIRST)
    report = build(asking.queue, asking.branch, "week", week, MORNING + 9 * DAY_MS)
    assert report.answers == ()
    assert "What citizens think" not in as_html(report, "en")
