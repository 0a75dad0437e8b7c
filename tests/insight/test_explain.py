"""The explanation of an hour: the answer names what was unusual, by how much work it added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.days.rules.figures import Row
from queue_service.insight.rules.decomposition import (
    Handled,
    chances,
    decompose,
    mean,
    most,
    pooled,
)
from queue_service.insight.rules.explain import (
    ExplainedHour,
    Explanation,
    Factor,
    expected_range,
    explain,
    hour_of,
    left_over,
    share_change,
    usual_range,
)

MINUTE = 60_000
OPEN = 60 * MINUTE


def handled(**services: tuple[int, float]) -> dict[str, tuple[int, int]]:
    """By service: how many inquiries, and how many minutes each."""
    return {name: (n, round(n * minutes * MINUTE)) for name, (n, minutes) in services.items()}


def hour(
    arrivals: int = 20, over: int | None = 2, counters: float = 3, **services: tuple[int, float]
) -> ExplainedHour:
    done = handled(**services) if services else handled(passport=(10, 8), move=(10, 4))
    return ExplainedHour(arrivals, over, round(counters * OPEN), done)


USUAL = [hour(arrivals) for arrivals in (18, 20, 22, 20, 19)]


def kinds(factors: tuple[Factor, ...]) -> list[str]:
    return [factor.kind for factor in factors]


def test_an_ordinary_hour_has_no_reason() -> None:
    found = explain(hour(23), USUAL)
    assert (found.verdict, found.weeks, found.reasons) == ("nothing_unusual", 5, ())
    assert len(found.factors) == 5


def test_doubled_arrivals_and_a_counter_less_are_explained_by_the_work_they_added() -> None:
    found = explain(hour(40, counters=2), USUAL)
    assert found.verdict == "explained"
    assert kinds(found.reasons) == ["arrivals", "counters"]
    people, counters = found.reasons
    # 20 more people at a mean of 6 minutes; one counter less for an hour.
    assert (people.contribution, counters.contribution) == pytest.approx((120, 60))
    assert (people.actual, people.median) == (40, 20)
    assert people.high < 40
    assert found.added == pytest.approx(180)


def test_people_left_over_from_the_hour_before_are_a_reason() -> None:
    (reason,) = explain(hour(over=12), USUAL).reasons
    assert reason.kind == "left_over"
    assert reason.contribution == pytest.approx(60)


def test_more_passports_than_usual_are_the_mix_and_not_slow_work() -> None:
    found = explain(hour(40, passport=(38, 8), move=(2, 4)), USUAL)
    mix = next(f for f in found.reasons if f.kind == "mix")
    assert mix.service == "passport"
    assert (mix.actual, mix.median) == pytest.approx((468, 360))
    handling = next(f for f in found.factors if f.kind == "handling")
    assert (handling.contribution, handling.unusual) == (0, False)


def test_slow_work_at_the_usual_mix_is_the_handling() -> None:
    found = explain(hour(passport=(10, 20), move=(10, 4)), USUAL)
    (reason,) = found.reasons
    assert (reason.kind, reason.service) == ("handling", "passport")
    # Six minutes more for each of the twenty people who came and the two left over.
    assert reason.contribution == pytest.approx(22 * 6)


def test_relief_is_no_reason_but_is_shown_last() -> None:
    found = explain(hour(counters=5), USUAL)
    assert found.verdict == "nothing_unusual"
    assert (found.factors[-1].kind, found.factors[-1].contribution) == ("counters", -120)
    assert found.factors[-1].unusual


def test_with_three_weeks_or_a_closed_hour_there_is_no_explanation() -> None:
    assert explain(hour(40), USUAL[:3]).verdict == "too_little_data"
    closed = ExplainedHour(0, 0, 0, {})
    assert explain(hour(40), [*USUAL[:3], closed]).verdict == "too_little_data"
    assert explain(closed, USUAL).verdict == "too_little_data"


def test_unknown_values_are_left_out() -> None:
    unknown = replace(hour(40), left_over=None, counter_ms=None)
    assert kinds(explain(unknown, USUAL).factors) == ["arrivals", "mix", "handling"]


def test_an_hour_without_a_completed_inquiry_has_no_handling_times() -> None:
    found = explain(ExplainedHour(20, 2, 0, {}), USUAL)
    assert kinds(found.reasons) == ["counters"]
    assert found.reasons[0].contribution == pytest.approx(180)


def test_one_odd_week_does_not_stretch_what_is_usual() -> None:
    steady = usual_range("counters", [3, 3, 3, 3, 3, 3, 3, 3], 0)
    assert usual_range("counters", [3, 3, 3, 3, 3, 3, 3, 0], 0) == steady == (2.75, 3, 3.25)


def test_a_range_by_hand() -> None:
    # Quartiles 12 and 18, t of 4 is 2.776: 2.776 * 6 / 1.349 * sqrt(1.2) = 13.53.
    assert usual_range("counters", [10, 12, 15, 18, 30], 0) == pytest.approx(
        (1.47, 15, 28.53), abs=0.01
    )


SIDES = st.dictionaries(
    st.sampled_from("abcd"),
    st.tuples(st.integers(1, 50), st.integers(0, 10_000_000)),
    min_size=1,
)


@given(SIDES, SIDES)
def test_mix_and_times_add_up_to_the_change_of_the_mean(usual: Handled, actual: Handled) -> None:
    mix, times = decompose(usual, actual)
    whole = sum(mix.values()) + sum(times.values())
    assert whole == pytest.approx(mean(actual) - mean(usual), abs=1e-3)


def test_a_decomposition_by_hand() -> None:
    # Shares from a half to 3/4 of passports, whose time rises from 8 to 10 minutes.
    before, now = handled(passport=(2, 8), move=(2, 4)), handled(passport=(3, 10), move=(1, 4))
    mix, times = decompose(before, now)
    assert mix == {"passport": 0.25 * 9 * MINUTE, "move": -0.25 * 4 * MINUTE}
    assert times == {"passport": 2 * 0.625 * MINUTE, "move": 0}


def test_a_service_that_only_one_side_has_is_a_matter_of_the_mix() -> None:
    without, with_it = handled(move=(4, 4)), handled(move=(2, 4), wedding=(2, 20))
    for sides, change in (((without, with_it), 8), ((with_it, without), -8)):
        mix, times = decompose(*sides)
        assert sum(mix.values()) == change * MINUTE
        assert not any(times.values())


def test_the_service_named_is_the_one_that_moved_the_mean_its_way() -> None:
    assert most({"passport": -3.0, "move": 1.0}) == "passport"
    assert most({"passport": 3.0, "move": -1.0}) == "passport"
    assert most({"passport": 1.0, "move": -1.0}) is None


@given(st.integers(0, 60), st.integers(0, 20), st.floats(0, 5), SIDES)
def test_all_contributions_add_up_to_the_work_beyond_the_usual(
    arrivals: int, over: int, counters: float, done: Mapping[str, tuple[int, int]]
) -> None:
    found = explain(ExplainedHour(arrivals, over, round(counters * OPEN), done), USUAL)
    pressure = (arrivals + over) * mean(done) / MINUTE - round(counters * OPEN) / MINUTE
    assert found.added == pytest.approx(pressure - (22 * 6 - 180), abs=0.01)


def _row(issued: int, *, lost: int = 0, done: int = 0, continued: int = 0) -> Row:
    row = Row()
    row.visits.count("issued", issued)
    row.visits.count("abandoned", lost)
    for _ in range(done):
        row.inquiries.durations.add(4 * MINUTE)
    row.inquiries.count("continued", continued)
    return row


def test_left_over_are_those_who_came_and_are_neither_lost_nor_served() -> None:
    assert left_over([_row(20, lost=3, done=14, continued=2), _row(10, done=12)]) == 3
    assert left_over([_row(2, done=4)]) == 0
    assert left_over([]) == 0


def test_an_hour_is_read_from_its_rows() -> None:
    found = hour_of({"passport": _row(5, done=3), "move": _row(2)}, 4, OPEN)
    assert found == ExplainedHour(7, 4, OPEN, {"passport": (3, 12 * MINUTE)})


def _people(random: Random, mean_: float) -> int:
    people, product = 0, random.random()
    while product > exp(-mean_):
        people, product = people + 1, product * random.random()
    return people


def _any_hour(random: Random) -> ExplainedHour:
    people = _people(random, 18)
    done = {
        name: (n, sum(round(random.expovariate(1 / minutes) * MINUTE) for _ in range(n)))
        for name, minutes in (("passport", 8), ("move", 4))
        if (n := _people(random, 9))
    }
    between = sum(round(random.expovariate(1 / 15) * 1000) for _ in range(people))
    return ExplainedHour(people, _people(random, 3), 3 * OPEN, done, between)


def test_a_clerk_who_is_away_without_closing_is_a_reason() -> None:
    weeks = [replace(week, idle_ms=n * MINUTE) for n, week in enumerate(USUAL)]
    (reason,) = explain(replace(hour(), idle_ms=OPEN), weeks).reasons
    assert (reason.kind, reason.actual) == ("idle", 1)
    assert reason.contribution == pytest.approx(58)
    assert reason.low == 0
    same = explain(replace(hour(), idle_ms=OPEN // 4), weeks)
    assert same.reasons == (), "a quarter of a counter is within what is usual"


def test_unknown_counter_work_is_not_mentioned() -> None:
    known = [replace(week, idle_ms=0) for week in USUAL]
    assert "idle" not in kinds(explain(hour(), known).factors)
    assert "idle" not in kinds(explain(replace(hour(), idle_ms=OPEN), USUAL).factors)
    assert "idle" not in kinds(
        explain(replace(hour(), idle_ms=OPEN), known[:3] + USUAL[3:]).factors
    )


def test_an_ordinary_hour_is_seldom_called_unusual() -> None:
    random = Random(1430)  # noqa: S311 - a seeded trial, no secret
    found = [explain(_any_hour(random), [_any_hour(random) for _ in range(6)]) for _ in range(1000)]
    assert 0.11 * 1000 < sum(bool(explanation.reasons) for explanation in found) < 0.15 * 1000
    unusual = sum(any(factor.unusual for factor in one.factors) for one in found)
    assert 0.15 * 1000 < unusual < 0.19 * 1000, "as the module says"


def test_the_largest_effect_is_known_though_it_is_within_the_usual() -> None:
    found = Explanation(
        "explained", 4,
        (Factor("handling", 300, 100, 200, 400, 92), Factor("left_over", 10, 0, 4, 9, 20)),
    )  # fmt: skip
    assert found.largest is not None
    assert (found.largest.kind, found.largest.unusual) == ("handling", False)
    assert [reason.kind for reason in found.reasons] == ["left_over"]
    lighter = Explanation("nothing_unusual", 4, (Factor("arrivals", 1, 0, 2, 5, -3),))
    assert lighter.largest is None
    waited = Factor("left_over", 4, 0, 2, 7, 8)
    for came, largest in ((-9, None), (-7, waited)):
        factors = (waited, Factor("arrivals", 9, 5, 14, 23, came))
        assert Explanation("nothing_unusual", 4, factors).largest == largest


def test_a_goals_share_divides_into_mix_and_how_each_service_went() -> None:
    # Usually 8 of 10 passports and 2 of 10 pensions are within; now 4 and 2 of 5 and 15.
    usual = {"passport": (10, 8), "pension": (10, 2)}
    found = share_change(usual, {"passport": (5, 4), "pension": (15, 2)})
    assert found is not None
    assert (found.usual, found.actual) == (0.5, 0.3)
    assert found.mix + found.within == pytest.approx(found.actual - found.usual)
    # Passports fell from a half to a quarter at 80 %, pensions rose at a mean of 1/6.
    assert found.mix == pytest.approx(-0.25 * 0.8 + 0.25 * (0.2 + 2 / 15) / 2)
    assert (found.mix_service, found.within_service) == ("passport", "pension")
    assert share_change(usual, {}) is None
    assert share_change({}, usual) is None


def test_every_factor_of_an_hour_by_hand() -> None:
    weeks = [
        replace(hour(arrivals, over, counters, passport=(n, 8), move=(10, minutes)),
                idle_ms=idle * MINUTE)
        for arrivals, over, counters, n, minutes, idle in (
            (18, 1, 3, 10, 4, 0), (20, 2, 3.5, 8, 4, 3), (22, 3, 4, 12, 5, 6), (24, 4, 2, 10, 3, 9),
            (30, 8, 3, 10, 4, 12),
        )
    ]  # fmt: skip
    now = replace(hour(35, 9, 2, passport=(12, 10), move=(6, 4)), idle_ms=20 * MINUTE)
    found = explain(now, weeks)
    usual = pooled(week.handled for week in weeks)
    each = (mean(usual) + mean(now.handled)) / 2 / MINUTE
    mix, times = decompose(usual, now.handled)
    reach = 2.7764451 * 1.2**0.5 / 1.349  # of one unit between the quartiles
    by_chance = 1.959964 * 1.2**0.5
    assert (found.verdict, found.weeks) == ("explained", 5)
    factors: dict[str, Factor] = {factor.kind: factor for factor in found.factors}
    assert [f.contribution for f in found.factors] == sorted(
        (f.contribution for f in found.factors), reverse=True
    )
    for kind, actual, middle, ranges, added in (
        ("arrivals", 35, 22, max(4 * reach, 22**0.5 * by_chance), 13 * each),
        ("left_over", 9, 3, max(2 * reach, 3**0.5 * by_chance), 6 * each),
        ("counters", 2, 3, 0.5 * reach, 60),
        ("idle", 20 / 60, 0.1, max(0.1 * reach, 0.25), 14),
    ):
        factor = factors[kind]
        assert (factor.actual, factor.median) == pytest.approx((actual, middle))
        assert factor.service is None
        assert (factor.low, factor.high) == pytest.approx(
            (max(0.0, middle - ranges), middle + ranges)
        )
        assert factor.contribution == pytest.approx(added)
    # People are the mean of those now and usually; each has the change of the mean.
    people = (35 + 22 + 9 + 3) / 2
    past = [decompose(usual, week.handled) for week in weeks]
    chance = chances(usual, 18)
    for nth, (kind, effects) in enumerate((("mix", mix), ("handling", times))):
        factor = factors[kind]
        assert factor.actual == pytest.approx((mean(usual) + sum(effects.values())) / 1000)
        assert factor.contribution == pytest.approx(people * sum(effects.values()) / MINUTE)
        assert factor.service == most(effects)
        earlier = [(mean(usual) + sum(parts[nth].values())) / 1000 for parts in past]
        low, middle, high = expected_range(earlier, chance[nth], 15)
        assert (factor.low, factor.median, factor.high) == pytest.approx((low, middle, high))


@pytest.mark.parametrize(
    ("values", "chance", "least", "expected"),
    [
        ([4, 4], None, 0, (4 - 1.959964 * 2 * 1.5**0.5, 4, 4 + 1.959964 * 2 * 1.5**0.5)),
        ([4, 4], 0.0, 0.5, (3.5, 4, 4.5)), ([4, 4], -1.0, 9, (0.0, 4, 13)),
        ([4, 4], 0.01, 0, (4 - 0.1959964 * 1.5**0.5, 4, 4 + 0.1959964 * 1.5**0.5)),
    ],
)  # fmt: skip
def test_a_range_is_at_least_what_chance_and_the_least_make_it(
    values: list[float], chance: float | None, least: float, expected: tuple[float, float, float]
) -> None:
    assert expected_range(values, chance, least) == pytest.approx(
        (max(0.0, expected[0]), *expected[1:])
    )


def test_people_are_lost_in_every_way_and_an_hour_has_its_idle_time() -> None:
    row = _row(20, done=2)
    for state, n in (("abandoned", 1), ("no_show", 2), ("incomplete", 3)):
        row.visits.count(state, n)
    assert left_over([row]) == 20 - 6 - 2
    assert hour_of({"pas": row}, None, None, 5) == ExplainedHour(
        20, None, None, {"pas": (2, 8 * MINUTE)}, 5
    )
    assert explain(replace(hour(0), left_over=3, handled={}), USUAL).verdict != "too_little_data"
