"""Which day and hour to look at first."""

from __future__ import annotations

from queue_service.history.operations.history import past
from queue_service.history.rules.period import between, days_after, period_of
from queue_service.insight.operations.worst_periods import (
    MOST_DAYS,
    worst_day,
    worst_hour,
    worst_hours,
)
from tests.desks import Desk
from tests.insight.wednesdays import WEDNESDAY, wednesday
from tests.tables.weeks import one_visit


def november(desk: Desk) -> str | None:
    return worst_day(past(desk.queue, desk.branch, period_of("month", WEDNESDAY)))


def test_it_is_the_day_that_fell_furthest_short_of_a_goal(desk: Desk) -> None:
    for weeks_ago, minutes in ((3, 4), (2, 8), (1, 4)):
        wednesday(desk, weeks_ago, 24 if weeks_ago == 1 else 8, minutes=minutes)
    assert november(desk) == "2026-11-11"
    assert worst_hour(desk.queue, desk.branch, "2026-11-11") == "09"


def test_where_every_goal_was_met_it_is_the_busiest(desk: Desk) -> None:
    wednesday(desk, 1, 9)
    wednesday(desk, 0, 8)
    assert november(desk) == "2026-11-18"


def test_of_nothing_there_is_none(desk: Desk) -> None:
    assert november(desk) is None
    assert worst_hour(desk.queue, desk.branch, WEDNESDAY) is None


def test_what_a_few_came_to_leads_nowhere(desk: Desk) -> None:
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
    told = [(hour.date, hour.hour, hour.goal.goal.id) for hour in found[:2]]
    assert told == [(f"2026-11-{day}", "09", "handling-6-min") for day in (11, 18)]
    assert (found[0].goal.share.within, found[0].goal.share.judged) == (0, 8)
    (third,) = found[2:]
    assert (third.date, third.goal.goal.id) == ("2026-11-04", "called-10-min")


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
