"""How soon a time is free, looked up each morning: the figure of a goal on free times."""

from __future__ import annotations

from datetime import date
from typing import Final

from queue_service.booking_days.rules import read_booking_day, working_days_until
from queue_service.booking_days.store import BookingDayStore
from queue_service.bookings.operations.slots import free_slots
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import local_hour, moment
from queue_service.branches.rules.service_hours import service_hours_on
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.holidays import holidays_of
from queue_service.runtime.cooperation import in_turns

MORNING: Final = range(6, 12)
"""The hours of the morning by the branch's clock; later there are times that were cancelled in the
morning."""


def sample_free_times(queue: Queue, now: int) -> int:
    """Keep how soon each service with times to book has a free one, once on each date on which it
    is open; returns how many were looked up at ``now`` (ms)."""
    branches = [branch for branch in queue.get(BranchStore).in_use() if not branch.historic]
    return sum(sample_branch(queue, branch, now) for branch in in_turns(branches))


def sample_branch(queue: Queue, branch: Branch, now: int) -> int:
    """The same of one branch."""
    if not branch.bookings.offers or local_hour(branch.timezone, now) not in MORNING:
        return 0
    today, store = moment(branch, now).date, queue.get(BookingDayStore)
    known = read_booking_day(today, store.days(branch.id, [today]).get(today, {})).free
    wanted = [
        service
        for service in branch.bookings.offers
        if service not in known and service_hours_on(branch, branch.services[service], today)
    ]
    for service in wanted:
        slots = free_slots(queue, branch, service, now)
        free = _working_days(branch, today, slots[0].starts_at) if slots else None
        store.keep_free_time(branch.id, today, service, free)
    return len(wanted)


def _working_days(branch: Branch, today: str, starts_at: int) -> int:
    day = moment(branch, starts_at).date
    years = range(date.fromisoformat(today).year, date.fromisoformat(day).year + 1)
    public = (one.date for year in years for one in holidays_of(year) if not one.optional)
    return working_days_until(today, day, public)
