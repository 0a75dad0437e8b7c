"""Periods of dates that figures are looked at by, and those they are compared with."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

PeriodKind = Literal["day", "week", "month", "year", "range"]

FIRST_DATE: Final = "1900-01-01"
LAST_DATE: Final = "2200-12-31"
"""Between these the calendar has room on both sides for whatever a date is compared with."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The dates from ``first`` to ``last`` (``2026-11-25``), both inclusive.

    A week begins on Monday. A ``range`` is any other choice of dates.
    """

    kind: PeriodKind
    first: str
    last: str

    def __len__(self) -> int:
        return (_date(self.last) - _date(self.first)).days + 1

    def dates(self) -> Iterator[str]:
        """Every date of it, in order."""
        return ((_date(self.first) + timedelta(days=n)).isoformat() for n in range(len(self)))

    def holds(self, day: str) -> bool:
        """Whether a date lies in it."""
        return self.first <= day <= self.last


def period_of(kind: PeriodKind, day: str) -> Period:
    """The day, week, month or year that holds a date; the range of that date alone.

    Raises ValueError for anything that is no date, and, as do those below, where the calendar ends.
    """
    at = _date(day)
    if kind == "week":
        monday = _moved(at, -at.weekday())
        return _period(kind, monday, _moved(monday, 6))
    if kind == "month":
        last = monthrange(at.year, at.month)[1]
        return _period(kind, at.replace(day=1), at.replace(day=last))
    if kind == "year":
        return _period(kind, date(at.year, 1, 1), date(at.year, 12, 31))
    return _period(kind, at, at)


def is_date(text: str) -> bool:
    """Whether this is a date as it is written here: ``2026-11-25``."""
    try:
        return _date(text).isoformat() == text
    except ValueError:
        return False


def in_reach(text: str) -> bool:
    """Whether this is a date from :data:`FIRST_DATE` to :data:`LAST_DATE`."""
    return is_date(text) and FIRST_DATE <= text <= LAST_DATE


def days_after(day: str, days: int) -> str:
    """The date so many days after a date, or before it where they are negative."""
    return _moved(_date(day), days).isoformat()


def between(first: str, last: str) -> Period:
    """A free range of dates."""
    return Period("range", first, last)


def before(period: Period) -> Period:
    """The period before it: of a range, as many days up to its beginning."""
    end = _moved(_date(period.first), -1)
    if period.kind == "range":
        return _period("range", _moved(end, 1 - len(period)), end)
    return period_of(period.kind, end.isoformat())


def after(period: Period) -> Period:
    """The period after it."""
    start = _moved(_date(period.last), 1)
    if period.kind == "range":
        return _period("range", start, _moved(start, len(period) - 1))
    return period_of(period.kind, start.isoformat())


def week_before(period: Period) -> Period:
    """The same weekdays a week before."""
    first, last = (_moved(_date(end), -7) for end in (period.first, period.last))
    return _period(period.kind, first, last)


def year_before(period: Period) -> Period:
    """The same a year before: the same month or year, else the same weekdays 52 weeks back."""
    if period.kind in ("month", "year"):
        at = _date(period.first)
        return period_of(period.kind, at.replace(year=at.year - 1).isoformat())
    first, last = (_moved(_date(end), -52 * 7) for end in (period.first, period.last))
    return _period(period.kind, first, last)


def whole_months(period: Period, before: str = "") -> list[Period]:
    """The months that lie in it from their first day to their last, and end before a date."""
    month = period_of("month", period.first)
    found = [month] if month.first == period.first and month.last <= period.last else []
    while month.last < period.last:
        month = after(month)
        if month.last <= period.last:
            found.append(month)
    return [month for month in found if not before or month.last < before]


def together(periods: Sequence[Period]) -> Period | None:
    """The dates of several periods that follow each other; of one itself, None without any."""
    if len(periods) == 1:
        return periods[0]
    return between(periods[0].first, periods[-1].last) if periods else None


def whole_weeks(period: Period, before: str = LAST_DATE) -> Period | None:
    """The weeks, Monday to Sunday, that lie in it and end before a date; None without any.

    Figures of one counter or team come in these: two such ranges differ by whole weeks, so that no
    subtraction leads to a day. Months do not go with weeks: a month less its weeks is some days.
    """
    first, last = _date(period.first), min(_date(period.last), _date(before) - _DAY)
    try:
        first += _DAY * (-first.weekday() % 7)
        last -= _DAY * ((last.weekday() + 1) % 7)
    except OverflowError:  # the calendar ends within the week
        return None
    return _period("range", first, last) if first < last else None


def _moved(at: date, days: int) -> date:
    try:
        return at + days * _DAY
    except OverflowError:
        raise ValueError("The calendar ends there.") from None


def _period(kind: PeriodKind, first: date, last: date) -> Period:
    return Period(kind, first.isoformat(), last.isoformat())


def _date(day: str) -> date:
    return date.fromisoformat(day)
