"""The units of a comparison, and how often its intervals show a difference.

The simulations are seeded. Their branches have five weekdays that differ by design.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import exp, log, sqrt
from random import Random

import pytest

from queue_service.history.rules.confidence_intervals import (
    Difference,
    estimate,
    mean_difference,
    share_difference,
)
from queue_service.insight.rules.daily_ratios import (
    Dated,
    Sides,
    alike,
    estimates,
    mix,
    residuals,
    weeks,
    widenings,
)
from queue_service.insight.rules.difference_in_differences import Change, beyond, paired

pytestmark = pytest.mark.slow

RUNS = 200
VOLUMES = (0.6, 0.8, 1.0, 1.1, 1.2)
LUCK = (-0.3, -0.1, 0.0, 0.1, 0.3)
"""Each weekday's offset to the logit of a share."""
FIRST = "2026-03-02"
"""A Monday."""


def weekdays(first: str, of_weeks: int) -> list[str]:
    """The dates of Monday to Friday over so many weeks."""
    begins = date.fromisoformat(first)
    return [str(begins + timedelta(7 * week + day)) for week in range(of_weeks) for day in range(5)]


def later(of_weeks: int) -> str:
    """The Monday so many weeks after the first."""
    return str(date.fromisoformat(FIRST) + timedelta(7 * of_weeks))


def arrivals(random: Random, days: list[str], times: float = 1.0) -> Dated:
    """Visits of each day: by its weekday, with a spread between days and by chance."""
    found = {}
    for nth, day in enumerate(days):
        expected = 100 * VOLUMES[nth % 5] * times * random.lognormvariate(0, 0.06)
        found[day] = (max(0.0, random.gauss(expected, sqrt(expected))), 1.0)
    return found


def within(
    random: Random,
    days: list[str],
    share: float,
    *,
    spread: float = 0.15,
    shocks: list[float] | None = None,
) -> Dated:
    """Inquiries within a goal of each day; ``shocks`` move its logit in addition to the rest."""
    found = {}
    for nth, day in enumerate(days):
        inquiries = round(60 * VOLUMES[nth % 5] * random.uniform(0.9, 1.1))
        logit = log(share / (1 - share)) + LUCK[nth % 5] + random.gauss(0, spread)
        chance = 1 / (1 + exp(-logit - (shocks[nth] if shocks else 0.0)))
        found[day] = (float(sum(random.random() < chance for _ in range(inquiries))), inquiries)
    return found


def clear(found: Difference | None) -> bool:
    assert found is not None
    return not found.low <= 0 <= found.high


def of_means(sides: Sides) -> bool:
    return clear(mean_difference(sides.first, sides.second))


def of_shares(sides: Sides) -> bool:
    return clear(share_difference(sides.first, sides.second))


def rate(made: Callable[[Random], bool], runs: int = RUNS, seed: int = 1956) -> float:
    """How often it shows a difference."""
    random = Random(seed)  # noqa: S311 - a seeded trial, no secret
    return sum(made(random) for _ in range(runs)) / runs


def test_within_weekdays_by_hand() -> None:
    # Mondays of 10 and 14, Tuesdays of 20 and 24: about their weekday's mean 2 each way.
    first = dict(zip(("2026-03-02", "2026-03-03", "2026-03-09", "2026-03-10"),
                     ((10, 1), (20, 1), (14, 1), (24, 1)), strict=True))  # fmt: skip
    second = {str(date.fromisoformat(day) + timedelta(14)): pair for day, pair in first.items()}
    found = estimates(first, second)
    assert found.method == "weekdays"
    assert found.first.value == 17
    assert found.first.freedom == 2
    # 4/(4-2) · 4 · (2/4)²
    assert found.first.variance == pytest.approx(2)
    plain = estimate(first.values())
    assert plain.variance == pytest.approx(4 / 3 * 116 / 16)
    assert plain.freedom == 3


def test_every_weekday_has_two_days_on_either_side_or_all_days_are_taken_together() -> None:
    random = Random(4)  # noqa: S311 - seeded, no secret
    first, second = (arrivals(random, weekdays(begin, 2)) for begin in (FIRST, later(2)))
    assert estimates(first, second).method == "weekdays"
    without = {day: pair for day, pair in second.items() if day != "2026-03-27"}
    assert len(without) == 9
    assert not alike(first, without)
    assert estimates(first, without).method == "days"
    more = {**second, "2026-03-21": (40.0, 1.0), "2026-03-28": (40.0, 1.0)}
    assert estimates(first, more).method == "days"


def test_a_side_with_more_of_the_busiest_weekday_is_not_called_busier() -> None:
    """Three weeks against three weeks and two Fridays, of a branch with little spread."""
    busy = {day: (1000 * VOLUMES[nth % 5] + nth % 3, 1.0)
            for nth, day in enumerate(weekdays(FIRST, 3))}  # fmt: skip
    same = {str(date.fromisoformat(day) + timedelta(21)): pair for day, pair in busy.items()}
    fridays = same | {"2026-04-17": (1200.0, 1.0), "2026-04-24": (1201.0, 1.0)}
    assert estimates(busy, same).method == "weekdays"
    assert mix(busy, same) == pytest.approx(0)
    # Two of its 17 days are 260 above the mean.
    assert mix(busy, fridays) == pytest.approx(260 * 2 / 17, rel=0.01)
    assert estimates(busy, fridays).method == "days"


@pytest.mark.parametrize(("of_weeks", "least"), [(4, 0.55), (8, 0.85)])
def test_a_tenth_more_visits_are_seen_and_no_more_visits_are_not(
    of_weeks: int, least: float
) -> None:
    days, days2 = weekdays(FIRST, of_weeks), weekdays(later(of_weeks), of_weeks)

    def share_detected(times: float) -> float:
        return rate(lambda r: of_means(estimates(arrivals(r, days), arrivals(r, days2, times))))

    assert share_detected(1.0) <= 0.085
    assert share_detected(1.1) >= least


def test_with_the_weekdays_thrown_together_a_tenth_more_is_hardly_ever_seen() -> None:
    days, days2 = weekdays(FIRST, 4), weekdays(later(4), 4)

    def plain(r: Random) -> bool:
        first, second = arrivals(r, days), arrivals(r, days2, 1.1)
        return clear(mean_difference(estimate(first.values()), estimate(second.values())))

    assert rate(plain) <= 0.1


@pytest.mark.parametrize(("of_weeks", "least"), [(4, 0.3), (8, 0.55)])
def test_a_goal_of_three_points_more_is_seen_and_an_equal_one_is_not(
    of_weeks: int, least: float
) -> None:
    days, days2 = weekdays(FIRST, of_weeks), weekdays(later(of_weeks), of_weeks)

    def share_detected(share: float) -> float:
        return rate(lambda r: of_shares(estimates(within(r, days, 0.7), within(r, days2, share))))

    assert share_detected(0.7) <= 0.085
    assert share_detected(0.735) >= least


@pytest.mark.slow
@pytest.mark.parametrize(("of_weeks", "least"), [(4, 0.38), (8, 0.6)])
def test_against_a_branch_with_the_same_bad_days_the_days_are_paired(
    of_weeks: int, least: float
) -> None:
    days, days2 = weekdays(FIRST, of_weeks), weekdays(later(of_weeks), of_weeks)

    def changes(r: Random, share: float) -> tuple[Change, Change]:
        before, after = ([r.gauss(0, 0.3) for _ in days] for _ in range(2))
        here = Change(
            within(r, days, 0.7, spread=0.05, shocks=before),
            within(r, days2, share, spread=0.05, shocks=after),
        )
        there = Change(
            within(r, days, 0.7, spread=0.05, shocks=before),
            within(r, days2, 0.7, spread=0.05, shocks=after),
        )
        return here, there

    def unrelated(r: Random, share: float) -> bool:
        here, there = (estimates(c.before, c.after) for c in changes(r, share))
        return clear(beyond(*(share_difference(s.first, s.second) for s in (here, there))))

    equal = rate(lambda r: clear(paired(*changes(r, 0.7), share=True)))
    seen = rate(lambda r: clear(paired(*changes(r, 0.75), share=True)))
    assert equal <= 0.085
    assert seen >= least
    assert rate(lambda r: unrelated(r, 0.75)) < seen - 0.1


def follow(random: Random, days: list[str]) -> Dated:
    """Mean waits of five minutes, whose logarithms follow from day to day with 0.5."""
    found, drift = {}, random.gauss(0, 0.4)
    for day in days:
        drift = 0.5 * drift + random.gauss(0, 0.4 * sqrt(0.75))
        found[day] = (50 * 300 * exp(drift), 50.0)
    return found


def test_of_waits_weeks_are_the_units_from_eight_weeks_on() -> None:
    random = Random(7)  # noqa: S311 - seeded, no secret
    for of_weeks, method in ((7, "weekdays"), (8, "weeks")):
        sides = [follow(random, weekdays(first, of_weeks)) for first in (FIRST, later(of_weeks))]
        assert estimates(*sides, follow=True).method == method
        assert estimates(*sides).method == "weekdays"
    found = estimates(*sides, follow=True)
    assert (found.first.days, found.first.freedom, found.first.n) == (40, 7, 2000)
    assert found.first.value == pytest.approx(estimate(sides[0].values()).value)


def test_with_fewer_weeks_their_variance_is_wider_by_what_both_sides_show() -> None:
    random = Random(8)  # noqa: S311 - seeded, no secret
    sides = [follow(random, weekdays(first, 4)) for first in (FIRST, later(4))]
    plain, wider = estimates(*sides), estimates(*sides, follow=True)
    (factor, factor2) = widenings([residuals(side) for side in sides], "weekdays")
    assert plain.method == wider.method == "weekdays"
    assert factor == factor2 > 1
    assert (wider.first.variance or 0) == pytest.approx(factor * (plain.first.variance or 0))
    assert (plain.first.freedom, wider.first.freedom) == (15, int(15 / factor))
    days, days2 = widenings([residuals(side) for side in sides], "days")
    assert days == days2 != factor, "a weekday's own mean is no correlation"


def test_paired_with_another_branch_days_that_follow_each_other_are_wider() -> None:
    random = Random(9)  # noqa: S311 - seeded, no secret
    here, there = (
        Change(*(follow(random, weekdays(first, 4)) for first in (FIRST, later(4))))
        for _ in range(2)
    )
    plain, wider = (paired(here, there, share=False, follow=one) for one in (False, True))
    assert plain is not None
    assert wider is not None
    assert wider.low < plain.low < plain.high < wider.high


def test_by_weeks_correlated_waits_are_seldom_reported_to_differ() -> None:
    days, days2 = weekdays(FIRST, 8), weekdays(later(8), 8)

    def share_detected(*, by_weeks: bool) -> float:
        return rate(
            lambda r: of_means(estimates(follow(r, days), follow(r, days2), follow=by_weeks))
        )

    assert share_detected(by_weeks=True) <= 0.11
    assert share_detected(by_weeks=False) >= 0.15


def test_a_week_is_seven_days_from_the_first() -> None:
    days = dict.fromkeys(("2026-03-04", "2026-03-10", "2026-03-11", "2026-03-25"))
    assert list(weeks(days).values()) == [0, 0, 1, 3]
    assert weeks({}) == {}


def test_residuals_of_days_add_up_to_nothing() -> None:
    found = residuals({"2026-03-02": (6, 10), "2026-03-03": (2, 10), "2026-03-04": (4, 20)})
    assert list(found.values()) == pytest.approx([3 / 40, -1 / 40, -2 / 40])
