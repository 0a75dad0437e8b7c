"""The single days and hours of a period and of the weeks before it."""

from __future__ import annotations

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import Period, between, days_after
from queue_service.days.rules.summary import stored_whole
from queue_service.history.operations.daily import dates_in, summaries_of
from queue_service.insight.operations.hours import hours_of
from queue_service.insight.rules.outliers import WEEKS_BACK, DateHour, Recent


def recent(queue: Queue, branch_id: str, period: Period, now: int) -> Recent:
    """The weeks that a period's days and hours are compared with. Raises BranchNotFound."""
    branch = queue.get(BranchStore).get(branch_id)
    dates = between(days_after(period.first, -7 * WEEKS_BACK), period.last)
    days: dict[str, Row] = {}
    hours: dict[DateHour, Row] = {}
    for day, text in summaries_of(queue, branch, dates_in(queue, branch, dates), now):
        days[day] = Row()
        days[day].absorb_stored(stored_whole(text))
        for hour, of_hour in hours_of(text).items():
            hours[day, hour] = of_hour.row
    return Recent(period.first, days, hours)
