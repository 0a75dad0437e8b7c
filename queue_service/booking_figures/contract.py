"""How the figures of bookings are asked for, and what is returned."""

from __future__ import annotations

from pydantic import Field

from queue_service.booking_days.rules import BookingBreakdown
from queue_service.contract.answers import Count, Ratio
from queue_service.contract.queries import DateRange
from queue_service.contract.words import DateText, Id, Published


class BookingFiguresQuery(DateRange):
    """The dates, both inclusive and by default today, and what a row is about."""

    by: BookingBreakdown = Field(default="day", description="The subject of a row.")


class BookingShare(Published):
    """A share with its 95 % interval: over days, since the bookings of a day go together; of few
    days of single bookings. All are null of nothing."""

    ratio: Ratio | None
    low: Ratio | None
    high: Ratio | None


class BookingFiguresRow(Published):
    """The bookings under one key: a date, a service or a channel; the total's key is null.

    ``booked``, ``soon``, ``moved`` and ``cancelled`` count on the date on which that was done,
    ``arrived`` and ``missed`` on the date of the booked time. ``soon`` are those of ``booked``
    whose time was no more than seven dates ahead, ``rescheduled`` those of ``moved`` and
    ``called_off`` those of ``cancelled`` that the branch wanted. ``missed_share`` is of ``arrived``
    and ``missed``.
    """

    key: str | None
    booked: Count
    soon: Count
    moved: Count
    rescheduled: Count
    cancelled: Count
    called_off: Count
    arrived: Count
    missed: Count
    soon_share: BookingShare
    missed_share: BookingShare


class FreeTimeAnswer(Published):
    """How many working days it was until a service's nearest free time, in the morning of a date.

    0 is the same date; null if no time was free as far ahead as times were offered.
    """

    date: DateText
    service: Id
    working_days: Count | None


class BookingFiguresAnswer(Published):
    """The bookings of a range of dates, and how soon a time was free on each."""

    branch: Id
    from_: DateText = Field(alias="from")
    to: DateText
    by: BookingBreakdown
    rows: list[BookingFiguresRow]
    total: BookingFiguresRow
    free_times: list[FreeTimeAnswer]
