"""A day is judged by the goals of that day."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.days.rules.figures import Row
from queue_service.goals.rules.goal import goals_text
from queue_service.goals.rules.verdicts import budget, needed
from queue_service.history.rules.goal_history import GoalHistory, joint_target, read_goal_history
from tests.desks import document

GOAL = {"id": "six", "indicator": "handling_time_within", "threshold_seconds": 360}


def at(text: str) -> int:
    zone = ZoneInfo("Europe/Copenhagen")
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) * 1000


def goals(*targets: float) -> dict[str, Any]:
    return document(goals=[{**GOAL, "target_ratio": target} for target in targets])


def goal_history(*changes: tuple[str, dict[str, Any]]) -> GoalHistory:
    branch = Branch.from_document("raadhuset", "1", changes[-1][1])
    return read_goal_history(
        branch, [f"{at(when)}|{goals_text(config)}" for when, config in changes]
    )


@pytest.fixture
def raised() -> GoalHistory:
    return goal_history(("2026-11-02 12:00", goals(0.7)), ("2026-11-10 16:00", goals(0.8)))


@pytest.mark.parametrize(
    ("day", "target"),
    [
        ("2026-10-01", 0.7),
        ("2026-11-02", 0.7),
        ("2026-11-09", 0.7),
        ("2026-11-10", 0.8),
        ("2026-12-01", 0.8),
    ],
)
def test_a_target_counts_from_the_day_it_was_set(
    raised: GoalHistory, day: str, target: float
) -> None:
    assert raised.target("six", day) == target


def test_a_goal_that_was_dropped_is_still_known(raised: GoalHistory) -> None:
    dropped = goal_history(("2026-11-02 12:00", goals(0.7)), ("2026-11-10 16:00", goals()))
    assert dropped.target("six", "2026-11-09") == 0.7
    assert dropped.target("six", "2026-11-11") is None
    assert dropped.latest()["six"].target_ratio == 0.7
    assert [goal and goal.target_ratio for _, goal in dropped.changes("six")] == [0.7, None]
    assert [goal and goal.target_ratio for _, goal in raised.changes("six")] == [0.7, 0.8]


def test_the_present_goals_hold_for_every_day_of_a_historic_branch() -> None:
    past = goal_history(
        ("2026-11-02 12:00", {**goals(0.7), "historic": True}),
        ("2026-11-10 16:00", {**goals(0.8), "historic": True}),
    )
    assert [past.target("six", day) for day in ("1999-01-04", "2026-11-02")] == [0.8, 0.8]
    assert past.steady("1999-01-04", "2026-11-12")
    assert past.changes("six") == []
    dropped = goal_history(("2026-11-02 12:00", {**goals(0.7), "historic": True}),
                   ("2026-11-10 16:00", {**goals(), "historic": True}))  # fmt: skip
    assert dropped.targets({"1999-01-04": row(30, 21)}) == {"six": None}
    assert dropped.latest()["six"].target_ratio == 0.7


def row(judged: int, within: int) -> Row:
    made = Row()
    made.inquiries.judge("six", judged, within)
    return made


def test_a_range_asks_for_what_its_days_asked_for_together(raised: GoalHistory) -> None:
    days = {"2026-11-09": row(30, 21), "2026-11-10": row(10, 8)}
    assert raised.targets(days) == {"six": pytest.approx(29 / 40)}
    assert raised.targets({"2026-11-09": row(30, 21)}) == {"six": 0.7}
    assert raised.targets({}) == {"six": 0.8}
    assert not raised.steady("2026-11-09", "2026-11-10")
    assert raised.steady("2026-11-10", "2026-12-01")
    none = "2026-11-02 12:00", goals()
    there = goal_history(none, ("2026-11-05 12:00", goals(0.7)), ("2026-11-10 16:00", goals()))
    assert not there.steady("2026-11-03", "2026-11-12")
    asked = {"2026-11-03": row(0, 0), "2026-11-07": row(30, 21), "2026-11-12": row(0, 0)}
    assert there.targets(asked) == {"six": 0.7}


@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 100)), min_size=2, max_size=12))
def test_a_range_with_changed_goals_bears_exactly_the_misses_its_days_bore(
    days: list[tuple[int, int]],
) -> None:
    """Anyone who reached on every day just what it asked for has reached what all asked for."""
    parts = [(100 * judged, percent / 100) for judged, percent in days]
    judged = sum(n for n, _ in parts)
    within = sum(n * percent for n, percent in days)
    target = joint_target(parts)
    assert target is not None
    assert within / judged >= target
    assert budget(judged, within, target) == 0
    assert budget(judged, within - 1, target) < 0
    assert needed(judged, within, target) == 0


def test_days_with_the_same_target_have_exactly_that() -> None:
    assert joint_target([(3, 0.7), (7, 0.7), (0, None)]) == 0.7
    assert joint_target([(0, 0.7), (0, 0.7)]) == 0.7
    assert joint_target([(3, 0.7), (7, None)]) is None
    assert joint_target([]) is None


def test_the_hours_of_a_goal_are_kept_and_left_out_where_there_are_none() -> None:
    config = parse_config(
        goals(0.7)
        | {"goals": [{**GOAL, "target_ratio": 0.7, "hours": {"mon": [["09:00", "12:00"]]}}]}
    )
    (goal,) = Branch.from_document("b", "1", config).goals
    assert goal.hours == {"mon": (("09:00", "12:00"),)}
    assert "hours" not in goals(0.7)["goals"][0]
