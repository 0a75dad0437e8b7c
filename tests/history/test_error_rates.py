"""How often something false is said of a figure that is truly at its goal, or has not changed.

The simulations are seeded. Each logs its rate (``--log-cli-level=info``); decision 19 has them.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache, partial
from itertools import accumulate
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist

import pytest

from queue_service.alerts.rules.alerts import PATIENCE_MS
from queue_service.days.rules.figures import Row
from queue_service.goals.rules.verdicts import share
from queue_service.history.rules.confidence_intervals import (
    DaySpreads,
    Difference,
    mean_difference,
    share_difference,
    share_of,
    share_over_days,
)
from queue_service.history.rules.history import History, total
from queue_service.insight.rules.daily_ratios import Dated, Sides, estimates
from queue_service.insight.rules.findings import find

pytestmark = pytest.mark.nightly

LOG = logging.getLogger(__name__)
SEED = 20261130
GOAL = "called-10-min"
MONDAY = date(2026, 3, 2)
_SPREAD = [NormalDist().inv_cdf((n + 0.5) / 200) for n in range(200)]


def spell(chance: Random, days: int, alike: float) -> Iterator[float]:
    """Each day's deviation, correlated with the day before by ``alike``; of variance 1."""
    one = chance.gauss(0, 1)
    for _ in range(days):
        yield one
        one = alike * one + sqrt(1 - alike**2) * chance.gauss(0, 1)


def logit_of(share: float, spread: float) -> float:
    """The logit around which days spread whose shares are this much on average."""
    low, high = -10.0, 10.0
    for _ in range(50):
        middle = (low + high) / 2
        mean = sum(1 / (1 + exp(-middle - spread * one)) for one in _SPREAD) / len(_SPREAD)
        low, high = (middle, high) if mean < share else (low, middle)
    return low


def binomial(chance: Random, n: int, p: float) -> int:
    """How many of n; by the normal distribution where that is as good."""
    if n * p * (1 - p) < 9:
        return sum(chance.random() < p for _ in range(n))
    return min(n, max(0, round(chance.gauss(n * p, sqrt(n * p * (1 - p))))))


def dates(days: int, first: date = MONDAY) -> list[str]:
    """Mondays to Fridays."""
    every = (first + timedelta(n) for n in range(days * 7 // 5 + 7))
    return [str(day) for day in every if day.weekday() < 5][:days]


def rate(runs: int, drawn: Callable[[Random], bool]) -> float:
    """How often it is said."""
    chance = Random(SEED)  # noqa: S311 - seeded, no secret
    return sum(drawn(chance) for _ in range(runs)) / runs


def day(judged: int, within: int) -> Row:
    """A day that judged so many."""
    row = Row()
    row.inquiries.judge(GOAL, judged, within)
    return row.as_day()


def share_days(
    chance: Random, days: list[str], alike: float, centre: float, spread: float, n: int = 140
) -> dict[str, tuple[int, int]]:
    """By date how many were judged, and within."""
    lucks = spell(chance, len(days), alike)
    shares = (1 / (1 + exp(-centre - spread * luck)) for luck in lucks)
    return {date: (n, binomial(chance, n, p)) for date, p in zip(days, shares, strict=True)}


@pytest.mark.parametrize(
    ("days", "alike", "spread", "most"),
    [
        (4, 0.0, 0.3, 0.07),
        (4, 0.5, 0.3, 0.09),
        (5, 0.5, 0.3, 0.09),
        (22, 0.0, 0.3, 0.05),
        (22, 0.3, 0.3, 0.08),
        (22, 0.5, 0.3, 0.09),
        (22, 0.5, 0.45, 0.09),
        (66, 0.5, 0.3, 0.09),
    ],
)
def test_a_waiting_goal_at_its_target(days: int, alike: float, spread: float, most: float) -> None:
    """The last days of twelve weeks, said to be met or missed."""
    centre, weeks = logit_of(0.7, spread), dates(max(60, days))

    def has_finding(chance: Random) -> bool:
        rows = {d: day(*one) for d, one in share_days(chance, weeks, alike, centre, spread).items()}
        last = dict(list(rows.items())[-days:])
        known = DaySpreads(rows, {GOAL})
        spreads = DaySpreads(last, {GOAL}, lambda: known.as_usual(total(rows.values())))
        return share_of(total(last.values()), GOAL, 0.7, spreads=spreads).verdict != "open"

    found = rate(3000 if days == 22 else 1000, has_finding)
    LOG.info("%s days, %s alike, spread %s: %.3f", days, alike, spread, found)
    assert found <= most


@pytest.mark.parametrize(("spread", "alike"), [(0.5, 0.0), (1.0, 0.0), (0.5, 0.5)])
def test_calls_to_a_lifeline_at_their_target(spread: float, alike: float) -> None:
    """A month of 25 calls a day, some of whose afternoons have no specialist."""
    centre, month = logit_of(0.8, spread), dates(22)

    def has_finding(chance: Random) -> bool:
        days = share_days(chance, month, alike, centre, spread, n=25)
        return share_over_days(days, 0.8, waits=True).verdict != "open"

    found = rate(1500, has_finding)
    LOG.info("spread %s, %s alike: %.3f", spread, alike, found)
    assert found <= 0.09


@pytest.mark.parametrize("of_weeks", [2, 4, 7, 8])
@pytest.mark.parametrize("alike", [0.0, 0.5])
@pytest.mark.parametrize("figure", ["goal", "wait"])
def test_a_trial_that_changed_nothing(of_weeks: int, alike: float, figure: str) -> None:
    """Waits before and after, whose days follow each other, said to differ."""
    centre, days = logit_of(0.7, 0.3), dates(10 * of_weeks)

    def drawn(chance: Random) -> Dated:
        if figure == "goal":
            shares = share_days(chance, days, alike, centre, 0.3)
            return {date: (within, judged) for date, (judged, within) in shares.items()}
        lucks = zip(days, spell(chance, len(days), alike), strict=True)
        return {date: (50 * 300 * exp(0.4 * luck), 50.0) for date, luck in lucks}

    def differ(sides: Sides) -> Difference | None:
        of = share_difference if figure == "goal" else mean_difference
        return of(sides.first, sides.second)

    def has_finding(chance: Random) -> bool:
        found, begins = drawn(chance), days[len(days) // 2]
        before = {date: pair for date, pair in found.items() if date < begins}
        after = {date: pair for date, pair in found.items() if date >= begins}
        difference = differ(estimates(before, after, follow=True))
        return difference is not None and not difference.low <= 0 <= difference.high

    found = rate(500, has_finding)
    LOG.info("%s, %s weeks, %s alike: %.3f", figure, of_weeks, alike, found)
    assert found <= 0.09


@pytest.mark.parametrize("alike", [0.0, 0.5])
def test_a_report_on_a_waiting_goal_at_its_target(alike: float) -> None:
    """A month and the one before, said to have met or missed it or to differ."""
    centre, days = logit_of(0.7, 0.3), dates(44)

    def has_finding(chance: Random, waits: tuple[str, ...]) -> bool:
        history, before = History(), History()
        for at, one in share_days(chance, days, alike, centre, 0.3).items():
            row = day(*one)
            row.visits.count("issued")
            (before if at < days[22] else history).days[at] = row
        return find(history, before, {GOAL: 0.7}, waits=waits) != ()

    found, without = (rate(1000, partial(has_finding, waits=waits)) for waits in ((GOAL,), ()))
    LOG.info("report, %s alike: %.3f, as independent days %.3f", alike, found, without)
    assert found <= 0.09


def looked_at(chance: Random, inquiries: int, true: float, target: float) -> tuple[bool, bool]:
    """Whether a day of eight hours was ever missed at one of its inquiries, and whether it raised
    an alert: looked at every minute from half an hour on, it was missed for as long as needed."""
    came = sorted(chance.uniform(0, 480) for _ in range(inquiries))
    within = [0, *accumulate(chance.random() < true for _ in came)]
    judged_by = [bisect_right(came, minute) for minute in range(30, 481)]
    missed = [running(n, hits, target) for n, hits in enumerate(within)]
    patience, lasted, alert = PATIENCE_MS["goal"] // 60_000, -1, False
    for n in judged_by:
        lasted = lasted + 1 if missed[n] else -1
        alert = alert or lasted >= patience
    return any(missed), alert


@cache
def running(judged: int, within: int, target: float) -> bool:
    """Whether the running day has missed its goal by now."""
    return share(judged, within, target, running=True).verdict == "missed"


@pytest.mark.parametrize("target", [0.7, 0.9, 0.95])
@pytest.mark.parametrize("inquiries", [20, 60, 150, 400])
def test_a_running_day_at_its_target(inquiries: int, target: float) -> None:
    """A high goal raises no more false alerts than one of 70 %."""
    chance = Random(SEED)  # noqa: S311 - seeded, no secret
    found = [looked_at(chance, inquiries, target, target) for _ in range(1000)]
    seen, alerts = (sum(one[nth] for one in found) / len(found) for nth in (0, 1))
    LOG.info("%s inquiries at %s: missed %.3f, alert %.3f", inquiries, target, seen, alerts)
    assert alerts <= 0.03
    assert seen <= 0.065


@pytest.mark.parametrize(
    ("inquiries", "target", "true", "least"),
    [(20, 0.7, 0.5, 0.25), (60, 0.7, 0.5, 0.75), (150, 0.7, 0.5, 0.98), (60, 0.95, 0.8, 0.9)],
)
def test_a_day_far_below_its_target_is_found(
    inquiries: int, target: float, true: float, least: float
) -> None:
    """From about 60 inquiries a day on."""
    chance = Random(SEED)  # noqa: S311 - seeded, no secret
    found = sum(looked_at(chance, inquiries, true, target)[1] for _ in range(500)) / 500
    LOG.info("%s inquiries at %s of %s: alert %.3f", inquiries, true, target, found)
    assert found >= least


def test_the_logit_is_that_of_the_mean() -> None:
    assert logit_of(0.7, 0.0) == pytest.approx(log(0.7 / 0.3), abs=1e-6)
    assert logit_of(0.7, 0.3) > logit_of(0.7, 0.0)
