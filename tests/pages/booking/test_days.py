"""Free times as a calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from queue_service.bookings.operations.slots import FreeSlot
from queue_service.language.languages import LANGUAGES
from queue_service.language.wording import Wording
from queue_service.pages.booking.days import Clock, chosen_day, nearest, times_on, weeks

ZONE = "Europe/Copenhagen"
TODAY = "2026-11-30"
"""A Monday."""
CLOCK = Clock(ZONE, Wording("en"), TODAY)


def slot(local: str) -> FreeSlot:
    """A quarter of an hour from a local time."""
    begins = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(ZONE))
    ends = begins + timedelta(minutes=15)
    return FreeSlot(round(begins.timestamp()) * 1000, round(ends.timestamp()) * 1000, 1)


FIRST, SECOND, NEXT_DAY = map(slot, ("2026-12-01T09:00", "2026-12-01T09:30", "2026-12-02T09:00"))
FREE = [FIRST, SECOND, NEXT_DAY]


def test_the_nearest_time_is_the_first_without_a_wish() -> None:
    assert nearest(FREE, None) == FIRST
    assert nearest([], None) is None
    assert nearest([], FIRST.starts_at) is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (0, FIRST),
        (SECOND.starts_at, SECOND),
        (FIRST.starts_at + 900_000, FIRST),
        (FIRST.starts_at + 900_001, SECOND),
        (2**60, NEXT_DAY),
    ],
)
def test_the_nearest_time_to_a_wish(wanted: int, found: FreeSlot) -> None:
    assert nearest(FREE, wanted) == found


def test_a_day_is_shown_if_it_has_a_free_time_else_that_of_the_nearest() -> None:
    assert chosen_day(FREE, "2026-12-02", FIRST, CLOCK) == "2026-12-02"
    assert chosen_day(FREE, "2026-12-03", FIRST, CLOCK) == "2026-12-01"
    assert chosen_day(FREE, "", NEXT_DAY, CLOCK) == "2026-12-02"


def test_the_times_of_a_day_are_in_order() -> None:
    assert [time.clock for time in times_on(FREE, "2026-12-01", CLOCK)] == ["9:00", "9:30"]
    assert [time.day for time in times_on(FREE, "2026-12-01", CLOCK)] == ["Tomorrow"] * 2


def test_a_time_near_midnight_is_on_its_local_date() -> None:
    night = slot("2026-12-01T00:00")
    assert [time.clock for time in times_on([night], "2026-12-01", CLOCK)] == ["0:00"]
    assert times_on([night], "2026-11-30", CLOCK) == []


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-30", "Today"),
        ("2026-12-01", "Tomorrow"),
        ("2026-12-02", "Wednesday, 2 December 2026"),
    ],
)
def test_days_near_by_have_names_of_their_own(day: str, said: str) -> None:
    assert CLOCK.day(day) == said


def test_a_week_has_the_free_days_to_choose() -> None:
    shown = weeks(FREE, "2026-12-02", CLOCK)
    (row,) = shown.rows
    assert [day.number for day in row] == ["30", "1", "2", "3", "4", "5", "6"]
    assert [day.free for day in row] == [False, True, True, False, False, False, False]
    assert [day.date for day in row if day.chosen] == ["2026-12-02"]
    assert row[1].label == "Tuesday, 1 December 2026: 2 free times"
    assert row[2].label == "Wednesday, 2 December 2026: 1 free time"
    assert (shown.months, shown.earlier, shown.later) == ("November 2026 – December 2026", "", "")


def test_the_month_of_days_that_have_passed_is_not_named() -> None:
    tuesday = Clock(ZONE, Wording("en"), "2026-12-01")
    assert weeks(FREE, "2026-12-01", tuesday).months == "December 2026"


@pytest.mark.parametrize(
    ("last", "rows", "later"),
    [
        ("2027-01-03T09:00", 5, ""),  # the Sunday of the fifth week
        ("2027-01-04T09:00", 5, "2027-01-04"),
    ],
)
def test_later_days_are_on_a_page_of_their_own(last: str, rows: int, later: str) -> None:
    free = [FIRST, slot(last)]
    shown = weeks(free, "2026-12-01", CLOCK)
    assert (len(shown.rows), shown.earlier, shown.later) == (rows, "", later)
    if later:
        after = weeks(free, later, CLOCK)
        assert [day.date for day in after.rows[0] if day.free] == [later]
        assert (after.earlier, after.later) == ("2026-12-01", "")


def test_the_week_of_a_change_of_the_clocks_has_seven_dates() -> None:
    clock = Clock(ZONE, Wording("en"), "2026-10-19")
    (row,) = weeks([slot("2026-10-24T09:00")], "2026-10-24", clock).rows
    assert [day.date for day in row] == [f"2026-10-{day}" for day in range(19, 26)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_language_has_short_weekdays_without_foreign_digits(code: str) -> None:
    say = Wording(code)
    short = [say.short_weekday(n) for n in range(7)]
    assert all(name and len(name) <= 7 and not name[0].isdigit() for name in short)
    if code != "tr":  # two of its seven begin alike, as in calendars there
        assert len(set(short)) >= 6


def test_a_week_in_each_language_is_written() -> None:
    for code in LANGUAGES:
        shown = weeks(FREE, "2026-12-01", Clock(ZONE, Wording(code), TODAY))
        assert all(day.label for row in shown.rows for day in row if day.free)
