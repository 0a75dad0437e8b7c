"""A change held against another branch's."""

from __future__ import annotations

from random import Random

import pytest

from queue_service.domain.ratio import Difference, Estimate, estimate, mean_difference
from queue_service.domain.twin import beyond


def test_it_is_the_difference_of_the_changes_with_both_uncertainties() -> None:
    here, there = Difference(-0.10, -0.13, -0.07), Difference(-0.02, -0.06, 0.02)
    found = beyond(here, there)
    assert found is not None
    # 3-4-5: each side's reach is joined as the legs of a right triangle.
    assert (found.value, found.low, found.high) == pytest.approx((-0.08, -0.13, -0.03))


def test_a_change_that_cannot_be_told_leaves_nothing_to_compare() -> None:
    known = Difference(1, 0, 2)
    assert beyond(known, None) is None
    assert beyond(None, known) is None


def _fortnight(random: Random, seconds: float) -> Estimate:
    return estimate((random.gauss(seconds, 40) * n, n) for n in random.choices((30, 40, 50), k=14))


def test_it_holds_the_truth_nineteen_times_in_twenty() -> None:
    """Here the mean falls by 30 seconds and there by 10, over and over."""
    random = Random(8)  # noqa: S311 - seeded, no secret
    held = 0
    for _ in range(400):
        here = mean_difference(_fortnight(random, 300), _fortnight(random, 270))
        there = mean_difference(_fortnight(random, 200), _fortnight(random, 190))
        found = beyond(here, there)
        assert found is not None
        held += found.low <= -20 <= found.high
    assert 0.93 <= held / 400 <= 0.98
