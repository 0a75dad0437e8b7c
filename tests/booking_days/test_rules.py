"""The counts of bookings by date, and how soon a time is free."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.booking_days.rules import (
    SOON,
    BookedCount,
    free_field,
    free_value,
    free_within,
    read_booking_day,
    totals_by,
    working_days_until,
)

DAY = "2026-11-25"
STORED = {
    "booked|pas|web|7": "2", "booked|pas|web|8": "1", "booked|id|phone|0": "4",
    "moved|pas|web|0": "1", "arrived|pas|web|0": "3", "missed|id|phone|0": "1",
    "free|pas": "2", "free|id": "-1",
    "booked|pas": "9", "sold|pas|web|0": "9",
}  # fmt: skip


def test_the_counts_of_a_date_are_read_by_their_names_and_unknown_names_are_left_out() -> None:
    found = read_booking_day(DAY, STORED)
    assert BookedCount(DAY, "booked", "pas", "web", 8, 1) in found.counts
    assert sum(one.n for one in found.counts) == 12
    assert found.free == {"pas": 2, "id": None}
    assert read_booking_day(DAY, {}).counts == ()


def test_counts_add_up_by_service_and_channel_and_seven_dates_ahead_are_soon() -> None:
    counts = read_booking_day(DAY, STORED).counts
    by_service = totals_by(counts, "service")
    assert (by_service["pas"]["booked"], by_service["pas"][SOON]) == (3, 2)
    assert (by_service["id"]["booked"], by_service["id"][SOON], by_service["id"].over) == (4, 4, 1)
    by_channel = totals_by(counts, "channel")
    assert (by_channel["web"]["moved"], by_channel["web"].over) == (1, 3)
    assert list(totals_by(counts, "date")) == [DAY]


@pytest.mark.parametrize("working_days", [0, 1, 60, None])
def test_a_sample_is_read_as_it_was_kept(working_days: int | None) -> None:
    stored = {free_field("pas"): free_value(working_days)}
    assert read_booking_day(DAY, stored).free == {"pas": working_days}


@pytest.mark.parametrize(("most", "within"), [(1, 0), (2, 1), (60, 1)])
def test_a_free_time_is_within_up_to_its_limit_and_none_never_is(most: int, within: int) -> None:
    free = {"pas": 2, "id": None, "other": 0}
    assert free_within(free, ["pas", "id", "unknown"], most) == (2, within)
    assert free_within(free, [], most) == (0, 0)


@pytest.mark.parametrize(
    ("first", "last", "holidays", "expected"),
    [
        ("2026-11-25", "2026-11-25", (), 0),
        ("2026-11-25", "2026-11-26", (), 1),
        ("2026-11-27", "2026-11-30", (), 1),
        ("2026-11-27", "2026-11-29", (), 0),
        ("2026-12-24", "2026-12-28", ("2026-12-25", "2026-12-26"), 1),
        ("2026-12-23", "2026-12-28", ("2026-12-24", "2026-12-25", "2026-12-26"), 1),
    ],
)
def test_working_days_are_mondays_to_fridays_without_holidays(
    first: str, last: str, holidays: tuple[str, ...], expected: int
) -> None:
    assert working_days_until(first, last, holidays) == expected


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
def test_seven_days_are_five_working_days(first: date, weeks: int) -> None:
    last = first + timedelta(weeks=weeks)
    assert working_days_until(first.isoformat(), last.isoformat()) == 5 * weeks
