"""The figures of a branch's bookings over a range of dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from queue_service.booking_days.rules import (
    SOON,
    BookedCount,
    BookingBreakdown,
    BookingTotals,
    CountedBookings,
    read_booking_day,
    totals_by,
)
from queue_service.booking_days.store import BookingDayStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import Period
from queue_service.days.rules.ranges import asked_range
from queue_service.goals.rules.verdicts import Share
from queue_service.history.rules.confidence_intervals import share_over_days


@dataclass(frozen=True, slots=True)
class BookingRow:
    """Bookings that are looked at together. ``soon`` is the share of those booked whose time is
    within seven days, ``missed`` that of the times that are over without an arrival, each with
    its interval over days."""

    counts: BookingTotals
    soon: Share
    missed: Share


@dataclass(frozen=True, slots=True)
class BookingFigures:
    """A branch's bookings from the first date to the last, both inclusive."""

    branch: Branch
    period: Period
    days: Mapping[str, CountedBookings]

    @property
    def counts(self) -> Sequence[BookedCount]:
        """Every count of these dates."""
        return [one for day in self.days.values() for one in day.counts]

    @property
    def total(self) -> BookingRow:
        """All bookings of these dates together."""
        return _row(self.counts)

    def rows(self, by: BookingBreakdown) -> dict[str, BookingRow]:
        """The bookings by day, service or channel, of those that have any."""
        part: Literal["date", "service", "channel"] = "date" if by == "day" else by
        keys = totals_by(self.counts, part)
        return {key: _row([c for c in self.counts if getattr(c, part) == key]) for key in keys}

    def free_times(self) -> list[tuple[str, str, int | None]]:
        """Each date and service with the working days until the nearest free time of that morning;
        None if none was free."""
        return [
            (date, service, working_days)
            for date, day in sorted(self.days.items())
            for service, working_days in day.free.items()
        ]


def booking_figures(
    queue: Queue, branch_id: str, first: str | None = None, last: str | None = None
) -> BookingFigures:
    """The bookings of the dates from ``first`` to ``last``, by default today.

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    branch = queue.get(BranchStore).get(branch_id)
    period = asked_range(first, last, moment(branch, queue.store.time()).date)
    stored = queue.get(BookingDayStore).days(branch_id, period.dates())
    days = {date: read_booking_day(date, counts) for date, counts in stored.items()}
    return BookingFigures(branch, period, days)


def _row(counts: Sequence[BookedCount]) -> BookingRow:
    by_date = totals_by(counts, "date")
    whole = BookingTotals()
    for day in by_date.values():
        whole.update(day)
    soon = {date: (day["booked"], day[SOON]) for date, day in by_date.items()}
    missed = {date: (day.over, day["missed"]) for date, day in by_date.items()}
    return BookingRow(whole, share_over_days(soon, None), share_over_days(missed, None))
