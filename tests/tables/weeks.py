"""Two weeks of a branch's days, made by the operations themselves."""

from __future__ import annotations

from random import Random

import pytest

from queue_service.counters.operations import counters
from queue_service.days.rules.period import between
from queue_service.history.operations.history import Past, past
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.visit import Outcome
from tests.desks import Desk
from tests.filling import filled_once

DAY_SECONDS = 86_400
FIRST, LAST = "2026-11-23", "2026-12-06"
"""Monday to Sunday a fortnight later; the second Sunday has no visit at all."""

_OUTCOMES: tuple[Outcome, ...] = ("resolved", "resolved", "self_service", "referred", "follow_up")
_DAYS_BEFORE_THE_DESKS = -2


@filled_once
def fortnight(desk: Desk, *, busy: int = 10, slow_second_week: float = 1.0) -> None:
    """Everyday business: ``busy`` visits a day, some lost, some continued, by two teams.

    From the second week on everything takes ``slow_second_week`` times as long.
    """
    random = Random(3)  # noqa: S311 - seeded, no secret
    for day in range(13):
        desk.seconds = (day + _DAYS_BEFORE_THE_DESKS) * DAY_SECONDS
        counters.open_counter(desk.queue, desk.command(), "1", "citizen")
        counters.open_counter(desk.queue, desk.command(), "3", "library")
        for nth in range(busy):
            _visit(desk, random, nth, slow_second_week if day > 6 else 1.0)
        for counter in ("1", "3"):
            counters.close_counter(desk.queue, desk.later(60).command(), counter)


def _visit(desk: Desk, random: Random, nth: int, slow: float) -> None:
    service = ("pas", "korekort", "turist")[nth % 3]
    counter = "3" if service == "turist" else "1"
    visit = desk.issue(service).visit.id
    desk.later(random.uniform(20, 800))
    if nth % 10 == 7:
        visits.abandon(desk.queue, desk.command(), visit)
        return
    desk.called(counter)
    if nth % 10 == 4:
        visits.mark_no_show(desk.queue, desk.later(300).command(), visit)
        return
    visits.start(desk.queue, desk.later(15).command(), visit)
    desk.later(random.choice((8, 90, 200, 340, 420, 700)) * slow)
    if nth % 5 == 0:
        visits.continue_visit(desk.queue, desk.command(), visit, "resolved", service)
        desk.later(100)
    visits.complete(desk.queue, desk.command(), visit, random.choice(_OUTCOMES))


def one_visit(desk: Desk, seconds: float) -> None:
    """A single inquiry, handled in so many seconds."""
    desk.open("1", "citizen")
    visit = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
    visits.complete(desk.queue, desk.later(seconds).command(), visit, "resolved")


@pytest.fixture
def weeks(desk: Desk) -> Desk:
    """A branch with a fortnight behind it; by its configuration it is open on Wednesdays only."""
    return fortnight(desk)


@pytest.fixture
def seen(weeks: Desk) -> Past:
    """All of the fortnight."""
    return past(weeks.queue, weeks.branch, between(FIRST, LAST))
