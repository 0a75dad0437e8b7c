"""The arithmetic of the figures, against its definitions."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.goals.rules.goal import Goal, goal_from_document, goals_text
from queue_service.goals.rules.indicators import INDICATORS, SATISFIED_WITH_HELP
from queue_service.goals.rules.percentiles import percentile, percentile_of_buckets
from queue_service.goals.rules.verdicts import (
    RUNNING_Z,
    Ends,
    beyond,
    budget,
    needed,
    running_z,
    share,
    verdict,
    wilson,
)
from queue_service.visits.rules.counting import HANDLING_BUCKETS

VALUES = st.lists(st.integers(0, 9_000_000), min_size=1, max_size=200)


@given(VALUES, st.sampled_from([50, 90]))
def test_a_percentile_is_the_smallest_value_that_so_many_reach(
    values: list[int], percent: int
) -> None:
    def reached(value: int) -> bool:
        return sum(v <= value for v in values) * 100 >= percent * len(values)

    assert percentile(sorted(values), percent) == min(v for v in values if reached(v))


@given(VALUES, st.sampled_from([50, 90]))
def test_a_percentile_of_buckets_lies_in_the_bucket_of_the_true_one(
    values: list[int], percent: int
) -> None:
    counts = [0] * (len(HANDLING_BUCKETS) + 1)
    for value in values:
        counts[bisect_right(HANDLING_BUCKETS, value / 1000)] += 1
    true = percentile(sorted(values), percent) / 1000
    reported = percentile_of_buckets(HANDLING_BUCKETS, counts, percent)
    if true >= HANDLING_BUCKETS[-1]:
        assert reported == HANDLING_BUCKETS[-1]
    else:
        assert bisect_right(HANDLING_BUCKETS, reported) == bisect_right(HANDLING_BUCKETS, true)


def test_the_values_of_a_bucket_are_taken_as_evenly_spread() -> None:
    assert percentile_of_buckets((10, 20), [0, 4, 0], 50) == 13.75
    assert percentile_of_buckets((10, 20), [4, 0, 0], 50) == 3.75
    assert percentile_of_buckets((10, 20), [1, 1, 2], 90) == 20
    assert percentile_of_buckets((10, 20), [0, 0, 0], 50) == 20


@pytest.mark.parametrize(("percent", "found"), [(1, 1), (50, 50), (51, 51), (99, 99), (100, 100)])
def test_a_rank_is_rounded_up(percent: int, found: int) -> None:
    assert percentile(range(1, 101), percent) == found
    assert percentile([7], percent) == 7


@pytest.mark.parametrize(
    ("ends", "target", "judged", "expected"),
    [
        ((0.7, 0.9), 0.7, 10, "met"),
        ((0.69, 0.9), 0.7, 10, "open"),
        ((0.5, 0.7), 0.7, 10, "open"),
        ((0.5, 0.69), 0.7, 10, "missed"),
        ((0.7, 0.9), 0.7, 9, "open"),
        ((0.7, 0.9), None, 10, "open"),
        ((None, 0.5), 0.7, 10, "open"),
        ((0.9, None), 0.7, 10, "open"),
    ],
)
def test_a_verdict_needs_the_whole_interval_on_one_side(
    ends: Ends, target: float | None, judged: int, expected: str
) -> None:
    assert verdict(judged, ends, target) == expected


@pytest.mark.parametrize(
    ("judged", "within", "target", "hits"),
    [
        (0, 0, 0.7, 0), (10, 7, 0.7, 0), (10, 6, 0.7, 4), (10, 0, 0.5, 10), (10, 10, 1.0, 0),
        (10, 9, 1.0, None),
    ],
)  # fmt: skip
def test_how_many_hits_in_a_row_reach_the_goal(
    judged: int, within: int, target: float, hits: int | None
) -> None:
    assert needed(judged, within, target) == hits
    if hits:
        assert within + hits >= target * (judged + hits)
        assert within + hits - 1 < target * (judged + hits - 1)


GOAL: dict[str, Any] = {
    "id": "g", "indicator": "handling_time_within", "threshold_seconds": 360,
    "target_ratio": 0.7, "services": ["pas"], "hours": {"mon": [["09:00", "10:00"]]},
}  # fmt: skip


def test_a_goal_judges_the_services_that_it_names_and_one_on_answers_none() -> None:
    goal = goal_from_document(GOAL)
    assert goal == Goal(
        "g", INDICATORS["handling_time_within"], 0.7, 360, ("pas",), {"mon": (("09:00", "10:00"),)}
    )
    assert (goal.judges("pas"), goal.judges("turist"), goal.limit_ms) == (True, False, 360_000)
    assert goal_from_document({**GOAL, "services": ["*"], "hours": None}).judges("turist")
    answers = {**GOAL, "indicator": SATISFIED_WITH_HELP.id, "threshold_seconds": None}
    assert not goal_from_document(answers).judges("pas")
    assert goal_from_document(answers).limit_ms == 0


def test_a_goal_on_all_services_covers_those_that_it_judges_only_if_it_names_them() -> None:
    everything = goal_from_document({**GOAL, "services": ["*"]}, ("turist",))
    assert (everything.judges("pas"), everything.judges("turist")) == (True, False)
    assert everything.covers(["pas", "turist"])
    named = goal_from_document(GOAL, ("turist",))
    assert (named.covers(["pas"]), named.covers(["pas", "turist"])) == (True, False)
    assert goal_from_document({**GOAL, "services": ["turist"]}, ("turist",)).judges("turist")
    answers = {**GOAL, "indicator": SATISFIED_WITH_HELP.id, "services": ["*"]}
    assert not goal_from_document(answers, ("turist",)).covers(["pas", "turist"])


def test_the_same_goals_have_the_same_text_in_their_history() -> None:
    text = goals_text({"goals": [{"b": 1, "a": [2, 3]}]})
    assert text == '[{"a":[2,3],"b":1}]'


@given(st.integers(1, 400), st.data())
def test_the_interval_is_where_the_true_share_would_not_surprise(
    judged: int, data: st.DataObject
) -> None:
    within = data.draw(st.integers(0, judged))
    low, high = wilson(judged, within)
    assert low is not None
    assert high is not None
    assert 0 <= low <= within / judged <= high <= 1
    for end in (low, high):  # the defining equation: the ratio lies 1.96 deviations from either
        if 0 < end < 1:
            deviation = abs(within / judged - end) / (end * (1 - end) / judged) ** 0.5
            assert deviation == pytest.approx(1.959963984540054, rel=1e-6)


def test_the_figures_of_a_known_month() -> None:
    found = share(401, 300, 0.7)
    figures = (found.ratio, found.low, found.high)
    assert figures == pytest.approx((0.74813, 0.70343, 0.78813), abs=5e-6)
    assert found.verdict == "met"


@pytest.mark.parametrize(
    ("judged", "within", "verdict"),
    [(0, 0, "open"), (10, 9, "open"), (400, 300, "met"), (400, 270, "open"), (400, 250, "missed")],
)
def test_a_verdict_waits_until_it_is_sure(judged: int, within: int, verdict: str) -> None:
    assert share(judged, within, 0.7).verdict == verdict


@pytest.mark.parametrize("running", [False, True])
def test_there_is_no_verdict_of_fewer_than_ten(running: bool) -> None:
    assert share(9, 0, 0.7, running=running).verdict == "open"
    assert share(10, 0, 0.7, running=running).verdict == "missed"
    assert share(9, 9, 0.4, running=running).verdict == "open"
    assert share(10, 10, 0.4, running=running).verdict == "met"


def test_the_running_day_is_judged_at_a_higher_level_and_shown_at_the_usual_one() -> None:
    over, running = share(30, 15, 0.7), share(30, 15, 0.7, running=True)
    assert (over.verdict, running.verdict) == ("missed", "open")
    assert (over.low, over.high) == (running.low, running.high)
    assert wilson(30, 15, RUNNING_Z)[1] == pytest.approx(0.71307, abs=5e-6)
    assert share(30, 14, 0.7, running=True).verdict == "missed"


def test_the_running_days_z_allows_for_the_longer_tail_of_high_targets() -> None:
    # (2·0.95 - 1) / √(60 · 0.95 · 0.05) · (2.58² - 1) / 6
    assert running_z(60, 0.95) == pytest.approx(2.58 + 0.9 / 2.85**0.5 * 5.6564 / 6)
    assert running_z(60, 0.51) > RUNNING_Z
    assert {running_z(60, target) for target in (0.3, 0.5, 1.0)} == {running_z(0, 0.9), RUNNING_Z}
    # By 2.58 alone 54 of 60 are a miss of 97 %, and 6 of 60 meet 3 %.
    assert wilson(60, 54, RUNNING_Z)[1] == pytest.approx(0.96, abs=0.01)
    assert (share(60, 54, 0.97, running=True).verdict, share(60, 54, 0.97).verdict) == (
        "open", "missed",
    )  # fmt: skip
    assert share(60, 6, 0.03, running=True).verdict == "open"
    assert share(60, 50, 0.97, running=True).verdict == "missed"
    assert share(60, 10, 0.03, running=True).verdict == "met"
    assert share(60, 59, 1.0, running=True).verdict == "missed", "one miss is one too many"


def test_nothing_judged_has_no_figures() -> None:
    found = share(0, 0, 0.7)
    assert (found.ratio, found.low, found.high) == (None, None, None)


def test_all_within_is_never_missed_and_a_goal_without_target_stays_open() -> None:
    assert share(7, 7, 1.0).verdict == "open"
    assert share(7, 7, None).verdict == "open"


@given(st.integers(0, 5000), st.integers(1, 1000), st.data())
def test_the_budget_is_how_many_more_misses_still_meet_the_goal(
    within: int, thousandths: int, data: st.DataObject
) -> None:
    judged = within + data.draw(st.integers(0, 5000))
    left = budget(judged, within, thousandths / 1000)

    def met(misses: int) -> bool:
        return within >= Decimal(thousandths) / 1000 * (judged + misses)

    assert met(left)
    assert not met(left + 1)


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(1, 1000))
def test_misses_beyond_the_goal_are_how_many_more_had_to_be_within(
    within: int, misses: int, thousandths: int
) -> None:
    judged = within + misses
    more = beyond(judged, within, thousandths / 1000)
    assert within + more >= Decimal(thousandths) / 1000 * judged > within + more - 1


def test_misses_beyond_the_goal_take_the_target_as_it_is_written() -> None:
    # 341 judged at 70 percent tolerate 102 misses: of 149 there are 47 too many.
    assert beyond(341, 192, 0.7) == 47
    assert (beyond(60, 33, 0.55), beyond(60, 32, 0.55), beyond(60, 34, 0.55)) == (0, 1, -1)
    assert (beyond(0, 0, 0.7), beyond(3, 0, 1.0)) == (0, 3)


def test_the_budget_takes_the_target_as_it_is_written() -> None:
    assert budget(60, 33, 0.55) == 0  # the nearest binary numbers give 59.99…, one miss fewer
    assert budget(31, 24, 0.7) == 3
    assert budget(3, 0, 0.7) == -3
