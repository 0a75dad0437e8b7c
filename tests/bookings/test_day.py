"""A date with its appointments: what is booked, held, free, blocked and kept for walk-ins."""

from __future__ import annotations

import pytest

from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.day import BookingDay, booking_day
from queue_service.bookings.rules.booking import Booking, BookingState
from queue_service.bookings.rules.day import (
    BookedToday,
    ComingTime,
    DaySlot,
    DayTotals,
    booked_today,
    by_slot,
    totals,
)
from queue_service.bookings.rules.slots import Slot
from queue_service.branches.store import BranchStore
from queue_service.errors import Invalid
from tests.bookings.booked import (
    BEFORE,
    NINE,
    QUARTER,
    at,
    booked,
    held,
    offer,
    offering,
)
from tests.desks import Desk

DATE = "2026-11-25"
SLOT = Slot(NINE, NINE + QUARTER, 1, 1, 1)


def one(code: str, booked_at: int, state: BookingState = "booked") -> Booking:
    return Booking(
        code, "pas", NINE, NINE + QUARTER, "da", "web", state, booked_at, booked_at=booked_at
    )


def test_bookings_are_by_slot_without_those_that_are_held() -> None:
    first, second, later = one("A", 1), one("B", 2, "cancelled"), one("C", 3)
    later = later._replace(starts_at=NINE + QUARTER)
    assert by_slot([first, later, second, one("D", 4, "held")]) == {
        f"pas|{NINE}": [first, second], f"pas|{NINE + QUARTER}": [later],
    }  # fmt: skip


def test_a_former_time_takes_a_place_of_those_for_walk_ins() -> None:
    slot = DaySlot(SLOT, (one("A", 1),), bookable=2, taken=2, blocked=0, former=1)
    assert (slot.room, slot.free, slot.held, slot.walk_in) == (2, 0, 0, 1)
    full = slot._replace(former=3)
    assert (full.room, full.held, full.walk_in) == (0, 0, 0)
    assert slot._replace(former=4).room == 0
    assert slot._replace(taken=0).free == 2


def test_a_slot_counts_its_places() -> None:
    some = (one("A", 1), one("B", 2, "arrived"), one("C", 3, "missed"), one("D", 4, "cancelled"))
    # Two can be booked, both are; a third is held beyond them by somebody who confirms.
    slot = DaySlot(SLOT, some, bookable=2, taken=3, blocked=0)
    assert (slot.free, slot.held, slot.coming, slot.walk_in) == (0, 1, 2, 1)
    assert not slot.crowded
    assert slot._replace(lost=1).crowded
    empty = DaySlot(SLOT, (), bookable=2, taken=0, blocked=1)
    assert (empty.free, empty.walk_in) == (1, 1)
    assert DaySlot(SLOT, (), 2, 0, 3).walk_in == 0
    ends = SLOT.ends_at
    assert totals([slot, empty], ends - 1) == DayTotals(1, 1, 1, 1, 2, 1)
    assert totals([slot, empty], ends).walk_in == 0


def test_a_citizen_is_awaited_until_it_is_too_late_to_come() -> None:
    late = NINE + QUARTER
    some = [
        one("A", 1, "arrived"),
        one("B", 2),
        one("C", 3),
        one("D", 4, "missed"),
        one("E", 5)._replace(starts_at=late),
        one("F", 6, "cancelled"),
        one("G", 7, "held"),
    ]
    coming = (ComingTime(NINE, 2), ComingTime(late, 1))
    assert booked_today(some, QUARTER, late) == BookedToday(5, 1, 1, coming)
    assert booked_today(some, QUARTER, late + 1) == BookedToday(5, 1, 3, coming[1:])
    assert booked_today([], QUARTER, late) == BookedToday(0, 0, 0, ())
    asked = [one("A", 1)._replace(displaced_at=BEFORE)]
    assert booked_today(asked, QUARTER, late) == BookedToday(1, 0, 0, (ComingTime(NINE, 1),))
    assert booked_today(asked, QUARTER, late + 1) == BookedToday(0, 0, 0, ())


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Passports can be booked, two at once, of which one is for walk-ins at every other time."""
    return offering(desk, offer(at_once=2, walk_in_percent=25))


def shown(desk: Desk, now: int = BEFORE, date: str = DATE) -> BookingDay:
    branch = desk.queue.get(BranchStore).current(desk.branch)
    return booking_day(desk.queue, branch, date, now)


def test_a_date_shows_each_booking_in_its_slot(office: Desk) -> None:
    first = booked(office, NINE)
    gone = booked(office, NINE)
    gone = bookings.cancel(office.queue, at(BEFORE), gone.code).booking
    held(office, NINE + QUARTER)
    found = shown(office)
    (service,) = found.services
    assert (service.service, len(service.slots)) == ("pas", 12)
    begin, second = service.slots[:2]
    assert sorted(begin.bookings) == sorted((first, gone))
    assert (begin.free, begin.held, second.free, second.held, second.bookings) == (1, 0, 0, 1, ())
    # 24 places: 18 can be booked, one is and one is held.
    assert found.totals == DayTotals(booked=1, arrived=0, missed=0, free=16, walk_in=6, blocked=0)
    after_hold = shown(office, BEFORE + 600_000)
    assert after_hold.totals.free == 17


def test_a_time_that_has_begun_is_not_free(office: Desk) -> None:
    slots = shown(office, NINE).services[0].slots
    assert [slot.free > 0 for slot in slots[:2]] == [False, True]
    assert shown(office, NINE - 1).services[0].slots[0].free == 2


def test_a_booking_without_a_slot_is_shown_all_the_same(office: Desk) -> None:
    kept = booked(office, NINE)
    offering(office, offer(service="korekort"), offer(week={"wed": [["10:00", "11:00"]]}))
    days = {day.service: day.slots for day in shown(office).services}
    assert [len(days["korekort"]), len(days["pas"])] == [12, 5]
    assert days["pas"][0].bookings == (kept,)
    assert (days["pas"][0].slot.places, days["pas"][0].crowded) == (0, True)
    # It overlaps with the first time of an offer from ten past nine, and takes a place of it.
    offering(office, offer(at_once=2, week={"wed": [["09:10", "12:00"]]}))
    slots = shown(office).services[0].slots
    assert [(one.free, one.held, one.former) for one in slots[:3]] == [
        (0, 0, 0),
        (1, 0, 1),
        (2, 0, 0),
    ]
    offering(office, offer(service="korekort"))
    assert {day.service for day in shown(office).services} == {"korekort", "pas"}


@pytest.mark.parametrize(("at_once", "crowded"), [(2, False), (1, True)])
def test_times_off_the_grid_are_crowded_only_without_room(
    office: Desk, at_once: int, crowded: bool
) -> None:
    offering(office, offer(at_once=2))
    for starts_at in (NINE, NINE + QUARTER, NINE + QUARTER):
        booked(office, starts_at)
    offering(office, offer(at_once=at_once, length_minutes=20))
    slots = shown(office).services[0].slots
    assert [slot.crowded for slot in slots[:3]] == [False, crowded, False]
    assert [len(slot.bookings) for slot in slots[:3]] == [1, 2, 0]


def test_blocked_places_are_not_free(office: Desk) -> None:
    field = f"pas|{NINE}"
    office.queue.store.client.hset(BookingKeys(office.branch).blocked, field, "1")
    slot = shown(office).services[0].slots[0]
    assert (slot.blocked, slot.free) == (1, 1)


@pytest.mark.parametrize(("date", "far"), [("2027-12-29", False), ("2027-12-30", True)])
def test_a_date_that_is_years_away_is_refused(office: Desk, date: str, far: bool) -> None:
    # 400 days after the day before the bookings' own, and one more.
    if far:
        with pytest.raises(Invalid):
            shown(office, date=date)
    else:
        assert shown(office, date=date).date == date


def test_another_date_has_its_own(office: Desk) -> None:
    booked(office, NINE)
    assert shown(office, date="2026-11-26").services[0].slots == ()
    assert shown(office, date="2026-12-02").totals.booked == 0
