"""Two periods compared: what a head of service reads off an evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from queue_service.days.rules.figures import Row
from queue_service.insight.rules.compare import (
    ComparedSide,
    FigureChange,
    FigureName,
    compare,
    dated,
)
from queue_service.insight.rules.daily_ratios import estimates

MINUTE = 60_000


def day(
    *,
    issued: int = 20,
    abandoned: int = 0,
    handled: Sequence[int] = (),
    waited: Sequence[int] = (),
    within: int = 0,
) -> Row:
    """A day's row: handling and waiting times in minutes; ``within`` of the inquiries made it."""
    row = Row()
    row.visits.count("issued", issued)
    row.visits.count("abandoned", abandoned)
    for minutes in waited:
        row.visits.durations.add(minutes * MINUTE)
    for minutes in handled:
        row.inquiries.count("resolved")
        row.inquiries.durations.add(minutes * MINUTE)
    row.inquiries.judge("six", len(handled), within)
    return row


def month(rows: Sequence[Row], name: str = "2026-10") -> dict[str, Row]:
    return {f"{name}-{number:02}": row for number, row in enumerate(rows, 1)}


def figure(found: Sequence[FigureChange], name: FigureName) -> FigureChange:
    return next(c for c in found if c.figure == name)


QUIET = [
    day(issued=20 + n, handled=[4, 5, 6, n], waited=[2, n], within=2) for n in (3, 4, 5, 6, 7, 8)
]
BETTER = [day(handled=[2, 2, 3, 2], waited=[20, 30 + n], within=4) for n in range(6)]


def test_a_trial_shows_every_figure_with_both_values_and_their_n() -> None:
    found = compare(ComparedSide(month(QUIET)), ComparedSide(month(BETTER)), ["six"])
    goal = figure(found, "goal")
    assert (goal.goal, goal.first.value, goal.second.value) == ("six", 0.5, 1.0)
    assert (goal.first.n, goal.second.n, goal.verdict) == (24, 24, "better")
    assert figure(found, "handling").second.value == pytest.approx(135)
    assert [c.figure for c in found] == [
        "goal", "first_contact", "abandoned", "no_show", "incomplete",
        "handling", "waiting", "arrivals", "pace",
    ]  # fmt: skip


def test_shorter_handling_is_better_and_longer_waiting_is_worse() -> None:
    found = compare(ComparedSide(month(QUIET)), ComparedSide(month(BETTER)))
    handling, waiting = figure(found, "handling"), figure(found, "waiting")
    assert (handling.verdict, waiting.verdict) == ("better", "worse")
    assert waiting.difference is not None
    assert waiting.difference.low > 10 * 60


def test_losses_are_compared_one_by_one_and_fewer_are_better() -> None:
    many = month([day(issued=100, abandoned=20 + n) for n in range(10)])
    few = month([day(issued=100, abandoned=2 + n % 3) for n in range(10)])
    found = compare(ComparedSide(many), ComparedSide(few))
    assert figure(found, "abandoned").verdict == "better"
    assert figure(found, "no_show").verdict == "no_difference"


def test_more_people_are_neither_better_nor_worse() -> None:
    before, after = ([day(issued=n + k) for k in range(8)] for n in (20, 60))
    found = figure(compare(ComparedSide(month(before)), ComparedSide(month(after))), "arrivals")
    assert (found.first.value, found.first.n, found.verdict) == (23.5, 8, "higher")


def test_a_day_without_visits_is_no_open_day() -> None:
    rows = month([day(issued=10 + n) for n in range(6)] + [Row()])
    assert figure(compare(ComparedSide(rows), ComparedSide(rows)), "arrivals").first.days == 6


@pytest.mark.parametrize(
    ("days", "in_week", "reported"), [(13, 7, False), (14, 7, True), (1, 1, False), (2, 1, True)]
)
def test_visits_per_week_are_reported_from_two_weeks_on(
    days: int, in_week: int, reported: bool
) -> None:
    long, short = (
        ComparedSide({}, calendar=[f"2026-10-{n:02}" for n in range(1, dates + 1)], in_week=in_week)
        for dates in (28, days)
    )
    for sides in ((long, short), (short, long)):
        assert any(c.figure == "weekly" for c in compare(*sides)) is reported


def test_work_is_counted_by_the_hours_that_counters_were_open() -> None:
    rows = month(QUIET)
    hours = {date: 2 * 3_600_000 + n * 60_000 for n, date in enumerate(rows)}
    found = figure(compare(ComparedSide(rows, hours), ComparedSide(rows, hours)), "pace")
    assert found.first.value == pytest.approx(24 / 12.25)
    assert found.verdict == "no_difference"


def test_without_known_open_hours_the_rate_is_not_reported() -> None:
    found = figure(compare(ComparedSide(month(QUIET)), ComparedSide(month(QUIET))), "pace")
    assert (found.first.value, found.difference, found.verdict) == (None, None, "too_little_data")


def test_equals_show_no_difference_and_a_few_days_nothing() -> None:
    same = compare(ComparedSide(month(QUIET)), ComparedSide(month(QUIET)), ["six"])
    assert {c.verdict for c in same if c.figure != "pace"} == {"no_difference"}
    few = compare(ComparedSide(month(QUIET[:4])), ComparedSide(month(BETTER)), ["six"])
    assert {c.verdict for c in few} == {"too_little_data"}
    assert figure(few, "goal").first.value == 0.5


def test_waits_and_goals_on_them_follow_from_day_to_day_and_other_figures_do_not() -> None:
    rows = month([day(issued=20 + n % 3, waited=[2 + n // 5], handled=[4, n % 5], within=n // 9)
                  for n in range(18)])  # fmt: skip
    other = month([day(issued=21, waited=[3 + n // 5], handled=[5, n % 4], within=n // 7)
                   for n in range(14)], "2026-11")  # fmt: skip
    sides = ComparedSide(rows), ComparedSide(other)
    for waiting_goals in ((), ("six",)):
        for found in compare(*sides, ["six"], waiting_goals):
            follows = found.figure == "waiting" or bool(found.goal and waiting_goals)
            one, two = (dated(found.figure, found.goal, side) for side in sides)
            expected = estimates(one, two, follow=follows)
            assert (found.first, found.second) == (expected.first, expected.second)
            assert (found.method, found.follows) == (expected.method, follows)
    followed, plain = (figure(compare(*sides, ["six"], w), "goal").first for w in (("six",), ()))
    assert (followed.variance or 0) > (plain.variance or 0)


def test_visits_per_week_are_those_of_the_whole_sides() -> None:
    part = ComparedSide(month([day(issued=20 + n) for n in range(6)]))
    calendar = [f"2026-10-{n:02}" for n in range(1, 15)]
    whole = ComparedSide(month([day(issued=40)] * 14), calendar=calendar)
    found = figure(compare(part, part, whole=(whole, whole)), "weekly")
    assert found.first.value == pytest.approx(280)
    assert found.first.days == 14
    assert figure(compare(part, part, whole=(whole, whole)), "arrivals").first.value == 22.5
