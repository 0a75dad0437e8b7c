"""The counts of changes of bookings, on the date of the change. No count ever falls.

Citizens who do not come are missed once the date is over, and are counted on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from queue_service.booking_days.rules import BookingDeed, count_field
from queue_service.bookings.rules.booking import Booking
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment

WANTED_BY_STAFF: Final[Mapping[BookingDeed, BookingDeed]] = {
    "cancelled": "called_off",
    "moved": "rescheduled",
}
"""The changes that are counted apart as well if the branch wanted them and not the citizen."""


def counted(branch: Branch, deed: BookingDeed, after: Booking, now: int) -> str:
    """The field that a change at ``now`` (ms) adds one to."""
    ahead = 0
    if deed == "booked":
        booked, today = moment(branch, after.starts_at).date, moment(branch, now).date
        ahead = (date.fromisoformat(booked) - date.fromisoformat(today)).days
    return count_field(deed, after.service, after.channel, ahead)


def date_of_count(branch: Branch, booking: Booking, now: int) -> str:
    """The date on which a change at ``now`` (ms) is counted: at the latest the booked one."""
    return min(moment(branch, now).date, moment(branch, booking.starts_at).date)
