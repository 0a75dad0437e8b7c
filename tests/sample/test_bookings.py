"""The sample's appointments: the same each time, as offered, and counted as real ones."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from queue_service import sample
from queue_service.booking_days.rules import SOON, read_booking_day, totals_by
from queue_service.bookings.rules.slots import slots_on
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.days.rules.period import days_after
from queue_service.sample.bookings import booked_on, booking_counts, coming

FIRST, LAST = "2026-10-19", "2026-11-26"
"""Over the end of summer time."""
HOUR = 3_600_000


@cache
def town_hall() -> Branch:
    return Branch.from_document("raadhuset", "", sample.documents()["raadhuset"])


@pytest.mark.parametrize(
    ("date", "some"),
    [("2026-11-25", True), ("2026-11-27", True), ("2026-11-28", False), ("2026-12-25", False)],
)
def test_no_slot_has_more_bookings_than_places_and_closed_dates_none(
    date: str, *, some: bool
) -> None:
    branch = town_hall()
    places = {
        slot.starts_at: slot.ahead + slot.same_day
        for slot in slots_on(branch, branch.bookings.offers["pas"], date)
    }
    booked = Counter(one.slot.starts_at for one in booked_on(branch, date))
    assert bool(booked) is some
    assert all(n <= places[starts_at] for starts_at, n in booked.items())
    assert booked_on(branch, date) == booked_on(branch, date)


def test_the_counts_of_the_past_are_those_of_its_bookings() -> None:
    branch = town_hall()
    found = booking_counts(branch, FIRST, LAST)
    assert min(found) >= FIRST
    assert max(found) <= LAST
    counts = [
        one for date, stored in found.items() for one in read_booking_day(date, stored).counts
    ]
    total = sum(totals_by(counts, "date").values(), Counter[str]())
    over = sum(len(booked_on(branch, date)) for date in found)
    assert total["arrived"] + total["missed"] == over
    assert 0.02 < total["missed"] / over < 0.15
    assert 0.3 < total[SOON] / total["booked"] < 0.8
    free = [
        n for date, stored in found.items() for n in read_booking_day(date, stored).free.values()
    ]
    assert len(free) == sum(
        bool(slots_on(branch, branch.bookings.offers["pas"], date)) for date in found
    )


@pytest.mark.parametrize("hours", [0, 12, 23])
def test_bookings_to_come_lie_ahead_were_made_before_and_have_codes_of_their_own(
    hours: int,
) -> None:
    branch = town_hall()
    now = day_bounds(branch, "2026-11-26")[0] + hours * HOUR
    found = coming(branch, now)
    assert len(found) > 50
    assert len({one.code for one in found}) == len(found)
    last = days_after("2026-11-26", branch.bookings.offers["pas"].days_ahead)
    for one in found:
        assert one.starts_at > now > one.created_at
        assert moment(branch, one.starts_at).date <= last


def test_a_branch_without_offers_has_no_appointment() -> None:
    library = Branch.from_document("biblioteket", "", sample.documents()["biblioteket"])
    assert (booking_counts(library, FIRST, LAST), coming(library, 0)) == ({}, [])
