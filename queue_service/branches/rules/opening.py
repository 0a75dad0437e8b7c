"""Since when a branch has been open, or closed: across midnights and days without any hours."""

from __future__ import annotations

from datetime import date, timedelta

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import HORIZON_DAYS, Moment, day_bounds, hours_on


def state_since(branch: Branch, when: Moment) -> int | None:
    """The instant (ms) at which the branch last opened, if it is open, or else last closed.

    None if that lies more than 400 days back: always open, or closed for good. A moment's own
    ``since`` is no answer, because it never lies before the beginning of its date.
    """
    if when.since > when.day_begins:
        return when.since
    began = when.since
    for back in range(1, HORIZON_DAYS + 1):
        day = (date.fromisoformat(when.date) - timedelta(back)).isoformat()
        begins, ends = day_bounds(branch, day)
        last = next(reversed(hours_on(branch, day)), None)
        if (last is not None and last[1] == ends) != when.open:
            return began
        if last is not None and not when.open:
            return last[1]
        began = last[0] if last else begins
        if began > begins:
            return began
    return None
