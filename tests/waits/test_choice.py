"""Whether the regression is used."""

from __future__ import annotations

import pytest

from queue_service.visits.rules.regression import Inputs, Regression, inputs_of
from queue_service.waits.rules.choice import (
    FEWEST_ROWS,
    Score,
    is_fitted,
    is_used,
    last_scores,
    score,
)
from queue_service.waits.rules.rows import WaitRow

BETTER, WORSE = Score(10, 100.0, 99.9), Score(10, 99.9, 100.0)


@pytest.mark.parametrize(("days", "used"), [(4, False), (5, True), (500, True)])
def test_it_is_used_from_the_sixth_day_on(days: int, used: bool) -> None:
    assert is_used(days, {"2026-11-24": BETTER}) is used


@pytest.mark.parametrize(
    ("scores", "used"),
    [
        ([], False),
        ([WORSE], False),
        ([Score(10, 100.0, 100.0)], False),
        ([BETTER, WORSE], False),  # as good in all
        ([BETTER, BETTER, WORSE], True),
        ([Score(0, 0.0, 0.0)], False),
    ],
)
def test_it_is_used_where_it_did_better_in_all(scores: list[Score], used: bool) -> None:
    assert is_used(9, {f"2026-11-{n + 1:02}": each for n, each in enumerate(scores)}) is used


@pytest.mark.parametrize(("since", "used"), [(10, False), (9, True)])
def test_ten_days_with_a_score_count(since: int, used: bool) -> None:
    much_worse = {"2026-11-01": Score(10, 1.0, 1000.0), "2026-11-02": Score(0, 0.0, 0.0)}
    later = {f"2026-11-{n + 3:02}": BETTER for n in range(since)}
    assert is_used(20, {**later, **much_worse}) is (not used)
    assert len(last_scores({**later, **much_worse})) == 10


@pytest.mark.parametrize(
    ("days", "rows", "fitted"),
    [(2, 9999, False), (3, FEWEST_ROWS, True), (3, FEWEST_ROWS - 1, False)],
)
def test_three_days_and_three_hundred_waits_are_fitted(days: int, rows: int, fitted: bool) -> None:
    assert is_fitted(days, rows) is fitted


def test_a_day_is_scored_over_the_visits_for_which_both_know_a_range() -> None:
    none = Inputs(0, 0, 0, 0, 0)
    known = {"pas": Regression(4.0, 6.0, none, none, 10_000)}  # 53 to 403 s
    inputs = inputs_of(1, 1, 1, 60)
    rows = [
        WaitRow("pas", inputs, (60, 180), 120.0),
        WaitRow("pas", inputs, (60, 180), 186.0),  # six seconds beyond, times ten
        WaitRow("pas", inputs, (60, 180), 47.0),  # 13 s, and six, too early
        WaitRow("pas", inputs, None, 120.0),
        WaitRow("turist", inputs, (60, 180), 120.0),
    ]
    found = score(rows, known)
    assert found.visits == 3
    assert found.table == pytest.approx((3 * 120 + 60 + 130) / 60)
    assert found.regression == pytest.approx((3 * 350 + 60) / 60)
