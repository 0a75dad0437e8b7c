"""At the end of a day citizens who did not come are counted, and its bookings are forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.booking_days.store import BookingDayStore
from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.day_end import end_day, end_days
from queue_service.bookings.operations.letters import due_letters
from queue_service.bookings.rules.booking import BookingContact
from queue_service.bookings.rules.letters import EXPIRES_MS
from queue_service.branches.store import BranchStore
from queue_service.closing.operations.day_end import close_day
from queue_service.configuration.operations import put_branch
from queue_service.errors import BookingNotFound
from tests.bookings.booked import DAY, HOUR, MINUTE, NINE, at, booked, held, offer, offering, taken
from tests.desks import Desk, document

MIDNIGHT = NINE + 15 * HOUR
"""The end of the date."""
MAIL = BookingContact("mail", "a@example.dk")


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Passports can be booked, on any day of the week."""
    every = {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    offers = [offer(week=every)]
    config = document(historic=True, bookings={"offers": offers}, opening_hours=every)
    put_branch(desk.queue, desk.branch, config)
    return desk


def ended(desk: Desk, now: int) -> int:
    """End the day as of an instant."""
    return end_day(desk.queue, desk.queue.get(BranchStore).current(desk.branch), now)


def state(desk: Desk, code: str) -> str:
    """The state of a booking."""
    return bookings.find(desk.queue, desk.branch, code).state


def counts(desk: Desk, date: str = "2026-11-25") -> dict[str, str]:
    """The counts of a date."""
    return dict(desk.queue.get(BookingDayStore).days(desk.branch, [date]).get(date, {}))


@pytest.mark.parametrize(("ms", "gone"), [(-1, 0), (0, 1)])
def test_a_booking_lives_until_the_end_of_its_date(office: Desk, ms: int, gone: int) -> None:
    first, later = booked(office, NINE, contact=MAIL), booked(office, NINE + DAY)
    assert ended(office, MIDNIGHT + ms) == gone
    if not gone:
        assert state(office, first.code) == "booked"
        return
    with pytest.raises(BookingNotFound):
        bookings.find(office.queue, office.branch, first.code)
    assert state(office, later.code) == "booked"
    assert taken(office) == {f"pas|{NINE + DAY}": 1}
    # A letter that waits is not forgotten with the booking, but sent or given up.
    left: Any = office.queue.store.client.hkeys(BookingKeys(office.branch).letters)
    assert left == [f"{first.code}|0|booked"]
    made = NINE - DAY
    assert len([*due_letters(office.queue, made + EXPIRES_MS - 1)]) == 1
    assert [*due_letters(office.queue, made + EXPIRES_MS)] == []
    assert office.queue.store.client.hlen(BookingKeys(office.branch).letters) == 0


def test_a_booked_citizen_who_did_not_come_is_counted_once(office: Desk) -> None:
    booked(office, NINE, channel="phone")
    ended(office, MIDNIGHT)
    ended(office, MIDNIGHT + HOUR)
    assert counts(office) == {"missed|pas|phone|0": "1"}
    assert office.events().count("booking.missed") == 1


def test_a_citizen_who_came_or_cancelled_is_not_missed(office: Desk) -> None:
    came, cancelled = booked(office, NINE, contact=MAIL), booked(office, NINE + 15 * MINUTE)
    done = bookings.mark_arrived(office.queue, at(NINE), came.code, "visit-1").booking
    assert (done.state, done.visit, done.contact) == ("arrived", "visit-1", None)
    bookings.cancel(office.queue, at(NINE), cancelled.code)
    ended(office, MIDNIGHT)
    assert counts(office) == {"arrived|pas|desk|0": "1", "cancelled|pas|desk|0": "1"}
    assert counts(office, "2026-11-26") == {}


def test_a_closed_day_misses_those_whose_time_was_before(office: Desk) -> None:
    early, late = booked(office, NINE), booked(office, NINE + 2 * HOUR)
    close_day(office.queue, at(NINE + HOUR))
    ended(office, NINE + HOUR)
    assert (state(office, early.code), state(office, late.code)) == ("missed", "booked")


def test_a_time_at_which_the_branch_was_closed_is_cancelled(office: Desk) -> None:
    booked(office, NINE)
    offering(office)  # open on Wednesdays from nine to five
    closed = document(
        historic=True, hours_exceptions=[{"date": "2026-11-25", "hours": [["10:00", "17:00"]]}]
    )
    put_branch(office.queue, office.branch, closed)
    ended(office, MIDNIGHT)
    assert counts(office) == {"cancelled|pas|desk|0": "1", "called_off|pas|desk|0": "1"}


def test_a_hold_leaves_nothing(office: Desk) -> None:
    held(office, NINE, now=NINE - 2 * HOUR)
    ended(office, MIDNIGHT)
    assert taken(office) == {}
    assert counts(office) == {}


def test_days_of_replayed_branches_do_not_end_by_themselves(office: Desk) -> None:
    booked(office, NINE)
    end_days(office.queue, MIDNIGHT)
    assert sum(taken(office).values()) == 1
