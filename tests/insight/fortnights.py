"""A week before a trial and a week from it on."""

from __future__ import annotations

from queue_service.counters.operations import counters
from queue_service.visits.operations import issuing, visits
from tests.desks import Desk
from tests.filling import filled_once

START = "1999-03-15"
"""A Monday."""
DAY_SECONDS = 86_400
BEGINS_AT = -10_117 * DAY_SECONDS
"""Nine on that morning, in seconds from the desk's own morning."""


@filled_once
def fortnights(desk: Desk, before: float, after: float) -> None:
    """A week before and a week after, twelve inquiries a day of about so many seconds each."""
    for day in range(-7, 7):
        seconds = before if day < 0 else after
        desk.seconds = BEGINS_AT + day * DAY_SECONDS
        desk.open("1", "citizen")
        for nth in range(12):
            visit = issuing.serve(desk.queue, desk.later(10).command(), "1", "pas").visit
            took = seconds + (nth + day) % 5 * 20
            visits.complete(desk.queue, desk.later(took).command(), visit.id, "resolved")
        counters.close_counter(desk.queue, desk.command(), "1")
