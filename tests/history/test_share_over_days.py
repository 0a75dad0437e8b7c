"""The one way in which a goal's share over days gets its interval and its verdict."""

from __future__ import annotations

from math import exp, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.goals.rules.shares import Share, share
from queue_service.history.rules.figures import Row
from queue_service.history.rules.history import total
from queue_service.history.rules.ratio import estimate, estimate_of_sums, share_interval, share_of

GOAL = "six"
DAYS = st.lists(st.integers(0, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))


def day(judged: int, within: int) -> Row:
    row = Row()
    row.inquiries.judge(GOAL, judged, within)
    return row.as_day()


def over(days: list[tuple[int, int]], target: float = 0.7) -> Share:
    return share_of(total(day(*one) for one in days), GOAL, target)


def test_four_days_have_wilsons_interval_and_five_have_that_of_days() -> None:
    days = [(20, 10), (20, 18), (20, 12), (20, 19)]
    assert over(days) == share(80, 59, 0.7)
    assert over(days).interval == "wilson"
    found = over([*days, (20, 11)])
    assert found.interval == "days"
    assert (found.low, found.high) == pytest.approx(
        share_interval(estimate([(10, 20), (18, 20), (12, 20), (19, 20), (11, 20)]))
    )
    assert (found.low or 0) < (share(100, 70, 0.7).low or 0)


def test_days_without_any_judged_are_no_days() -> None:
    four = [(20, 10), (20, 18), (20, 12), (20, 19)]
    assert over([*four, (0, 0), (0, 0)]).interval == "wilson"


def test_a_running_day_is_no_range_of_days() -> None:
    one = day(30, 15)
    assert share_of(one, GOAL, 0.7).verdict == "missed"
    assert share_of(one, GOAL, 0.7, running=True).verdict == "open"


def test_many_days_of_few_have_no_verdict() -> None:
    nine, ten = [(1, 0)] * 9, [(1, 0)] * 10
    assert (over(nine).interval, over(nine).verdict, over(ten).verdict) == (
        "days", "open", "missed",
    )  # fmt: skip


@given(DAYS.filter(lambda days: sum(n for n, _ in days) > 0))
def test_sums_over_days_say_what_the_days_say(days: list[tuple[int, int]]) -> None:
    row = total(day(*one) for one in days)
    expected = estimate((within, judged) for judged, within in days)
    found = estimate_of_sums(*row.judged(GOAL), row.days[GOAL])
    assert (found.value, found.n, found.days) == (expected.value, expected.n, expected.days)
    assert found.variance == pytest.approx(expected.variance, abs=1e-12)


@pytest.mark.parametrize(("spread", "most"), [(0.0, 0.05), (0.3, 0.08)])
def test_a_month_at_its_target_is_seldom_said_to_have_met_or_missed_it(
    spread: float, most: float
) -> None:
    """400 months of 22 days, the days' shares differing as real ones do (sd in logits)."""
    chance = Random(20261126)  # noqa: S311 - seeded, no secret
    found = [over([_inquiries(chance, spread) for _ in range(22)]).verdict for _ in range(400)]
    wrong = sum(verdict != "open" for verdict in found) / 400
    assert wrong <= most
    if spread:
        assert wrong > 0.01


def _inquiries(chance: Random, spread: float) -> tuple[int, int]:
    true = 1 / (1 + exp(-(log(0.7 / 0.3) + chance.gauss(0, spread))))
    return 140, sum(chance.random() < true for _ in range(140))
