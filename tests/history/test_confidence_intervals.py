"""Ratios over days: against tables, by hand, and by how often their intervals hold the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import pi, sqrt, tan
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.goals.rules.verdicts import wilson
from queue_service.history.rules.confidence_intervals import (
    Difference,
    Estimate,
    chance_variance,
    design_effect,
    estimate,
    estimate_of_sums,
    mean_difference,
    share_difference,
    share_interval,
    t_quantile,
    welch,
    z_quantile,
)

Days = list[tuple[float, float]]
DAYS = st.lists(st.tuples(st.integers(0, 60), st.integers(60, 90)), min_size=5, max_size=12)


@pytest.mark.parametrize(
    ("degrees", "level", "table"),
    [  # Abramowitz and Stegun, table 26.10
        (1, 0.95, 12.706),
        (2, 0.95, 4.303),
        (3, 0.95, 3.182),
        (4, 0.95, 2.776),
        (8, 0.95, 2.306),
        (9, 0.99, 3.250),
        (30, 0.95, 2.042),
        (60, 0.99, 2.660),
        (120, 0.95, 1.980),
    ],
)
def test_the_quantiles_of_t_are_those_of_the_tables(
    degrees: int, level: float, table: float
) -> None:
    t_quantile.cache_clear()  # so that it is worked out here
    assert t_quantile(degrees, level) == pytest.approx(table, abs=5e-4)


def test_with_many_days_the_quantile_is_that_of_the_normal_distribution() -> None:
    assert t_quantile(3000) == pytest.approx(1.960, abs=1e-3)


def test_a_ratio_and_its_variance_by_hand() -> None:
    # 6/10, 2/10 and 4/20: ratio 12/40, leavings 3, -1, -2, variance 3/2 * 14 / 1600.
    found = estimate([(6, 10), (2, 10), (4, 20), (0, 0)])
    assert (found.value, found.n, found.days) == (0.3, 40, 3)
    assert found.variance == pytest.approx(0.013125)


@given(DAYS)
def test_days_of_one_size_are_a_plain_sample(days: Days) -> None:
    values = [y for y, _ in days]
    mean = sum(values) / len(values)
    plain = sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values)
    found = estimate([(y, 1) for y in values])
    assert found.value == pytest.approx(mean)
    assert found.variance == pytest.approx(plain)


def test_a_difference_of_means_by_hand() -> None:
    # Means 3 and 6; variances 2.5/5 and 10/5; Welch 2.5² / (0.25/4 + 4/4) = 5.88, so t of 5.
    first = estimate([(y, 1) for y in (1, 2, 3, 4, 5)])
    second = estimate([(y, 1) for y in (2, 4, 6, 8, 10)])
    found = mean_difference(first, second)
    assert found is not None
    reach = 2.5706 * sqrt(2.5)
    assert (found.value, found.low, found.high) == pytest.approx(
        (3, 3 - reach, 3 + reach), abs=1e-3
    )
    wider = mean_difference(first, second, 0.99)
    assert wider is not None
    assert wider.high - 3 == pytest.approx(4.0321 * sqrt(2.5), abs=1e-3)


def test_even_days_are_worth_what_their_inquiries_are() -> None:
    even = estimate([(7, 10)] * 2000)
    assert design_effect(even) == 1
    found = share_interval(even)
    assert found == pytest.approx(wilson(20_000, 14_000), abs=1e-5)


def test_the_interval_of_a_share_joins_two_of_wilson_by_squares() -> None:
    # Newcombe 1998, table II, example (a): 56/70 less 48/80 is 0.2, from 0.0524 to 0.3339.
    first = Estimate(48 / 80, 80, 5_000, 0.0)
    second = Estimate(56 / 70, 70, 5_000, 0.0)
    found = share_difference(first, second)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


@given(DAYS, DAYS)
def test_swapping_the_sides_turns_the_difference_round(one: Days, two: Days) -> None:
    there, back = (share_difference(*pair) for pair in _both_ways(one, two))
    assert there is not None
    assert back is not None
    assert (-back.value, -back.high, -back.low) == pytest.approx(
        (there.value, there.low, there.high)
    )
    assert -1 <= there.low <= there.value <= there.high <= 1


def _both_ways(one: Days, two: Days) -> tuple[tuple[Estimate, Estimate], ...]:
    first, second = estimate(one), estimate(two)
    return (first, second), (second, first)


def test_days_that_go_together_widen_the_interval() -> None:
    even = estimate([(7, 10)] * 10)
    uneven = estimate([(10, 10), (4, 10)] * 5)
    narrow, wide = share_interval(even), share_interval(uneven)
    assert narrow is not None
    assert wide is not None
    assert wide[0] < narrow[0] < 0.7 < narrow[1] < wide[1]


def test_nothing_is_said_with_few_days_or_without_any_variation() -> None:
    enough, few = estimate([(3, 9), (4, 9), (5, 9), (6, 9), (7, 9)]), estimate([(3, 9)] * 4)
    assert share_difference(enough, few) is None
    assert mean_difference(few, enough) is None
    assert share_interval(few) is None
    same = estimate([(3, 9)] * 9)
    assert mean_difference(same, same) is None


def _shares(random: Random, days: int) -> Days:
    """Days of 20 to 80 inquiries, of which 70 % are within: by chance and by the day's luck."""
    found: Days = []
    for _ in range(days):
        inquiries, luck = random.randint(20, 80), random.betavariate(0.7 * 49, 0.3 * 49)
        found.append((sum(random.random() < luck for _ in range(inquiries)), inquiries))
    return found


def _losses(random: Random, days: int) -> Days:
    """Days of 40 visits, of which 3 % give up."""
    return [(sum(random.random() < 0.03 for _ in range(40)), 40) for _ in range(days)]


def _means(random: Random, days: int) -> Days:
    """Days of 10 to 30 handling times, long ones among them, with days that are slow all over."""
    found: Days = []
    for _ in range(days):
        inquiries, luck = random.randint(10, 30), random.lognormvariate(0, 0.15)
        seconds = sum(random.lognormvariate(5.5, 0.7) for _ in range(inquiries))
        found.append((seconds * luck, inquiries))
    return found


@pytest.mark.parametrize(
    ("draw", "differ", "days"),
    [
        (_shares, share_difference, (10, 10)),
        (_shares, share_difference, (5, 20)),
        (_losses, share_difference, (20, 20)),
        (_means, mean_difference, (10, 10)),
        (_means, mean_difference, (5, 5)),
    ],
)
def test_of_a_thousand_comparisons_of_equals_95_in_a_hundred_find_no_difference(
    draw: Callable[[Random, int], Days],
    differ: Callable[[Estimate, Estimate], Difference | None],
    days: tuple[int, int],
) -> None:
    random = Random(1969)  # noqa: S311 - a seeded trial, no secret
    held = sum(_holds_zero(differ(*(estimate(draw(random, n)) for n in days))) for _ in range(1000))
    assert 920 <= held <= 980


def _holds_zero(found: Difference | None) -> bool:
    assert found is not None
    return found.low <= 0 <= found.high


def _bad_days(random: Random, days: int, background: float) -> Days:
    """Days of 80 visits, of which seven give up on three days in a hundred."""
    return [
        (
            7 * (random.random() < 0.03) + sum(random.random() < background for _ in range(73)),
            80,
        )
        for _ in range(days)
    ]


@pytest.mark.parametrize("background", [0.0, 0.004, 0.01])
def test_one_bad_day_is_no_difference(background: float) -> None:
    random = Random(11)  # noqa: S311 - a seeded trial, no secret
    reported = sum(
        not _holds_zero(
            share_difference(
                estimate(_bad_days(random, 27, background)),
                estimate(_bad_days(random, 21, background)),
            )
        )
        for _ in range(500)
    )
    assert reported <= 500 * 0.07


def test_a_side_with_events_on_few_days_is_given_the_spread_of_the_other() -> None:
    none, bad = estimate([(0, 74)] * 27), estimate([(0, 75)] * 20 + [(7, 100)])
    assert none.rare
    assert bad.rare
    found = share_difference(none, bad)
    assert found is not None
    assert found.low < 0 < found.high
    rare = estimate([(0, 80)] * 18 + [(1, 80)] * 9)
    assert rare.rare
    own, borrowed = (share_difference(s, bad) for s in (replace(rare, rare=False), rare))
    assert own is not None
    assert borrowed is not None
    assert borrowed.low < own.low


@pytest.mark.parametrize(
    ("eventful", "days", "rare"), [(9, 27, True), (10, 27, False), (2, 5, True), (3, 6, False)]
)
def test_a_share_is_rare_with_events_on_fewer_than_ten_days_and_half_of_them(
    eventful: int, days: int, rare: bool
) -> None:
    some, none = [(1, 80)] * eventful, [(0, 80)] * (days - eventful)
    assert estimate(some + none).rare is rare
    assert estimate([(80 - y, x) for y, x in some + none]).rare is rare


def test_events_on_many_days_are_still_reported() -> None:
    few, many = estimate([(0, 80)] * 27), estimate([(n % 4, 80) for n in range(21)])
    found = share_difference(few, many)
    assert found is not None
    assert found.low > 0


def test_a_share_of_few_days_by_hand() -> None:
    # Of 20, 20, 20, 20 and 20 there are 10, 18, 12, 19 and 11 within: 0.7, residuals -4, 4, -2, 5
    # and -3, so that the variance is 5/4 * 70 / 10,000 and the design effect 0.00875 / 0.0021.
    found = estimate([(10, 20), (18, 20), (12, 20), (19, 20), (11, 20)])
    assert (found.value, found.n, found.days, found.freedom) == (0.7, 100, 5, 4)
    assert found.variance == pytest.approx(0.00875)
    assert chance_variance(found) == pytest.approx(0.0021)
    assert design_effect(found) == pytest.approx(0.00875 / 0.0021)
    worth, t_of_4 = 100 * 0.0021 / 0.00875, 2.7764451
    low, high = wilson(worth, 0.7 * worth, t_of_4)
    assert share_interval(found) == pytest.approx((low, high), abs=1e-6)
    # Twice as wide: half as many days' worth, and two degrees of freedom.
    low, high = wilson(worth / 2, 0.35 * worth, 4.3026527)
    assert share_interval(found, following=2.0) == pytest.approx((low, high), abs=1e-6)
    low, high = wilson(worth, 0.7 * worth, 4.6040949)
    assert share_interval(found, 0.99) == pytest.approx((low, high), abs=1e-6)
    assert share_interval(found, following=100.0) is not None, "one degree is left"


def test_a_difference_of_shares_by_hand() -> None:
    first = estimate([(10, 20), (18, 20), (12, 20), (19, 20), (11, 20)])
    second = estimate([(18, 20), (18, 20), (17, 20), (19, 20), (18, 20)])
    # Welch of variances 0.00875 and 0.9 * 0.1 / 100 (less than by chance): 4.8 degrees, so 4.
    assert design_effect(second) == 1.0
    assert welch((0.00875, 4), (0.0009, 4)) == 4
    low, high = wilson(24, 16.8, 2.7764451)
    low2, high2 = wilson(100, 90, 2.7764451)
    assert None not in (low, high, low2, high2)
    found = share_difference(first, second)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx(
        (
            0.2,
            0.2 - sqrt((0.9 - (low2 or 0)) ** 2 + ((high or 0) - 0.7) ** 2),
            0.2 + sqrt(((high2 or 0) - 0.9) ** 2 + (0.7 - (low or 0)) ** 2),
        ),
        abs=1e-6,
    )
    wider = share_difference(first, second, 0.99)
    assert wider is not None
    assert wider.low < found.low < found.high < wider.high


@pytest.mark.parametrize(
    ("sides", "degrees"),
    [
        (((1.0, 4), (1.0, 4)), 8), (((1.0, 4), (0.0, 9)), 4), (((0.0, 4), (0.0, 9)), 13),
        (((2.0, 4), (1.0, 4)), 7), (((0.1, 1), (1e-9, 50)), 1), (((3.0, 6),), 6),
    ],
)  # fmt: skip
def test_degrees_of_freedom_are_rounded_down(
    sides: tuple[tuple[float, int], ...], degrees: int
) -> None:
    assert welch(*sides) == degrees


def test_estimates_of_no_day_and_of_one() -> None:
    assert estimate([(0, 0)]) == Estimate(None, 0, 0, None)
    assert estimate([(3, 4), (0, 0)]) == Estimate(0.75, 4, 1, None)
    assert estimate_of_sums(4, 3, (1, 16, 12, 9)) == Estimate(0.75, 4, 1, None)
    one = estimate([(3, 4)])
    assert (design_effect(one), design_effect(Estimate(None, 0, 0, None))) == (1.0, 1.0)
    assert (chance_variance(Estimate(None, 0, 0, None)), chance_variance(one)) == (0.0, 0.1875 / 4)
    assert share_interval(Estimate(None, 9, 9, 0.1)) is None
    assert share_interval(Estimate(0.5, 9, 9, None)) is None
    assert share_interval(Estimate(0.5, 9, 5, 0.1)) is not None
    assert share_interval(Estimate(0.5, 9, 4, 0.1)) is None
    assert Estimate(0.5, 9, 9, 0.1, 3).freedom == 3
    all_of_them = estimate([(4, 4)] * 6)
    assert design_effect(all_of_them) == 1.0
    known = share_interval(all_of_them)
    assert known is not None
    assert known[1] == 1.0


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_with_one_and_two_degrees_the_quantile_has_a_closed_form(level: float) -> None:
    t_quantile.cache_clear()  # so that it is worked out here
    assert t_quantile(1, level) == pytest.approx(tan(pi * level / 2))
    assert t_quantile(2, level) == pytest.approx(level * sqrt(2 / (1 - level**2)))
    normal = {0.8: 1.2815516, 0.95: 1.9599640, 0.99: 2.5758293}[level]
    assert z_quantile(level) == pytest.approx(normal)


def test_by_default_a_quantile_is_that_of_95_percent() -> None:
    assert t_quantile(7) == t_quantile(7, 0.95)
    assert z_quantile() == z_quantile(0.95)
