"""Wednesday mornings of a branch, alike but for how many people come."""

from __future__ import annotations

from queue_service.counters.operations import counters
from queue_service.visits.operations import visits
from tests.desks import Desk
from tests.filling import filled_once

WEEK = 7 * 86_400
WEDNESDAY = "2026-11-25"
"""The last of them, on which the desk's clock begins."""
_WEEKS_SINCE_SUMMER_TIME = 5


def wednesday(
    desk: Desk, weeks_ago: int, people: int, *, minutes: float = 4, away: bool = False
) -> None:
    """From nine: so many people come at once; two counters serve a few of them before ten.

    With one ``away``, both are open and one of them serves no visit.
    """
    summer = weeks_ago >= _WEEKS_SINCE_SUMMER_TIME
    desk.seconds = -weeks_ago * WEEK - (3600 if summer else 0)
    for counter in ("1", "3"):
        counters.open_counter(desk.queue, desk.command(), counter, "citizen")
    for _ in range(people):
        desk.issue("pas")
    for _ in range(4):
        served = [desk.called(counter).visit for counter in (("1",) if away else ("1", "3"))]
        for visit in served:
            visits.start(desk.queue, desk.command(), visit.id)
        desk.later(minutes * 60)
        for visit in served:
            visits.complete(desk.queue, desk.command(), visit.id, "resolved")
    for counter in ("1", "3"):
        counters.close_counter(desk.queue, desk.command(), counter)


@filled_once
def six_wednesdays(desk: Desk, people: int = 24) -> None:
    """Five ordinary Wednesdays of eight people, and a sixth of others."""
    for weeks_ago in range(5, 0, -1):
        wednesday(desk, weeks_ago, 8)
    wednesday(desk, 0, people)
