"""How soon a time is free is looked up once in the morning of each date with hours."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.booking_days.rules import read_booking_day
from queue_service.booking_days.store import BookingDayStore
from queue_service.booking_figures.sampling import sample_branch, sample_free_times
from queue_service.branches.store import BranchStore
from tests.bookings.booked import DAY, HOUR, MINUTE, NINE, booked, offer, offering
from tests.desks import Desk, went_live

DATE = "2026-11-25"
SIX, NOON = NINE - 3 * HOUR, NINE + 3 * HOUR


def sampled(desk: Desk, now: int, date: str = DATE) -> Any:
    """The samples of a date after a look."""
    branch = desk.queue.get(BranchStore).current(desk.branch)
    sample_branch(desk.queue, branch, now)
    stored = desk.queue.get(BookingDayStore).days(desk.branch, [date]).get(date, {})
    return read_booking_day(date, stored).free


@pytest.mark.parametrize(
    ("now", "free"), [(SIX - 1, {}), (SIX, {"pas": 0}), (NOON - 1, {"pas": 5}), (NOON, {})]
)
def test_a_look_is_from_six_until_noon(desk: Desk, now: int, free: dict[str, int]) -> None:
    assert sampled(offering(desk), now) == free


def test_the_first_look_of_a_morning_counts(desk: Desk) -> None:
    office = offering(desk)
    assert sampled(office, SIX) == {"pas": 0}
    for quarter in range(12):
        booked(office, NINE + quarter * 15 * MINUTE)
    assert sampled(office, SIX + HOUR) == {"pas": 0}


@pytest.mark.parametrize(("weeks", "free"), [(1, 5), (2, None)])
def test_a_full_day_leads_to_the_next_one_and_full_days_to_none(
    desk: Desk, weeks: int, free: int | None
) -> None:
    office = offering(desk, offer(days_ahead=7))
    for week in range(weeks):
        for quarter in range(12):
            starts_at = NINE + 7 * week * DAY + quarter * 15 * MINUTE
            booked(office, starts_at, now=NINE - 4 * HOUR)
    assert sampled(office, SIX) == {"pas": free}


def test_a_date_without_hours_is_not_looked_up(desk: Desk) -> None:
    assert sampled(offering(desk), SIX - DAY, "2026-11-24") == {}


def test_a_public_holiday_is_no_working_day(desk: Desk) -> None:
    """From Wednesday 23 December to Wednesday 30 December: 25 December is a Friday."""
    office = offering(desk)
    now = NINE + 28 * DAY + 2 * HOUR
    assert sampled(office, now, "2026-12-23") == {"pas": 4}


def test_branches_in_use_are_looked_up_and_days_of_the_past_are_not(desk: Desk) -> None:
    office = offering(desk)
    assert sample_free_times(office.queue, SIX) == 0
    went_live(office.queue, office.branch)
    assert sample_free_times(office.queue, SIX) == 1
    assert sample_free_times(office.queue, SIX + MINUTE) == 0
