"""The counts of changes of bookings, on the date of the change. No count ever falls."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, NamedTuple

from queue_service.bookings.rules.booking import Booking, BookingChannel
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import moment

BookingDeed = Literal["booked", "moved", "cancelled", "arrived", "missed", "offered", "reminded"]


class BookingCount(NamedTuple):
    """A kind of changes that are counted: by deed, service and channel. ``days_ahead``: if it is
    booked, how many dates the booked time is ahead; 0 of the other deeds."""

    deed: BookingDeed
    service: str
    channel: BookingChannel
    days_ahead: int = 0

    @property
    def field(self) -> str:
        """Its field in the counts of a date."""
        return f"{self.deed}|{self.service}|{self.channel}|{self.days_ahead}"


_PARTS: Final = 4


def count_of_field(field: str) -> BookingCount | None:
    """The kind that a field counts; None for a field of another form."""
    parts = field.split("|")
    if len(parts) != _PARTS:
        return None
    deed, service, channel, ahead = parts
    return BookingCount(deed, service, channel, int(ahead))  # type: ignore[arg-type]  # as written


def counted(branch: Branch, deed: BookingDeed, after: Booking, now: int) -> BookingCount:
    """The count of a change at ``now`` (ms)."""
    ahead = 0
    if deed == "booked":
        booked, today = moment(branch, after.starts_at).date, moment(branch, now).date
        ahead = (date.fromisoformat(booked) - date.fromisoformat(today)).days
    return BookingCount(deed, after.service, after.channel, ahead)
