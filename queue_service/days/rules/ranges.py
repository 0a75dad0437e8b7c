"""Ranges of dates that figures are asked for, and which of them may be asked for at all."""

from __future__ import annotations

from datetime import date as calendar_date
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.days.rules.period import (
    LAST_DATE,
    Period,
    before,
    between,
    days_after,
    period_of,
    whole_months,
    whole_weeks,
)
from queue_service.errors import Invalid

MOST_DAYS: Final = 3660
"""The longest range: ten years."""


def require_range(first: str, last: str) -> None:
    """Raises Invalid for a range that is reversed or longer than ten years."""
    if first > last:
        reason = "It lies before the beginning."
        raise Invalid.at("to", reason, "Choose an end after the beginning.")
    if _days(first, last) > MOST_DAYS:
        raise Invalid.at("from", f"At most {MOST_DAYS} days at once.", "Choose a shorter range.")


def asked_range(first: str | None, last: str | None, today: str) -> Period:
    """The range that is asked for; by default today, and without ``last`` until today.

    Raises Invalid if it is reversed or longer than ten years.
    """
    last = last or max(today, first or today)
    first = first or last
    require_range(first, last)
    return between(first, last)


def of_whole_weeks(branch: Branch, period: Period, today: str) -> bool:
    """Whether a range is of whole weeks, from Monday to Sunday, that are over."""
    weeks = whole_weeks(period, LAST_DATE if branch.historic else today)
    return weeks is not None and len(weeks) == len(period)


def require_whole_weeks(branch: Branch, period: Period, today: str, what: str) -> None:
    """Raises Invalid for a range that is not, with the last one that is."""
    if not of_whole_weeks(branch, period, today):
        monday = days_after(period_of("week", today).first, -7)
        reason = f"{what} only in whole weeks that are over, each from Monday to Sunday."
        example = f"Choose such weeks, as {monday} to {days_after(monday, 6)}."
        raise Invalid.at("from", reason, example)


def months_over(branch: Branch, period: Period, today: str) -> list[Period]:
    """The whole months in a range that are over: the unit of figures of few people, each month put
    through their suppression by itself, so that subtracting two ranges never reveals a smaller
    group."""
    return whole_months(period, "" if branch.historic else today)


def require_whole_months(period: Period, months: Period | None, today: str, what: str) -> None:
    """Raises Invalid for a range that is not the ``months`` in it, with the last that is over."""
    if months is None or len(months) != len(period):
        month = last_month(today)
        reason = f"{what} only in whole months that are over."
        raise Invalid.at("from", reason, f"Choose months, as {month.first} to {month.last}.")


def asked_months(first: str | None, last: str | None, today: str) -> Period:
    """The range that is asked for; by default the last month that is over.

    Raises Invalid if it is reversed or longer than ten years.
    """
    month = last_month(today)
    last = last or max(month.last, first or "")
    first = first or min(month.first, last)
    require_range(first, last)
    return between(first, last)


def last_whole_month(branch: Branch, period: Period, today: str) -> Period:
    """The last whole month that is over, in the period or before its end."""
    last = period.last if branch.historic else min(period.last, days_after(today, -1))
    month = period_of("month", last)
    return month if month.last == last else before(month)


def last_month(today: str) -> Period:
    """The last month that is over."""
    return before(period_of("month", today))


def _days(first: str, last: str) -> int:
    return (calendar_date.fromisoformat(last) - calendar_date.fromisoformat(first)).days + 1
