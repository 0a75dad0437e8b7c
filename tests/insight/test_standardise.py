"""Direct standardisation, against plain recomputation."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from random import Random

import pytest

from queue_service.goals.rules.verdicts import Z95
from queue_service.history.rules.confidence_intervals import (
    MIN_DAYS,
    Difference,
    estimate,
    score_interval,
    share_interval,
    t_quantile,
)
from queue_service.insight.rules.difference_in_differences import beyond
from queue_service.insight.rules.standardise import (
    MIN_COVERED,
    MIN_SERVICE,
    ComparedBranches,
    ServiceShares,
    StandardFigure,
    compare_branches,
    covered,
    figure,
    less,
    missing,
    pooled,
    standard_mix,
    taking_part,
    together,
    total,
)

Plain = dict[str, dict[str, tuple[float, float]]]


def evenly(parts: dict[str, tuple[float, float]], days: int = 10) -> Plain:
    """The same on each of so many days."""
    return {f"2026-11-{day + 1:02}": dict(parts) for day in range(days)}


TOWN_HALL = {"passport": (12.0, 20.0), "card": (5.0, 5.0)}
"""Six in ten passports in time, and every health card."""
LIBRARY = {"passport": (2.0, 5.0), "card": (18.0, 20.0)}
"""Four in ten passports, and nine in ten health cards."""


def paradox(days: int = 10) -> ComparedBranches:
    branches = {"hall": evenly(TOWN_HALL, days), "library": evenly(LIBRARY, days)}
    return compare_branches(branches, share=True)


def test_a_branch_better_in_every_service_is_better_by_the_same_mix() -> None:
    hall, library = (paradox().standings[branch] for branch in ("hall", "library"))
    assert hall.raw.value == pytest.approx(17 / 25)
    assert library.raw.value == pytest.approx(20 / 25)
    assert hall.standardised is not None
    assert library.standardised is not None
    # Half of all contacts are passports: (0.6 + 1.0) / 2 and (0.4 + 0.9) / 2.
    assert hall.standardised.value == pytest.approx(0.8)
    assert library.standardised.value == pytest.approx(0.65)
    assert hall.difference is not None
    assert hall.difference.value == pytest.approx(0.15)
    assert hall.difference.low > 0


def test_the_raw_difference_is_the_mix_and_the_services_without_a_rest() -> None:
    hall = paradox().standings["hall"]
    mix, rate = hall.mix_effect, hall.rate_effect
    assert mix is not None
    assert rate is not None
    assert mix < 0 < rate
    assert mix + rate == pytest.approx(17 / 25 - 20 / 25)


def uneven(seed: int, rates: dict[str, float], mean: int, days: int = 20) -> Plain:
    chance = Random(seed)  # noqa: S311 - no secret
    found: Plain = {}
    for day in range(days):
        good = chance.choice((0.8, 1.0))
        contacts = {service: chance.randint(1, mean) for service in rates}
        found[f"2026-10-{day + 1:02}"] = {
            service: (float(sum(chance.random() < rates[service] * good for _ in range(n))), n)
            for service, n in contacts.items()
        }
    return found


def test_value_and_interval_equal_those_of_a_plain_script() -> None:
    branches = {
        "a": uneven(1, {"x": 0.9, "y": 0.6, "z": 0.7}, 12),
        "b": uneven(2, {"x": 0.8, "y": 0.5, "z": 0.7}, 30),
    }
    found = compare_branches(branches, share=True).standings["a"].standardised
    assert found is not None
    n = {s: sum(d[s][1] for days in branches.values() for d in days.values()) for s in "xyz"}
    weight = {s: n[s] / sum(n.values()) for s in n}
    own = branches["a"]
    x = {s: sum(day[s][1] for day in own.values()) for s in n}
    rate = {s: sum(day[s][0] for day in own.values()) / x[s] for s in n}
    value = sum(weight[s] * rate[s] for s in n)
    assert found.value == pytest.approx(value)
    residuals = [
        sum(weight[s] * (day[s][0] - rate[s] * day[s][1]) / x[s] for s in n) for day in own.values()
    ]
    days = len(residuals)
    variance = days / (days - 1) * sum(r * r for r in residuals)
    alone = sum(weight[s] ** 2 * rate[s] * (1 - rate[s]) / x[s] for s in n)
    worth, q = value * (1 - value) / max(variance, alone), t_quantile(days - 1)
    centre = (value + q * q / (2 * worth)) / (1 + q * q / worth)
    reach = q * sqrt(value * (1 - value) / worth + q * q / (4 * worth**2)) / (1 + q * q / worth)
    assert (found.low, found.high) == pytest.approx((centre - reach, centre + reach))


def test_a_raw_share_has_the_interval_that_every_page_gives_it() -> None:
    days = uneven(3, {"x": 0.9, "y": 0.6}, 12)
    raw = compare_branches({"a": days, "b": days}, share=True).standings["a"].raw
    pairs = [(sum(y for y, _ in d.values()), sum(x for _, x in d.values())) for d in days.values()]
    assert (raw.low, raw.high) == pytest.approx(share_interval(estimate(pairs)))


def test_a_mean_has_its_interval_over_days_too() -> None:
    chance = Random(4)  # noqa: S311 - no secret
    branches: dict[str, ServiceShares] = {
        branch: {
            f"2026-11-{day + 1:02}": {"x": (chance.gauss(300, 9) * 10, 10), "y": (400.0, 4)}
            for day in range(9)
        }
        for branch in "ab"
    }
    found = compare_branches(branches, share=False).standings["a"]
    assert found.standardised is not None
    assert found.standardised.low is not None
    assert found.standardised.high is not None
    assert found.standardised.low < (found.standardised.value or 0) < found.standardised.high
    assert found.difference is not None
    assert found.difference.low < 0 < found.difference.high


@pytest.mark.parametrize(("n", "shared"), [(MIN_SERVICE, True), (MIN_SERVICE - 1, False)])
def test_a_service_is_weighted_from_its_least_number_on(n: int, shared: bool) -> None:
    assert ("x" in standard_mix([{"x": n, "y": 50}, {"x": 90, "y": 50}])) is shared


@pytest.mark.parametrize("over", [True, False])
def test_a_branch_has_a_figure_from_the_least_share_on(over: bool) -> None:
    others = round(100 / MIN_COVERED) - 100
    own = {"x": 100, "own": others if over else others + 1}
    contacts = {"a": own, "b": {"x": 900}, "c": {"x": 900}}
    assert ("a" in taking_part(contacts)) is over


def test_a_branch_that_would_take_most_contacts_from_all_is_left_out() -> None:
    contacts = {
        "hall": {"passport": 500, "pension": 300},
        "library": {"passport": 300, "books": 200},
        "bus": {"books": 100},
    }
    assert taking_part(contacts) == {"hall", "library"}
    found = compare_branches(
        {
            branch: evenly({s: (n / 20, n / 10) for s, n in services.items()})
            for branch, services in contacts.items()
        },
        share=True,
    )
    assert found.standings["bus"].standardised is None
    assert found.standings["bus"].raw.value == pytest.approx(0.5)
    assert found.standings["library"].covered == pytest.approx(0.6)
    assert found.missing == {"books": ("hall",), "pension": ("library",)}
    assert found.covered == pytest.approx(800 / 1300)


@pytest.mark.parametrize(("n", "stays"), [(800, True), (799, False)])
def test_a_branch_stays_unless_more_is_in_common_without_it(n: int, stays: bool) -> None:
    """1,800 contacts without the bus; with it 1,000 and its own."""
    both = {"passport": 400, "card": 500}
    contacts = {"hall": both, "library": both, "bus": {"card": n}}
    assert ("bus" in taking_part(contacts)) is stays


def test_branches_that_share_nothing_have_their_raw_figures_alone() -> None:
    found = compare_branches(
        {"a": evenly({"x": (5, 10)}), "b": evenly({"y": (5, 10)}), "none": {}}, share=True
    )
    assert found.weights == {}
    assert {one.standardised for one in found.standings.values()} == {None}
    assert found.standings["none"].raw.value is None
    assert found.standings["a"].raw.value == pytest.approx(0.5)


@pytest.mark.parametrize(("days", "reported"), [(MIN_DAYS, True), (MIN_DAYS - 1, False)])
def test_a_difference_is_reported_from_the_minimum_of_days_on(days: int, reported: bool) -> None:
    assert (paradox(days).standings["hall"].difference is not None) is reported


def test_equal_branches_differ_in_one_of_twenty() -> None:
    rates = {"x": 0.9, "y": 0.6, "z": 0.7}
    differ = 0
    for seed in range(200):
        branches = {b: uneven(1000 * seed + nth, rates, 15) for nth, b in enumerate("ab")}
        found = compare_branches(branches, share=True).standings["a"].difference
        differ += found is not None and not found.low <= 0 <= found.high
    assert 2 <= differ <= 18


def test_an_interval_is_never_narrower_than_chance() -> None:
    """The same on each date: over days nothing varies, and chance alone is left."""
    here, there = ({"passport": (6.0, 10.0)}, {"passport": (5.0, 10.0)})
    compared = compare_branches({"a": evenly(here), "b": evenly(there)}, share=True)
    standing = compared.standings["a"]
    assert standing.standardised is not None
    assert standing.difference is not None
    by_chance = sqrt(0.6 * 0.4 / 100), sqrt(0.5 * 0.5 / 100)
    low, high = score_interval(0.6, 0.6 * 0.4 / by_chance[0] ** 2, t_quantile(9))
    assert (standing.standardised.low, standing.standardised.high) == pytest.approx((low, high))
    reach = t_quantile(9) * sqrt(by_chance[0] ** 2 + by_chance[1] ** 2)
    assert standing.difference.high - standing.difference.value == pytest.approx(reach)
    # Dates that vary, but by less than chance does, do not make it narrower either.
    calm = {**evenly(here), "2026-11-01": {"passport": (6.0, 11.0)}}
    varied = compare_branches({"a": calm, "b": evenly(there)}, share=True).standings["a"]
    assert varied.difference is not None
    assert varied.difference.high - varied.difference.low > 1.9 * reach
    assert varied.standardised is not None
    low, high = score_interval(60 / 101, 101, t_quantile(9))
    assert (varied.standardised.low, varied.standardised.high) == pytest.approx((low, high))


def test_a_branch_that_takes_no_part_moves_no_difference() -> None:
    two = {"hall": evenly(TOWN_HALL), "library": evenly(LIBRARY)}
    alone = {**two, "garage": evenly({"tyres": (1.0, 20.0), "card": (0.0, 1.0)})}
    with_it, without = (compare_branches(some, share=True).standings for some in (alone, two))
    assert with_it["garage"].standardised is None
    assert with_it["hall"].difference == without["hall"].difference


def test_a_raw_difference_by_service_by_hand() -> None:
    found = paradox().standings["hall"]
    # Passports are 20 of 25 here and 5 of 25 there, with 0.6 and 0.4; cards 5 and 20, 1 and 0.9.
    card, passport = found.effects
    assert (passport.service, passport.share, passport.share_there) == ("passport", 0.8, 0.2)
    assert (passport.value, passport.value_there) == (0.6, 0.4)
    assert (passport.mix, passport.rate) == pytest.approx((0.6 * 0.5, 0.2 * 0.5))
    assert (card.service, card.share, card.share_there) == ("card", 0.2, 0.8)
    assert (card.mix, card.rate) == pytest.approx((-0.6 * 0.95, 0.1 * 0.5))
    own = {"a": evenly({"x": (1.0, 2.0), "own": (3.0, 4.0)}), "b": evenly({"x": (1.0, 2.0)})}
    one, other = (compare_branches(own, share=True).standings[b].effects for b in "ab")
    assert [(e.service, e.value, e.value_there) for e in one] == [
        ("own", 0.75, None), ("x", 0.5, 0.5)
    ]  # fmt: skip
    assert [(e.service, e.value, e.value_there) for e in other] == [
        ("own", None, 0.75), ("x", 0.5, 0.5)
    ]  # fmt: skip
    alone = compare_branches({"a": evenly({"x": (1.0, 2.0)})}, share=True).standings["a"]
    assert (alone.effects, alone.mix_effect, alone.rate_effect) == ((), None, None)


def test_branches_are_added_up_by_date_and_taken_out_again() -> None:
    first = {"1": {"x": (1.0, 2.0), "y": (0.0, 0.0)}, "2": {"x": (1.0, 1.0)}}
    second = {"1": {"x": (2.0, 3.0), "z": (1.0, 1.0)}, "3": {"x": (1.0, 4.0)}}
    every = together([first, second])
    assert every == {
        "1": {"x": (3.0, 5.0), "z": (1.0, 1.0)}, "2": {"x": (1.0, 1.0)}, "3": {"x": (1.0, 4.0)}
    }  # fmt: skip
    assert less(every, first) == {"1": {"x": (2.0, 3.0), "z": (1.0, 1.0)}, "2": {},
                                  "3": {"x": (1.0, 4.0)}}  # fmt: skip
    assert pooled(first.values()) == {"x": (2.0, 3.0)}
    assert total([{"a": 1, "b": 2}, {"a": 3}]) == {"a": 4, "b": 2}
    assert covered({"a": 1, "b": 3}, {"b": 1.0, "c": 1.0}) == 0.75
    assert covered({}, {"b": 1.0}) == 0.0


def test_the_missing_services_by_branch() -> None:
    contacts = {"a": {"x": 30, "y": 20, "z": 19}, "b": {"x": 30, "y": 20, "w": 99}, "c": {"q": 9}}
    assert missing(contacts, {"a", "b"}, {"x": 1.0}) == {
        "w": ("a",), "y": (), "z": ("a", "b")
    }  # fmt: skip


def test_of_few_days_a_share_has_chances_interval_and_a_mean_none() -> None:
    days = evenly({"x": (6.0, 10.0)}, MIN_DAYS - 1)
    shown = figure(days, {"x": 1.0}, share=True)
    low, high = score_interval(0.6, 40, Z95)
    assert (shown.value, shown.low, shown.high) == pytest.approx((0.6, low, high))
    assert (shown.n, shown.days) == (40, MIN_DAYS - 1)
    plain = figure(days, {"x": 1.0}, share=False)
    assert (plain.low, plain.high) == (None, None)
    assert figure(days, {"x": 0.5, "y": 0.5}, share=True) == StandardFigure(None, None, None, 0, 0)
    assert figure(days, {}, share=True).value is None
    certain = figure(evenly({"x": (10.0, 10.0)}, MIN_DAYS), {"x": 1.0}, share=True)
    low, high = score_interval(1.0, 50, t_quantile(MIN_DAYS - 1))
    assert (certain.low, certain.high) == pytest.approx((low, high))


@pytest.mark.parametrize(("of_weeks", "weekly"), [(8, True), (7, False)])
def test_of_waits_a_difference_is_by_weeks_from_eight_on(of_weeks: int, weekly: bool) -> None:
    dates = [str(date(2026, 3, 2) + timedelta(n)) for n in range(7 * of_weeks)]
    here = {day: {"x": (300.0 + 40 * (nth // 7 % 2) + nth % 3, 10.0)}
            for nth, day in enumerate(dates)}  # fmt: skip
    there = {day: {"x": (300.0 + nth % 5, 10.0)} for nth, day in enumerate(dates)}
    found, plain = (
        compare_branches({"a": here, "b": there}, share=False, follow=follow).standings["a"]
        for follow in (True, False)
    )
    assert found.difference is not None
    assert plain.difference is not None
    assert (found.difference == plain.difference) is not weekly
    if weekly:
        n = 70 * of_weeks
        gaps = [(here[d]["x"][0] - there[d]["x"][0]) / n for d in dates]
        value = sum(gaps)
        sums = [sum(gaps[7 * w : 7 * w + 7]) - value / of_weeks for w in range(of_weeks)]
        variance = of_weeks / (of_weeks - 1) * sum(one * one for one in sums)
        reach = t_quantile(of_weeks - 1) * sqrt(variance)
        assert found.difference.value == pytest.approx(value)
        assert found.difference.high - value == pytest.approx(reach)


def test_branches_with_rare_events_are_compared_as_unrelated() -> None:
    days = [f"2026-11-{n:02}" for n in range(1, 25)]
    rare = {day: {"x": (1.0 if n < 3 else 0.0, 20.0)} for n, day in enumerate(days)}
    often = {day: {"x": (5.0 + n % 4, 20.0)} for n, day in enumerate(days)}
    found = compare_branches({"a": rare, "b": often}, share=True).standings
    one, other = found["a"].standardised, found["b"].standardised
    assert one is not None
    assert other is not None
    expected = beyond(*(Difference(f.value or 0, f.low or 0, f.high or 0) for f in (one, other)))
    assert found["a"].difference == expected
    # As few days in common have no pairs either.
    apart = {f"2026-12-{n:02}": {"x": (5.0 + n % 4, 20.0)} for n in range(1, 10)}
    lone = compare_branches({"a": often, "b": apart}, share=True).standings
    one, other = lone["a"].standardised, lone["b"].standardised
    assert one is not None
    assert other is not None
    assert lone["a"].difference == beyond(
        *(Difference(f.value or 0, f.low or 0, f.high or 0) for f in (one, other))
    )
