"""A goal on free times: the samples of mornings that are over, by the goals of each day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from queue_service.booking_days.store import BookingDayStore
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import between
from queue_service.history.operations.history import GoalResult, past
from queue_service.history.operations.statistics import statistics
from queue_service.tables.build import table
from tests.desks import MORNING, Desk, document, went_live

FIRST, LAST = "2026-11-25", "2026-12-09"
DAY_SECONDS = 86_400
GOAL: dict[str, Any] = {
    "id": "soon",
    "indicator": "free_time_within",
    "threshold_seconds": 5 * DAY_SECONDS,
    "target_ratio": 0.8,
    "services": ["pas", "turist"],
}


@pytest.fixture
def wanting(desk: Desk) -> Desk:
    """A branch that wants a free time within five working days on 80 % of mornings."""
    goals = [*document()["goals"], GOAL]
    put_branch(desk.queue, desk.branch, document(historic=True, goals=goals))
    return desk


def sample(desk: Desk, date: str, **working_days: int | None) -> None:
    """A date with a visit, and how soon times were free on its morning."""
    begins = datetime.fromisoformat(f"{date}T09:00:00+01:00").timestamp()
    desk.seconds = begins - MORNING / 1000
    desk.issue()
    store = desk.queue.get(BookingDayStore)
    for service, n in working_days.items():
        store.keep_free_time(desk.branch, date, service, n)


def figure(desk: Desk, first: str = FIRST, last: str = LAST, now: int | None = None) -> GoalResult:
    """The result of the goal."""
    found = past(desk.queue, desk.branch, between(first, last), now=now)
    (one,) = (one for one in found.goals(found.total) if one.goal.id == "soon")
    return one


def test_a_morning_counts_for_each_of_its_services_up_to_the_limit(wanting: Desk) -> None:
    sample(wanting, FIRST, pas=5, turist=6, korekort=0)
    sample(wanting, "2026-11-26", pas=None)
    found = figure(wanting)
    assert (found.share.judged, found.share.within) == (3, 1)
    line = statistics(wanting.queue, wanting.branch, FIRST, LAST).total
    assert (line.goals["soon"].judged, line.goals["soon"].within) == (3, 1)


def test_the_first_sample_of_a_morning_counts(wanting: Desk) -> None:
    sample(wanting, FIRST, pas=9)
    sample(wanting, FIRST, pas=0)
    assert (figure(wanting).share.judged, figure(wanting).share.within) == (1, 0)


def test_a_morning_without_a_visit_does_not_count(wanting: Desk) -> None:
    sample(wanting, FIRST, pas=1)
    wanting.queue.get(BookingDayStore).keep_free_time(wanting.branch, "2026-11-26", "pas", 1)
    assert figure(wanting).share.judged == 1
    line = statistics(wanting.queue, wanting.branch, FIRST, LAST).total
    assert line.goals["soon"].judged == 1


def test_the_running_day_is_left_out_and_the_next_day_has_it(wanting: Desk) -> None:
    went_live(wanting.queue, wanting.branch, MORNING - DAY_SECONDS * 1000)
    sample(wanting, FIRST, pas=1)
    assert figure(wanting, now=MORNING).share.judged == 0
    assert figure(wanting, now=MORNING + DAY_SECONDS * 1000).share.judged == 1


def test_ten_mornings_have_a_verdict_with_an_interval_over_days(wanting: Desk) -> None:
    for day in range(10):
        sample(wanting, f"2026-11-{day + 10}", pas=9)
    found = figure(wanting, "2026-11-10", "2026-11-19").share
    assert (found.judged, found.verdict, found.interval) == (10, "missed", "days")


def test_the_table_of_goals_has_it_in_working_days(wanting: Desk) -> None:
    sample(wanting, FIRST, pas=5)
    seen = past(wanting.queue, wanting.branch, between(FIRST, LAST))
    row = table(seen, "goals", "en").by_key()["soon"]
    assert row["goal"] == "A free time within 5 working days (Pas, Turist)"
    assert (row["judged"], row["within"], row["share"]) == (1, 1, 1.0)
