"""What a change of a booking counts: on the date on which it happens, and never again less."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, NamedTuple

from queue_service.bookings.rules.booking import Booking, BookingChannel
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import moment

BookingDeed = Literal["booked", "moved", "cancelled", "arrived", "missed"]


class BookingCount(NamedTuple):
    """What is counted: a deed of a service and a channel; ``days_ahead``: of a booking, how many
    dates the booked time is ahead, and 0 of the others."""

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
    """What a field counts; None for one of another form."""
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
