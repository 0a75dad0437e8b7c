"""A day as its visits and its counters have it now."""

from __future__ import annotations

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds
from queue_service.command import Queue
from queue_service.days.rules.flow import Opened
from queue_service.days.rules.summary import summarise, to_text
from queue_service.days.store import DayStore


def day_text(queue: Queue, branch: Branch, date: str, now: int) -> str:
    """A date's summary as its visits have it at ``now`` (ms), in the stored form."""
    days = queue.get(DayStore)
    opened = opened_on(queue, branch, date, now)
    known = branch.outcomes_known
    visits = days.visits(branch.id, date)
    text = to_text(summarise(visits, branch.timezone, opened, outcomes=known))
    # If they were being removed meanwhile, what remains of them was written before.
    return days.final(branch.id, date) or text


def opened_on(queue: Queue, branch: Branch, date: str, now: int) -> Opened | None:
    """The changes of counters that concern a date, until ``now`` (ms) if it is today.

    None for a date that is still to come.
    """
    begins, ends = day_bounds(branch, date)
    until = ends if branch.historic else min(ends, now)
    if until <= begins:
        return None
    return Opened(queue.get(DayStore).shifts(branch.id, until), begins, until)
