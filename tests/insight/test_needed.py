"""How many hits in a row bring a goal back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.goals.rules.verdicts import budget, needed


@pytest.mark.parametrize(
    ("judged", "within", "target", "hits"),
    [
        (0, 0, 0.7, 0),
        (31, 24, 0.7, 0),
        (10, 7, 0.7, 0),  # exactly on the target is met
        (10, 6, 0.7, 4),  # 10 of 14
        (1, 0, 0.7, 3),  # 3 of 4
        (5, 5, 1.0, 0),
        (5, 4, 1.0, None),  # nothing brings back a miss when all have to be within
    ],
)
def test_hits_needed(judged: int, within: int, target: float, hits: int | None) -> None:
    assert needed(judged, within, target) == hits


@given(st.integers(1, 500), st.integers(0, 500), st.sampled_from([0.5, 0.7, 0.8, 0.95]))
def test_so_many_hits_are_enough_and_one_fewer_is_not(
    judged: int, within: int, target: float
) -> None:
    within = min(within, judged)
    hits = needed(judged, within, target)
    assert hits is not None
    assert budget(judged + hits, within + hits, target) >= 0
    if hits:
        assert budget(judged + hits - 1, within + hits - 1, target) < 0
