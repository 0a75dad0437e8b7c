"""The explanation of an hour, from a branch's own days."""

from __future__ import annotations

import pytest

from queue_service.branches.store import BranchStore
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.errors import BranchNotFound
from queue_service.history.operations.days import summarise_day
from queue_service.insight.operations.hours import HourStory, hour_story
from queue_service.visits.operations import issuing, visits
from tests.desks import MORNING, Desk, document
from tests.insight.wednesdays import WEDNESDAY, WEEK, six_wednesdays, wednesday


def story(desk: Desk, date: str = WEDNESDAY, hour: str = "09") -> HourStory:
    return hour_story(desk.queue, desk.branch, date, hour)


@pytest.fixture
def weeks(desk: Desk) -> Desk:
    """Five ordinary Wednesdays, and a sixth with three times the people."""
    return six_wednesdays(desk)


def test_the_hour_is_compared_with_the_same_weekday_before(weeks: Desk) -> None:
    found = story(weeks)
    assert list(found.weeks) == [
        "2026-11-18",
        "2026-11-11",
        "2026-11-04",
        "2026-10-28",
        "2026-10-21",
    ]
    assert found.explanation.verdict == "explained"
    (reason,) = found.explanation.reasons
    assert (reason.kind, reason.actual, reason.median) == ("arrivals", 24, 8)
    # Sixteen more people at four minutes each.
    assert reason.contribution == pytest.approx(64)


def test_a_holiday_is_no_measure_of_its_weekday(weeks: Desk) -> None:
    holiday = {"date": "2026-11-11", "hours": [["09:00", "12:00"]]}
    put_branch(weeks.queue, weeks.branch, document(historic=True, hours_exceptions=[holiday]))
    assert list(story(weeks).weeks) == ["2026-11-18", "2026-11-04", "2026-10-28", "2026-10-21"]
    # The events of the holiday itself are still shown.
    assert story(weeks, "2026-11-11").figures.sides.arrivals == 8


def test_a_clerk_who_was_away_without_closing_is_the_reason(desk: Desk) -> None:
    for weeks_ago in range(5, -1, -1):
        wednesday(desk, weeks_ago, 8, minutes=8, away=weeks_ago == 0)
    found = story(desk)
    (reason,) = found.explanation.reasons
    assert (reason.kind, reason.median) == ("idle", 0)
    # Of two open counters one served no visit for four times eight minutes, while people waited.
    assert reason.contribution == pytest.approx(32)
    counters = next(f for f in found.explanation.factors if f.kind == "counters")
    assert (counters.unusual, counters.contribution) == (False, 0)
    assert found.figures.flow
    assert found.figures.flow.busy_ms == found.figures.flow.open_ms / 2


def test_the_work_of_a_single_counter_is_not_reported(desk: Desk) -> None:
    desk.open("1", "citizen")
    desk.issue("pas")
    visit = desk.later(600).called("1").visit.id
    visits.start(desk.queue, desk.command(), visit)
    visits.complete(desk.queue, desk.later(300).command(), visit, "resolved")
    counters.close_counter(desk.queue, desk.later(60).command(), "1")
    assert (story(desk).figures.flow, story(desk).figures.sides.idle_ms) == (None, None)
    for counter in ("1", "3"):
        desk.open(counter)
    desk.later(60)
    for counter in ("1", "3"):
        counters.close_counter(desk.queue, desk.command(), counter)
    assert story(desk).figures.flow


def test_it_says_what_the_hour_came_to_and_what_is_usual(weeks: Desk) -> None:
    found = story(weeks)
    handling = found.goals()[0]
    assert (handling.share.judged, handling.share.within) == (8, 8)
    assert found.figures.row.visits["issued"] == 24
    assert found.usual().visits["issued"] == 5 * 8
    assert found.hours == ("09",)
    assert found.figures.sides.counter_ms == 2 * 16 * 60_000


def test_left_over_visits_are_carried_into_the_next_hour(weeks: Desk) -> None:
    weeks.seconds = 3600
    weeks.open("1", "citizen")
    visits.start(weeks.queue, weeks.command(), weeks.called("1").visit.id)
    found = story(weeks, hour="10")
    assert found.figures.sides.left_over == 24 - 8
    assert found.explanation.verdict == "too_little_data"


def test_it_is_the_same_from_summaries_and_from_visits(weeks: Desk) -> None:
    before = story(weeks)
    branch = weeks.queue.get(BranchStore).get(weeks.branch)
    for date in before.weeks:
        assert summarise_day(weeks.queue, branch, date, MORNING)
    after = story(weeks)
    assert after.explanation == before.explanation
    assert after.usual().dump() == before.usual().dump()


def test_too_few_weeks_and_an_empty_hour_say_so(desk: Desk) -> None:
    for weeks_ago in (3, 2, 1, 0):
        wednesday(desk, weeks_ago, 8)
    found = story(desk)
    assert (found.explanation.verdict, found.explanation.weeks) == ("too_little_data", 3)
    assert not found.figures.empty
    assert story(desk, hour="03").figures.empty
    assert story(desk, "2026-11-24").hours == ()


def test_a_branch_that_is_live_knows_whether_the_hour_is_over(desk: Desk) -> None:
    branch = put_branch(desk.queue, "live", document()).branch
    ten_past_ten = MORNING + 70 * 60_000
    for date, hour, over in (
        (WEDNESDAY, "09", True),
        (WEDNESDAY, "10", False),
        (WEDNESDAY, "11", False),
        ("2026-11-24", "23", True),
        ("2026-11-26", "00", False),
    ):
        found = hour_story(desk.queue, branch.id, date, hour, now=ten_past_ten)
        assert found.over is over, (date, hour)


def test_unknown_counter_time_is_no_reason(desk: Desk) -> None:
    wednesday(desk, 0, 8)
    key = f"q:{{{desk.branch}}}:shifts"
    desk.queue.store.client.delete(key)
    assert story(desk).figures.sides.counter_ms is None


def test_an_inquiry_counts_in_the_hour_it_was_completed(desk: Desk) -> None:
    desk.open("1", "citizen")
    visit = issuing.serve(desk.queue, desk.later(3500).command(), "1", "pas").visit
    visits.complete(desk.queue, desk.later(300).command(), visit.id, "resolved")
    assert story(desk).figures.sides.handled == {}
    assert story(desk, hour="10").figures.sides.handled == {"pas": (1, 300_000)}


def test_the_length_of_few_inquiries_is_not_reported(weeks: Desk) -> None:
    """On the last Wednesday eight were handled in the hour; in the one after, four."""
    assert "handling" in {factor.kind for factor in story(weeks).explanation.factors}
    for weeks_ago in range(5, 0, -1):
        weeks.seconds = 3600 - weeks_ago * WEEK - (3600 if weeks_ago == 5 else 0)
        weeks.open("2", "citizen")
        for _ in range(6):
            visit = issuing.serve(weeks.queue, weeks.command(), "2", "pas").visit
            visits.complete(weeks.queue, weeks.later(60).command(), visit.id, "resolved")
    weeks.seconds = 3600
    weeks.open("1", "citizen")
    for _ in range(4):
        visit_id = weeks.called("1").visit.id
        visits.start(weeks.queue, weeks.command(), visit_id)
        visits.complete(weeks.queue, weeks.later(600).command(), visit_id, "resolved")
    kinds = {factor.kind for factor in story(weeks, hour="10").explanation.factors}
    assert kinds == {"arrivals", "left_over", "counters"}


def test_a_branch_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(BranchNotFound):
        hour_story(desk.queue, "nowhere", WEDNESDAY, "09")
