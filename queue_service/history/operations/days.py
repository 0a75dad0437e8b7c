"""Past days are summarised, and after the branch's retention only the summary remains.

Both jobs may run late, twice or at the same time: finished work is found finished.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.operations import opened_on
from queue_service.days.rules.period import between, days_after, period_of
from queue_service.days.rules.summary import DaySummary, summarise, to_text
from queue_service.days.store import DayStore
from queue_service.history.operations.history import MOST_MONTHS, keep_months, months_to_keep
from queue_service.history.operations.months_by_service import keep_service_months
from queue_service.visits.rules.visit import OPEN_STATES, Visit

PACKED_AFTER_DAYS: Final = 2
"""A visit's end may be undone for two minutes, and a repeated request receives its response for a
day."""

MOST_PACKED: Final = 30
"""Days of a branch that are packed at a time."""


class _StillOpen(Exception):
    """A visit of the day is open, so its figures may change yet."""


def summarise_days(queue: Queue, now: int) -> int:
    """Summarise every past day that is over and has no summary; returns how many were written.

    Whole months are added up as well. Historic branches are left alone; see :func:`summarise_day`.
    ``now`` is in ms.
    """
    days = queue.get(DayStore)
    written, months_left = 0, MOST_MONTHS
    for branch in _live_branches(queue):
        past = days_after(moment(branch, now).date, -1)
        for date in days.unsummarised(branch.id, _dates_with_visits(days, branch, past)):
            written += summarise_day(queue, branch, date, now)
        months = months_to_keep(queue, branch, now, months_left)
        months_left -= len(months) - 1
        keep_months(queue, branch, months, now)
        keep_service_months(queue, branch, months, now)
    return written


def keep_all_months(queue: Queue, branch: Branch, now: int) -> None:
    """Add up every whole month of a historic branch, once its days are there; ``now`` is in ms."""
    dates = queue.get(DayStore).dates(branch.id)
    if dates:
        ends = period_of("month", dates[0]).first, period_of("month", dates[-1]).last
        keep_months(queue, branch, [between(*ends)], now)
        keep_service_months(queue, branch, [between(*ends)], now)


def summarise_day(queue: Queue, branch: Branch, date: str, now: int) -> bool:
    """Summarise a day that has no open visit, at ``now`` (ms). False when nothing was written."""
    days = queue.get(DayStore)

    def make() -> str | None:
        summary = _ended_day(queue, branch, date, now)
        return None if summary is None else to_text(summary)

    return days.write_summary(branch, date, make)


def pack_days(queue: Queue, now: int) -> int:
    """Pack the visits of days that nothing changes any more; returns the number of days.

    A day with an open visit waits, and those after it. So many at a time that a store which has
    years of them is asked for other things in between. ``now`` is in ms.
    """
    days = queue.get(DayStore)
    packed = 0
    for branch in _live_branches(queue):
        last = days_after(moment(branch, now).date, -PACKED_AFTER_DAYS)
        done = days.packed_until(branch.id)
        left = [date for date in _dates_with_visits(days, branch, last) if date > done]
        waiting = {*days.unsummarised(branch.id, left[:MOST_PACKED])}
        for date in left[:MOST_PACKED]:
            if date in waiting or not days.pack_visits(branch.id, date):
                break
            packed += 1
    return packed


def expire(queue: Queue, now: int) -> int:
    """Remove visits and events older than their branch's retention; returns the number of visits.

    The summary of a day is written before its first visit goes, and a day with an open visit waits.
    Historic branches keep theirs. ``now`` is in ms.
    """
    days = queue.get(DayStore)
    removed = 0
    for branch in _live_branches(queue):
        oldest_kept = days_after(moment(branch, now).date, -branch.retention_days)
        for date in _dates_with_visits(days, branch, days_after(oldest_kept, -1)):
            if _finished(queue, branch, date, now):
                removed += days.remove_visits(branch.id, date)
        days.trim_events(branch.id, day_bounds(branch, oldest_kept)[0])
        waiting = _dates_with_visits(days, branch, days_after(oldest_kept, -1))
        needed = day_bounds(branch, min([oldest_kept, *waiting]))[0]
        queue.get(DayStore).trim_shifts(branch.id, needed)
    return removed


def _finished(queue: Queue, branch: Branch, date: str, now: int) -> bool:
    """Whether what remains of a day is written, now or earlier."""
    days = queue.get(DayStore)
    if days.final(branch.id, date):
        return True

    def make() -> str | None:
        summary = _ended_day(queue, branch, date, now)
        return None if summary is None else to_text(summary.without_durations())

    return days.write_final(branch, date, make)


def _ended_day(queue: Queue, branch: Branch, date: str, now: int) -> DaySummary | None:
    opened = opened_on(queue, branch, date, now)
    visits = queue.get(DayStore).visits(branch.id, date)
    try:
        known = branch.outcomes_known
        return summarise(_all_ended(visits), branch.timezone, opened, outcomes=known)
    except _StillOpen:
        return None


def _all_ended(visits: Iterator[Visit | None]) -> Iterator[Visit | None]:
    for visit in visits:
        if visit is not None and visit.state in OPEN_STATES:
            raise _StillOpen
        yield visit


def _live_branches(queue: Queue) -> list[Branch]:
    return [branch for branch in queue.get(BranchStore).all() if not branch.historic]


def _dates_with_visits(days: DayStore, branch: Branch, last: str) -> list[str]:
    return days.with_visits(branch.id, days.dates(branch.id, last=last))
