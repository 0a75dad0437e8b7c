"""A branch's coming opening hours, as pages are told of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import hours_on, moment

DAYS_SHOWN: Final = 7


def coming_days(branch: Branch, now: int, days: int = DAYS_SHOWN) -> list[dict[str, Any]]:
    """The days from today on with their hours as instants (ms) and the note of an exception."""
    today = date.fromisoformat(moment(branch, now).date)
    notes = {exception.date: dict(exception.note) for exception in branch.hours_exceptions}
    dates = [(today + timedelta(days=ahead)).isoformat() for ahead in range(days)]
    return [
        {"date": day, "spans": hours_on(branch, day), "note": notes.get(day) or None}
        for day in dates
    ]
