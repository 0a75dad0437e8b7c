"""A time is held, booked, moved and cancelled, and nothing is taken or lost twice."""

from __future__ import annotations

import pytest

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.letter_store import LetterStore
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.letters import displace
from queue_service.bookings.rules.booking import Booking, BookingContact
from queue_service.bookings.rules.letters import is_true
from queue_service.bookings.store import MOST_WRONG_CODES, REFUSED_AFTER
from queue_service.configuration.operations import put_branch
from queue_service.errors import (
    AlreadyBooked,
    BookingNotFound,
    BookingOver,
    HoldEnded,
    IdempotencyKeyReused,
    NotOffered,
    RateLimited,
    SlotTaken,
    TooLate,
)
from queue_service.store.keys import BranchKeys
from tests.bookings.booked import (
    BEFORE,
    HOUR,
    MINUTE,
    NINE,
    OTHER,
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
from tests.desks import CLERK, Desk, document


def test_a_held_time_is_booked_by_its_owner(office: Desk) -> None:
    hold = held(office, NINE)
    assert (hold.state, hold.held_until, hold.ends_at) == ("held", BEFORE + 600_000, NINE + QUARTER)
    assert 0 not in free_places(office)
    done = bookings.confirm(office.queue, at(BEFORE + 1), hold.code, OWNER).booking
    assert (done.state, done.booked_at, done.held_until) == ("booked", BEFORE + 1, None)
    assert bookings.find(office.queue, office.branch, hold.code.lower()) == done
    assert 0 not in free_places(office, BEFORE + HOUR), "it is no hold that ends"
    assert taken(office) == {f"pas|{NINE}": 1}


def test_a_held_or_booked_time_is_not_taken_again(office: Desk) -> None:
    held(office, NINE)
    with pytest.raises(SlotTaken):
        held(office, NINE, OTHER)
    booked(office, NINE + QUARTER)
    with pytest.raises(SlotTaken):
        booked(office, NINE + QUARTER)
    assert taken(office) == {f"pas|{NINE}": 1, f"pas|{NINE + QUARTER}": 1}


def test_a_hold_pressed_twice_is_one(office: Desk) -> None:
    first = held(office, NINE)
    assert held(office, NINE, now=BEFORE + 5000) == first
    assert sum(taken(office).values()) == 1


def test_another_time_gives_the_hold_back(office: Desk) -> None:
    first, second = held(office, NINE), held(office, NINE + QUARTER, now=BEFORE + 5000)
    assert second.code == first.code
    assert second.held_until == BEFORE + 605_000
    assert taken(office) == {f"pas|{NINE + QUARTER}": 1}
    with pytest.raises(HoldEnded):  # the first tab shows another time than is held
        bookings.confirm(office.queue, at(BEFORE), first.code, OWNER, starts_at=NINE)


@pytest.mark.parametrize(("late", "holds"), [(0, True), (1, False)])
def test_a_page_holds_one_time_after_the_other_for_half_an_hour(
    office: Desk, late: int, holds: bool
) -> None:
    last = BEFORE + 20 * MINUTE + late
    first = held(office, NINE)
    between = held(office, NINE + QUARTER, now=BEFORE + 10 * MINUTE)
    assert (between.code, between.created_at) == (first.code, BEFORE)
    if holds:
        assert held(office, NINE, now=last).held_until == BEFORE + 30 * MINUTE
        last += 10 * MINUTE
    with pytest.raises(HoldEnded):
        held(office, NINE + HOUR, now=last)
    # The places are for others, at the latest now.
    for other, starts_at in enumerate((NINE, NINE + QUARTER)):
        assert held(office, starts_at, OTHER + str(other), now=last).state == "held"
    # Opened again, it holds as any page.
    assert held(office, NINE + HOUR, "another-key-of-the-page", now=last).state == "held"


def test_the_staff_hold_as_long_as_a_citizen_is_on_the_telephone(office: Desk) -> None:
    for minutes in range(0, 60, 5):
        now, time = BEFORE + minutes * MINUTE, NINE + minutes % 2 * QUARTER
        done = bookings.hold(office.queue, at(now), "pas", time, OWNER, channel="phone")
        assert done.booking.state == "held"


def test_the_owner_of_a_booking_books_no_second_one(office: Desk) -> None:
    code = held(office, NINE).code
    done = bookings.confirm(office.queue, at(BEFORE), code, OWNER).booking
    assert held(office, NINE) == done
    with pytest.raises(AlreadyBooked) as refused:
        held(office, NINE + QUARTER)
    assert refused.value.extra == {"booking": code}
    bookings.cancel(office.queue, at(BEFORE), code)
    assert held(office, NINE + QUARTER).code != code


def test_only_the_owner_confirms_and_gives_back(office: Desk) -> None:
    code = held(office, NINE).code
    for key in (OTHER, ""):
        with pytest.raises(HoldEnded):
            bookings.confirm(office.queue, at(BEFORE), code, key)
    with pytest.raises(HoldEnded):
        bookings.release_hold(office.queue, at(BEFORE), code, OTHER)
    bookings.release_hold(office.queue, at(BEFORE), code, OWNER)
    bookings.release_hold(office.queue, at(BEFORE), code, OWNER)
    assert taken(office) == {}
    with pytest.raises(BookingNotFound):
        bookings.confirm(office.queue, at(BEFORE), code, OWNER)


def test_a_booking_without_an_owner_cannot_be_confirmed(office: Desk) -> None:
    code = booked(office, NINE).code
    with pytest.raises(HoldEnded):
        bookings.confirm(office.queue, at(BEFORE), code, "")


@pytest.mark.parametrize(("ms", "is_free"), [(599_999, False), (600_000, True)])
def test_a_hold_ends_by_itself(office: Desk, ms: int, is_free: bool) -> None:
    hold = held(office, NINE)
    assert (0 in free_places(office, BEFORE + ms)) == is_free
    if is_free:
        assert taken(office) == {}
        assert held(office, NINE, OTHER, now=BEFORE + ms).code != hold.code


def test_a_hold_that_has_ended_is_confirmed_while_its_place_is_free(office: Desk) -> None:
    code = held(office, NINE).code
    assert 0 in free_places(office, BEFORE + HOUR)  # it has been given back
    done = bookings.confirm(office.queue, at(BEFORE + HOUR), code, OWNER).booking
    assert done.state == "booked"
    assert taken(office) == {f"pas|{NINE}": 1}


def test_it_is_not_if_somebody_has_the_place_by_now(office: Desk) -> None:
    code = held(office, NINE).code
    booked(office, NINE, now=BEFORE + HOUR)
    with pytest.raises(HoldEnded):
        bookings.confirm(office.queue, at(BEFORE + HOUR), code, OWNER)
    assert taken(office) == {f"pas|{NINE}": 1}


def test_a_confirmation_pressed_twice_is_one(office: Desk) -> None:
    code = held(office, NINE).code
    first = bookings.confirm(office.queue, at(BEFORE), code, OWNER).booking
    assert bookings.confirm(office.queue, at(BEFORE + HOUR), code, OWNER).booking == first
    assert office.events().count("booking.booked") == 1
    assert day_counts(office, "2026-11-24") == {"booked|pas|web|1": "1"}


def day_counts(desk: Desk, date: str) -> dict[str, str]:
    """The counts of bookings of a date."""
    k = BranchKeys(desk.branch)
    found: dict[str, str] = desk.queue.store.client.hgetall(k.booking_day(date))  # type: ignore[assignment]  # of the synchronous client
    return found


def test_a_held_time_is_booked_although_the_offer_has_ended(office: Desk) -> None:
    code = held(office, NINE).code
    put_branch(office.queue, office.branch, document(historic=True))
    assert bookings.confirm(office.queue, at(BEFORE), code, OWNER).booking.state == "booked"
    with pytest.raises(NotOffered):
        held(office, NINE, OTHER)


def test_a_move_takes_the_new_place_and_gives_the_old_one_back(office: Desk) -> None:
    first = booked(office, NINE, contact=BookingContact("mail", "a@example.dk"))
    moved = bookings.move(office.queue, at(BEFORE), first.code, NINE + QUARTER).booking
    assert (moved.starts_at, moved.ends_at) == (NINE + QUARTER, NINE + 2 * QUARTER)
    assert (moved.sequence, moved.moved_from, moved.contact) == (1, NINE, first.contact)
    assert taken(office) == {f"pas|{NINE + QUARTER}": 1}
    again = bookings.move(office.queue, at(BEFORE), first.code, NINE + QUARTER)
    assert again.booking == moved
    assert office.events().count("booking.moved") == 1


def test_a_move_to_a_taken_time_loses_nothing(office: Desk) -> None:
    first, _ = booked(office, NINE), booked(office, NINE + QUARTER)
    with pytest.raises(SlotTaken):
        bookings.move(office.queue, at(BEFORE), first.code, NINE + QUARTER)
    assert bookings.find(office.queue, office.branch, first.code) == first
    assert taken(office) == {f"pas|{NINE}": 1, f"pas|{NINE + QUARTER}": 1}


@pytest.mark.parametrize(("now", "allowed"), [(NINE - 1, True), (NINE, False)])
def test_a_booking_is_moved_until_it_begins(office: Desk, now: int, allowed: bool) -> None:
    first = booked(office, NINE)
    try:
        bookings.move(office.queue, at(now), first.code, NINE + 2 * HOUR)
    except TooLate:
        assert not allowed
    else:
        assert allowed


def test_a_cancelled_time_is_free_and_its_contact_gone(office: Desk) -> None:
    first = booked(office, NINE, contact=BookingContact("text", "+4512345678"))
    done = bookings.cancel(office.queue, at(BEFORE), first.code).booking
    assert (done.state, done.contact, done.sequence) == ("cancelled", None, 1)
    assert bookings.cancel(office.queue, at(BEFORE), first.code).booking == done
    assert taken(office) == {}
    assert 0 in free_places(office)
    with pytest.raises(BookingOver) as refused:
        bookings.move(office.queue, at(BEFORE), first.code, NINE + QUARTER)
    assert refused.value.extra == {"state": "cancelled"}


def test_an_address_is_set_until_the_time_begins_and_informs_of_a_block(office: Desk) -> None:
    mail = BookingContact("mail", "borger@example.dk")
    first = booked(office, NINE)
    bare = held(office, NINE + QUARTER)
    with pytest.raises(HoldEnded):
        bookings.set_contact(office.queue, at(BEFORE), bare.code, mail)
    with pytest.raises(TooLate):
        bookings.set_contact(office.queue, at(NINE), first.code, mail)
    displace(office.queue, at(BEFORE), first.code)
    done = bookings.set_contact(office.queue, at(NINE - 1), first.code, mail).booking
    assert (done.contact, done.earlier) == (mail, False)
    (waiting,) = office.queue.get(LetterStore).all(office.branch)
    assert waiting.letter is not None
    assert (waiting.letter.reason, waiting.letter.sequence) == ("displaced", done.sequence)
    other = mail._replace(to="another@example.dk")
    corrected = bookings.set_contact(office.queue, at(NINE - 1), first.code, other, earlier=True)
    assert (corrected.booking.contact, corrected.booking.earlier) == (other, True)
    (instead,) = office.queue.get(LetterStore).all(office.branch)  # and none to the former one
    assert instead.letter is not None
    assert instead.letter.contact == other
    for _ in range(2):
        bare = bookings.set_contact(office.queue, at(NINE), first.code, None).booking
        assert (bare.contact, bare.earlier) == (None, False)
    assert not is_true(instead.letter, bare, NINE - 1)
    assert is_true(instead.letter, corrected.booking, NINE - 1)


@pytest.mark.parametrize(("notice", "now"), [(60, NINE - HOUR), (0, NINE)])
def test_citizens_book_until_the_notice_and_staff_until_it_begins(
    desk: Desk, notice: int, now: int
) -> None:
    offering(desk, offer(notice_minutes=notice))
    assert 0 in free_places(desk, now - 1)
    assert 0 not in free_places(desk, now)
    with pytest.raises(TooLate):
        held(desk, NINE, now=now)
    if now < NINE:
        assert booked(desk, NINE, now=now, channel="phone").state == "booked"
    with pytest.raises(TooLate):
        booked(desk, NINE, now=NINE, channel="phone")


@pytest.mark.parametrize(("starts_at", "offered"), [(NINE + HOUR, True), (NINE + HOUR + 1, False)])
def test_only_the_beginning_of_a_slot_is_booked(
    office: Desk, starts_at: int, offered: bool
) -> None:
    try:
        held(office, starts_at)
    except NotOffered:
        assert not offered
    else:
        assert offered


def test_a_repeated_request_books_once(office: Desk) -> None:
    command = at(BEFORE)._replace(idempotency=IdempotencyKey(CLERK.id, "k", "f"))
    first = bookings.book(office.queue, command, "pas", NINE)
    again = bookings.book(office.queue, command, "pas", NINE)
    assert (again.booking, again.replayed) == (first.booking, True)
    other = command._replace(idempotency=IdempotencyKey(CLERK.id, "k", "g"))
    with pytest.raises(IdempotencyKeyReused):
        bookings.book(office.queue, other, "pas", NINE + QUARTER)
    assert sum(taken(office).values()) == 1


@pytest.mark.parametrize("damaged", ["", "{", "null", "7", '"held"', "[]", "{}"])
def test_a_damaged_booking_is_unknown_by_its_code(office: Desk, damaged: str) -> None:
    code = booked(office, NINE).code
    office.queue.store.client.set(BookingKeys(office.branch).booking(code), damaged)
    for address in ("", "10.1.2.3"):
        with pytest.raises(BookingNotFound):
            bookings.find(office.queue, office.branch, code, address)


def test_unknown_codes_are_counted_on_an_address_alone(office: Desk) -> None:
    for address, limited in (("", False), ("192.0.2.1", True)):
        refusals = set()
        for _ in range(MOST_WRONG_CODES + 1):
            with pytest.raises((BookingNotFound, RateLimited)) as refused:
                bookings.find(office.queue, office.branch, "BCDFGH", address)
            refusals.add(refused.type)
        assert (RateLimited in refusals) == limited
    with pytest.raises(BookingNotFound):
        bookings.find(office.queue, office.branch, "BCDFGH", "192.0.2.2")


def test_an_address_that_guesses_on_finds_nothing_any_more(office: Desk) -> None:
    mine, guesser = booked(office, NINE).code, "192.0.2.1"

    def guess() -> None:
        with pytest.raises((BookingNotFound, RateLimited)):
            bookings.find(office.queue, office.branch, "BCDFGH", guesser)

    for _ in range(REFUSED_AFTER - 1):
        guess()
    # Others of the same address may have mistyped many: a code that exists is found until then.
    assert bookings.find(office.queue, office.branch, mine, guesser).code == mine
    guess()
    with pytest.raises(RateLimited):
        bookings.find(office.queue, office.branch, mine, guesser)
    assert bookings.find(office.queue, office.branch, mine, "192.0.2.2").code == mine


def test_a_stored_booking_is_read_back(office: Desk) -> None:
    first = booked(office, NINE, earlier=True, contact=BookingContact("mail", "a@example.dk"))
    assert bookings.find(office.queue, office.branch, first.code) == first
    assert isinstance(first, Booking)
