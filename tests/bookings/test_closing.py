"""Citizens whose time a branch closes are asked for another one, and informed if it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from queue_service.audit.store import AuditReader, Search
from queue_service.bookings.letter_store import LetterStore
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations import earlier
from queue_service.bookings.operations.blocking import Block, block_places
from queue_service.bookings.operations.closing import PlannedClosing, settle
from queue_service.bookings.operations.day_end import end_day
from queue_service.bookings.rules.booking import Booking, BookingContact
from queue_service.bookings.rules.room import without_time
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import plan_change, put_branch
from queue_service.errors import AppointmentsMet, HoldEnded, NotOffered, SlotTaken, StoreUnavailable
from queue_service.interventions import operations as interventions
from queue_service.interventions.rules import Wanted
from queue_service.store.redis_store import RedisStore
from tests.bookings.booked import (
    DAY,
    HOUR,
    MINUTE,
    NINE,
    OTHER,
    OWNER,
    at,
    booked,
    held,
    offer,
    taken,
)
from tests.desks import CLERK, Desk, document

QUARTER = 15 * MINUTE
BEFORE = NINE - DAY
NOON = BEFORE + 3 * HOUR
MAIL = BookingContact("mail", "borger@example.dk")
CLOSED: dict[str, Any] = {"hours_exceptions": [{"date": "2026-11-25", "hours": []}]}


def configured(desk: Desk, now: int = BEFORE, *, one: Any = None, **changes: Any) -> None:
    """Save a configuration at an instant; ``one`` is its offer."""
    config = document(
        historic=True, bookings={"offers": [one or offer(at_once=2, notice_minutes=0)]}, **changes
    )
    put_branch(desk.queue, desk.branch, config, at=now)


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Passports can be booked on Wednesdays from nine to twelve, two each quarter of an hour."""
    configured(desk)
    return desk


def asked(desk: Desk, booking: Booking) -> bool:
    """Whether the citizen of a booking is asked for another time."""
    return now_of(desk, booking).displaced_at is not None


def now_of(desk: Desk, booking: Booking) -> Booking:
    return bookings.find(desk.queue, desk.branch, booking.code)


def reasons(desk: Desk) -> list[str]:
    """The reasons of the letters that wait, but for the confirmations."""
    waiting = [one.letter for one in desk.queue.get(LetterStore).all(desk.branch) if one.letter]
    return sorted(one.reason for one in waiting if one.reason != "booked")


def planned(desk: Desk, **changes: Any) -> PlannedClosing:
    old = desk.queue.get(BranchStore).current(desk.branch)
    return plan_change(desk.queue, old, {**old.document, **changes}, BEFORE)


def office_document(desk: Desk) -> Mapping[str, Any]:
    """The configuration in force."""
    return desk.queue.get(BranchStore).current(desk.branch).document


def details(desk: Desk) -> dict[str, str]:
    """The number of appointments and letters in the last entry of the audit log."""
    found = next(iter(desk.queue.get(AuditReader).latest(Search(0, 10**15), None)))
    known = found.entry.details
    return {name: known[name] for name in ("appointments", "letters") if name in known}


def exception(*hours: list[str]) -> dict[str, Any]:
    return {"hours_exceptions": [{"date": "2026-11-25", "hours": list(hours)}]}


def service_hours(*hours: list[str]) -> dict[str, Any]:
    services = [dict(one) for one in document()["services"]]
    services[0]["hours"] = {"wed": list(hours)}
    return {"services": services}


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        (CLOSED, [0, 15, 30]),
        (exception(["09:00", "09:30"]), [30]),
        (exception(["09:00", "09:29"]), [15, 30]),
        (exception(["09:15", "17:00"]), [0]),
        (exception(["09:16", "17:00"]), [0, 15]),
        ({"opening_hours": {"wed": [["09:30", "17:00"]]}}, [0, 15]),
        ({"opening_hours": {"thu": [["09:00", "17:00"]]}}, [0, 15, 30]),
        (service_hours(["09:00", "09:45"]), []),
        (service_hours(["09:00", "09:44"]), [30]),
        ({"one": offer(at_once=2, exceptions=[{"date": "2026-11-25", "hours": []}])}, [0, 15, 30]),
        ({"one": offer(at_once=2, exceptions=[{"date": "2026-11-26", "hours": []}])}, []),
        ({"one": offer(at_once=2, week={"wed": [["09:00", "09:45"]]})}, []),
        ({"one": offer(at_once=2, week={"wed": [["09:00", "09:40"]]})}, [30]),
        ({"one": offer(at_once=2, week={"thu": [["09:00", "12:00"]]})}, [0, 15, 30]),
        ({"one": offer(at_once=2, length_minutes=20)}, []),
        ({"one": offer(at_once=2, walk_in_percent=100)}, []),
        ({"one": offer(at_once=1)}, []),
    ],
)  # fmt: skip
def test_a_configuration_meets_those_whose_time_it_takes_away(
    office: Desk, changes: dict[str, Any], met: list[int]
) -> None:
    known = [booked(office, NINE + n * QUARTER) for n in range(3)]
    configured(office, **changes)
    assert [15 * n for n, one in enumerate(known) if asked(office, one)] == met


@pytest.mark.parametrize(("ms", "is_asked"), [(-1, True), (0, False)])
def test_a_time_that_has_begun_is_left_alone(office: Desk, ms: int, is_asked: bool) -> None:
    one = booked(office, NINE)
    configured(office, NINE + ms, **CLOSED)
    assert asked(office, one) is is_asked


def test_fewer_places_meet_the_last_who_booked_and_a_citizen_who_is_here_stays(
    office: Desk,
) -> None:
    first, last = booked(office, NINE), booked(office, NINE, now=BEFORE + 1)
    both = booked(office, NINE + QUARTER), booked(office, NINE + QUARTER, now=BEFORE + 1)
    bookings.mark_arrived(office.queue, at(BEFORE), both[1].code, "visit-1")
    configured(office, one=offer())
    assert [asked(office, one) for one in (first, last, *both)] == [False, True, True, False]


def test_each_is_asked_once_with_a_letter_to_those_who_can_be_reached(office: Desk) -> None:
    one, other = booked(office, NINE, contact=MAIL), booked(office, NINE + QUARTER)
    assert planned(office, **CLOSED) == PlannedClosing((one, other), ())
    assert (planned(office, **CLOSED).letters, reasons(office)) == (1, [])
    for _ in range(2):
        configured(office, **CLOSED)
    assert [now_of(office, each).sequence for each in (one, other)] == [1, 1]
    assert reasons(office) == ["displaced"]
    assert details(office) == {"appointments": "2", "letters": "1"}
    assert office.events().count("booking.displaced") == 2
    assert planned(office, **CLOSED) == PlannedClosing()
    assert sum(taken(office).values()) == 2  # what is booked stays booked
    configured(office, NOON, name="Other", **CLOSED)
    assert (details(office), reasons(office)) == ({}, ["displaced"])


@pytest.mark.parametrize(
    ("agreed", "saved"), [(None, True), (2, True), (1, False), (3, False), (0, False)]
)
def test_a_closing_needs_the_number_that_the_caller_agreed_to(
    office: Desk, agreed: int | None, saved: bool
) -> None:
    one, other = booked(office, NINE, contact=MAIL), booked(office, NINE + QUARTER)
    config = document(historic=True, bookings=office_document(office)["bookings"], **CLOSED)
    put = partial(put_branch, office.queue, office.branch, config, at=BEFORE, agreed=agreed)
    now = at(NINE - MINUTE)
    begin = partial(interventions.begin, office.queue, now, Wanted("carry_over"), agreed=agreed)
    if saved:
        put()
        put_branch(office.queue, office.branch, config, at=BEFORE, agreed=5)  # in place already
    else:
        for deed in (put, begin):
            with pytest.raises(AppointmentsMet) as refused:
                deed()
            assert refused.value.extra == {"appointments": 2, "kept": 0, "letters": 1}
        interventions.begin(office.queue, now, Wanted("carry_over"), agreed=2)
    assert asked(office, one)
    assert asked(office, other)


def test_an_undone_closing_keeps_the_time_of_those_who_have_no_other(office: Desk) -> None:
    stays, moves, goes = (booked(office, NINE + n * QUARTER, contact=MAIL) for n in range(3))
    configured(office, **exception(["10:00", "17:00"]))
    bookings.move(office.queue, at(NOON), moves.code, NINE + HOUR)
    bookings.cancel(office.queue, at(NOON), goes.code)
    assert planned(office, hours_exceptions=[]).fitting == (now_of(office, stays),)
    configured(office, NOON)
    found = [now_of(office, one) for one in (stays, moves, goes)]
    assert [(one.starts_at, one.state) for one in found] == [
        (NINE, "booked"), (NINE + HOUR, "booked"), (NINE + 2 * QUARTER, "cancelled"),
    ]  # fmt: skip
    assert [one.displaced_at is None for one in found] == [True, True, False]
    assert reasons(office).count("restored") == 1
    assert details(office) == {"appointments": "1", "letters": "1"}


def test_an_undone_closing_restores_no_more_than_there_is_room_for(office: Desk) -> None:
    first, last = booked(office, NINE), booked(office, NINE, now=BEFORE + 1)
    configured(office, **CLOSED)
    configured(office, one=offer())
    assert [asked(office, one) for one in (first, last)] == [False, True]
    configured(office)
    assert [asked(office, one) for one in (first, last)] == [False, False]
    block_places(office.queue, at(BEFORE), Block("pas", "2026-11-25", "09:00", "09:15", 1))
    configured(office, **CLOSED)
    configured(office)
    assert [asked(office, one) for one in (first, last)] == [False, True]


def test_closed_for_today_asks_those_of_today_until_it_is_taken_back(office: Desk) -> None:
    past, today = booked(office, NINE, contact=MAIL), booked(office, NINE + HOUR, contact=MAIL)
    later = booked(office, NINE + 7 * DAY)
    now = at(NINE + 30 * MINUTE)
    assert interventions.plan_close_today(office.queue, now).met == (today,)
    done = interventions.begin(office.queue, now, Wanted("carry_over"))
    assert [asked(office, one) for one in (past, today, later)] == [False, True, False]
    assert details(office) == {"appointments": "1", "letters": "1"}
    # A second closing is refused, and has no effect.
    assert interventions.plan_close_today(office.queue, now) == PlannedClosing()
    # Other hours do not open it.
    configured(office, NINE + 31 * MINUTE, opening_hours={"wed": [["09:00", "18:00"]]})
    assert asked(office, today)
    interventions.end(office.queue, at(NINE + 32 * MINUTE), done.one.id)
    assert [asked(office, one) for one in (past, today, later)] == [False, False, False]
    assert reasons(office) == ["displaced", "restored"]


def close(desk: Desk) -> None:
    configured(desk, **CLOSED)


def close_today(desk: Desk) -> None:
    interventions.begin(desk.queue, at(NINE - MINUTE), Wanted("carry_over"))


def fewer(desk: Desk) -> None:
    configured(desk, one=offer(notice_minutes=0))


def block(desk: Desk) -> None:
    one = Block("pas", "2026-11-25", "09:00", "09:15", 1)
    block_places(desk.queue, at(NINE - MINUTE), one, letters=True)


Deed = Callable[[Desk], None]
CLOSINGS: list[Deed] = [close, close_today, fewer, block]


@pytest.mark.parametrize("deed", CLOSINGS)
def test_a_confirmation_before_the_closing_is_asked_for_another_time(
    office: Desk, deed: Deed
) -> None:
    booked(office, NINE)
    one = held(office, NINE, now=NINE - 2 * MINUTE)
    bookings.confirm(office.queue, at(NINE - 2 * MINUTE), one.code, OWNER)
    deed(office)
    assert asked(office, one)


@pytest.mark.parametrize("deed", CLOSINGS)
@pytest.mark.parametrize("between", [False, True])
def test_a_confirmation_after_the_closing_is_refused(
    office: Desk, deed: Deed, between: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(office, NINE)
    one = held(office, NINE, now=NINE - 2 * MINUTE)
    run, waits = office.queue.store.run, [deed]

    def outrun(name: str, *sent: Any) -> Any:
        if name == "change_booking" and waits:  # between the decision and its writing
            waits.pop()(Desk(Queue(RedisStore(office.queue.store.client))))
        return run(name, *sent)

    if between:
        monkeypatch.setattr(office.queue.store, "run", outrun)
    else:
        deed(office)
    with pytest.raises(HoldEnded):
        bookings.confirm(office.queue, at(NINE - MINUTE), one.code, OWNER)
    assert bookings.of_owner(office.queue, office.branch, OWNER) == one
    with pytest.raises((NotOffered, SlotTaken)):
        bookings.hold(office.queue, at(NINE - MINUTE), "pas", NINE, OTHER)


@pytest.mark.parametrize(("at_once", "is_booked"), [(1, False), (2, True)])
def test_a_held_time_between_new_ones_needs_a_place_too(
    office: Desk, at_once: int, is_booked: bool
) -> None:
    booked(office, NINE + QUARTER)
    one = held(office, NINE + QUARTER)
    configured(office, one=offer(at_once=at_once, length_minutes=20))
    if is_booked:
        bookings.confirm(office.queue, at(BEFORE), one.code, OWNER)
    else:
        with pytest.raises(HoldEnded):
            bookings.confirm(office.queue, at(BEFORE), one.code, OWNER)


def test_an_earlier_time_that_is_closed_meanwhile_is_not_taken(office: Desk) -> None:
    freed = [booked(office, NINE), booked(office, NINE)][1]
    later = booked(office, NINE + HOUR, contact=MAIL, earlier=True)
    bookings.cancel(office.queue, at(NOON), freed.code)
    earlier.offer_next(office.queue, office.branch, NOON)
    assert now_of(office, later).offered is not None
    configured(office, NOON, **exception(["10:00", "17:00"]))
    with pytest.raises(HoldEnded):
        earlier.accept(office.queue, at(NOON), later.code, NINE)
    with pytest.raises(NotOffered):
        bookings.move(office.queue, at(NOON), later.code, NINE)
    assert now_of(office, later).starts_at == NINE + HOUR


@pytest.mark.parametrize(("places", "is_taken"), [(1, False), (2, True)])
def test_an_earlier_time_that_is_blocked_meanwhile_is_not_taken(
    office: Desk, places: int, is_taken: bool
) -> None:
    freed = booked(office, NINE)
    later = booked(office, NINE + HOUR, contact=MAIL, earlier=True)
    bookings.cancel(office.queue, at(NOON), freed.code)
    earlier.offer_next(office.queue, office.branch, NOON)
    block_places(office.queue, at(NOON), Block("pas", "2026-11-25", "09:00", "09:15", places))
    if is_taken:
        with pytest.raises(HoldEnded):
            earlier.accept(office.queue, at(NOON), later.code, NINE)
        with pytest.raises(SlotTaken):
            bookings.move(office.queue, at(NOON), later.code, NINE)
    else:
        earlier.accept(office.queue, at(NOON), later.code, NINE)
    assert now_of(office, later).starts_at == (NINE + HOUR if is_taken else NINE)


def ended(desk: Desk, now: int) -> None:
    """End the day as the worker does each minute."""
    end_day(desk.queue, desk.queue.get(BranchStore).current(desk.branch), now)


@pytest.mark.parametrize("leave", ["cancel", "move"])
def test_a_citizen_with_room_again_because_another_left_keeps_the_time(
    office: Desk, leave: str
) -> None:
    first = booked(office, NINE)
    last = booked(office, NINE, now=BEFORE + 1, contact=MAIL)
    block(office)
    ended(office, NOON)
    assert asked(office, last)
    if leave == "cancel":
        bookings.cancel(office.queue, at(NOON), first.code)
    else:
        bookings.move(office.queue, at(NOON), first.code, NINE + QUARTER)
    ended(office, NOON)
    assert (asked(office, last), reasons(office)) == (False, ["displaced", "restored"])
    with pytest.raises(SlotTaken):
        booked(office, NINE)


def test_a_closing_that_is_broken_off_is_finished_by_the_worker(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [booked(office, NINE + n * QUARTER, contact=MAIL) for n in range(2)]
    run, done = office.queue.store.run, list[int]()

    def killed(name: str, *sent: Any) -> Any:
        if name == "change_booking":
            if done:
                raise StoreUnavailable("killed after the first")
            done.append(1)
        return run(name, *sent)

    with monkeypatch.context() as patch:
        patch.setattr(office.queue.store, "run", killed)
        with pytest.raises(StoreUnavailable):
            configured(office, **CLOSED)
    assert [asked(office, one) for one in known].count(True) == 1
    for _ in range(2):
        ended(office, NOON)
    assert [asked(office, one) for one in known] == [True, True]
    assert reasons(office) == ["displaced", "displaced"]


@pytest.mark.parametrize("opened_before", ["change_booking", "note_settled"])
def test_an_overtaken_closing_leaves_no_citizen_asked(
    office: Desk, opened_before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = booked(office, NINE, contact=MAIL)
    run, waits = office.queue.store.run, [configured]

    def outrun(name: str, *sent: Any) -> Any:
        if name == opened_before and waits:
            waits.pop()(Desk(Queue(RedisStore(office.queue.store.client))))
        return run(name, *sent)

    monkeypatch.setattr(office.queue.store, "run", outrun)
    configured(office, **CLOSED)
    assert (waits, asked(office, one)) == ([], False)
    assert reasons(office) in ([], ["displaced", "restored"])


def test_nothing_is_compared_again_until_something_changes(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(office, NINE)
    settle(office.queue, office.branch, CLERK, BEFORE)
    read: list[int] = []

    def plan(*_: object) -> PlannedClosing:
        read.append(1)
        return PlannedClosing()

    monkeypatch.setattr("queue_service.bookings.operations.closing.plan_closing", plan)
    settle(office.queue, office.branch, CLERK, BEFORE)
    assert read == []
    booked(office, NINE + QUARTER)
    settle(office.queue, office.branch, CLERK, BEFORE)
    assert read == [1]


def test_a_citizen_who_was_asked_for_another_time_is_not_missed(office: Desk) -> None:
    one = booked(office, NINE, contact=MAIL)
    block_places(
        office.queue, at(BEFORE), Block("pas", "2026-11-25", "09:00", "09:15", 2), letters=True
    )
    assert asked(office, one)
    ended(office, NINE + 15 * HOUR)
    assert "booking.missed" not in office.events()
    assert office.events().count("booking.cancelled") == 1
    assert reasons(office) == ["displaced"]  # it waits on, and no second one says it again


def at_time(code: str, begins: int, ends: int, booked_at: int, **more: Any) -> Booking:
    """A booking from and until minutes after nine."""
    times = (NINE + begins * MINUTE, NINE + ends * MINUTE)
    return Booking(code, "pas", *times, "da", "web", "booked", 0, booked_at, **more)


@pytest.mark.parametrize(
    ("at_once", "blocked", "lost"),
    [(3, {}, []), (2, {}, []), (1, {}, ["C"]), (2, {0: 1}, ["C"]), (2, {15: 1}, ["C"]),
     (2, {30: 1}, []), (2, {0: 2}, ["A", "C"])],
)  # fmt: skip
def test_former_times_that_follow_each_other_need_one_place(
    at_once: int, blocked: dict[int, int], lost: list[str]
) -> None:
    branch = Branch.from_document(
        "raadhuset", "1", document(bookings={"offers": [offer(at_once=at_once)]})
    )
    known = [at_time("A", 0, 15, 1), at_time("B", 15, 30, 2), at_time("C", 0, 30, 3)]
    fields = {f"pas|{NINE + minute * MINUTE}": n for minute, n in blocked.items()}
    assert sorted(one.code for one in without_time(branch, known, fields)) == lost


def test_of_two_at_one_time_the_first_who_booked_has_it() -> None:
    branch = Branch.from_document("raadhuset", "1", document(bookings={"offers": [offer()]}))
    old, new = (at_time(code, 0, 15, n) for code, n in (("A", 3), ("B", 4)))
    assert without_time(branch, [new, old], {}) == [new]
    held_longer = new._replace(booked_at=None, created_at=2)  # it counts from its hold
    assert without_time(branch, [held_longer, old], {}) == [old]
    # Of two of one instant the code decides, so that two processes decide alike.
    assert without_time(branch, [at_time("B", 0, 15, 3), old], {}) == [at_time("B", 0, 15, 3)]


def test_a_citizen_who_is_here_has_the_time_however_few_places_there_are() -> None:
    branch = Branch.from_document("raadhuset", "1", document(bookings={"offers": [offer()]}))
    here = [at_time(code, 0, 15, 1)._replace(state="arrived") for code in ("A", "B")]
    closed = at_time("C", 180, 195, 1)
    assert without_time(branch, [*here, closed._replace(state="arrived")], {}) == []
    assert without_time(branch, [*here, at_time("D", 0, 15, 0), closed], {}) == [
        at_time("D", 0, 15, 0), closed,
    ]  # fmt: skip
