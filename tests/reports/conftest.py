"""A branch with a fortnight behind it, of which the second week was slow."""

from __future__ import annotations

from typing import Final

import pytest

from queue_service.counters.operations import counters
from queue_service.days.rules.period import Period, period_of
from queue_service.reports.build import build
from queue_service.reports.report import Report
from queue_service.visits.operations import visits
from tests.desks import Desk
from tests.filling import filled_once
from tests.tables.weeks import DAY_SECONDS, fortnight

FIRST_WEEK = period_of("week", "2026-11-25")
SECOND_WEEK = period_of("week", "2026-12-02")
LATER = 1_796_600_000_000
"""2026-12-06, when all of it is over."""


@pytest.fixture
def slow_week(desk: Desk) -> Desk:
    """In the second week everything takes three times as long."""
    return fortnight(desk, busy=16, slow_second_week=3.0)


@pytest.fixture
def report(slow_week: Desk) -> Report:
    """The second week's report."""
    return _built_once(slow_week, SECOND_WEEK)


_BUILT: Final[dict[Period, Report]] = {}
"""The reports of weeks that are the same in every test, of this process."""


def _built_once(desk: Desk, week: Period) -> Report:
    if week not in _BUILT:
        _BUILT[week] = build(desk.queue, desk.branch, "week", week, LATER)
    return _BUILT[week]


@pytest.fixture
def paused_week(slow_week: Desk) -> Desk:
    """On its Tuesday two counters pause: one lunch of half an hour, a meeting and another lunch."""
    slow_week.seconds = 6 * DAY_SECONDS
    for counter, reason, seconds in (
        ("1", "lunch", 1800),
        ("3", "meeting", 360),
        ("1", "lunch", 900),
    ):
        slow_week.open(counter)
        counters.pause_counter(slow_week.queue, slow_week.command(), counter, reason)
        counters.resume_counter(slow_week.queue, slow_week.later(seconds).command(), counter)
    for counter in ("1", "3"):
        counters.close_counter(slow_week.queue, slow_week.command(), counter)
    return slow_week


@pytest.fixture
def nothing(desk: Desk) -> Report:
    """The report of a week without visits."""
    return build(desk.queue, desk.branch, "week", SECOND_WEEK, LATER)


@pytest.fixture
def short_staffed(desk: Desk) -> Desk:
    """Five weeks of mornings with two counters; on the last Tuesday one of them stays closed."""
    return mornings(desk)


@pytest.fixture
def report_of_short_staffed(short_staffed: Desk) -> Report:
    """The report of the week with that Tuesday."""
    return _built_once(short_staffed, FIRST_WEEK)


@filled_once
def mornings(desk: Desk) -> None:
    """Eight people come at nine from Monday to Friday, and are served one after another."""
    for day in range(-4 * 7 - 2, 3):
        if (day + 2) % 7 < 5:
            desk.seconds = day * DAY_SECONDS
            counters_open = ("1",) if day == -1 else ("1", "3")
            for counter in counters_open:
                desk.open(counter, "citizen")
            for _ in range(8):
                desk.issue()
            for _ in range(8 // len(counters_open)):
                served = [desk.called(counter).visit.id for counter in counters_open]
                desk.later(240)
                for visit in served:
                    visits.complete(desk.queue, desk.command(), visit, "resolved")
            desk.seconds = day * DAY_SECONDS + 3540
            for counter in counters_open:
                counters.close_counter(desk.queue, desk.command(), counter)
