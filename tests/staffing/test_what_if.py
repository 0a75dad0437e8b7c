"""Simulated days: visitors served by hand-counted counters, and drawn days."""

from __future__ import annotations

from math import inf
from random import Random

import pytest

from queue_service.staffing.rules.queueing import OfferedLoad, share_within
from queue_service.staffing.rules.what_if import (
    DayPart,
    DrawnDay,
    DrawnVisitor,
    drawn_days,
    plans_around,
    serve,
    waits,
    what_if,
)

HOUR = 3600.0
MORNING = [DayPart(0, HOUR, 10), DayPart(HOUR, 2 * HOUR, 10)]


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - seeded, no secret


def came(*arrives: float, service: float = 600, patience: float = inf) -> list[DrawnVisitor]:
    return [DrawnVisitor(at, patience, service) for at in arrives]


def test_the_wait_is_until_the_first_counter_is_free() -> None:
    visitors = came(0, 100, 200)
    assert serve([1, 1], MORNING, visitors, 501) == DrawnDay(3, 3, 2, 0)
    assert serve([1, 1], MORNING, visitors, 500) == DrawnDay(3, 3, 1, 0)
    assert serve([2, 2], MORNING, visitors, 401) == DrawnDay(3, 3, 3, 0)


def test_a_departure_frees_its_counter_and_is_judged_from_the_limit_on() -> None:
    visitors = [DrawnVisitor(0, inf, 600), DrawnVisitor(0, 300, 600), DrawnVisitor(0, inf, 600)]
    assert serve([1, 1], MORNING, visitors, 600.5) == DrawnDay(3, 2, 2, 1)
    assert serve([1, 1], MORNING, visitors, 300) == DrawnDay(3, 3, 1, 1)


def test_more_counters_from_an_hour_on_serve_those_who_wait() -> None:
    visitors = came(3000, 3000, 3000, service=3600)
    assert serve([1, 2], MORNING, visitors, 601) == DrawnDay(3, 3, 2, 0)


def test_a_counter_that_closes_completes_its_visit_and_calls_no_other() -> None:
    visitors = came(3500, 3500, 3550, service=200)
    # The second counter closes at 3,600 s: the third visitor waits for the first counter.
    assert serve([2, 1], MORNING, visitors, 150) == DrawnDay(3, 3, 2, 0)
    assert serve([2, 1], MORNING, visitors, 150.5) == DrawnDay(3, 3, 3, 0)


def test_a_visit_that_waits_at_the_end_of_the_day_is_still_called() -> None:
    assert serve([1, 1], MORNING, came(7000, 7000, 7000), 1201) == DrawnDay(3, 3, 3, 0)


def test_a_closed_counter_is_opened_in_a_later_hour() -> None:
    morning = [DayPart(0, HOUR, 1), DayPart(2 * HOUR, 3 * HOUR, 1)]
    assert serve([1, 1], morning, came(HOUR), HOUR) == DrawnDay(1, 1, 0, 0)
    assert serve([1, 1], morning, came(HOUR), HOUR + 1) == DrawnDay(1, 1, 1, 0)


@pytest.mark.parametrize(
    ("advised", "before_noon", "there", "others"),
    [
        (
            (2, 3, 2), (True, True, False), 3,
            {"fewer": (1, 2, 1), "fewer_before_noon": (1, 2, 2), "fewer_after_noon": (2, 3, 1)},
        ),
        # A morning alone, and an hour with the one counter that has to be open.
        ((1, 3), (True, True), 3, {"fewer": (1, 2)}),
        ((1, 3), (True, False), 3, {"fewer": (1, 2)}),
        ((1, 1), (True, False), 1, {}),
        ((4, 2), (True, False), 2, {
            "there": (2, 2), "fewer": (3, 1), "fewer_before_noon": (3, 2),
            "fewer_after_noon": (4, 1),
        }),
        ((3, 1), (True, False), 2, {"there": (2, 1)}),
        ((2, 2), (True, True), 0, {"there": (1, 1)}),
    ],
)  # fmt: skip
def test_plans_are_compared_that_differ(
    advised: tuple[int, ...],
    before_noon: tuple[bool, ...],
    there: int,
    others: dict[str, tuple[int, ...]],
) -> None:
    found = plans_around(advised, before_noon, there)
    more = tuple(n + 1 for n in advised)
    assert found == {**others, "advised": advised, "more": more}
    assert [*found][-2:] == ["advised", "more"]


def test_drawn_days_are_the_same_for_the_same_seed() -> None:
    one, same, other = (drawn_days(MORNING, 0.2, [60, 120], 300, seeded(n)) for n in (1, 1, 2))
    assert one == same != other
    assert len(one) == 40


def test_drawn_days_bring_what_is_expected() -> None:
    parts = [DayPart(0, HOUR, 40), DayPart(2 * HOUR, 2.5 * HOUR, 10)]
    days = drawn_days(parts, 0.1, [60, 120], 300, seeded(1), 400)
    first = [sum(v.arrives < HOUR for v in day) for day in days]
    later = [sum(2 * HOUR <= v.arrives < 2.5 * HOUR for v in day) for day in days]
    assert sum(first) / 400 == pytest.approx(40, abs=1.5)
    assert sum(later) / 400 == pytest.approx(10, abs=0.6)
    visitors = [visitor for day in days for visitor in day]
    assert len(visitors) == sum(first) + sum(later)
    assert sum(v.patience for v in visitors) / len(visitors) == pytest.approx(300, rel=0.05)
    assert {v.service for v in visitors} == {60, 120}


@pytest.mark.slow
def test_whole_days_differ_by_the_spread() -> None:
    days = drawn_days([DayPart(0, HOUR, 2000)], 0.3, [60], None, seeded(1), 200)
    sizes = sorted(len(day) for day in days)
    assert sizes[20] == pytest.approx(2000 * 2.718 ** (-0.3 * 1.28), rel=0.1)
    assert sizes[180] == pytest.approx(2000 * 2.718 ** (0.3 * 1.28), rel=0.1)
    assert all(v.patience == inf for v in days[0])


def test_a_long_steady_day_is_as_the_formula_says() -> None:
    random = seeded(3)
    parts = [DayPart(0, 400 * HOUR, 400 * 100)]
    services = [random.expovariate(1 / 180) for _ in range(5000)]
    mean = sum(services) / 5000
    (visitors,) = drawn_days(parts, 0.0, services, None, random, 1)
    found = serve([6], parts, visitors, 60)
    assert found.share == pytest.approx(share_within(OfferedLoad(1 / 36, mean), 6, 60), abs=0.02)


def test_days_are_summed_up_by_their_shares() -> None:
    days = [came(*([0.0] * n), service=600) for n in range(1, 12)]
    found = what_if("advised", [1, 1], days, MORNING, 1, 0.5)
    assert (found.plan, found.counters) == ("advised", (1, 1))
    shares = [1 / n for n in range(1, 12)]
    assert found.share == pytest.approx(sum(shares) / 11)
    assert (found.low, found.high) == (1 / 10, 1 / 2)
    assert (found.days, found.days_below, found.left) == (11, 9, 0)


def test_a_day_without_visits_is_not_below_the_goal() -> None:
    found = what_if("advised", [1, 1], [[]], MORNING, 60, 0.8)
    assert (found.share, found.days_below) == (1, 0)


@pytest.mark.parametrize(("patience", "wait"), [(299.9, None), (300.0, 300.0)])
def test_a_visitor_whose_patience_ends_with_the_wait_stays(
    patience: float, wait: float | None
) -> None:
    first, second = DrawnVisitor(0, 900, 300), DrawnVisitor(0, patience, 1)
    found = list(waits([1], [DayPart(0, 3600, 2)], [first, second]))
    assert found == [(first, 0), (second, wait)]
