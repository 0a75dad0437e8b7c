"""The counts of bookings by date: how they are named, and added up.

Each change of a booking is counted on the date on which it happens; its citizen arrives on the date
of its time, and misses it on that date. The counts have no code and no time of day. Their names are
of parts joined with ``|``, which no id contains.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date as calendar_date
from datetime import timedelta
from typing import Final, Literal, NamedTuple, get_args

BookingBreakdown = Literal["day", "service", "channel"]
"""The subject of a row of figures."""

BookingDeed = Literal[
    "booked",
    "moved",
    "cancelled",
    "arrived",
    "missed",
    "offered",
    "reminded",
    "displaced",
    "restored",
    "called_off",
    "rescheduled",
]
"""Every change that is counted; ``offered`` is an earlier time, ``reminded`` a letter.

``called_off`` are those of ``cancelled``, and ``rescheduled`` those of ``moved``, that the branch
wanted and not the citizen.
"""
REPORTED: Final[tuple[BookingDeed, ...]] = (
    "booked",
    "moved",
    "rescheduled",
    "cancelled",
    "called_off",
    "arrived",
    "missed",
)
"""The changes that figures are about."""

_DEEDS: Final = frozenset(get_args(BookingDeed))

SOON_DAYS: Final = 7
"""A time is soon if it is no more than so many dates ahead when it is booked."""

SOON: Final = "soon"
"""The name of the total of bookings that are soon, next to the deeds."""

_FREE: Final = "free"
_NONE_FREE: Final = -1
_WEEKEND: Final = 5
_PARTS: Final = 4


class BookedCount(NamedTuple):
    """How many of one kind a date had, of a service and a channel. ``days_ahead``: of those booked,
    how many dates the booked time is ahead; 0 of the others."""

    date: str
    deed: str
    service: str
    channel: str
    days_ahead: int
    n: int


def count_field(deed: BookingDeed, service: str, channel: str, days_ahead: int) -> str:
    """The stored name of a count."""
    return f"{deed}|{service}|{channel}|{days_ahead}"


def free_field(service: str) -> str:
    """The stored name of how soon a service had a free time; see :func:`free_value`."""
    return f"{_FREE}|{service}"


def free_value(working_days: int | None) -> int:
    """The stored form of the working days until the nearest free time, 0 for today; None if no time
    is free as far ahead as times are offered."""
    return _NONE_FREE if working_days is None else working_days


@dataclass(frozen=True, slots=True)
class CountedBookings:
    """A date's counts, and each service's working days until its nearest free time."""

    counts: tuple[BookedCount, ...] = ()
    free: Mapping[str, int | None] = field(default_factory=dict)


def read_booking_day(date: str, stored: Mapping[str, str | int]) -> CountedBookings:
    """The stored hash of a date. Names of another version are left out."""
    counts: list[BookedCount] = []
    free: dict[str, int | None] = {}
    for name, value in stored.items():
        kind, *parts = name.split("|")
        if kind == _FREE:
            free["|".join(parts)] = None if int(value) == _NONE_FREE else int(value)
        elif kind in _DEEDS and len(parts) == _PARTS - 1:
            service, channel, ahead = parts
            counts.append(BookedCount(date, kind, service, channel, int(ahead), int(value)))
    return CountedBookings(tuple(sorted(counts)), dict(sorted(free.items())))


class BookingTotals(Counter[str]):
    """Counts of bookings added up, by their deed, and under :data:`SOON` those booked that are
    soon."""

    @property
    def over(self) -> int:
        """Bookings whose time is over: their citizen arrived, or did not."""
        return self["arrived"] + self["missed"]

    def count(self, one: BookedCount) -> None:
        """Add a count."""
        self[one.deed] += one.n
        if one.deed == "booked" and one.days_ahead <= SOON_DAYS:
            self[SOON] += one.n


def totals_by(
    counts: Iterable[BookedCount], by: Literal["date", "service", "channel"]
) -> dict[str, BookingTotals]:
    """The counts added up by one of their parts, in its order."""
    found: dict[str, BookingTotals] = defaultdict(BookingTotals)
    for one in counts:
        found[getattr(one, by)].count(one)
    return dict(sorted(found.items()))


def working_days_until(first: str, last: str, holidays: Iterable[str] = ()) -> int:
    """How many working days come after a date up to another one, which is 0 for the same date.

    They are Mondays to Fridays without public ``holidays``. That a branch closes on a day makes it
    no holiday: those who wait for a time wait over it.
    """
    closed = frozenset(holidays)
    begins, ends = calendar_date.fromisoformat(first), calendar_date.fromisoformat(last)
    days = (begins + timedelta(days=n) for n in range(1, (ends - begins).days + 1))
    return sum(day.weekday() < _WEEKEND and day.isoformat() not in closed for day in days)


def free_within(
    free: Mapping[str, int | None], services: Iterable[str], most_working_days: int
) -> tuple[int, int]:
    """Of these services how many were looked at on a date, and how many of them had a free time
    within so many working days."""
    found = [free[service] for service in services if service in free]
    return len(found), sum(days is not None and days <= most_working_days for days in found)
