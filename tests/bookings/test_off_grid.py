"""A changed offer leaves bookings at its former times, and sells none of their time again."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.rules.booking import Booking, OfferedTime
from queue_service.bookings.rules.off_grid import TakenTime, off_grid, overlapping
from queue_service.branches.rules.branch import Branch
from queue_service.errors import NotOffered, SlotTaken
from tests.bookings.booked import (
    BEFORE,
    MINUTE,
    NINE,
    OWNER,
    QUARTER,
    at,
    booked,
    free_places,
    held,
    offer,
    offering,
    taken,
)
from tests.desks import Desk, document

BRANCH = Branch.from_document("raadhuset", "1", document(bookings={"offers": [offer()]}))
FORMER = TakenTime("pas", NINE, NINE + QUARTER)


def kept(starts_at: int, ends_at: int, **changes: Any) -> Booking:
    known: dict[str, Any] = {"state": "booked", "service": "pas", **changes}
    return Booking("ABCDEF", starts_at=starts_at, ends_at=ends_at, language="da", channel="web",
                   created_at=1, **known)  # fmt: skip


@pytest.mark.parametrize(
    ("booking", "times"),
    [
        (kept(NINE, NINE + QUARTER), []),
        (kept(NINE, NINE + QUARTER + 1), [(NINE, NINE + QUARTER + 1)]),
        (kept(NINE + 1, NINE + QUARTER), [(NINE + 1, NINE + QUARTER)]),
        (kept(NINE + 1, NINE + QUARTER, state="cancelled"), []),
        (kept(NINE, NINE + QUARTER, offered=OfferedTime(NINE - QUARTER, NINE, 1)), [
            (NINE - QUARTER, NINE),
        ]),
        (kept(NINE + 1, NINE + 2, offered=OfferedTime(NINE, NINE + QUARTER, 1)), [
            (NINE + 1, NINE + 2),
        ]),
        (kept(NINE, NINE + QUARTER, service="korekort"), [(NINE, NINE + QUARTER)]),
    ],
)  # fmt: skip
def test_a_time_is_off_the_grid_if_no_slot_has_both_its_ends(
    booking: Booking, times: list[tuple[int, int]]
) -> None:
    found = off_grid(BRANCH, [booking])
    assert sorted(found) == [TakenTime(booking.service, *time) for time in times]


@pytest.mark.parametrize(
    ("service", "starts_at", "ends_at", "overlaps"),
    [
        ("pas", NINE - QUARTER, NINE, False),
        ("pas", NINE - QUARTER, NINE + 1, True),
        ("pas", NINE + QUARTER, NINE + 2 * QUARTER, False),
        ("pas", NINE + QUARTER - 1, NINE + 2 * QUARTER, True),
        ("pas", NINE + 1, NINE + 2, True),
        ("pas", NINE, NINE + QUARTER, False),
        ("korekort", NINE + 1, NINE + 2, False),
    ],
)
def test_a_slot_overlaps_with_a_former_time_that_ends_in_it(
    service: str, starts_at: int, ends_at: int, overlaps: bool
) -> None:
    found = overlapping([FORMER], service, starts_at, ends_at)
    assert found == ((f"pas|{NINE}",) if overlaps else ())


def test_former_times_are_in_order() -> None:
    times = [FORMER._replace(starts_at=NINE + minute) for minute in (3, 1, 2)]
    assert overlapping(times, "pas", NINE, NINE + QUARTER) == tuple(
        f"pas|{NINE + minute}" for minute in (1, 2, 3)
    )


def free(desk: Desk) -> dict[int, int]:
    """The free places on the day, by minutes after nine, in the first hour."""
    places = free_places(desk)
    return {minute: n for minute, n in places.items() if minute < 60}


@pytest.mark.parametrize(
    ("changes", "times"),
    [
        ({}, {0: 1, 30: 1, 45: 1}),
        ({"length_minutes": 20}, {40: 1}),
        ({"length_minutes": 10}, {0: 1, 30: 1, 40: 1, 50: 1}),
        ({"length_minutes": 30}, {30: 1}),
        ({"length_minutes": 20, "at_once": 2}, {0: 1, 20: 1, 40: 2}),
        ({"week": {"wed": [["09:10", "12:00"]]}}, {40: 1, 55: 1}),
        ({"week": {"wed": [["09:05", "12:00"]]}, "at_once": 2}, {5: 1, 20: 1, 35: 2, 50: 2}),
    ],
)
def test_a_slot_that_overlaps_with_a_former_time_has_a_place_less(
    office: Desk, changes: dict[str, Any], times: dict[int, int]
) -> None:
    booked(office, NINE + QUARTER)
    offering(office, offer(**changes))
    assert free(office) == times
    for minute in range(0, 60, 5):
        if minute not in times:
            with pytest.raises((SlotTaken, NotOffered)):
                held(office, NINE + minute * MINUTE)


def test_a_former_time_that_is_cancelled_is_free_again(office: Desk) -> None:
    code = booked(office, NINE + QUARTER).code
    offering(office, offer(length_minutes=20))
    with pytest.raises(SlotTaken):
        booked(office, NINE)
    bookings.cancel(office.queue, at(BEFORE), code)
    assert free(office) == {0: 1, 20: 1, 40: 1}
    assert booked(office, NINE).starts_at == NINE


def test_a_booking_moves_from_its_former_time_to_one_that_overlaps_with_it(office: Desk) -> None:
    code = booked(office, NINE + QUARTER).code
    offering(office, offer(length_minutes=20))
    moved = bookings.move(office.queue, at(BEFORE), code, NINE).booking
    assert (moved.starts_at, moved.ends_at) == (NINE, NINE + 20 * MINUTE)
    assert taken(office) == {f"pas|{NINE}": 1}


def test_a_former_time_that_is_held_counts_until_its_hold_is_over(office: Desk) -> None:
    code = held(office, NINE + QUARTER).code
    offering(office, offer(length_minutes=20))
    assert 0 not in free(office)
    assert bookings.confirm(office.queue, at(BEFORE), code, OWNER).booking.state == "booked"
    assert 0 not in free(office)


def test_a_former_time_of_the_same_beginning_counts_to_its_end(office: Desk) -> None:
    offering(office, offer(length_minutes=30))
    booked(office, NINE)
    offering(office, offer())
    assert free(office) == {30: 1, 45: 1}
