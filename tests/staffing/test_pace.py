"""The likely end of today's waiting goal, and what one counter more would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from queue_service.staffing.rules.pace import (
    DayEnd,
    DayNow,
    OneMore,
    Pace,
    PoolNow,
    pace,
    pace_from_document,
    pace_to_document,
)
from queue_service.staffing.rules.what_if import DayPart

HOUR = 3600.0
DAY = DayNow(
    judged=50, within=40, came=50, expected=50.0, spread=0.1, limit_seconds=600, target=0.8
)


def parts(*arrivals: float, first: float = HOUR) -> list[DayPart]:
    """Hours from now on, of which the first may be shorter."""
    ends = [first + n * HOUR for n in range(len(arrivals))]
    begins = [0.0, *ends[:-1]]
    return [DayPart(*span) for span in zip(begins, ends, arrivals, strict=True)]


def pool(*arrivals: float, counters: int = 2, first: float = HOUR, **facts: Any) -> PoolNow:
    known: dict[str, Any] = {
        "busy": [],
        "waiting": [],
        "services": [300.0],
        "patience_seconds": None,
    }
    return PoolNow(parts(*arrivals, first=first), counters, **known | facts)


def seeded() -> Random:
    return Random(1)  # noqa: S311 - seeded, no secret


def found(*pools: PoolNow, day: DayNow = DAY) -> Pace:
    result = pace(day, pools, seeded())
    assert result is not None
    return result


def test_with_room_everybody_is_in_time_and_one_more_changes_nothing() -> None:
    calm = found(pool(2, 2, counters=5))
    assert calm.end.low > 40 / 50
    assert calm.end.below == 0
    assert calm.more is not None
    assert calm.more.end.share - calm.end.share < 0.03
    assert not calm.matters


def test_with_too_few_the_goal_is_missed_and_one_more_is_tried_in_the_worst_hours() -> None:
    # Two counters serve 24 an hour; the last two hours bring 34 each.
    busy = found(pool(6, 6, 34, 34))
    assert busy.end.below > 0.5
    assert busy.more is not None
    assert (busy.more.pool, busy.more.begins, busy.more.ends) == (0, 2 * HOUR, 4 * HOUR)
    assert busy.more.end.share > busy.end.share + 0.03
    assert busy.more.end.low <= busy.more.end.share <= busy.more.end.high
    assert busy.matters


def test_the_same_now_gives_the_same_end() -> None:
    assert found(pool(6, 30)) == found(pool(6, 30))


def test_more_came_than_expected_so_more_are_to_come() -> None:
    ends = [
        found(pool(18, 18, 18), day=replace(DAY, came=came, spread=0.25)).end.share
        for came in (25, 50, 100)
    ]
    assert ends == sorted(ends, reverse=True)
    assert ends[0] - ends[2] > 0.1


def test_a_running_wait_is_judged_by_its_whole_length() -> None:
    day = replace(DAY, judged=100, within=100)
    late = found(pool(0, waiting=[700.0] * 10, counters=10), day=day)
    early = found(pool(0, waiting=[0.0] * 10, counters=10), day=day)
    assert (late.end.low, late.end.high) == (100 / 110, 100 / 110)
    assert (early.end.low, early.end.high) == (1, 1)


@pytest.mark.parametrize(("waited", "share"), [(299.0, 1), (300.0, 100 / 101)])
def test_a_busy_counter_calls_the_next_when_its_service_is_over(
    waited: float, share: float
) -> None:
    day = replace(DAY, judged=100, within=100)
    one = pool(0, counters=1, busy=[0.0], waiting=[waited])
    assert found(one, day=day).end.share == pytest.approx(share)


def test_a_service_that_lasts_longer_than_any_before_is_about_to_end() -> None:
    day = replace(DAY, judged=100, within=100)
    one = pool(0, counters=1, busy=[300.0], waiting=[599.0])
    assert found(one, day=day).end.share == 1


def test_a_visitor_who_leaves_after_the_limit_is_judged() -> None:
    day = replace(DAY, judged=100, within=100)
    one = pool(0, counters=1, busy=[0.0], waiting=[700.0], patience_seconds=1e-6)
    assert found(one, day=day).end.share == pytest.approx(100 / 101)


def test_a_service_goes_on_as_long_as_a_longer_one() -> None:
    day = replace(DAY, judged=100, within=100)
    one = pool(0, counters=1, busy=[300.0], waiting=[401.0], services=[300.0, 500.0])
    assert found(one, day=day).end.high == pytest.approx(100 / 101)


def test_a_day_that_ends_at_its_goal_is_not_below_it() -> None:
    assert found(pool(0), day=replace(DAY, judged=100, within=80)).end.below == 0
    assert found(pool(0), day=replace(DAY, judged=100, within=79)).end.below == 1


def test_the_counter_more_closes_when_its_hours_are_over() -> None:
    # After closing, counters stay until the queue is empty; an open hour has the present ones.
    closing, open_on = found(pool(40, 40)).more, found(pool(40, 40, 0)).more
    assert closing is not None
    assert open_on is not None
    assert (closing.begins, closing.ends) == (open_on.begins, open_on.ends)
    assert open_on.end.share < closing.end.share


def test_a_wait_of_the_limit_is_too_long() -> None:
    day = replace(DAY, judged=100, within=100)
    late = pool(0, counters=9, waiting=[600.0] * 3)
    more = found(pool(0), late, day=day).more
    assert more is not None
    assert more.pool == 1


@pytest.mark.parametrize(("judged", "known"), [(15, False), (16, True)])
def test_few_visits_until_closing_say_little(judged: int, known: bool) -> None:
    day = replace(DAY, judged=judged, within=judged)
    assert (pace(day, [pool(2, 1, waiting=[5.0])], seeded()) is not None) is known


def test_without_a_counter_in_a_pool_there_is_no_pace() -> None:
    assert pace(DAY, [pool(5, 5), pool(5, 5, counters=0)], seeded()) is None


@pytest.mark.parametrize(("first", "begins"), [(1800.0, 0.0), (1799.0, 1799.0)])
def test_a_counter_more_begins_now_if_half_an_hour_of_the_hour_is_left(
    first: float, begins: float
) -> None:
    # The load is highest at once, so that the first part that may be chosen is.
    more = found(pool(30, 30, 1, 1, first=first)).more
    assert more is not None
    assert (more.begins, more.ends) == (begins, first + (1 if begins == 0 else 2) * HOUR)


@pytest.mark.parametrize(("arrivals", "ends"), [((9.0,), 1), ((9.0, 9.0), 2), ((9.0, 9.0, 0.0), 2)])
def test_a_counter_more_is_open_for_two_hours_at_most(arrivals: Sequence[float], ends: int) -> None:
    more = found(pool(*arrivals)).more
    assert more is not None
    assert (more.begins, more.ends) == (0, ends * HOUR)


def test_no_counter_more_is_tried_when_the_day_is_nearly_over() -> None:
    assert found(pool(9, first=1799.0)).more is None


def test_the_counter_more_is_in_the_pool_that_needs_it() -> None:
    two = found(pool(2, 2), pool(34, 34))
    assert two.counters == 4
    assert two.more is not None
    assert two.more.pool == 1


END = DayEnd(share=0.70, low=0.66, high=0.74, below=0.525)


@pytest.mark.parametrize(
    ("end", "better", "matters"),
    [
        (END, 0.73, True),
        (END, 0.7299, False),
        (replace(END, below=0.5), 0.80, False),
        (END, None, False),
        (replace(END, low=0.34), 0.73, True),
        (replace(END, low=0.33), 0.73, False),
    ],
)
def test_it_matters_if_the_goal_is_likely_missed_and_one_more_gains_three_points(
    end: DayEnd, better: float | None, matters: bool
) -> None:
    more = None if better is None else OneMore(0, 0, HOUR, replace(end, share=better))
    assert Pace(4, end, more).matters is matters


@pytest.mark.parametrize("more", [None, OneMore(1, 0, HOUR, END)])
def test_the_stored_form_is_read_again(more: OneMore | None) -> None:
    assert pace_from_document(pace_to_document(Pace(4, END, more))) == Pace(4, END, more)


def test_the_days_factor_spreads_as_whole_days_do() -> None:
    # Everybody to come is in time, so that an end's share gives how many came.
    day = replace(DAY, judged=100, within=0, came=0, expected=0, spread=0.5)
    calm = pool(1000, counters=200, services=[1.0])
    end = found(calm, day=day).end
    low, high = (share / (1 - share) / 10 for share in (end.low, end.high))
    # The 10th and 90th percentile of a gamma distribution of mean 1 and variance 0.28.
    assert low == pytest.approx(0.43, abs=0.12)
    assert high == pytest.approx(1.7, abs=0.25)
    below = [found(calm, day=replace(day, target=share)).end.below for share in (end.low, end.high)]
    assert below == [4 / 40, 35 / 40]


def test_the_longest_wait_is_called_first() -> None:
    day = replace(DAY, judged=100, within=100)
    one = pool(0, counters=1, waiting=[0.0, 550.0])
    assert found(one, day=day).end.share == 1


def test_a_running_service_lasts_for_the_rest_of_a_longer_one() -> None:
    day = replace(DAY, judged=100, within=100)
    one = pool(0, counters=1, busy=[200.0], waiting=[450.0])
    assert found(one, day=day).end.share == 1


def test_one_more_is_tried_where_most_wait_too_long_and_not_where_some_do_first() -> None:
    more = found(pool(27, 27, 60, 60)).more
    assert more is not None
    assert more.begins == 2 * HOUR


def test_a_visitor_who_leaves_after_the_limit_has_waited_too_long() -> None:
    day = replace(DAY, judged=100, within=100)
    left = pool(0, counters=1, busy=[0.0], waiting=[700.0] * 3, patience_seconds=1e-6)
    more = found(pool(0), left, day=day).more
    assert more is not None
    assert more.pool == 1


def test_a_day_without_a_judged_visit_is_not_below_its_goal() -> None:
    day = replace(DAY, judged=0, within=0)
    early = pool(20, counters=1, busy=[0.0], services=[1e5], patience_seconds=1e-6)
    end = found(early, day=day).end
    assert (end.low, end.below) == (1, 0)
