"""How the figures may be biased: what is shown of a branch or a team, and what is flagged."""

from __future__ import annotations

from math import sqrt

import pytest

from queue_service.days.rules.figures import Row
from queue_service.goals.rules.verdicts import wilson
from queue_service.insight.rules.data_quality import (
    IndicatorName,
    QualityFigure,
    indicators,
    is_paper_share_large,
    without_quick,
)


def row(
    inquiries: int = 200,
    *,
    quick: int = 0,
    continued: int = 0,
    stood: int = 0,
    walk: int = 20,
    judged: int | None = None,
    within: int = 0,
) -> Row:
    """Inquiries and as many walks; ``stood`` and ``walk`` in seconds each."""
    found = Row()
    for _ in range(inquiries):
        found.inquiries.durations.add(200_000)
    found.inquiries.count("quick", quick)
    found.inquiries.count("continued", continued)
    found.inquiries.count("stood_ms", stood * inquiries * 1000)
    found.visits.count("walks", inquiries)
    found.visits.count("walked_ms", walk * inquiries * 1000)
    found.inquiries.judge("six", inquiries if judged is None else judged, within)
    return found


def indicator(name: IndicatorName, now: Row, before: Row) -> QualityFigure:
    return next(s for s in indicators(now, before) if s.name == name)


def flags(now: Row, before: Row) -> set[str]:
    return {s.name for s in indicators(now, before) if s.flagged}


def test_every_indicator_is_shown_with_its_earlier_value() -> None:
    now, before = row(quick=4, continued=40, stood=30, walk=25), row(100, quick=1, stood=10)
    assert [
        (s.name, s.n, s.value, s.n_before, s.before, s.flagged) for s in indicators(now, before)
    ] == [
        ("quick", 200, 0.02, 100, 0.01, False),
        ("continued", 160, 0.25, 100, 0.0, True),
        ("stood", 200, 30, 100, 10, False),
        ("walk", 200, 25, 100, 20, False),
    ]


@pytest.mark.parametrize(
    ("now", "before", "flagged"),
    [
        (row(quick=30), row(quick=4), {"quick"}),
        (row(quick=4), row(quick=30), set()),
        (row(quick=12), row(quick=4), set()),  # chance alone may do that
        (row(20_000, quick=400), row(20_000, quick=200), set()),  # beyond chance, but a trifle
        (row(40, quick=2), row(5000, quick=100), set()),
        (row(20, quick=15), row(20), set()),  # too few to say
        (row(continued=60), row(continued=20), {"continued"}),
        (row(stood=90), row(stood=40), {"stood"}),
        (row(stood=130), row(stood=100), set()),
        (row(walk=40), row(walk=20), set()),
        (row(20, stood=90), row(20, stood=10), set()),
        (row(walk=60), row(walk=20), {"walk"}),
    ],
)
def test_an_indicator_is_flagged_if_it_differs_from_the_period_before(
    now: Row, before: Row, flagged: set[str]
) -> None:
    assert flags(now, before) == flagged


def test_a_team_without_walks_and_a_period_without_anything_have_no_value() -> None:
    assert [s.value for s in indicators(Row(), Row())] == [None] * 4
    assert indicator("quick", row(), Row()).before is None
    assert flags(row(quick=100), Row()) == set()


def test_attainment_is_reported_without_the_quick_ones_as_well() -> None:
    found = without_quick([row(100, quick=20, within=75)], "six", 0.7)
    assert (found.attained.ratio, found.without.ratio) == (0.75, 55 / 80)
    assert (found.without.judged, found.exact) == (80, True)


def test_quick_inquiries_that_the_goal_does_not_judge_are_left_alone() -> None:
    other = row(50, quick=30, judged=0)
    found = without_quick([row(100, quick=20, within=75), other], "six", 0.7)
    assert (found.without.judged, found.without.within, found.exact) == (80, 55, True)


def test_a_goal_that_judged_only_some_has_its_lower_bound_reported() -> None:
    found = without_quick([row(100, quick=20, judged=40, within=10)], "six", 0.7)
    assert (found.without.judged, found.without.within, found.exact) == (30, 0, False)


def test_without_any_inquiry_there_is_no_share() -> None:
    assert without_quick([], "six", 0.7).without.ratio is None


@pytest.mark.parametrize(
    ("paper", "issued", "large"),
    [(0, 0, False), (0, 20, False), (1, 21, False), (1, 20, True), (5, 100, True), (4, 99, False)],
)
def test_a_share_from_paper_is_large_from_a_twentieth_on(
    paper: int, issued: int, large: bool
) -> None:
    assert is_paper_share_large(paper, issued) == large


@pytest.mark.parametrize(("quick", "flagged"), [(24, False), (25, True)])
def test_a_rise_is_flagged_where_chance_is_excluded_at_99_percent(
    quick: int, flagged: bool
) -> None:
    # Method 10 by hand: Wilson's ends at z = 2.5758 of both shares, joined by squares.
    now, before = quick / 200, 10 / 200
    low, _ = wilson(200, quick, 2.5758293)
    _, high = wilson(200, 10, 2.5758293)
    assert low is not None
    assert high is not None
    cautious = now - before - sqrt((now - low) ** 2 + (high - before) ** 2)
    assert (cautious > 0) is flagged
    assert ("quick" in flags(row(quick=quick), row(quick=10))) is flagged
    assert ("continued" in flags(row(continued=quick), row(continued=10))) is flagged


@pytest.mark.parametrize(
    ("n", "n_before", "stood", "before", "flagged"),
    [
        (30, 30, 60, 30, True), (29, 30, 60, 30, False), (30, 29, 60, 30, False),
        (30, 30, 59, 30, False), (30, 30, 150, 100, True), (30, 30, 149, 100, False),
    ],
)  # fmt: skip
def test_seconds_are_flagged_from_half_as_much_again_and_half_a_minute(
    n: int, n_before: int, stood: int, before: int, flagged: bool
) -> None:
    assert ("stood" in flags(row(n, stood=stood), row(n_before, stood=before))) is flagged
    assert ("walk" in flags(row(n, walk=stood), row(n_before, walk=before))) is flagged


def test_a_goals_shares_with_and_without_quick_ones_are_added_up_over_rows() -> None:
    rows = [row(100, quick=20, within=75), row(50, quick=30, within=10), row(40, judged=0)]
    found = without_quick(rows, "six", 0.5)
    # Of the second no more than the ten within may have been quick.
    assert (found.attained.judged, found.attained.within) == (150, 85)
    assert (found.without.judged, found.without.within) == (120, 55)
    assert (found.goal, found.exact, found.attained.verdict) == ("six", True, "open")
    assert without_quick(rows, "other", 0.5).attained.judged == 0
