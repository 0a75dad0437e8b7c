"""Visits with an appointment and without: their waits and goals, of the dates that have both."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import between
from queue_service.exports.make import make
from queue_service.history.operations.history import past
from queue_service.history.operations.statistics import Statistics, statistics
from queue_service.tables.build import table
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.booked import Booked
from tests.desks import MORNING, Desk, document
from tests.exports.conftest import order

DATE, NEXT = "2026-11-25", "2026-11-26"
DAY_SECONDS = 86_400
MINUTE = 60
GOAL: dict[str, Any] = {
    "id": "booked",
    "indicator": "booked_time_within",
    "threshold_seconds": 5 * MINUTE,
    "target_ratio": 0.9,
    "services": ["*"],
}


@pytest.fixture
def mixed(desk: Desk) -> Desk:
    """On one day a booked citizen ten minutes early, one late and one who walks in; on the next one
    walk-in alone."""
    goals = [*document()["goals"], GOAL]
    hours = {day: [["00:00", "24:00"]] for day in ("wed", "thu")}
    put_branch(desk.queue, desk.branch, document(historic=True, goals=goals, opening_hours=hours))
    desk.open()
    served(desk, wait=14 * MINUTE, booked_in=10 * MINUTE)
    served(desk, wait=2 * MINUTE, booked_in=-20 * MINUTE)
    served(desk, wait=8 * MINUTE)
    desk.seconds = DAY_SECONDS
    served(desk, wait=1 * MINUTE)
    return desk


def served(desk: Desk, *, wait: int, booked_in: int | None = None) -> None:
    """A citizen who comes so many seconds before a booked time, or without one, and is called."""
    booked = None
    if booked_in is not None:
        at = MORNING + round(desk.seconds + booked_in) * 1000
        booked = Booked(at, 900_000, 1_800_000, 900_000)
    visit = issuing.issue(desk.queue, desk.command(), "pas", channel="desk", booked=booked).visit
    desk.later(wait).called()
    visits.start(desk.queue, desk.command(), visit.id)
    visits.complete(desk.queue, desk.later(60).command(), visit.id, "resolved")


def by_way(desk: Desk) -> Statistics:
    return statistics(desk.queue, desk.branch, DATE, NEXT, "came_by")


def test_each_way_has_its_waits_of_the_dates_with_an_appointment(mixed: Desk) -> None:
    found = {line.key: line for line in by_way(mixed).rows}
    assert {key: line.visits and line.visits["issued"] for key, line in found.items()} == {
        "booked": 2, "walk_in": 1,
    }  # fmt: skip
    assert (found["booked"].waiting.p50, found["booked"].waiting.p90) == (120.0, 240.0)
    assert found["walk_in"].waiting.p50 == 480.0
    whole = by_way(mixed).total
    assert whole.visits is not None
    assert (whole.visits["issued"], whole.visits["booked"]) == (4, 2)


def test_the_goal_judges_the_wait_after_the_booked_time_of_those_in_time(mixed: Desk) -> None:
    found = {line.key: line.goals["booked"] for line in by_way(mixed).rows}
    assert (found["booked"].judged, found["booked"].within) == (1, 1)
    assert found["walk_in"].judged == 0
    known = past(mixed.queue, mixed.branch, between(DATE, NEXT))
    (goal,) = (one for one in known.goals(known.total) if one.goal.id == "booked")
    assert (goal.share.judged, goal.share.within) == (1, 1)


def test_the_table_is_whole_in_both_languages(mixed: Desk) -> None:
    seen = past(mixed.queue, mixed.branch, between(DATE, NEXT))
    for language, names in (
        ("en", ["With an appointment", "Without an appointment"]),
        ("da", ["Med bestilt tid", "Uden bestilt tid"]),
    ):
        made = table(seen, "came_by", language)
        assert [row[0] for row in made.rows] == names
        assert made.total is None
        assert all(len(row) == len(made.columns) for row in made.rows)


def test_the_file_of_days_counts_visits_with_an_appointment(mixed: Desk) -> None:
    wanted = order(mixed.branch, content="days", first=DATE, last=NEXT)
    header, *lines = make(mixed.queue, wanted).content.decode("utf-8-sig").splitlines()
    at = [name.strip('"') for name in header.split(";" if ";" in header else ",")]
    assert any("appointment" in name or "bestilt tid" in name for name in at)
    assert len(lines) >= 2
