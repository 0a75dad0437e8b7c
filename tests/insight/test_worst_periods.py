"""The worst day and hour of a period."""

from __future__ import annotations

from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import between, days_after, period_of
from queue_service.history.operations.history import past
from queue_service.insight.operations.worst_periods import (
    MOST_DAYS,
    last_worst_hour,
    worst_day,
    worst_hour,
    worst_hours,
)
from queue_service.visits.operations import visits
from tests.desks import MORNING, Desk, document, went_live
from tests.insight.wednesdays import WEDNESDAY, WEEK, wednesday
from tests.tables.weeks import one_visit


def november(desk: Desk) -> str | None:
    return worst_day(past(desk.queue, desk.branch, period_of("month", WEDNESDAY)))


def test_it_is_the_day_that_fell_furthest_short_of_a_goal(desk: Desk) -> None:
    for weeks_ago, minutes in ((3, 4), (2, 8), (1, 4)):
        wednesday(desk, weeks_ago, 24 if weeks_ago == 1 else 8, minutes=minutes)
    assert november(desk) == "2026-11-11"
    assert worst_hour(desk.queue, desk.branch, "2026-11-11") == ("09", False)


def test_with_every_goal_met_it_is_the_busiest(desk: Desk) -> None:
    wednesday(desk, 1, 9)
    wednesday(desk, 0, 8)
    assert november(desk) == "2026-11-18"


def test_of_nothing_there_is_none(desk: Desk) -> None:
    assert november(desk) is None
    assert worst_hour(desk.queue, desk.branch, WEDNESDAY) is None


def test_an_hour_of_few_visits_is_not_linked(desk: Desk) -> None:
    wednesday(desk, 1, 8)
    desk.seconds = 0
    one_visit(desk, 3000)
    assert november(desk) == "2026-11-18"


def test_the_hours_that_fell_furthest_short_come_first(desk: Desk) -> None:
    for weeks_ago, minutes in ((3, 4), (2, 8), (1, 7)):
        wednesday(desk, weeks_ago, 24 if weeks_ago == 1 else 8, minutes=minutes)
    month = past(desk.queue, desk.branch, period_of("month", WEDNESDAY))
    found = worst_hours(desk.queue, month)
    # Both missed the handling goal in all of eight, so that the earlier comes first.
    goals = [hour.goal for hour in found if hour.goal]
    reported = [
        (hour.date, hour.hour, goal.goal.id) for hour, goal in zip(found, goals, strict=True)
    ]
    assert reported[:2] == [(f"2026-11-{day}", "09", "handling-6-min") for day in (11, 18)]
    assert (goals[0].share.within, goals[0].share.judged, goals[0].beyond) == (0, 8, 6)
    assert [(date, goal) for date, _, goal in reported[2:]] == [("2026-11-04", "called-10-min")]


def waited(desk: Desk, weeks_ago: int, *minutes: float) -> None:
    """From nine on six people come at each full hour, and are called after so many minutes."""
    for nth, wait in enumerate(minutes):
        desk.seconds = -weeks_ago * WEEK + nth * 3600
        desk.open("1", "citizen")
        for _ in range(6):
            desk.issue("pas")
        desk.later(wait * 60)
        for _ in range(6):
            visit = desk.called("1").visit
            visits.start(desk.queue, desk.command(), visit.id)
            visits.complete(desk.queue, desk.later(20).command(), visit.id, "resolved")


def test_people_who_waited_longer_than_usual_lead_to_the_hour_in_which_it_began(desk: Desk) -> None:
    put_branch(desk.queue, desk.branch, document(historic=True, goals=document()["goals"][:1]))
    for weeks_ago in (4, 3, 2, 1):
        waited(desk, weeks_ago, 1, 1, 1)
    waited(desk, 0, 1, 25, 30)
    assert worst_hour(desk.queue, desk.branch, WEDNESDAY) == ("10", True)
    month = past(desk.queue, desk.branch, period_of("day", WEDNESDAY))
    found = worst_hours(desk.queue, month)
    assert [(hour.hour, hour.goal) for hour in found] == [("11", None), ("10", None)]
    wait = found[0].wait
    assert wait is not None
    assert (wait.mean, wait.usual, wait.waits) == (1850, 110, 6)
    assert 5 < wait.late < 6


def test_an_hour_that_still_runs_is_not_the_days_worst(desk: Desk) -> None:
    waited(desk, 1, 1, 25)
    waited(desk, 0, 1, 25)
    went_live(desk.queue, desk.branch)
    # Of Wednesday from nine to eleven in Copenhagen: before ten, in the hour of ten, and after it.
    for minutes, hour in ((59, None), (119, "09"), (120, "10")):
        now = MORNING + minutes * 60_000
        worst = (hour, False) if hour else None
        assert worst_hour(desk.queue, desk.branch, WEDNESDAY, now=now) == worst
        last = (WEDNESDAY, worst) if worst else ("2026-11-18", ("10", False))
        assert last_worst_hour(desk.queue, desk.branch, WEDNESDAY, now=now) == last


def test_without_a_day_in_four_weeks_there_is_no_last_worst_hour(desk: Desk) -> None:
    waited(desk, 4, 1)
    for today, found in (("2026-11-24", ("2026-10-28", ("09", False))), (WEDNESDAY, None)):
        assert last_worst_hour(desk.queue, desk.branch, today) == found


def test_of_three_weeks_nothing_is_usual_yet(desk: Desk) -> None:
    put_branch(desk.queue, desk.branch, document(historic=True, goals=document()["goals"][:1]))
    for weeks_ago in (3, 2, 1):
        waited(desk, weeks_ago, 1, 1)
    waited(desk, 0, 1, 25)
    month = past(desk.queue, desk.branch, period_of("day", WEDNESDAY))
    assert worst_hours(desk.queue, month) == []
    assert worst_hour(desk.queue, desk.branch, WEDNESDAY) == ("09", False)


def test_a_holiday_is_none_of_the_weeks_that_say_what_is_usual(desk: Desk) -> None:
    goals = document()["goals"][:1]
    put_branch(desk.queue, desk.branch, document(historic=True, goals=goals))
    for weeks_ago in (4, 3, 2, 1):
        waited(desk, weeks_ago, 1, 1)
    waited(desk, 0, 1, 25)
    day = past(desk.queue, desk.branch, period_of("day", WEDNESDAY))
    assert [hour.hour for hour in worst_hours(desk.queue, day)] == ["10"]
    holiday = {"date": "2026-11-11", "hours": [["09:00", "12:00"]]}
    changed = document(historic=True, goals=goals, hours_exceptions=[holiday])
    put_branch(desk.queue, desk.branch, changed)
    day = past(desk.queue, desk.branch, period_of("day", WEDNESDAY))
    assert worst_hours(desk.queue, day) == []


def test_hours_that_met_every_goal_or_judged_a_few_are_not_hard(desk: Desk) -> None:
    wednesday(desk, 2, 8, minutes=1)
    desk.seconds = -7 * 86_400
    one_visit(desk, 3000)
    month = past(desk.queue, desk.branch, period_of("month", WEDNESDAY))
    assert worst_hours(desk.queue, month) == []


def test_the_hours_of_a_long_period_are_not_looked_for(desk: Desk) -> None:
    wednesday(desk, 1, 8, minutes=8)
    for days, hours in ((MOST_DAYS, 1), (MOST_DAYS + 1, 0)):
        last = days_after("2026-11-01", days - 1)
        period = past(desk.queue, desk.branch, between("2026-11-01", last))
        assert len(worst_hours(desk.queue, period)) == hours
