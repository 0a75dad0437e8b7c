"""Medians by the same mix of services, services that are the same one, and figures of a day."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, Final

import pytest

from queue_service.days.rules.days_by_service import HANDLING
from queue_service.days.rules.figures import Durations, Known, Row
from queue_service.goals.rules.verdicts import wilson
from queue_service.history.rules.confidence_intervals import (
    Difference,
    Estimate,
    estimate,
    t_quantile,
)
from queue_service.insight.rules.compare import (
    SHARES,
    ComparedSide,
    FigureName,
    arrivals_pair,
    dated,
    is_share,
    ratio_of_means,
    verdict_of,
)
from queue_service.insight.rules.decomposition import chances, mean, most, pooled
from queue_service.insight.rules.matching import matched
from queue_service.insight.rules.standardise import StandardFigure
from queue_service.insight.rules.standardise_median import HandledLengths, compare_medians

MINUTE: Final = 60_000


def lengths(days: int, **services: list[int]) -> HandledLengths:
    """The same handling times, in minutes, on each of so many days."""
    known: dict[str, Known] = {s: [n * MINUTE for n in sorted(ms)] for s, ms in services.items()}
    return {f"2026-11-{day + 1:02}": known for day in range(days)}


def test_half_of_the_contacts_last_no_longer_by_the_same_mix() -> None:
    hall = lengths(10, passport=[4] * 8, move=[10, 20])
    library = lengths(10, passport=[5, 6], move=[8] * 4 + [30] * 4)
    found = compare_medians({"hall": hall, "library": library})
    # Of 200 contacts half are passports: weights of a half each.
    assert found.weights == {"move": 0.5, "passport": 0.5}
    one, other = found.standings["hall"], found.standings["library"]
    assert (one.raw.value, one.raw.n, one.raw.days) == (240, 100, 10)
    assert one.standardised is not None
    assert other.standardised is not None
    # All passports within 4 minutes are a half; of the library's contacts half the moves and all
    # passports within 8 are three quarters, and all passports alone within 6.
    assert one.standardised.value == 240
    assert other.standardised.value == 360
    assert other.raw.value == 480
    assert (one.covered, found.covered) == (1.0, 1.0)
    assert (one.effects, one.difference) == ((), None)
    # Half of all 200 last 5 minutes and less: 80 of 4 and ten of 5, then ten of 6.
    assert (found.together.value, found.together.n, found.together.days) == (360, 200, 10)
    assert (found.together.low, found.together.high) == (None, None)


def test_the_interval_of_a_median_is_that_of_a_share_turned_back_into_times() -> None:
    varied: dict[str, dict[str, Known]] = {
        f"2026-11-{day:02}": {"x": [n * 1000 for n in range(day, 90 + day, 3)]}
        for day in range(1, 9)
    }
    found = compare_medians({"a": varied, "b": varied}).standings["a"]
    ms = sorted(value for of_day in varied.values() for value in known(of_day["x"]))
    middle = ms[len(ms) // 2 - 1]
    assert found.raw.value == middle / 1000
    pairs = [(bisect_right(known(d["x"]), middle), len(known(d["x"]))) for d in varied.values()]
    whole = estimate(pairs)
    share = whole.value or 0.0
    worth = min(whole.n, share * (1 - share) / (whole.variance or 1.0))
    low, high = wilson(worth, share * worth, t_quantile(7))
    expected = [next(v for v in ms if bisect_right(ms, v) / len(ms) >= (end or 0.0)) / 1000
                for end in (low, high)]  # fmt: skip
    assert [found.raw.low, found.raw.high] == expected
    assert found.standardised == found.raw, "of one service alone"
    few = {day: varied[day] for day in [*varied][:4]}
    short = compare_medians({"a": few, "b": few}).standings["a"].raw
    assert (short.low, short.high, short.days) == (None, None, 4)


def known(stored: Known) -> list[int]:
    assert isinstance(stored, list)
    return stored


def test_times_within_one_length_are_evenly_spread() -> None:
    # 30 of 15 to 30 s and 30 of 30 to 60 s: the middle is 30, and a quarter of all at 22.5.
    counted: HandledLengths = {
        f"2026-11-{day:02}": {"x": {"ms": 1_000_000, "in": [1, 30, 2, 30]}} for day in range(1, 9)
    }
    found = compare_medians({"a": counted, "b": counted}).standings["a"]
    assert found.standardised is not None
    assert found.standardised.value == 30
    assert found.standardised.low is not None
    assert 25 < found.standardised.low < 30
    longer: HandledLengths = {"2026-11-01": {"x": {"ms": 1, "in": [1, 20, 2, 40]}}}
    middle = compare_medians({"a": longer, "b": longer}).standings["a"].standardised
    assert middle is not None
    assert middle.value == 37.5, "a quarter into the longer ones"
    last = len(HANDLING)
    endless: HandledLengths = {"2026-11-01": {"x": {"ms": 1, "in": [last, 50]}}}
    beyond = compare_medians({"a": endless, "b": endless}).standings["a"].standardised
    assert beyond is not None
    assert beyond.value == HANDLING[-1]


def test_a_branch_without_anything_in_common_or_at_all_has_no_standardised_median() -> None:
    found = compare_medians({"a": lengths(9, x=[5] * 9), "b": lengths(9, y=[5] * 9), "none": {}})
    assert found.weights == {}
    assert [one.standardised for one in found.standings.values()] == [None] * 3
    assert found.standings["none"].raw == StandardFigure(None, None, None, 0, 0)
    assert found.standings["a"].raw.value == 300


@pytest.mark.parametrize(
    ("branches", "same"),
    [
        ({"a": {"pas": "1"}, "b": {"pass": "1"}}, {"pass": "pas"}),
        ({"a": {"x": "1"}, "b": {"pas": "1"}, "c": {"x": "1"}}, {"pas": "x"}),
        ({"a": {"pas": None}, "b": {"pass": "1"}}, {}),
        ({"a": {"pas": "1", "pass": "1"}, "b": {"x": "1"}}, {}),
        ({"a": {"pas": "1"}, "b": {"pass": "1"}, "c": {"pas": "2"}}, {}),
        ({"a": {"pas": "1"}, "b": {"pass": "1"}, "c": {"pas": None}}, {"pass": "pas"}),
        ({"a": {"pas": "1", "x": "2"}, "b": {"pass": "1", "y": "2"}}, {"pass": "pas", "y": "x"}),
    ],
)
def test_services_are_the_same_by_their_number_where_that_is_plain(
    branches: dict[str, dict[str, str | None]], same: dict[str, str]
) -> None:
    assert matched(branches) == same


def test_the_expected_mean_of_random_draws() -> None:
    # Half take 2 and half 4 minutes: times vary by (120² + 240²)/2, the services by 60² of it.
    usual = {"a": (5, 10 * MINUTE), "b": (5, 20 * MINUTE)}
    assert chances(usual, 9) == pytest.approx(((36_000 - 180**2) / 9, 36_000 / 9))
    assert mean(usual) == 3 * MINUTE
    assert pooled([usual, {"a": (1, 5), "c": (2, 6)}]) == {
        "a": (6, 10 * MINUTE + 5), "b": (5, 20 * MINUTE), "c": (2, 6)
    }  # fmt: skip
    assert (most({"a": 3.0, "b": -1.0}), most({"a": 1.0, "b": -3.0}), most({})) == ("a", "b", None)


@pytest.mark.parametrize(
    ("figure", "rise", "fall"),
    [
        ("goal", "better", "worse"), ("first_contact", "better", "worse"),
        ("abandoned", "worse", "better"), ("no_show", "worse", "better"),
        ("incomplete", "worse", "better"), ("handling", "worse", "better"),
        ("waiting", "worse", "better"), ("arrivals", "higher", "lower"),
        ("weekly", "higher", "lower"), ("pace", "higher", "lower"),
    ],
)  # fmt: skip
def test_the_verdict_of_a_rise_and_a_fall_of_each_figure(
    figure: FigureName, rise: str, fall: str
) -> None:
    assert verdict_of(figure, Difference(2, 1, 3)) == rise
    assert verdict_of(figure, Difference(-2, -3, -1)) == fall
    for low, high in ((0, 3), (-3, 0), (-1, 1)):
        assert verdict_of(figure, Difference(0, low, high)) == "no_difference"
    assert verdict_of(figure, None) == "too_little_data"
    assert is_share(figure) is (figure in SHARES)


def day(**counts: int) -> Row:
    row = Row()
    for name, n in counts.items():
        (row.visits if name in row.visits.names else row.inquiries).count(name, n)
    return row


def test_each_figure_of_a_day_is_so_much_of_so_many() -> None:
    row = day(issued=20, abandoned=3, no_show=2, incomplete=1, resolved=4, self_service=1,
              referred=2)  # fmt: skip
    row.visits.durations = Durations((60,), 90_000, [30_000, 60_000])
    row.inquiries.durations = Durations((60,), 600_000, [100_000] * 6)
    row.inquiries.judge("six", 6, 5)
    side = ComparedSide({"2026-11-25": row, "2026-11-26": Row()}, {"2026-11-25": 1_800_000},
                        ["2026-11-25", "2026-11-26", "2026-11-27"], 5)  # fmt: skip
    expected: dict[FigureName, tuple[float, float]] = {
        "goal": (5, 6), "first_contact": (5, 7), "abandoned": (3, 20), "no_show": (2, 20),
        "incomplete": (1, 20), "handling": (600, 6), "waiting": (90, 2), "arrivals": (20, 1),
        "weekly": (20, 0.2), "pace": (6, 0.5),
    }  # fmt: skip
    for figure, pair in expected.items():
        found = dated(figure, "six" if figure == "goal" else None, side)
        assert found["2026-11-25"] == pair
        none: tuple[float, float] = (0, 0.2 if figure == "weekly" else 0)
        assert found["2026-11-26"] == none
        assert ("2026-11-27" in found) is (figure == "weekly")
    only_done = Row()
    only_done.inquiries.durations.add(5)
    assert arrivals_pair(only_done) == (0, 1)
    assert side.weekdays == {2, 3}
    wednesdays = side.on({2})
    assert (list(wednesdays.days), wednesdays.calendar, wednesdays.in_week) == (
        ["2026-11-25"], ["2026-11-25"], 1
    )  # fmt: skip
    assert wednesdays.staffed == side.staffed
    assert side.on({3}).staffed == {}


@pytest.mark.parametrize(
    ("first", "second", "reported"),
    [
        ({}, {}, True), ({"days": 4}, {}, False), ({}, {"days": 4}, False),
        ({"value": 0.0}, {}, False), ({}, {"value": None}, False),
        ({"variance": 0.0}, {"variance": 0.0}, False), ({"variance": None}, {}, True),
    ],
)  # fmt: skip
def test_a_factor_needs_two_means_that_vary(
    first: dict[str, Any], second: dict[str, Any], reported: bool
) -> None:
    one, two = (
        Estimate(**{"value": value, "n": 40, "days": 5, "variance": 0.25, **changes})
        for value, changes in ((10.0, first), (13.0, second))
    )
    assert (ratio_of_means(one, two) is not None) is reported
