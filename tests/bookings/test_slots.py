"""The slots of a date: within their hours, through clock changes, and shared evenly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from queue_service.bookings.rules.slots import (
    Slot,
    bookable,
    bookable_dates,
    slot_at,
    slots_on,
    spread_of,
)
from queue_service.branches.rules.booking_offers import BookingOffer
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, clock_on, moment
from queue_service.branches.rules.interventions import Closure
from tests.bookings.booked import DAY, HOUR, MINUTE, NINE
from tests.desks import document

ALWAYS = dict.fromkeys(WEEKDAYS, (("00:00", "24:00"),))
OFFICE = dict.fromkeys(WEEKDAYS, (("09:00", "12:00"),))
ZONES = (
    "Europe/Copenhagen", "America/Nuuk", "Atlantic/Azores", "Africa/Cairo", "Asia/Beirut",
    "America/Havana", "Australia/Lord_Howe", "Pacific/Apia",
)  # fmt: skip
CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31))


def branch_open(timezone: str = "Europe/Copenhagen") -> Branch:
    """A branch that is always open."""
    hours = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    config = document(timezone=timezone, opening_hours=hours)
    return Branch.from_document("office", f"1-{timezone}", config)


def local(slot: Slot, timezone: str = "Europe/Copenhagen") -> str:
    """The wall clock at the beginning of a slot."""
    begins = datetime.fromtimestamp(slot.starts_at / 1000, UTC).astimezone(ZoneInfo(timezone))
    return begins.strftime("%Y-%m-%d %H:%M")


dates = st.one_of(
    st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    st.sampled_from(CHANGES).flatmap(
        lambda changed: st.integers(-2, 2).map(lambda days: changed + timedelta(days))
    ),
)


@given(first=dates, timezone=st.sampled_from(ZONES), length=st.sampled_from((5, 10, 15, 30)))
@example(first=date(2026, 3, 28), timezone="Europe/Copenhagen", length=15)
@example(first=date(2026, 10, 24), timezone="Europe/Copenhagen", length=15)
def test_slots_around_the_clock_leave_no_gap_through_clock_changes(
    first: date, timezone: str, length: int
) -> None:
    branch = branch_open(timezone)
    offer = BookingOffer("pas", ALWAYS, length_minutes=length, at_once=2)
    days = [(first + timedelta(i)).isoformat() for i in range(3)]
    found = [slot for day in days for slot in slots_on(branch, offer, day)]
    for slot, following in pairwise(found):
        assert slot.ends_at == slot.starts_at + length * MINUTE
        assert following.starts_at == slot.ends_at
    for day in days:
        for slot in slots_on(branch, offer, day)[:: max(1, 240 // length)]:
            assert moment(branch, slot.starts_at).date == day
            assert slot_at(branch, offer, slot.starts_at) == slot


@pytest.mark.parametrize(
    ("day", "number"), [("2026-03-28", 96), ("2026-03-29", 92), ("2026-10-25", 100)]
)
def test_a_date_of_a_clock_change_has_as_many_slots_as_it_is_long(day: str, number: int) -> None:
    found = slots_on(branch_open(), BookingOffer("pas", ALWAYS), day)
    assert len(found) == number


@given(day=dates, length=st.integers(5, 60), buffer=st.integers(0, 30))
def test_a_slot_begins_by_the_wall_clock_of_its_span(day: date, length: int, buffer: int) -> None:
    offer = BookingOffer("pas", OFFICE, length_minutes=length, buffer_minutes=buffer)
    found = slots_on(branch_open(), offer, day.isoformat())
    midnight = datetime.combine(day, datetime.min.time())
    nine = midnight + timedelta(hours=9)
    steps = (180 - length) // (length + buffer) + 1 if length <= 180 else 0
    expected = [nine + timedelta(minutes=(length + buffer) * i) for i in range(steps)]
    assert [local(slot) for slot in found] == [
        begins.strftime("%Y-%m-%d %H:%M") for begins in expected
    ]


def test_a_slot_is_wholly_within_the_hours_of_its_service() -> None:
    config = document(opening_hours={"wed": [["09:00", "17:00"]]})
    config["services"][0]["hours"] = {"wed": [["09:10", "10:29"]]}
    branch = Branch.from_document("office", "own", config)
    found = slots_on(branch, BookingOffer("pas", OFFICE), "2026-11-25")
    # The slots of the quarters stay where they are: one that is cut off is left out.
    assert [local(slot)[-5:] for slot in found] == ["09:15", "09:30", "09:45", "10:00"]
    assert slots_on(branch, BookingOffer("pas", OFFICE), "2026-11-26") == ()  # closed


def test_an_exception_replaces_the_hours_of_its_date() -> None:
    exceptions = {"2026-11-25": (("13:00", "13:30"),), "2026-11-26": ()}
    offer = BookingOffer("pas", OFFICE, exceptions)
    on = {day: slots_on(branch_open(), offer, f"2026-11-{day}") for day in (25, 26, 27)}
    assert [local(slot)[-5:] for slot in on[25]] == ["13:00", "13:15"]
    assert on[26] == ()
    assert len(on[27]) == 12


def test_a_closure_takes_slots_away_and_moves_none() -> None:
    usual = branch_open()
    offer = BookingOffer("pas", OFFICE, at_once=2, walk_in_percent=30, same_day_percent=20)
    closed = replace(usual, closures=(Closure(NINE + 20 * MINUTE, NINE + HOUR),))
    before, after = (slots_on(one, offer, "2026-11-25") for one in (usual, closed))
    assert after == (before[0], *before[4:])
    whole = replace(usual, closures=(Closure(NINE - DAY, NINE + DAY),))
    assert slots_on(whole, offer, "2026-11-25") == ()


def test_a_service_that_is_switched_off_or_gone_has_no_slots() -> None:
    for service in ("gammel", "unknown"):
        assert slots_on(branch_open(), BookingOffer(service, OFFICE), "2026-11-25") == ()


shares = st.tuples(st.integers(0, 100), st.integers(0, 100)).filter(lambda s: sum(s) <= 100)


@given(places=st.integers(0, 300), share=shares)
@example(places=12, share=(30, 20))
def test_each_share_is_right_to_within_one_place_up_to_any_slot(
    places: int, share: tuple[int, int]
) -> None:
    walk_in, same_day = share
    found = spread_of(places, walk_in, same_day)
    wanted = {"walk_in": walk_in, "same_day": same_day, "ahead": 100 - walk_in - same_day}
    for kind, percent in wanted.items():
        so_far = 0
        for i, one in enumerate(found, 1):
            so_far += one == kind
            assert abs(so_far - i * percent / 100) <= 1


def test_places_of_a_hundred_are_exactly_the_shares() -> None:
    found = spread_of(100, 30, 20)
    assert {kind: found.count(kind) for kind in set(found)} == {
        "walk_in": 30, "same_day": 20, "ahead": 50,
    }  # fmt: skip
    assert set(spread_of(7, 100, 0)) == {"walk_in"}
    assert set(spread_of(7, 0, 0)) == {"ahead"}


SLOT = Slot(NINE, NINE + 15 * MINUTE, 2, 1, 1)
MIDNIGHT = NINE - 9 * HOUR


@pytest.mark.parametrize(
    ("now", "places", "refusal"),
    [
        (MIDNIGHT - 28 * DAY - 1, 0, "far"),
        (MIDNIGHT - 28 * DAY, 2, ""),
        (MIDNIGHT - 1, 2, ""),
        (MIDNIGHT, 3, ""),
        (NINE - HOUR - 1, 3, ""),
        (NINE - HOUR, 0, "late"),
    ],
)
def test_places_are_released_by_dates_and_closed_by_the_notice(
    now: int, places: int, refusal: str
) -> None:
    found = bookable(branch_open(), BookingOffer("pas", OFFICE), SLOT, now)
    assert (found.places, found.refusal) == (places, refusal)


FIRST = MIDNIGHT - 28 * DAY


@pytest.mark.parametrize("now", [FIRST - HOUR, MIDNIGHT - DAY, MIDNIGHT + HOUR, NINE - 2 * HOUR])
def test_an_answer_holds_until_it_says(now: int) -> None:
    branch, offer = branch_open(), BookingOffer("pas", OFFICE)
    found = bookable(branch, offer, SLOT, now)
    assert bookable(branch, offer, SLOT, found.until - 1)[:2] == found[:2]
    assert bookable(branch, offer, SLOT, found.until)[:2] != found[:2]


@pytest.mark.parametrize(
    ("first", "days", "expected"),
    [
        (None, None, ("2026-11-25", "2026-12-23", 29)),
        (None, 1, ("2026-11-25", "2026-11-25", 1)),
        ("2026-11-20", 7, ("2026-11-25", "2026-11-26", 2)),
        ("2026-12-22", 7, ("2026-12-22", "2026-12-23", 2)),
        ("2026-12-24", 7, None),
        ("2026-11-20", 5, None),
    ],
)
def test_dates_are_those_that_can_be_booked(
    first: str | None, days: int | None, expected: tuple[str, str, int] | None
) -> None:
    found = bookable_dates(branch_open(), BookingOffer("pas", OFFICE), NINE, first, days)
    assert (found[0], found[-1], len(found)) == expected if expected else not found


def test_a_time_that_the_clock_jumps_over_is_no_slot() -> None:
    night = {"sun": (("02:00", "04:00"),)}
    found = slots_on(branch_open(), BookingOffer("pas", night), "2026-03-29")
    assert [local(slot)[-5:] for slot in found] == ["03:00", "03:15", "03:30", "03:45"]
    assert found[0].starts_at == clock_on(branch_open(), "2026-03-29", "03:00")
