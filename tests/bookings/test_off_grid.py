"""A changed offer leaves bookings at its former times, and sells none of their time again."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.bookings.operations import booking as bookings
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
from tests.desks import Desk


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
