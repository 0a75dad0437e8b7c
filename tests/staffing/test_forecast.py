"""Forecasts of a date from the same weekdays before."""

from __future__ import annotations

from math import log
from random import Random

import pytest

from queue_service.days.rules.period import days_after
from queue_service.staffing.rules.forecast import (
    LEAST_DAY_SPREAD,
    LEAST_RANGE,
    USUAL_RANGE,
    Expected,
    PastDay,
    Weekdays,
    change_of,
    day_spread,
    expected_of,
    range_of,
    range_spread,
)
from queue_service.staffing.rules.held import (
    ArrivalRange,
    Held,
    KeptForecast,
    forecast_of,
    held_of,
)

TUESDAY = "2026-12-01"
YESTERDAY = "2026-11-30"


def tuesday(back: int, *hours: int, paper: int = 0, special: bool = False) -> PastDay:
    """A Tuesday so many weeks back, with so many tickets in the hours from nine on."""
    issued = {f"{9 + n:02}": tickets for n, tickets in enumerate(hours) if tickets}
    return PastDay(days_after(TUESDAY, -7 * back), issued, paper, special)


def expected(*days: PastDay) -> Expected | None:
    return Weekdays(days).expected(TUESDAY, YESTERDAY)


def test_an_hour_is_the_mean_of_the_same_weekdays() -> None:
    found = expected(tuesday(1, 30, 10), tuesday(2, 20, 0), tuesday(3, 10, 5))
    assert found is not None
    assert found.hours == {"09": 20, "10": 5}
    assert found.total == 25
    assert [day.date for day in found.weeks] == ["2026-11-24", "2026-11-17", "2026-11-10"]


def test_other_weekdays_are_not_counted() -> None:
    monday = PastDay("2026-11-23", {"09": 500})
    assert expected(tuesday(1, 30), tuesday(2, 20), monday) == expected(
        tuesday(1, 30), tuesday(2, 20)
    )


def test_one_week_is_too_few() -> None:
    assert expected(tuesday(1, 30)) is None
    assert expected(tuesday(1, 30), tuesday(2, 30)) is not None


@pytest.mark.parametrize(
    "unusual",
    [
        tuesday(2, 90, special=True),
        tuesday(2, 90, paper=19),
        tuesday(2),
    ],
)
def test_days_that_say_nothing_are_left_out(unusual: PastDay) -> None:
    assert expected(tuesday(1, 30), unusual) is None
    found = expected(tuesday(1, 30), unusual, tuesday(3, 50))
    assert found is not None
    assert found.hours == {"09": 40}


def test_a_fifth_from_paper_is_not_too_much() -> None:
    found = expected(tuesday(1, 30), tuesday(2, 90, paper=18))
    assert found is not None
    assert found.hours == {"09": 60}


def test_six_weeks_of_the_last_twelve_are_enough() -> None:
    found = expected(*(tuesday(back, 10 * back) for back in range(1, 9)))
    assert found is not None
    assert len(found.weeks) == 6
    assert found.hours == {"09": 35}
    assert expected(tuesday(12, 10), tuesday(11, 10)) is not None
    assert expected(tuesday(13, 10), tuesday(11, 10)) is None


def test_nothing_after_what_is_known_is_counted() -> None:
    days = Weekdays([tuesday(1, 30), tuesday(2, 20), tuesday(3, 10)])
    assert days.expected(TUESDAY, "2026-11-24") == days.expected(TUESDAY, YESTERDAY)
    found = days.expected(TUESDAY, "2026-11-23")
    assert found is not None
    assert found.hours == {"09": 15}
    assert days.expected(TUESDAY, "2026-11-16") is None


def test_days_differ_beyond_chance_by_their_variance_less_that_of_poisson() -> None:
    # Mean 100, sample variance 5,000: 0.5 - 0.01.
    assert day_spread([50, 150]) == pytest.approx(0.49**0.5)
    assert day_spread([100, 101]) == LEAST_DAY_SPREAD


def test_arrivals_are_raised_by_the_spread_and_by_how_few_weeks_there_are() -> None:
    found = expected_of(TUESDAY, [tuesday(1, 50), tuesday(2, 150)])
    assert found.raised == pytest.approx(1 + 0.42 * 0.7 * 1.5**0.5)


def test_each_day_is_compared_with_its_own_forecast() -> None:
    days = Weekdays([tuesday(back, n) for back, n in ((4, 20), (3, 40), (2, 60), (1, 50))])
    found = dict(days.errors())
    assert found == pytest.approx({"2026-11-17": log(60 / 30), "2026-11-24": log(50 / 40)})


def test_the_range_has_a_least_spread_and_a_usual_one_at_first() -> None:
    assert range_spread([0.5] * 4) == USUAL_RANGE
    assert range_spread([0.01] * 5) == LEAST_RANGE
    assert range_spread([0.3, -0.3, 0.3, -0.3, 0.3]) == pytest.approx(0.3)


def test_two_weeks_differ_by_more_than_the_weeks_before_them_did() -> None:
    today = "2026-11-25"

    def change(recent: float, n: int, *earlier: float) -> str | None:
        before = {days_after("2026-09-01", nth): error for nth, error in enumerate(earlier)}
        return change_of(before | {days_after(today, -1 - nth): recent for nth in range(n)}, today)

    steady = [0.2, -0.2, 0.2, -0.2, 0.2]
    assert [change(shift, 10, *steady) for shift in (-0.19, -0.21, 0.21)] == [
        None, "quieter", "busier",
    ]  # fmt: skip
    assert change(-0.5, 4, *steady) is None
    assert change(-0.5, 5, *steady) == "quieter"
    assert change(0.2, 14, 0, 0, 0, 0) is None, "of few earlier days the usual range counts"
    assert change(-0.5, 14, *steady) == "quieter"


def tried_and_held(weekdays: Weekdays) -> tuple[int, int]:
    found = held_of(weekdays, {})
    return found.days, found.held


def test_how_often_the_range_held_is_of_the_last_twenty_days() -> None:
    totals = dict.fromkeys(range(1, 31), 100) | {1: 300, 25: 300}
    weeks = [PastDay(days_after(TUESDAY, -7 * back), {"09": n}) for back, n in totals.items()]
    assert tried_and_held(Weekdays(weeks)) == (20, 19), (
        "the odd one 25 weeks back is no longer tried"
    )
    assert tried_and_held(Weekdays(weeks[:4])) == (2, 1)
    assert tried_and_held(Weekdays(weeks[:1])) == (0, 0)


def test_a_range_is_that_of_the_errors_before_its_day() -> None:
    # 130 is outside 100 with the least spread of five good days, and inside with the usual one.
    def weeks(n: int) -> Weekdays:
        totals = [130, *[100] * n]
        return Weekdays(
            PastDay(days_after(TUESDAY, -7 * back), {"09": total})
            for back, total in enumerate(totals, 1)
        )

    assert tried_and_held(weeks(6)) == (5, 5)
    assert tried_and_held(weeks(7)) == (6, 5)


def test_twenty_days_of_which_fewer_than_three_in_five_held_are_not_reliable() -> None:
    assert Held(20, 12).reliable
    assert not Held(20, 11).reliable
    assert Held(19, 0).reliable


def test_the_day_two_weeks_back_is_recent_and_today_is_not() -> None:
    recent = dict.fromkeys((days_after("2026-11-25", -n) for n in (1, 2, 3, 4)), 0.9)
    assert change_of(recent | {"2026-11-11": 0.9}, "2026-11-25") == "busier"
    assert change_of(recent | {"2026-11-10": 0.9}, "2026-11-25") is None
    assert change_of(recent | {"2026-11-25": 0.9}, "2026-11-25") is None


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "spread"), [(0.4, 0.25), (12, 0.1), (150, 0.25), (2000, 0.1)])
def test_four_cases_in_five_are_in_the_range(mean: float, spread: float) -> None:
    low, high = range_of(mean, spread)
    random = Random(5)  # noqa: S311 - seeded, no secret
    shape = 1 / (2.718281828459045 ** (spread**2) - 1)
    drawn = [_poisson(random, random.gammavariate(shape, mean / shape)) for _ in range(2000)]
    assert sum(n < low for n in drawn) / 2000 <= 0.1 + 0.02
    assert sum(n <= low for n in drawn) / 2000 >= 0.1 - 0.02
    assert sum(n < high for n in drawn) / 2000 <= 0.9 + 0.02
    assert sum(n <= high for n in drawn) / 2000 >= 0.9 - 0.02


def _poisson(random: Random, mean: float) -> int:
    at, n = random.expovariate(1), 0
    while at < mean:
        at += random.expovariate(1)
        n += 1
    return n


def test_a_range_of_zero_is_zero() -> None:
    assert range_of(0, 0.25) == (0, 0)


@pytest.mark.parametrize(("came", "holds"), [(7, False), (8, True), (12, True), (13, False)])
def test_a_range_holds_at_its_ends(came: int, holds: bool) -> None:
    assert ArrivalRange(10, 8, 12).holds(came) is holds


def test_a_kept_forecast_comes_before_one_that_is_worked_out() -> None:
    days = [PastDay(days_after(TUESDAY, -7 * back), {"09": 100}) for back in range(1, 8)]
    date, wrong = days[0].date, ArrivalRange(1, 0, 2)
    kept = {date: KeptForecast(date, wrong, {"09": wrong})}
    assert held_of(Weekdays(days), {}) == Held(5, 5, 5, 5, 0)
    assert held_of(Weekdays(days), kept) == Held(5, 4, 5, 4, 1)
    empty = ArrivalRange(0, 0, 0)  # an hour to which nobody came
    right = ArrivalRange(100, 100, 100)
    kept = {date: KeptForecast(date, right, {"09": right, "10": empty})}
    assert held_of(Weekdays(days), kept) == Held(5, 5, 6, 6, 1)


def test_a_forecast_adds_up_the_parts_of_an_hour() -> None:
    forecast = forecast_of(TUESDAY, [("09", 4.0), ("11", 5.0), ("11", 6.0)], 0.1)
    assert {hour: found.arrivals for hour, found in forecast.hours.items()} == {"09": 4, "11": 11}
    assert forecast.hours["11"] == ArrivalRange(11.0, *range_of(11.0, 0.1))
    assert forecast.whole == ArrivalRange(15.0, *range_of(15.0, 0.1))


def test_days_without_anybody_have_the_least_spread() -> None:
    assert day_spread([0, 0]) == LEAST_DAY_SPREAD
