"""A change that loses a race with another one is decided again, with the stored data of then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.store import BookingStore, BookingWrite
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import (
    BookingNotFound,
    BookingOver,
    BranchNotFound,
    HoldEnded,
    NotOffered,
    SlotTaken,
)
from queue_service.removal.store import RemovalStore
from queue_service.store.redis_store import RedisStore
from tests.bookings.booked import (
    BEFORE,
    DAY,
    NINE,
    OWNER,
    QUARTER,
    at,
    booked,
    held,
    offer,
    offering,
    taken,
)
from tests.desks import CLERK, Desk, document


def meanwhile(desk: Desk, patch: pytest.MonkeyPatch, deed: Callable[[Desk], Any]) -> None:
    """Have another process do something before the next change is written."""
    run, waits = desk.queue.store.run, [deed]

    def outrun(name: str, *sent: Any) -> Any:
        if name == "change_booking" and waits:
            waits.pop()(Desk(Queue(RedisStore(desk.queue.store.client))))
        return run(name, *sent)

    patch.setattr(desk.queue.store, "run", outrun)


def test_a_booking_that_is_cancelled_meanwhile_is_not_moved(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = booked(office, NINE).code
    meanwhile(office, monkeypatch, lambda o: bookings.cancel(o.queue, at(BEFORE), code))
    with pytest.raises(BookingOver):
        bookings.move(office.queue, at(BEFORE), code, NINE + QUARTER)
    assert taken(office) == {}


def test_two_holds_of_one_page_at_once_are_one(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: list[Booking] = []
    meanwhile(office, monkeypatch, lambda o: first.append(held(o, NINE)))
    assert held(office, NINE) == first[0]
    assert sum(taken(office).values()) == 1


def test_a_changed_offer_decides_what_is_held(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = offer(week={"wed": [["10:00", "12:00"]]})
    meanwhile(office, monkeypatch, lambda o: offering(o, later))
    with pytest.raises(NotOffered):
        held(office, NINE)
    assert taken(office) == {}


def test_fewer_places_meanwhile_are_respected(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering(office, offer(at_once=2))
    booked(office, NINE)
    meanwhile(office, monkeypatch, lambda o: offering(o, offer(at_once=1)))
    with pytest.raises(SlotTaken):
        held(office, NINE)


def test_nothing_is_booked_in_a_branch_that_is_being_removed(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove(other: Desk) -> None:
        revision = other.queue.get(BranchStore).current(other.branch).revision
        other.queue.get(RemovalStore).begin(other.branch, revision, with_days=True)

    meanwhile(office, monkeypatch, remove)
    with pytest.raises(BranchNotFound):
        booked(office, NINE)
    assert taken(office) == {}


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [(0, 1, "done"), (1, 2, "stale"), (-1, 0, "stale")],
)
def test_a_decision_is_written_while_it_holds(
    office: Desk, since: int, until: int, status: str
) -> None:
    branch = office.queue.get(BranchStore).current(office.branch)
    loaded = office.queue.get(BookingStore).load(branch.id, BEFORE)
    after = Booking("BCDFGH", "pas", NINE, NINE + QUARTER, "da", "desk", "booked", BEFORE)
    write = BookingWrite(
        loaded, after, "2026-11-24", BEFORE + since, BEFORE + until, {f"pas|{NINE}": 1}
    )
    reply = office.queue.get(BookingStore).change(branch, write, None, BEFORE)
    assert reply[0] == status


def test_a_reply_that_is_lost_changes_nothing_twice(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = office.queue.store.run

    def again(*sent: Any) -> Any:
        run(*sent)
        return run(*sent)

    monkeypatch.setattr(office.queue.store, "run", again)
    code = held(office, NINE).code
    bookings.confirm(office.queue, at(BEFORE), code, OWNER)
    bookings.move(office.queue, at(BEFORE), code, NINE + QUARTER)
    assert taken(office) == {f"pas|{NINE + QUARTER}": 1}
    other = booked(office, NINE).code
    bookings.cancel(office.queue, at(BEFORE), other)
    bookings.cancel(office.queue, at(BEFORE), code)
    assert taken(office) == {}
    assert office.events()[-5:] == [
        "booking.booked", "booking.moved", "booking.booked", "booking.cancelled",
        "booking.cancelled",
    ]  # fmt: skip


def test_a_held_time_is_not_moved_nor_has_it_arrived(office: Desk) -> None:
    code = held(office, NINE).code
    with pytest.raises(HoldEnded):
        bookings.move(office.queue, at(BEFORE), code, NINE + QUARTER)
    with pytest.raises(HoldEnded):
        bookings.mark_arrived(office.queue, at(BEFORE), code, "visit-1")
    with pytest.raises(BookingNotFound):
        bookings.find(office.queue, office.branch, code)


@pytest.mark.parametrize(("ms", "asks"), [(-1, 1), (0, 2), (-DAY, 2), (DAY, 2)])
def test_a_new_booking_asks_the_store_once_while_its_time_is_known(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, ms: int, asks: int
) -> None:
    """Five seconds after the last reading, or where the reckoned date is wrong, it asks again."""
    every = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    offers = [offer(week=every, notice_minutes=0)]
    put_branch(queue, "raadhuset", document(opening_hours=every, bookings={"offers": offers}))
    branch, store = queue.get(BranchStore).current("raadhuset"), queue.get(BookingStore)
    now, ask = store.load_none(None).now, queue.store.run
    free = free_slots(queue, branch, "pas", now)
    asked: list[str] = []

    def run(name: str, *sent: Any) -> Any:
        asked.append(name)
        return ask(name, *sent)

    def time() -> int:
        asked.append("time")
        return now

    monkeypatch.setattr("queue_service.bookings.store.monotonic", lambda: 100.0)
    monkeypatch.setattr(queue.store, "run", run)
    monkeypatch.setattr(queue.store, "time", time)
    far = abs(ms) == DAY
    store._clock = (now + ms, 100.0) if far else (now, 95.0 - ms / 1000)
    command, wanted = Command("raadhuset", CLERK), free[len(free) // 2].starts_at
    done = bookings.book(queue, command, "pas", wanted).booking
    assert len(asked) == asks
    assert abs((done.booked_at or 0) - now) < 30_000
