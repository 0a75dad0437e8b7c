"""Periods, what comes before and after them, and the months in them."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.days.rules.period import (
    Period,
    after,
    before,
    between,
    period_of,
    whole_months,
    year_before,
)

days = st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(date.isoformat)
kinds = st.sampled_from(["day", "week", "month", "year"])


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("day", "2026-11-25", "2026-11-25"),
        ("week", "2026-11-23", "2026-11-29"),
        ("month", "2026-11-01", "2026-11-30"),
        ("year", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_wednesday_lies_in_its_periods(kind: str, first: str, last: str) -> None:
    assert period_of(kind, "2026-11-25") == Period(kind, first, last)  # type: ignore[arg-type]  # a literal, by the parameters


@given(kinds, days)
def test_periods_follow_each_other_without_a_gap(kind: str, day: str) -> None:
    period = period_of(kind, day)  # type: ignore[arg-type]  # a literal, by the parameters
    earlier, later = before(period), after(period)
    assert period.holds(day)
    assert [*earlier.dates(), *period.dates(), *later.dates()] == list(
        between(earlier.first, later.last).dates()
    )
    assert after(earlier) == period == before(later)


def test_the_calendars_ends_are_no_failure() -> None:
    assert period_of("month", "9999-12-31") == Period("month", "9999-12-01", "9999-12-31")
    assert period_of("year", "0001-01-01").first == "0001-01-01"
    (last,) = whole_months(between("9999-11-15", "9999-12-31"))
    assert last.first == "9999-12-01"
    with pytest.raises(ValueError, match="calendar ends"):
        period_of("week", "9999-12-31")
    with pytest.raises(ValueError, match="calendar ends"):
        after(period_of("month", "9999-12-01"))
    with pytest.raises(ValueError, match="calendar ends"):
        before(period_of("month", "0001-01-01"))


@given(days, st.integers(1, 400))
def test_before_a_range_lies_one_as_long(day: str, length: int) -> None:
    dates = [*islice(between(day, "2095-01-01").dates(), length)]
    earlier = before(between(dates[0], dates[-1]))
    assert len(earlier) == length
    assert after(earlier) == between(dates[0], dates[-1])


def test_a_week_is_compared_with_the_same_weekdays_a_year_before() -> None:
    week = year_before(period_of("week", "2026-11-25"))
    assert week == Period("week", "2025-11-24", "2025-11-30")
    assert year_before(period_of("month", "2024-02-29")) == period_of("month", "2023-02-10")


@given(days, st.integers(1, 800))
def test_whole_months_are_those_with_all_their_dates(day: str, length: int) -> None:
    dates = [*islice(between(day, "2095-01-01").dates(), length)]
    inside = set(dates)
    months = {d[:7] for d in dates}
    expected = [m for m in sorted(months) if set(period_of("month", f"{m}-01").dates()) <= inside]
    assert [m.first[:7] for m in whole_months(between(dates[0], dates[-1]))] == expected
