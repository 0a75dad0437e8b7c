"""The figures of a range, from the first ticket to the data that remains after the retention."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.days.operations import opened_on
from queue_service.days.rules.figures import DurationSpread
from queue_service.days.rules.period import before, period_of
from queue_service.days.rules.shifts import Pauses
from queue_service.days.rules.summary import summarise, to_text
from queue_service.errors import BranchNotFound, Invalid
from queue_service.history.operations.history import past
from queue_service.history.operations.statistics import Statistics, StatisticsLine, statistics
from queue_service.history.rules.history import History
from queue_service.tables.build import table
from queue_service.visits.operations import issuing, visits
from tests.desks import CLERK, Desk, document

DAY_SECONDS = 86_400
WEDNESDAY, THURSDAY = "2026-11-25", "2026-11-26"
WEEK = {"first": "2026-11-23", "last": "2026-11-29"}
NOVEMBER = period_of("month", WEDNESDAY)


def served(desk: Desk, handled: float, *, waited: float = 60, service: str = "pas") -> str:
    """A visit waits, walks ten seconds and is served so long."""
    visit_id = desk.issue(service).visit.id
    desk.later(waited).next()
    visits.start(desk.queue, desk.later(10).command(), visit_id)
    visits.complete(desk.queue, desk.later(handled).command(), visit_id, "resolved")
    return visit_id


def figures(desk: Desk, first: str = WEDNESDAY, last: str = WEDNESDAY, **more: Any) -> Statistics:
    return statistics(desk.queue, desk.branch, first, last, **more)


def at_counter(desk: Desk, counter: str) -> None:
    """A walk-in is served in 100 seconds."""
    desk.open(counter)
    visit_id = issuing.serve(desk.queue, desk.command(), counter, "pas").visit.id
    visits.complete(desk.queue, desk.later(100).command(), visit_id, "resolved")


def by_key(found: Statistics) -> dict[str | None, StatisticsLine]:
    return {line.key: line for line in found.rows}


@pytest.fixture
def busy_days(desk: Desk) -> Desk:
    """Two days: all kinds of endings, two counters, two teams."""
    desk.open("1", "citizen")
    desk.open("3", "library")
    for handled in (100, 300, 360, 500):
        served(desk, handled)
    served(desk, 200, waited=700, service="korekort")
    desk.issue("pas")
    gave_up = desk.issue("turist").visit.id
    visits.abandon(desk.queue, desk.later(900).command(), gave_up)
    desk.next("1")
    gone = desk.issue("turist").visit.id
    desk.next("3")
    visits.mark_no_show(desk.queue, desk.later(400).command(), gone)
    desk.seconds = DAY_SECONDS + 3600
    issuing.serve(desk.queue, desk.command(), "3", "turist")
    return desk


def test_a_day_is_counted_by_its_definitions(busy_days: Desk) -> None:
    (day,) = figures(busy_days).rows
    assert day.key == WEDNESDAY
    assert day.visits == {
        "issued": 8, "completed": 5, "no_show": 1, "abandoned": 1, "incomplete": 0, "paper": 0,
        "booked": 0,
    }  # fmt: skip
    assert day.inquiries == 5
    assert day.handling == DurationSpread(5, 292.0, 300.0, 500.0, exact=True)
    # Six were called after 60, 60, 60, 60 and 700 s, one after 900, one at once; one gave up.
    assert (day.waiting.n, day.waiting.p50, day.waiting.p90) == (7, 60.0, 900.0)
    judged = {goal: (s.judged, s.within) for goal, s in day.goals.items()}
    assert judged == {"handling-6-min": (5, 3), "called-10-min": (8, 5), "first-contact": (5, 5)}
    assert day.outcomes["resolved"] == 5


def test_rows_add_up_to_the_total(busy_days: Desk) -> None:
    for by in ("day", "hour", "service"):
        found = figures(busy_days, last=THURSDAY, by=by)
        assert found.total.key is None
        assert found.total.visits is not None
        assert found.total.visits["issued"] == 9
        assert sum((line.visits or {})["issued"] for line in found.rows) == 9
        assert sum(line.inquiries for line in found.rows) == found.total.inquiries == 5


def test_days_and_hours_and_services_without_anybody_have_no_row(busy_days: Desk) -> None:
    by_day = figures(busy_days, "2026-11-01", "2026-12-31")
    assert [line.key for line in by_day.rows] == [WEDNESDAY, THURSDAY]
    by_hour = figures(busy_days, last=THURSDAY, by="hour")
    assert [line.key for line in by_hour.rows] == ["09", "10"]  # Copenhagen's hours
    by_service = figures(busy_days, last=THURSDAY, by="service")
    assert [line.key for line in by_service.rows] == ["korekort", "pas", "turist"]


def test_a_range_without_any_visit_has_no_figures(desk: Desk) -> None:
    found = figures(desk, "2026-01-01", "2026-01-31")
    nothing = DurationSpread(0, None, None, None, exact=True)
    assert found.rows == ()
    assert (found.total.waiting, found.total.handling) == (nothing, nothing)
    goal = found.total.goals["handling-6-min"]
    assert (goal.judged, goal.ratio, goal.low, goal.verdict) == (0, None, None, "open")


def test_an_inquiry_counts_under_the_service_counter_and_team_of_its_completion(
    desk: Desk,
) -> None:
    desk.open("1", "citizen")
    visit_id = desk.issue("turist").visit.id
    desk.next()
    visits.start(desk.queue, desk.command(), visit_id)
    visits.transfer(desk.queue, desk.later(100).command(), visit_id, service="pas")
    desk.open("2")
    desk.next("2")
    visits.start(desk.queue, desk.later(10).command(), visit_id)
    visits.complete(desk.queue, desk.later(50).command(), visit_id, "referred")
    for _ in range(4):
        at_counter(desk, "2")
    desk.seconds += DAY_SECONDS
    at_counter(desk, "2")
    services = by_key(figures(desk, **WEEK, by="service"))
    assert (services["turist"].visits or {})["issued"] == 1
    assert services["turist"].inquiries == 0
    assert services["pas"].handling.n == 6
    assert [line.key for line in figures(desk, **WEEK, by="counter").rows] == ["2"]
    assert [line.key for line in figures(desk, **WEEK, by="team").rows] == [""]


def test_a_counter_or_a_team_has_inquiries_and_no_visits(desk: Desk) -> None:
    desk.open("1", "citizen")
    for _ in range(5):
        served(desk, 100)
    desk.seconds = DAY_SECONDS
    served(desk, 100)
    desk.issue()
    for by, key in (("counter", "1"), ("team", "citizen")):
        found = figures(desk, **WEEK, by=by)
        (line,) = found.rows
        assert (line.key, line.visits, line.inquiries) == (key, None, 6)
        assert (line.waiting.n, line.goals["called-10-min"].judged) == (0, 0)
        assert found.total.visits is not None
        assert (found.total.visits["issued"], found.total.waiting.n) == (7, 6)


@pytest.mark.parametrize("by", ["counter", "team"])
def test_counters_and_teams_come_in_whole_weeks(desk: Desk, by: Any) -> None:
    figures(desk, "2026-11-16", "2026-11-29", by=by)
    for first, last in (
        ("2026-11-23", "2026-11-28"),
        ("2026-11-24", "2026-11-30"),
        ("2026-11-23", "2026-11-30"),
        ("2026-11-01", "2026-11-30"),
    ):
        with pytest.raises(Invalid) as refused:
            figures(desk, first, last, by=by)
        assert "whole weeks" in str(refused.value.extra["errors"])


@pytest.mark.parametrize("by", ["counter", "team"])
def test_the_running_week_is_not_over(queue: Queue, by: Any) -> None:
    put_branch(queue, "aaben", document())
    today = moment(queue.get(BranchStore).get("aaben"), queue.store.time()).date
    running = period_of("week", today)
    last = before(running)
    statistics(queue, "aaben", last.first, last.last, by)
    with pytest.raises(Invalid) as refused:
        statistics(queue, "aaben", last.first, running.last, by)
    assert f"{last.first} to {last.last}" in refused.value.detail


def test_a_range_must_go_forward_and_end(desk: Desk) -> None:
    figures(desk, "2016-11-20", WEDNESDAY)
    for first, last in ((THURSDAY, WEDNESDAY), ("2016-11-01", WEDNESDAY)):
        with pytest.raises(Invalid):
            figures(desk, first, last)


def test_without_dates_it_is_about_today(queue: Queue) -> None:
    put_branch(queue, "aaben", document())
    issuing.issue(queue, Command("aaben", CLERK), "pas")
    found = statistics(queue, "aaben")
    assert found.first == found.last == found.rows[0].key
    assert statistics(queue, "aaben", "2026-01-01").last == found.last
    assert statistics(queue, "aaben", last="2026-01-01").first == "2026-01-01"


def test_an_unknown_branch_is_reported(queue: Queue) -> None:
    with pytest.raises(BranchNotFound):
        statistics(queue, "nowhere")


def test_a_goal_that_was_removed_is_reported_without_a_verdict(desk: Desk) -> None:
    desk.open()
    for _ in range(40):
        served(desk, 30)
    assert figures(desk).total.goals["handling-6-min"].verdict == "met"
    put_branch(desk.queue, desk.branch, document(historic=True, goals=[]))
    goal = figures(desk).total.goals["handling-6-min"]
    assert (goal.judged, goal.within, goal.verdict) == (40, 40, "open")


def test_undone_work_leaves_no_trace(desk: Desk) -> None:
    desk.open()
    visit_id = served(desk, 100)
    visits.undo(desk.queue, desk.later(20).command(), visit_id)
    assert figures(desk).total.inquiries == 0
    visits.complete(desk.queue, desk.later(30).command(), visit_id, "unresolved")
    total = figures(desk).total
    assert (total.handling.mean, total.outcomes["unresolved"]) == (150.0, 1)
    assert total.goals["first-contact"].within == 0


def test_hours_are_those_of_the_branch(desk: Desk) -> None:
    desk.open()
    desk.seconds = 15 * 3600 - 30  # 23:59:30 in Copenhagen; called and completed after midnight
    served(desk, 100)
    found = by_key(figures(desk, by="hour"))
    assert {key: (line.visits or {})["issued"] for key, line in found.items()} == {"00": 0, "23": 1}
    assert {key: line.inquiries for key, line in found.items()} == {"00": 1, "23": 0}


def paused(desk: Desk, counter: str, reason: str, seconds: float) -> None:
    counters.pause_counter(desk.queue, desk.command(), counter, reason)
    counters.resume_counter(desk.queue, desk.later(seconds).command(), counter)


def test_pauses_count_by_reason_hour_and_counter(desk: Desk) -> None:
    desk.open("1")
    desk.open("3")
    paused(desk.later(600), "1", "lunch", 1800)
    desk.seconds = 3600 - 60
    paused(desk, "3", "meeting", 300)
    for seconds in (3600, DAY_SECONDS):
        desk.seconds = seconds
        for counter in ("1", "3"):
            for _ in range(3):
                at_counter(desk, counter)
    hours = by_key(figures(desk, **WEEK, by="hour"))
    assert hours["09"].pauses == {"lunch": Pauses(1, 1_800_000), "meeting": Pauses(1, 60_000)}
    assert hours["10"].pauses == {"meeting": Pauses(0, 240_000)}
    assert by_key(figures(desk, **WEEK, by="service"))["pas"].pauses is None
    week = figures(desk, **WEEK, by="counter")
    assert by_key(week)["3"].pauses == {"meeting": Pauses(1, 300_000)}
    of_all = {"lunch": Pauses(1, 1_800_000), "meeting": Pauses(1, 300_000)}
    assert week.total.pauses == of_all
    # Neither of a day nor of any other dates.
    days = figures(desk, **WEEK)
    assert (days.total.pauses, {line.pauses for line in days.rows}) == (of_all, {None})
    assert figures(desk).total.pauses is None
    assert figures(desk, "2026-11-23", "2026-11-30", by="hour").rows[0].pauses is None
    table_rows = table(past(desk.queue, desk.branch, NOVEMBER), "pauses", "en")
    assert [row[2:] for row in table_rows.rows] == [(1, 0.5), (1, 1 / 60), (0, 4 / 60)]
    # The stored day, and the stored week, are the same.
    text = to_text(
        summarise(
            [],
            "Europe/Copenhagen",
            opened_on(desk.queue, desk.queue.get(BranchStore).get(desk.branch), WEDNESDAY, 0),
        )
    )
    history, again = History(), History()
    history.add_day(WEDNESDAY, text)
    again.add_stored(history.to_text({}))
    assert again.pauses == history.pauses
    assert again.pauses_at == {
        ("1", "lunch"): Pauses(1, 1_800_000),
        ("3", "meeting"): Pauses(1, 300_000),
    }


def test_pauses_by_counter_are_left_out_with_a_counter_that_is(desk: Desk) -> None:
    for seconds, counters_open in ((0, ("1", "3")), (DAY_SECONDS, ("1",))):
        desk.seconds = seconds
        for counter in counters_open:
            desk.open(counter)
            paused(desk, counter, "lunch", 600)
            for _ in range(5):
                at_counter(desk, counter)
    found = figures(desk, **WEEK, by="counter")
    assert found.total.pauses == {"lunch": Pauses(3, 1_800_000)}
    # All lunches minus the lunches of counter 1 would be the one of counter 3.
    assert [(line.key, line.pauses) for line in found.rows] == []


@pytest.mark.parametrize("days", [1, 2])
def test_a_week_with_one_day_of_work_reports_no_pause(desk: Desk, days: int) -> None:
    for day in range(days):
        desk.seconds = day * DAY_SECONDS
        desk.open("1")
        paused(desk, "1", "lunch", 600)
        at_counter(desk, "1")
        counters.close_counter(desk.queue, desk.command(), "1")
    reported = {"lunch": Pauses(2, 1_200_000)} if days == 2 else {}
    assert figures(desk, **WEEK).total.pauses == reported
    assert bool(past(desk.queue, desk.branch, NOVEMBER).pauses()) is bool(reported)


def test_a_pause_is_in_no_counter_hour(desk: Desk) -> None:
    desk.open("1")
    desk.issue()
    paused(desk.later(60), "1", "lunch", 600)
    counters.close_counter(desk.queue, desk.later(60).command(), "1")
    branch = desk.queue.get(BranchStore).get(desk.branch)
    summary = summarise([], branch.timezone, opened_on(desk.queue, branch, WEDNESDAY, 0))
    assert summary.staffed == {"09": 120_000}
