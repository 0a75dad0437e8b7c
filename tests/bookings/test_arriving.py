"""The arrival of a citizen with a booking: in time, early, late, on another day or elsewhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.arriving import CITIZEN, Arrived, arrive
from queue_service.bookings.rules.booking import Booking, BookingContact
from queue_service.bookings.store import BookingStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import (
    BookedElsewhere,
    BookingNotFound,
    BookingOver,
    BranchClosed,
    OtherDay,
    TooEarly,
)
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import visits
from queue_service.visits.operations.coming import ahead_of
from queue_service.visits.store.visit_store import VisitStore
from tests.bookings.booked import DAY, HOUR, MINUTE, NINE, at, booked
from tests.desks import CLERK, KIOSK, Desk, document
from tests.stepping_in import QueueWith

TEN = NINE + HOUR


def come(
    office: Desk, booking: Booking, minutes: float, caller: Caller = KIOSK, **how: Any
) -> Arrived:
    """An arrival so many minutes before (-) or after the booked time."""
    now = booking.starts_at + round(minutes * MINUTE)
    command = at(now)._replace(caller=caller)
    return arrive(office.queue, command, booking.code, **how)


def found(office: Desk, booking: Booking) -> Booking:
    return bookings.find(office.queue, office.branch, booking.code)


def issued(office: Desk) -> int:
    return len(office.queue.get(VisitStore).of_day(office.branch, "2026-11-25"))


def test_it_issues_the_visit_of_the_booking(office: Desk) -> None:
    booking = booked(office, TEN, contact=BookingContact("mail", "a@example.org"))
    arrived = come(office, booking, -5)
    visit = arrived.result.visit
    assert (visit.service, visit.booked_for, visit.channel) == ("pas", TEN, "kiosk")
    assert (visit.language, arrived.comes) == ("da", "in_time")
    assert visit.place // 1000 == TEN - 20 * MINUTE
    after = found(office, booking)
    assert (after.state, after.visit, after.contact) == ("arrived", visit.id, None)
    assert office.events()[-2:] == ["visit.issued", "booking.arrived"]


def test_staff_note_an_arrival_at_their_desk(office: Desk) -> None:
    arrived = come(office, booked(office, TEN), -5, CLERK)
    assert arrived.result.visit.channel == "desk"
    assert arrived.result.visit.issued_by is None


def test_one_booking_has_one_visit_however_often_it_arrives(office: Desk) -> None:
    booking = booked(office, TEN)
    first = come(office, booking, -5)
    for again in (come(office, booking, -4, CLERK), come(office, booking, 40)):
        assert again.result.visit == first.result.visit
        assert again.result.replayed
        assert again.result.code == first.result.code != ""
    assert issued(office) == 1


def test_a_kiosk_a_phone_and_a_clerk_at_once_issue_one_visit(office: Desk) -> None:
    booking = booked(office, TEN)
    with ThreadPoolExecutor() as pool:
        callers = (KIOSK, CLERK, CITIZEN) * 3
        arrived = list(pool.map(lambda caller: come(office, booking, -5, caller), callers))
    assert len({one.result.visit.id for one in arrived}) == 1
    assert issued(office) == 1


def test_a_visit_that_was_issued_without_a_note_of_it_is_found_again(
    office: Desk,
) -> None:
    booking = booked(office, TEN)
    first = come(office, booking, -5)
    # As if the process had ended between the visit and the booking.
    client = office.queue.store.client
    client.set(f"q:{{{office.branch}}}:booking:{booking.code}", booking.to_json())
    assert come(office, booking, -4).result.visit.id == first.result.visit.id
    assert found(office, booking).state == "arrived"
    assert issued(office) == 1


def test_too_early_says_when_to_come_and_changes_nothing(office: Desk) -> None:
    booking = booked(office, TEN)
    with pytest.raises(TooEarly) as refused:
        come(office, booking, -30 - 1 / MINUTE)
    assert refused.value.extra["come_back_at"] == "2026-11-25T08:30:00.000Z"
    assert found(office, booking).state == "booked"
    assert come(office, booking, -30).comes == "in_time"


def test_too_early_and_waiting_anyway_is_walking_in(office: Desk) -> None:
    booking = booked(office, TEN)
    arrived = come(office, booking, -40, anyway=True)
    assert (arrived.comes, arrived.result.visit.booked_for) == ("early", None)
    assert found(office, booking).state == "arrived"
    assert come(office, booking, -20).comes == "early"


@pytest.mark.parametrize(("minutes", "comes"), [(15, "in_time"), (15 + 1 / MINUTE, "late")])
def test_late_beyond_the_limit_it_has_the_place_of_the_arrival(
    office: Desk, minutes: float, comes: str
) -> None:
    arrived = come(office, booked(office, TEN), minutes)
    assert arrived.comes == comes
    assert (arrived.result.visit.place // 1000 <= TEN) is (comes == "in_time")


@pytest.mark.parametrize("days", [-1, 7])
def test_another_day_is_named(office: Desk, days: int) -> None:
    booking = booked(office, TEN, now=NINE - 2 * DAY)
    with pytest.raises(OtherDay) as refused:
        come(office, booking, days * DAY / MINUTE)
    assert refused.value.extra == {"starts_at": "2026-11-25T09:00:00.000Z"}
    assert found(office, booking).state == "booked"


def test_another_branch_is_named(office: Desk) -> None:
    booking = booked(office, TEN)
    put_branch(office.queue, "bibliotek", document(name="Biblioteket", historic=True))
    command = at(TEN)._replace(branch="bibliotek", caller=KIOSK)
    with pytest.raises(BookedElsewhere) as refused:
        arrive(office.queue, command, booking.code)
    assert refused.value.extra == {"branch": "raadhuset", "name": "Rådhuset"}


def test_an_unknown_code_is_refused(office: Desk) -> None:
    for code in ("BBBBBB", "no code", ""):
        with pytest.raises(BookingNotFound):
            arrive(office.queue, at(TEN), code)


def test_a_booking_that_is_over_is_refused(office: Desk) -> None:
    cancelled, missed = booked(office, TEN), booked(office, TEN + 15 * MINUTE)
    bookings.cancel(office.queue, at(NINE), cancelled.code)
    bookings.mark_missed(office.queue, at(NINE), missed.code)
    for booking, state in ((cancelled, "cancelled"), (missed, "missed")):
        with pytest.raises(BookingOver) as refused:
            come(office, booking, 0)
        assert refused.value.extra["state"] == state
    assert issued(office) == 0


class CancelsFirst(BookingStore):
    """Another process cancels the booking just before the first change."""

    booking: Booking | None = None

    def change(self, *asked: Any) -> Any:
        """The change, after the cancellation."""
        booking, self.booking = self.booking, None
        if booking is not None:
            bookings.cancel(Queue(self._store), at(booking.starts_at), booking.code)
        return super().change(*asked)


def test_cancelled_in_the_same_moment_it_leaves_no_visit_waiting(office: Desk) -> None:
    store = CancelsFirst(office.queue.store)
    store.booking = booking = booked(office, TEN)
    queue = QueueWith(office.queue, BookingStore, store)
    with pytest.raises(BookingOver):
        arrive(queue, at(TEN)._replace(caller=KIOSK), booking.code)
    assert issued(office) == 1
    assert office.queue.get(VisitStore).open_visits(office.branch) == []


def test_the_hours_bind_a_kiosk_and_a_phone(office: Desk) -> None:
    booking = booked(office, NINE)
    for caller in (KIOSK, CITIZEN):
        with pytest.raises(BranchClosed):
            come(office, booking, -1 / MINUTE, caller)
    assert come(office, booking, -1 / MINUTE, CLERK).comes == "in_time"


def test_bookings_that_have_not_come_count_before_a_ticket_until_they_do(office: Desk) -> None:
    first, second = booked(office, NINE + 15 * MINUTE), booked(office, NINE + 30 * MINUTE)

    def ahead() -> int | None:
        return ahead_of(office.queue, office.branch, ticket)

    ticket = office.issue()
    assert ahead() == 2
    bookings.cancel(office.queue, at(NINE), second.code)
    assert ahead() == 1
    moved = bookings.move(office.queue, at(NINE), first.code, NINE + 2 * HOUR, staff=True)
    assert (moved.booking.starts_at, ahead()) == (NINE + 2 * HOUR, 0)
    bookings.move(office.queue, at(NINE), first.code, NINE + 15 * MINUTE, staff=True)
    assert ahead() == 1
    come(office, first, -14)
    assert ahead() == 0
    called = visits.abandon(office.queue, office.command(), ticket.visit.id)
    assert ahead_of(office.queue, office.branch, called) is None


def test_a_branch_without_times_to_book_is_asked_nothing(desk: Desk) -> None:
    ticket = desk.issue()
    desk.queue.store.client.set(BranchKeys(desk.branch).coming, "of the wrong type")
    assert ahead_of(desk.queue, desk.branch, ticket) is None
