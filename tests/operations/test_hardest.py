"""Which day and hour to look at first."""

from __future__ import annotations

from queue_service.domain.period import period_of
from queue_service.operations.hardest import hardest_day, hardest_hour
from queue_service.operations.history import past
from tests.operations.conftest import Desk
from tests.operations.wednesdays import WEDNESDAY, wednesday
from tests.tables.weeks import one_visit


def november(desk: Desk) -> str | None:
    return hardest_day(past(desk.queue, desk.branch, period_of("month", WEDNESDAY)))


def test_it_is_the_day_that_fell_furthest_short_of_a_goal(desk: Desk) -> None:
    for weeks_ago, minutes in ((3, 4), (2, 8), (1, 4)):
        wednesday(desk, weeks_ago, 24 if weeks_ago == 1 else 8, minutes=minutes)
    assert november(desk) == "2026-11-11"
    assert hardest_hour(desk.queue, desk.branch, "2026-11-11") == "09"


def test_where_every_goal_was_met_it_is_the_busiest(desk: Desk) -> None:
    wednesday(desk, 1, 9)
    wednesday(desk, 0, 8)
    assert november(desk) == "2026-11-18"


def test_of_nothing_there_is_none(desk: Desk) -> None:
    assert november(desk) is None
    assert hardest_hour(desk.queue, desk.branch, WEDNESDAY) is None


def test_what_a_few_came_to_leads_nowhere(desk: Desk) -> None:
    wednesday(desk, 1, 8)
    desk.seconds = 0
    one_visit(desk, 3000)
    assert november(desk) == "2026-11-18"
