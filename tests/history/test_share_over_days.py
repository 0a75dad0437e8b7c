"""The interval and the verdict of a goal's share over days."""

from __future__ import annotations

from math import exp, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.days.rules.figures import Row
from queue_service.goals.rules.verdicts import Share, share
from queue_service.history.rules.confidence_intervals import (
    DaySpreads,
    UsualEffect,
    correlation,
    design_effect,
    estimate,
    estimate_of_sums,
    following,
    share_interval,
    share_of,
    share_over_days,
    widening,
)
from queue_service.history.rules.history import total

GOAL = "six"
DAYS = st.lists(st.integers(0, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))


def day(judged: int, within: int) -> Row:
    row = Row()
    row.inquiries.judge(GOAL, judged, within)
    return row.as_day()


def over(days: list[tuple[int, int]], target: float = 0.7) -> Share:
    return share_of(total(day(*one) for one in days), GOAL, target)


FOUR = [(20, 10), (20, 18), (20, 12), (20, 19)]


def usual(effect: float, degrees: int = 40) -> DaySpreads:
    return DaySpreads(find_usual=lambda: {GOAL: UsualEffect(effect, degrees)})


def test_one_day_has_wilsons_interval() -> None:
    assert over([(80, 40)]) == share(80, 40, 0.7)
    assert (over([(80, 40)]).verdict, over([(80, 40)]).undecided) == ("missed", None)
    assert over([(9, 0)]).undecided == "too_few"
    assert over([(10, 6)]).undecided == "too_close"


@pytest.mark.parametrize("days", [2, 4])
def test_two_to_four_days_have_the_usual_spread_or_no_verdict(days: int) -> None:
    """Forty of eighty and less: as single inquiries they are a miss."""
    few = [(80, 40)] * days
    alone = over(few)
    assert (alone.interval, alone.verdict) == ("wilson", "open")
    assert (alone.days, alone.undecided) == (days, "too_few_days")
    assert (alone.low, alone.high) == share_ends(share(80 * days, 40 * days, 0.7))
    row = total(day(*one) for one in few)
    close, wide = (share_of(row, GOAL, 0.7, spreads=usual(effect)) for effect in (2.0, 20.0))
    assert (close.interval, close.verdict) == ("days", "missed")
    assert (close.high or 0) > (alone.high or 0)
    assert (wide.high or 0) > (close.high or 0)
    near = share_of(row, GOAL, 0.55, spreads=usual(20.0))
    assert (near.verdict, near.days, near.undecided) == ("open", days, "too_close")


def share_ends(found: Share) -> tuple[float | None, float | None]:
    return found.low, found.high


def test_five_days_have_their_own_spread() -> None:
    found = over([*FOUR, (20, 11)])
    assert (found.interval, found.ratio, found.days) == ("days", 0.7, 5)
    assert share_ends(found) == pytest.approx(
        share_interval(estimate([(10, 20), (18, 20), (12, 20), (19, 20), (11, 20)]))
    )
    assert (found.low or 0) < (share(100, 70, 0.7).low or 0)


def test_days_without_any_judged_are_no_days() -> None:
    assert over([*FOUR, (0, 0), (0, 0)]).interval == "wilson"


def test_usual_values_are_known_from_ten_days_on() -> None:
    days = {f"2026-11-{n:02}": day(20, 10 + n % 9) for n in range(1, 11)}
    nine = dict(list(days.items())[:-1])
    assert DaySpreads(nine).as_usual(total(nine.values())) == {}
    (found,) = DaySpreads(days).as_usual(total(days.values())).values()
    expected = estimate([(10 + n % 9, 20) for n in range(1, 11)])
    assert found.effect == pytest.approx(design_effect(expected))
    assert found.degrees == 9


def test_days_that_follow_each_other_widen_a_waiting_goal_alone() -> None:
    good, bad = [(20, 18)] * 6, [(20, 9)] * 6
    rows = {f"2026-11-{n:02}": day(*one) for n, one in enumerate([*good, *bad], 1)}
    whole = total(rows.values())
    plain = share_of(whole, GOAL, 0.8, spreads=DaySpreads(rows))
    waits = share_of(whole, GOAL, 0.8, spreads=DaySpreads(rows, {GOAL}))
    assert plain == share_of(whole, GOAL, 0.8)
    assert (waits.low or 0) < (plain.low or 0)
    assert (waits.high or 0) > (plain.high or 0)
    # Residuals of +1 and -1: ten of eleven neighbours alike, less one change: 9 of 12 squares. That
    # is held to 0.8, for a factor of 9, whose spread is made up for by no more than 11/6.
    pairs = [(within, judged) for judged, within in [*good, *bad]]
    assert following(pairs) == pytest.approx(9 * 11 / 6)
    turns = [one for both in zip(good, bad, strict=True) for one in both]
    assert following([(within, judged) for judged, within in turns]) == 1.0
    assert following(pairs[:4]) == 1.0


def test_the_widening_by_hand() -> None:
    # 0.3 + 1.9/20 = 0.395, so 1.395/0.605; of 20 days with that, 19 / (20 - 2.3058).
    factor = 1.395 / 0.605
    assert widening(0.3, 20) == pytest.approx(factor * 19 / (20 - factor))
    assert (widening(-0.3, 20), widening(0.3, 4)) == (1.0, 1.0)
    assert widening(0.3, 5) > 1
    assert correlation([1, 1, -1, -1]) == pytest.approx((1 - 1 + 1) / 4)
    assert correlation([0, 0]) == 0


def test_calls_by_date_may_follow_each_other() -> None:
    days = {f"2026-11-{n:02}": (20, 18 if n < 7 else 9) for n in range(1, 13)}
    plain, waits = (share_over_days(days, 0.8, waits=waits) for waits in (False, True))
    assert (plain.ratio, plain.days) == (waits.ratio, waits.days)
    assert (waits.low or 0) < (plain.low or 0)


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
def test_a_month_at_its_target_is_seldom_called_met_or_missed(spread: float, most: float) -> None:
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


def _spell(chance: Random, days: int, alike: float) -> list[tuple[int, int]]:
    """Days of 60 at 70 %, each like the one before it (0.3 in logits; a lag-1 of ``alike``)."""
    one, found = chance.gauss(0, 1), []
    for _ in range(days):
        one = alike * one + (1 - alike**2) ** 0.5 * chance.gauss(0, 1)
        within = 1 / (1 + exp(-(log(0.7 / 0.3) + 0.015 + 0.3 * one)))
        found.append((60, sum(chance.random() < within for _ in range(60))))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("days", "alike", "most"), [(4, 0.0, 0.08), (22, 0.5, 0.12)])
def test_nor_is_a_short_week_or_a_month_whose_days_follow_each_other(
    days: int, alike: float, most: float
) -> None:
    """300 waiting goals at their target. As single inquiries four days are wrong in 29 of 100, and
    as independent days the month in 20."""
    chance, wrong = Random(20261129), 0  # noqa: S311 - seeded, no secret
    for _ in range(300):
        weeks = {f"{n:02}": day(*one) for n, one in enumerate(_spell(chance, 60, alike))}
        rows = dict(list(weeks.items())[-days:])
        known = DaySpreads(weeks, {GOAL})
        spreads = DaySpreads(rows, {GOAL}, lambda: known.as_usual(total(weeks.values())))  # noqa: B023 - called within the turn
        wrong += share_of(total(rows.values()), GOAL, 0.7, spreads=spreads).verdict != "open"
    assert 0.01 < wrong / 300 <= most
