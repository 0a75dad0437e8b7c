"""The arrival of a citizen with a booking: in time, early, late, on another day or elsewhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.arriving import CITIZEN, Arrived, arrive, settle_arrivals
from queue_service.bookings.operations.day_end import end_day
from queue_service.bookings.rules.booking import Booking, BookingContact
from queue_service.bookings.store import BookingStore
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import get_branch, put_branch
from queue_service.errors import (
    BookedElsewhere,
    BookingNotFound,
    BookingOver,
    BranchClosed,
    OtherDay,
    StoreUnavailable,
    TooEarly,
)
from queue_service.store.keys import BranchKeys
from queue_service.visits.as_json import answer_json
from queue_service.visits.operations import visits
from queue_service.visits.operations.coming import ahead_of
from queue_service.visits.rules.booked import arrival_of
from queue_service.visits.store.visit_store import VisitStore
from tests.bookings.booked import DAY, HOUR, MINUTE, NINE, at, booked, offering
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


class Killed(BookingStore):
    """The process is killed before it writes anything of a booking."""

    def change(self, *_asked: Any) -> Any:
        """Nothing comes of it."""
        raise StoreUnavailable("killed")


def came_before_a_kill(office: Desk, booking: Booking, **how: Any) -> None:
    """An arrival whose process is killed between the visit and its note on the booking."""
    killed = QueueWith(office.queue, BookingStore, Killed(office.queue.store))
    now = booking.starts_at - 40 * MINUTE if how else booking.starts_at
    with pytest.raises(StoreUnavailable):
        arrive(killed, at(now)._replace(caller=KIOSK), booking.code, **how)
    assert (found(office, booking).state, issued(office)) == ("booked", 1)


def waiting(office: Desk) -> list[str]:
    return [visit.id for visit in office.queue.get(VisitStore).open_visits(office.branch)]


def left(office: Desk) -> dict[str, str]:
    return office.queue.get(BookingStore).arriving(office.branch)


@pytest.mark.parametrize("how", [{}, {"anyway": True}])
def test_an_arrival_that_was_killed_half_way_is_completed_without_the_citizen(
    office: Desk, how: dict[str, Any]
) -> None:
    booking = booked(office, TEN, contact=BookingContact("mail", "a@example.org"))
    came_before_a_kill(office, booking, **how)
    for _ in range(2):
        settle_arrivals(office.queue, office.branch, TEN + MINUTE)
        after = found(office, booking)
        assert (after.state, after.contact) == ("arrived", None)
        assert [after.visit] == waiting(office)
        assert left(office) == {}
    assert office.events().count("booking.arrived") == 1
    assert come(office, booking, 5).result.visit.id == after.visit


def test_an_arrival_that_was_killed_half_way_and_is_repeated_leaves_nothing(office: Desk) -> None:
    booking = booked(office, TEN)
    came_before_a_kill(office, booking)
    assert [*left(office)] == [booking.arrival]
    assert come(office, booking, 1).result.visit.id == waiting(office)[0]
    assert left(office) == {}


def test_an_arrival_that_was_killed_half_way_is_not_missed_at_midnight(office: Desk) -> None:
    came, missed = booked(office, TEN), booked(office, TEN + 15 * MINUTE)
    came_before_a_kill(office, came)
    branch = office.queue.get(BranchStore).current(office.branch)
    assert end_day(office.queue, branch, NINE + 15 * HOUR) == 2
    events = office.events()
    assert (events.count("booking.arrived"), events.count("booking.missed")) == (1, 1)
    assert missed.code != came.code
    assert left(office) == {}


def test_an_arrival_that_was_killed_half_way_of_a_booking_that_is_no_more_leaves_no_visit(
    office: Desk,
) -> None:
    cancelled = booked(office, TEN)
    came_before_a_kill(office, cancelled)
    bookings.cancel(office.queue, at(TEN + 1), cancelled.code)
    settle_arrivals(office.queue, office.branch, TEN + MINUTE)
    assert (waiting(office), left(office)) == ([], {})
    assert found(office, cancelled).state == "cancelled"


def test_an_arrival_that_was_killed_half_way_is_not_one_at_a_later_time(office: Desk) -> None:
    booking = booked(office, TEN)
    came_before_a_kill(office, booking)
    bookings.move(office.queue, at(TEN + 1), booking.code, TEN + HOUR, staff=True)
    settle_arrivals(office.queue, office.branch, TEN + MINUTE)
    assert (waiting(office), left(office)) == ([], {})
    moved = found(office, booking)
    assert (moved.state, moved.starts_at) == ("booked", TEN + HOUR)
    assert come(office, moved, 0).comes == "in_time"


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


@pytest.mark.parametrize(("minutes", "comes"), [(15, "in_time"), (15 + 1 / MINUTE, "late")])
@pytest.mark.parametrize("now_late", [60, 3600])
def test_late_is_who_was_so_on_arrival_whatever_the_branch_sets_afterwards(
    office: Desk, minutes: float, comes: str, now_late: int
) -> None:
    booking = booked(office, TEN)
    come(office, booking, minutes)
    offering(office, late_seconds=now_late)
    again = come(office, booking, 20)
    assert (again.comes, again.result.visit.booked_for) == (comes, TEN)
    shown = answer_json(office.branch, again.result, "clerk", None)
    assert shown["came_late"] is (comes == "late")
    asked = visits.postpone(office.queue, at(TEN + 30 * MINUTE), again.result.visit.id, "13:00")
    assert arrival_of(asked.visit) == comes


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
    before = get_branch(office.queue, "raadhuset").document
    known = {**before, "street_address": "Torvet 1, 4300 Holbæk"}
    put_branch(office.queue, "raadhuset", known)
    with pytest.raises(BookedElsewhere) as refused:
        arrive(office.queue, command, booking.code)
    assert refused.value.extra["street_address"] == "Torvet 1, 4300 Holbæk"


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
