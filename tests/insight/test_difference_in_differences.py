"""A change compared with another branch's."""

from __future__ import annotations

from random import Random

import pytest

from queue_service.history.rules.confidence_intervals import (
    Difference,
    Estimate,
    chance_variance,
    estimate,
    mean_difference,
)
from queue_service.insight.rules.daily_ratios import Dated
from queue_service.insight.rules.difference_in_differences import Change, beyond, paired


def test_it_is_the_difference_of_the_changes_with_both_uncertainties() -> None:
    here, there = Difference(-0.10, -0.13, -0.07), Difference(-0.02, -0.06, 0.02)
    found = beyond(here, there)
    assert found is not None
    # 3-4-5: each side's reach is joined as the legs of a right triangle.
    assert (found.value, found.low, found.high) == pytest.approx((-0.08, -0.13, -0.03))


def test_a_missing_difference_leaves_nothing_to_compare() -> None:
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


DAYS = [f"2026-03-{day:02}" for day in range(2, 14)]


def _days(values: list[float], dates: list[str] = DAYS) -> Dated:
    return {day: (value, 1.0) for day, value in zip(dates, values, strict=False)}


def test_a_bad_day_at_both_branches_cancels_out() -> None:
    shocks = [0, 9, 1, 7, 2, 8, 3, 9, 1, 5, 0, 4]
    here = Change(
        _days([10 + s + n % 2 for n, s in enumerate(shocks[:6])]),
        _days([15 + s + n % 2 for n, s in enumerate(shocks[6:])], DAYS[6:]),
    )
    there = Change(
        _days([20 + s for s in shocks[:6]]), _days([20 + s for s in shocks[6:]], DAYS[6:])
    )
    found = paired(here, there, share=False)
    assert found is not None
    assert found.value == pytest.approx(5)
    # The days differ by half a unit from the mean: 6/5 · 6 · (0.5/6)² on either side, t of 10.
    assert found.high - found.value == pytest.approx(2.2281 * (2 * 0.05) ** 0.5, rel=0.02)
    unrelated = beyond(*(
        mean_difference(estimate(c.before.values()), estimate(c.after.values()))
        for c in (here, there)
    ))  # fmt: skip
    assert unrelated is not None
    assert unrelated.low < 0 < found.low


def test_days_are_paired_from_five_in_common_on_either_side() -> None:
    before = _days([10, 11, 12, 10, 11])
    after = _days([15, 16, 15, 17, 15], DAYS[6:])
    assert paired(Change(before, after), Change(before, after), share=False) is None  # no spread
    shifted = _days([9, 12, 12, 10, 11], DAYS[6:])
    assert paired(Change(before, after), Change(before, shifted), share=False) is not None
    four = {day: pair for day, pair in before.items() if day != DAYS[0]}
    assert paired(Change(before, after), Change(four, shifted), share=False) is None


def test_rare_events_are_not_paired_and_a_share_is_never_surer_than_chance() -> None:
    many = {day: (20.0 + n % 3, 40.0) for n, day in enumerate(DAYS)}
    few = {day: (1.0 if n < 2 else 0.0, 40.0) for n, day in enumerate(DAYS)}
    common = Change(many, dict.fromkeys(DAYS, (22.0, 40.0)))
    assert paired(common, Change(many, few), share=True) is None
    found = paired(common, common, share=True)
    assert found is not None
    chance = sum(2 * chance_variance(estimate(d.values())) for d in (common.before, common.after))
    assert found.high > 1.96 * chance**0.5
