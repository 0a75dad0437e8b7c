"""The figures of a range, from the first ticket to what remains after the retention."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from queue_service.branches.operations import put_branch
from queue_service.command import Command, Queue
from queue_service.counters.operations import counters
from queue_service.errors import BranchNotFound, Invalid
from queue_service.history.operations.history import opened_on, past
from queue_service.history.operations.statistics import Line, Statistics, statistics
from queue_service.history.rules.figures import Spread
from queue_service.history.rules.history import History
from queue_service.history.rules.period import Period
from queue_service.history.rules.shifts import Pauses
from queue_service.history.rules.summary import summarise, to_text
from queue_service.tables.build import table
from queue_service.visits.operations import issuing, visits
from tests.desks import CLERK, Desk, document

DAY_SECONDS = 86_400
WEDNESDAY, THURSDAY = "2026-11-25", "2026-11-26"


def served(desk: Desk, handled: float, *, waited: float = 60, service: str = "pas") -> str:
    """Somebody waits, walks ten seconds and is served so long."""
    visit_id = desk.issue(service).visit.id
    desk.later(waited).next()
    visits.start(desk.queue, desk.later(10).command(), visit_id)
    visits.complete(desk.queue, desk.later(handled).command(), visit_id, "resolved")
    return visit_id


def figures(desk: Desk, first: str = WEDNESDAY, last: str = WEDNESDAY, **more: Any) -> Statistics:
    return statistics(desk.queue, desk.branch, first, last, **more)


def by_key(found: Statistics) -> dict[str | None, Line]:
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
        "issued": 8, "completed": 5, "no_show": 1, "abandoned": 1, "incomplete": 0, "paper": 0
    }  # fmt: skip
    assert day.inquiries == 5
    assert day.handling == Spread(5, 292.0, 300.0, 500.0, exact=True)
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
    nothing = Spread(0, None, None, None, exact=True)
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
    week = {"first": "2026-11-20", "last": "2026-11-30"}
    services = by_key(figures(desk, **week, by="service"))
    assert (services["turist"].visits or {})["issued"] == 1
    assert services["turist"].inquiries == 0
    assert services["pas"].handling == Spread(1, 150.0, 150.0, 150.0, exact=True)
    assert [line.key for line in figures(desk, **week, by="counter").rows] == ["2"]
    assert [line.key for line in figures(desk, **week, by="team").rows] == [""]


def test_a_counter_or_a_team_has_inquiries_and_no_visits(busy_days: Desk) -> None:
    for by, key in (("counter", "1"), ("team", "citizen")):
        found = figures(busy_days, "2026-11-19", by=by)
        (line,) = found.rows
        assert (line.key, line.visits, line.inquiries) == (key, None, 5)
        assert (line.waiting.n, line.goals["called-10-min"].judged) == (0, 0)
        assert found.total.visits is not None
        assert (found.total.visits["issued"], found.total.waiting.n) == (8, 7)


@pytest.mark.parametrize("by", ["counter", "team"])
def test_one_shift_at_one_counter_is_one_person(desk: Desk, by: Any) -> None:
    figures(desk, "2026-11-19", WEDNESDAY, by=by)
    with pytest.raises(Invalid) as refused:
        figures(desk, "2026-11-20", WEDNESDAY, by=by)
    assert refused.value.extra["errors"]


@pytest.mark.parametrize("by", ["counter", "team"])
def test_days_to_come_do_not_make_a_range_longer(queue: Queue, by: Any) -> None:
    put_branch(queue, "aaben", document())
    today = date.fromtimestamp(queue.store.time() / 1000)
    with pytest.raises(Invalid):
        statistics(
            queue, "aaben", str(today - timedelta(days=3)), str(today + timedelta(days=9)), by
        )


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


def test_an_unknown_branch_is_told(queue: Queue) -> None:
    with pytest.raises(BranchNotFound):
        statistics(queue, "nowhere")


def test_a_goal_that_is_configured_no_more_is_told_without_a_verdict(desk: Desk) -> None:
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
    desk.issue()
    paused(desk.later(600), "1", "lunch", 1800)
    desk.seconds = 3600 - 60
    paused(desk, "3", "meeting", 300)
    (day,) = figures(desk).rows
    assert day.pauses == {"lunch": Pauses(1, 1_800_000), "meeting": Pauses(1, 300_000)}
    hours = by_key(figures(desk, by="hour"))
    assert hours["09"].pauses == {"lunch": Pauses(1, 1_800_000), "meeting": Pauses(1, 60_000)}
    assert hours["10"].pauses == {"meeting": Pauses(0, 240_000)}
    assert by_key(figures(desk, by="service"))["pas"].pauses is None
    week = figures(desk, "2026-11-19", by="counter")
    assert by_key(week)["3"].pauses == {"meeting": Pauses(1, 300_000)}
    assert week.total.pauses == day.pauses
    table_rows = table(
        past(desk.queue, desk.branch, Period("range", WEDNESDAY, WEDNESDAY)), "pauses", "en"
    )
    assert [row[2:] for row in table_rows.rows] == [(1, 0.5), (1, 1 / 60), (0, 4 / 60)]
    # What is kept of the day, and of the month, is the same.
    text = to_text(
        summarise(
            [],
            "Europe/Copenhagen",
            opened_on(desk.queue, desk.queue.branches.get(desk.branch), WEDNESDAY, 0),
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


@pytest.mark.parametrize(("first", "told"), [("2026-11-20", False), ("2026-11-19", True)])
def test_pauses_of_one_counter_are_told_over_seven_days_alone(
    desk: Desk, first: str, told: bool
) -> None:
    two_days_with_lunch(desk)
    found = figures(desk, first)
    assert (found.total.pauses is not None) is told
    assert (found.rows[0].pauses is not None) is told
    days = 7 if told else 6
    assert (
        bool(
            table(
                past(desk.queue, desk.branch, Period("range", first, WEDNESDAY)), "pauses", "en"
            ).rows
        )
        is told
    ), days


def two_days_with_lunch(desk: Desk) -> None:
    """One counter at work on Tuesday and Wednesday, with a pause on each."""
    for seconds in (-DAY_SECONDS, 0):
        desk.seconds = seconds
        desk.open("1")
        desk.issue()
        paused(desk, "1", "lunch", 600)
        counters.close_counter(desk.queue, desk.command(), "1")


def test_a_week_with_one_shift_tells_no_pause_and_one_with_two_does(desk: Desk) -> None:
    two_days_with_lunch(desk)
    one_shift, two_shifts = (
        past(desk.queue, desk.branch, Period("range", first, last))
        for first, last in ((WEDNESDAY, "2026-12-01"), ("2026-11-24", "2026-11-30"))
    )
    assert not one_shift.few_days
    assert one_shift.pauses() == {}
    assert sum(one.n for one in two_shifts.pauses().values()) == 2
    assert figures(desk, WEDNESDAY, "2026-12-01").total.pauses is None
    assert figures(desk, "2026-11-24", "2026-11-30").total.pauses == {"lunch": Pauses(2, 1_200_000)}


@pytest.mark.parametrize(("today", "told"), [("2026-11-28", False), ("2026-11-29", True)])
def test_days_to_come_make_no_week_for_pauses(desk: Desk, today: str, *, told: bool) -> None:
    two_days_with_lunch(desk)
    found = past(desk.queue, desk.branch, Period("week", "2026-11-23", "2026-11-29"))
    found.branch, found.today = replace(found.branch, historic=False), today
    assert bool(found.pauses()) is told


def test_a_pause_is_in_no_counter_hour(desk: Desk) -> None:
    desk.open("1")
    desk.issue()
    paused(desk.later(60), "1", "lunch", 600)
    counters.close_counter(desk.queue, desk.later(60).command(), "1")
    branch = desk.queue.branches.get(desk.branch)
    summary = summarise([], branch.timezone, opened_on(desk.queue, branch, WEDNESDAY, 0))
    assert summary.staffed == {"09": 120_000}
