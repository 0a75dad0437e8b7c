"""When screens of a branch make no sound."""

from __future__ import annotations

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, moment, weekly


def is_quiet(branch: Branch, now: int) -> bool:
    """Whether it is quiet at ``now`` (ms). The hours of an exception replace the hours of its
    day."""
    date = moment(branch, now).date
    hours = branch.quiet_hours
    for exception in branch.quiet_exceptions:
        if exception.date == date:
            hours = dict.fromkeys(WEEKDAYS, exception.hours)
    return bool(hours) and weekly(hours, branch.timezone, now)
