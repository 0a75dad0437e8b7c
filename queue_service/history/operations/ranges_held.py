"""How often the ranges of waits held in a month, for citizens."""

from __future__ import annotations

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Queue
from queue_service.days.rules.period import before, between, days_after, period_of
from queue_service.history.operations.history import added_up
from queue_service.history.rules.history import total
from queue_service.history.rules.ranges_held import RangesHeld, ranges_held
from queue_service.runtime.cooperation import in_turns


def ranges_held_lately(queue: Queue, branch: Branch, now: int) -> RangesHeld | None:
    """How often the ranges held in the month of ``now`` (ms), or the month before if it has too
    few.

    Made-up days count nothing, nor does the running one.
    """
    today = moment(branch, now).date
    this = period_of("month", today)
    months = []
    for month in (this, before(this)):
        first = max(month.first, days_after(branch.sample_until, 1) if branch.sample_until else "")
        last = min(month.last, days_after(today, -1))
        judged = held = 0
        if first <= last:
            days = added_up(queue, branch, between(first, last), now).days
            visits = total(in_turns(days.values())).visits
            judged, held = visits["estimates"], visits["estimates_held"]
        months.append(RangesHeld(month.first[:7], judged, held))
    return ranges_held(*months)
