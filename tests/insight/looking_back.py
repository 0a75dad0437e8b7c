"""Work that is done, and how it is seen later."""

from __future__ import annotations

from queue_service.days.rules.period import between
from queue_service.history.operations.history import Past, past
from queue_service.visits.operations import issuing, visits
from tests.desks import MORNING, Desk

WEDNESDAY = "2026-11-25"
DAY = 86_400
"""In seconds."""


def served(desk: Desk, handled: float, service: str = "pas", counter: str = "1") -> str:
    """A walk-in is served for so long."""
    visit_id = issuing.serve(desk.queue, desk.command(), counter, service).visit.id
    visits.complete(desk.queue, desk.later(handled).command(), visit_id, "resolved")
    return visit_id


def seen(
    desk: Desk, first: str = "2026-11-01", last: str = "2026-11-30", *, days_later: int = 2
) -> Past:
    """The branch's past as of so many days after its first Wednesday."""
    now = MORNING + days_later * DAY * 1000
    return past(desk.queue, desk.branch, between(first, last), now=now)
