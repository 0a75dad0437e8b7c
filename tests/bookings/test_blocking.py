"""Places are blocked for a sick colleague: whom it meets, and who gets a letter."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

import pytest

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.audit.store import AuditReader, Search
from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.letter_store import LetterStore
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations import earlier
from queue_service.bookings.operations.blocking import (
    Block,
    PlannedBlock,
    block_places,
    plan_block,
)
from queue_service.bookings.rules.booking import Booking, BookingContact, OfferedTime
from queue_service.bookings.rules.earlier import OFFER_MS
from queue_service.branches.store import BranchStore
from queue_service.command import Command
from queue_service.errors import IdempotencyKeyReused, Invalid, NotOffered, SlotTaken
from queue_service.store.keys import BranchKeys
from tests.bookings.booked import (
    BEFORE,
    HOUR,
    MINUTE,
    NINE,
    QUARTER,
    at,
    booked,
    offer,
    offering,
    taken,
)
from tests.desks import CLERK, Desk

MORNING = Block("pas", "2026-11-25", "09:00", "09:30", 1)
MAIL = BookingContact("mail", "borger@example.dk")


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Passports can be booked on Wednesdays from nine to twelve, two each quarter of an hour."""
    return offering(desk, offer(at_once=2))


def planned(desk: Desk, block: Block = MORNING, now: int = BEFORE) -> PlannedBlock:
    return plan_block(desk.queue, desk.queue.get(BranchStore).current(desk.branch), block, now)


def done(
    desk: Desk, block: Block = MORNING, *, letters: bool = False, key: str = ""
) -> PlannedBlock:
    fingerprint = blake2b(f"{block}".encode(), digest_size=8).hexdigest()
    idempotency = IdempotencyKey("clerk", key, fingerprint) if key else None
    command = Command(desk.branch, CLERK, idempotency, BEFORE)
    return block_places(desk.queue, command, block, letters=letters)


def blocked(desk: Desk) -> dict[int, int]:
    """The blocked places by minutes after nine."""
    found: Any = desk.queue.store.client.hgetall(BookingKeys(desk.branch).blocked)
    return {(int(k.rpartition("|")[2]) - NINE) // MINUTE: int(n) for k, n in found.items()}


def letters(desk: Desk) -> list[str]:
    """The codes of those to whom a letter waits because their time cannot be kept."""
    waiting = desk.queue.get(LetterStore).all(desk.branch)
    return [one.letter.code for one in waiting if one.letter and one.letter.reason == "displaced"]


def asked(desk: Desk, booking: Booking) -> Booking:
    """A booking as it is now."""
    return bookings.find(desk.queue, desk.branch, booking.code)


def reasons(desk: Desk) -> list[tuple[str, int]]:
    """The letters that wait about blocked and released times, with their SEQUENCE."""
    waiting = [one.letter for one in desk.queue.get(LetterStore).all(desk.branch) if one.letter]
    return sorted((one.reason, one.sequence) for one in waiting if one.reason != "booked")


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [
        ("09:00", "09:30", [0, 15]), ("09:01", "09:16", [0, 15]), ("09:15", "09:15", None),
        ("09:14", "09:15", [0]), ("09:15", "09:16", [15]), ("11:45", "18:00", [165]),
        ("00:00", "09:00", []), ("12:00", "18:00", []),
    ],
)  # fmt: skip
def test_a_block_concerns_each_slot_that_it_touches(
    office: Desk, begin: str, end: str, minutes: list[int] | None
) -> None:
    block = MORNING._replace(begin=begin, end=end)
    if minutes is None:
        with pytest.raises(Invalid):
            planned(office, block)
        return
    slots = planned(office, block).slots
    assert [(one.slot.starts_at - NINE) // MINUTE for one in slots] == minutes


def test_a_slot_that_has_begun_is_left_alone(office: Desk) -> None:
    assert len(planned(office, now=NINE - 1).slots) == 2
    assert len(planned(office, now=NINE).slots) == 1


def test_the_last_who_booked_are_met_and_no_time_is_lost(office: Desk) -> None:
    first, second = booked(office, NINE), booked(office, NINE, now=BEFORE + 1)
    alone = booked(office, NINE + QUARTER)
    assert planned(office).met == (second,)
    assert set(planned(office, MORNING._replace(places=2)).met) == {first, second, alone}
    assert done(office).met == (second,)
    assert blocked(office) == {0: 1, 15: 1}
    assert taken(office) == {f"pas|{NINE}": 2, f"pas|{NINE + QUARTER}": 1}
    # Of its two places a citizen has the first, and the second is blocked.
    with pytest.raises(SlotTaken):
        booked(office, NINE + QUARTER)
    moved = bookings.move(office.queue, at(BEFORE), second.code, NINE + 2 * QUARTER).booking
    assert moved.starts_at == NINE + 2 * QUARTER
    assert planned(office).met == ()


def test_blocked_places_are_released(office: Desk) -> None:
    done(office)
    done(office, MORNING._replace(begin="09:15", places=0))
    assert blocked(office) == {0: 1}
    done(office, MORNING._replace(places=0))
    assert blocked(office) == {}
    assert booked(office, NINE).state == "booked"


def test_a_letter_goes_once_to_each_who_can_be_reached_and_is_met_now(office: Desk) -> None:
    first = booked(office, NINE, contact=MAIL)
    second = booked(office, NINE, now=BEFORE + 1, contact=MAIL)
    booked(office, NINE + QUARTER)
    booked(office, NINE + QUARTER)
    assert done(office).newly_met
    assert letters(office) == []  # nobody asked for them
    done(office, MORNING._replace(places=0))
    assert done(office, letters=True).newly_met[0] == second
    assert letters(office) == [second.code]
    for letter in office.queue.get(LetterStore).all(office.branch):
        office.queue.get(LetterStore).change(office.branch, letter, None)
    for _ in range(2):
        done(office, letters=True)
    assert letters(office) == []
    assert done(office, MORNING._replace(places=2), letters=True).newly_met[0] == first
    assert letters(office) == [first.code]


def test_a_block_without_letters_informs_later_and_marks_no_booking_until_then(
    office: Desk,
) -> None:
    first = booked(office, NINE, contact=MAIL)
    second = booked(office, NINE, now=BEFORE + 1, contact=MAIL)
    done(office)
    found = bookings.find(office.queue, office.branch, second.code)
    assert (found.displaced_at, letters(office)) == (None, [])
    done(office, MORNING._replace(places=2), letters=True)
    assert sorted(letters(office)) == sorted([first.code, second.code])


def test_the_same_block_with_letters_informs_those_who_were_not(office: Desk) -> None:
    booked(office, NINE)
    second = booked(office, NINE, now=BEFORE + 1, contact=MAIL)
    done(office)
    for informed in ((second,), ()):
        assert tuple(one.code for one in done(office, letters=True).newly_met) == tuple(
            one.code for one in informed
        )
        assert letters(office) == [second.code]


def test_released_times_are_kept_after_all_for_those_who_have_room_again(office: Desk) -> None:
    first = booked(office, NINE, contact=MAIL)
    second = booked(office, NINE, now=BEFORE + 1)
    both = MORNING._replace(places=2)
    done(office, both, letters=True)
    assert planned(office, MORNING).fitting == (asked(office, first),)
    done(office, MORNING)
    # The first who booked has room again; the second has it once nothing is blocked.
    assert (asked(office, first).displaced_at, asked(office, first).sequence) == (None, 2)
    assert (asked(office, second).displaced_at, asked(office, second).sequence) == (BEFORE, 1)
    assert reasons(office) == [("displaced", 1), ("restored", 2)]
    for _ in range(2):
        done(office, MORNING._replace(places=0))
    assert (asked(office, second).displaced_at, asked(office, second).sequence) == (None, 2)
    assert reasons(office) == [("displaced", 1), ("restored", 2)]  # the second has no contact


def test_a_released_place_is_kept_for_those_who_ask_for_an_earlier_time(office: Desk) -> None:
    kept = BEFORE + 3 * HOUR  # at noon, when offers are made
    done(office, MORNING._replace(places=2))
    mine = booked(office, NINE + HOUR, contact=MAIL, earlier=True)
    other = booked(office, NINE + 2 * HOUR, contact=MAIL, earlier=True)
    before = taken(office)
    release_at(office, MORNING._replace(places=1), kept)
    # One place of each time is free again; one of the two is offered, the other kept until then.
    first, second = f"pas|{NINE}", f"pas|{NINE + QUARTER}"
    assert {**before, first: 1, second: 1} == taken(office)
    with pytest.raises(SlotTaken):
        booked(office, NINE, now=kept)
    earlier.offer_next(office.queue, office.branch, kept)
    assert asked(office, other).offered == OfferedTime(NINE, NINE + QUARTER, kept + OFFER_MS)
    assert asked(office, mine).offered == OfferedTime(
        NINE + QUARTER, NINE + 2 * QUARTER, kept + OFFER_MS
    )
    # More are released than are asked for, or free: all the others are free for everybody.
    release_at(office, MORNING._replace(places=0), kept)
    assert {**before, first: 1, second: 1} == taken(office)
    booked(office, NINE, now=kept)


def test_a_release_keeps_no_place_that_is_needed(office: Desk) -> None:
    for now in (BEFORE, BEFORE + 1):
        booked(office, NINE, now=now)
    done(office, MORNING._replace(places=2))
    booked(office, NINE + HOUR, contact=MAIL, earlier=True)
    release_at(office, MORNING._replace(places=0), BEFORE + 3 * HOUR)
    assert taken(office) == {
        f"pas|{NINE}": 2, f"pas|{NINE + QUARTER}": 1, f"pas|{NINE + HOUR}": 1,
    }  # fmt: skip


def test_a_night_keeps_no_more_released_places_than_are_asked_for(office: Desk) -> None:
    hour = MORNING._replace(end="10:00", places=2)
    done(office, hour)
    booked(office, NINE + HOUR, contact=MAIL, earlier=True)
    release_at(office, hour._replace(places=0), BEFORE + 12 * HOUR)
    # The first of them that can be offered in the morning: the others are free at once.
    assert taken(office) == {f"pas|{NINE + QUARTER}": 1, f"pas|{NINE + HOUR}": 1}


def release_at(desk: Desk, block: Block, now: int) -> None:
    block_places(desk.queue, Command(desk.branch, CLERK, None, now), block)


def test_an_old_release_that_is_repeated_leaves_a_later_block_alone(office: Desk) -> None:
    second = (booked(office, NINE), booked(office, NINE, now=BEFORE + 1))[1]
    done(office, letters=True)
    done(office, MORNING._replace(places=0), key="k")
    done(office, letters=True)
    done(office, MORNING._replace(places=0), key="k")
    assert asked(office, second).displaced_at == BEFORE


def test_a_block_that_is_repeated_after_its_release_informs_no_citizen_again(office: Desk) -> None:
    second = (booked(office, NINE), booked(office, NINE, now=BEFORE + 1, contact=MAIL))[1]
    assert not done(office, letters=True, key="k").replayed
    done(office, MORNING._replace(places=0))
    assert planned(office).letters == 1
    assert done(office, letters=True, key="k").replayed
    found = asked(office, second)
    assert (found.displaced_at, found.sequence, blocked(office)) == (None, 2, {})
    assert reasons(office) == [("displaced", 1), ("restored", 2)]
    # A request that found its block in force is remembered, too.
    done(office)
    assert not done(office, key="other").replayed
    done(office, MORNING._replace(places=0))
    assert done(office, key="other").replayed
    assert blocked(office) == {}


def test_a_release_names_those_who_get_a_letter(office: Desk) -> None:
    first, second = booked(office, NINE, contact=MAIL), booked(office, NINE, now=BEFORE + 1)
    done(office, MORNING._replace(places=2), letters=True)
    one, both = planned(office), planned(office, MORNING._replace(places=0))
    assert [booking.code for booking in one.fitting] == [first.code]
    assert {booking.code for booking in both.fitting} == {first.code, second.code}
    assert (one.letters, both.letters) == (1, 1)
    assert planned(office, MORNING._replace(places=2)).letters == 0


def test_a_repeated_request_does_nothing_twice(office: Desk) -> None:
    done(office, key="k")
    changes = office.queue.store.client.get(BookingKeys(office.branch).changes)
    done(office, key="k")
    done(office)
    assert office.queue.store.client.get(BookingKeys(office.branch).changes) == changes
    with pytest.raises(IdempotencyKeyReused):
        done(office, MORNING._replace(places=2), key="k")
    assert blocked(office) == {0: 1, 15: 1}


def test_a_block_and_its_release_are_in_the_audit_log_once_each(office: Desk) -> None:
    booked(office, NINE, contact=MAIL)
    booked(office, NINE, now=BEFORE + 1, contact=MAIL)
    caller = Caller("acc_1", "clerk", office.branch, "s", name="skranke", address="10.1.2.3")
    command = Command(office.branch, caller, None, BEFORE)
    for block in (MORNING, MORNING, MORNING._replace(places=0), MORNING._replace(places=0)):
        block_places(office.queue, command, block, letters=True)
    with pytest.raises(Invalid):
        block_places(office.queue, command, MORNING._replace(places=3))
    reader = office.queue.get(AuditReader)
    found = [one.entry for one in reader.latest(Search(0, 10**15), None)][::-1]
    entries = [one for one in found if one.action.startswith("booking.")]
    when = {"date": "2026-11-25", "time": "09:00–09:30"}
    assert [(one.action, one.name, one.address, one.target, one.details) for one in entries] == [
        ("booking.blocked", "skranke", "10.1.2.3", "pas", when | {"places": "1", "letters": "1"}),
        ("booking.released", "skranke", "10.1.2.3", "pas", when | {"letters": "1"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"places": -1}, Invalid), ({"places": 3}, Invalid), ({"service": "turist"}, NotOffered),
        ({"begin": "10:00", "end": "09:00"}, Invalid),
    ],
)  # fmt: skip
def test_a_wrong_block_changes_nothing(
    office: Desk, changes: dict[str, str | int], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        done(office, MORNING._replace(**changes))  # type: ignore[arg-type]  # as they come
    assert blocked(office) == {}


def test_open_pages_hear_of_the_change(office: Desk) -> None:
    done(office)
    events = BranchKeys(office.branch).events
    entries: Any = office.queue.store.client.xrevrange(events, count=1)
    ((_, entry),) = entries
    assert entry["event"] == "booking.blocked"
    assert json.loads(entry["data"]) == {
        "service": "pas", "starts_at": "2026-11-25T08:00:00.000Z", "places": 1, "at": BEFORE,
    }  # fmt: skip
