"""A time that has become free is offered to those who asked, one after the other."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations import earlier
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.booking import KEPT_MS, Booking, BookingContact
from queue_service.bookings.rules.earlier import OFFER_MS
from queue_service.bookings.store import BookingStore
from queue_service.branches.store import BranchStore
from queue_service.errors import HoldEnded, Invalid, QueueError
from tests.bookings.booked import DAY, HOUR, MINUTE, NINE, at, booked, offer, offering, taken
from tests.desks import Desk

NOON = NINE - DAY + 3 * HOUR
"""Tuesday at noon: the day before."""
NIGHT = NINE - DAY + 13 * HOUR
"""Tuesday at ten in the evening."""
MAIL = BookingContact("mail", "somebody@example.dk")


def quarter(n: int) -> int:
    return NINE + n * 15 * MINUTE


def asking(desk: Desk, n: int, **wishes: Any) -> Booking:
    """A booking at the n-th quarter whose citizen asks for an earlier time."""
    return booked(desk, quarter(n), **{"contact": MAIL, "earlier": True, **wishes})


def now_of(desk: Desk, booking: Booking) -> Booking:
    return bookings.find(desk.queue, desk.branch, booking.code)


def offered(desk: Desk, booking: Booking) -> tuple[int, int] | None:
    found = now_of(desk, booking).offered
    return found and (found.starts_at, found.until)


def cancel(desk: Desk, booking: Booking, now: int = NOON) -> None:
    bookings.cancel(desk.queue, at(now), booking.code)


def offer_next(desk: Desk, now: int) -> None:
    earlier.offer_next(desk.queue, desk.branch, now)


def is_free(desk: Desk, starts_at: int, now: int) -> bool:
    branch = desk.queue.get(BranchStore).get(desk.branch, now)
    slots = free_slots(desk.queue, branch, "pas", now)
    return starts_at in [slot.starts_at for slot in slots]


def test_a_cancelled_time_goes_to_the_farthest_first_and_on_after_a_no_or_the_end(
    desk: Desk,
) -> None:
    offering(desk)
    first = booked(desk, quarter(0))
    near, far, silent = asking(desk, 4), asking(desk, 8), asking(desk, 6)
    cancel(desk, first)
    assert not is_free(desk, quarter(0), NOON)
    offer_next(desk, NOON)
    assert offered(desk, far) == (quarter(0), NOON + OFFER_MS)
    assert offered(desk, near) is offered(desk, silent) is None
    # Its own time stays until then.
    assert now_of(desk, far).starts_at == quarter(8)
    later = NOON + MINUTE
    earlier.decline(desk.queue, at(later), far.code, quarter(0))
    assert not is_free(desk, quarter(0), later)
    offer_next(desk, later)
    assert offered(desk, silent) == (quarter(0), later + OFFER_MS)
    end = later + OFFER_MS
    offer_next(desk, end - 1)
    assert offered(desk, silent) is not None
    offer_next(desk, end)
    assert offered(desk, silent) is None
    assert offered(desk, near) == (quarter(0), end + OFFER_MS)
    done = earlier.accept(desk.queue, at(end + OFFER_MS - 1), near.code, quarter(0)).booking
    assert (done.starts_at, done.sequence, done.earlier) == (quarter(0), 1, False)
    # Its own time is kept for those who are later.
    offer_next(desk, end + OFFER_MS)
    assert offered(desk, far) == (quarter(4), end + 2 * OFFER_MS)
    assert taken(desk) == {f"pas|{quarter(n)}": 1 for n in (0, 4, 6, 8)}


@pytest.mark.parametrize(("late", "is_taken"), [(-1, True), (0, False)])
def test_an_offer_can_be_taken_until_its_end(desk: Desk, late: int, is_taken: bool) -> None:
    offering(desk)
    first, mine = booked(desk, quarter(0)), asking(desk, 4)
    cancel(desk, first)
    offer_next(desk, NOON)
    now = NOON + OFFER_MS + late
    if is_taken:
        earlier.accept(desk.queue, at(now), mine.code, quarter(0))
        assert now_of(desk, mine).starts_at == quarter(0)
        # Pressed twice.
        assert earlier.accept(desk.queue, at(now), mine.code, quarter(0)).booking.sequence == 1
    else:
        with pytest.raises(HoldEnded):
            earlier.accept(desk.queue, at(now), mine.code, quarter(0))
        assert now_of(desk, mine).starts_at == quarter(4)


def test_after_the_last_no_the_time_is_free_for_all(desk: Desk) -> None:
    offering(desk)
    first, mine = booked(desk, quarter(0)), asking(desk, 4)
    cancel(desk, first)
    offer_next(desk, NOON)
    for _ in range(2):
        earlier.decline(desk.queue, at(NOON), mine.code, quarter(0))
    assert is_free(desk, quarter(0), NOON)
    offer_next(desk, NOON)
    assert offered(desk, mine) is None
    assert now_of(desk, mine).refused == (quarter(0),)


def test_without_anybody_who_asks_a_cancelled_time_is_free_at_once(desk: Desk) -> None:
    offering(desk)
    first = booked(desk, quarter(4))
    asking(desk, 0)
    booked(desk, quarter(6))
    cancel(desk, first)
    assert is_free(desk, quarter(4), NOON)


def test_without_a_worker_a_kept_time_is_free_soon(desk: Desk) -> None:
    offering(desk)
    first = booked(desk, quarter(0))
    asking(desk, 4)
    cancel(desk, first)
    assert not is_free(desk, quarter(0), NOON + KEPT_MS - 1)
    assert is_free(desk, quarter(0), NOON + KEPT_MS)
    offer_next(desk, NOON + KEPT_MS)


def test_at_night_no_citizen_is_asked_and_the_time_is_kept_until_the_morning(desk: Desk) -> None:
    offering(desk)
    first, mine = booked(desk, quarter(8)), asking(desk, 11)
    cancel(desk, first, NIGHT)
    eight = NINE - HOUR
    for now in (NIGHT, eight - 1):
        offer_next(desk, now)
        assert offered(desk, mine) is None
        assert not is_free(desk, quarter(8), now)
    offer_next(desk, eight)
    assert offered(desk, mine) == (quarter(8), eight + OFFER_MS)


@pytest.mark.parametrize(("slot", "is_kept"), [(1, True), (0, False)])
def test_a_time_that_would_be_over_before_the_answer_is_free_at_once(
    desk: Desk, slot: int, is_kept: bool
) -> None:
    # At eight an offer ends at a quarter past: an hour before the slot at a quarter past nine.
    offering(desk)
    first = booked(desk, quarter(slot))
    asking(desk, 11)
    cancel(desk, first, NIGHT)
    assert is_free(desk, quarter(slot), NIGHT) != is_kept


def test_two_cancelled_times_are_offered_to_two(desk: Desk) -> None:
    offering(desk, offer(at_once=2))
    gone = [booked(desk, quarter(0)), booked(desk, quarter(0))]
    near, far = asking(desk, 4), asking(desk, 8)
    for one in gone:
        cancel(desk, one)
    offer_next(desk, NOON)
    assert offered(desk, near) == offered(desk, far) == (quarter(0), NOON + OFFER_MS)
    assert taken(desk)[f"pas|{quarter(0)}"] == 2


def test_a_citizen_who_moves_meanwhile_leaves_the_offer_to_the_next(desk: Desk) -> None:
    offering(desk)
    first = booked(desk, quarter(0))
    near, far = asking(desk, 4), asking(desk, 8)
    cancel(desk, first)
    offer_next(desk, NOON)
    bookings.move(desk.queue, at(NOON), far.code, quarter(6))
    assert offered(desk, far) is None
    offer_next(desk, NOON)
    # The one who has moved is the farthest still, and has not refused it.
    assert offered(desk, far) == (quarter(0), NOON + OFFER_MS)
    cancel(desk, far)
    offer_next(desk, NOON)
    assert offered(desk, near) == (quarter(0), NOON + OFFER_MS)
    assert taken(desk) == {f"pas|{quarter(n)}": 1 for n in (0, 4)}


def test_a_kept_time_that_no_citizen_wants_any_more_is_given_back(desk: Desk) -> None:
    offering(desk)
    first, mine = booked(desk, quarter(0)), asking(desk, 4)
    cancel(desk, first)
    earlier.ask(desk.queue, at(NOON), mine.code, wanted=False)
    assert not is_free(desk, quarter(0), NOON)
    earlier.offer_all(desk.queue, NOON)
    assert is_free(desk, quarter(0), NOON)
    assert offered(desk, mine) is None


def test_a_blocked_place_is_not_offered(desk: Desk) -> None:
    offering(desk)
    first, mine = booked(desk, quarter(0)), asking(desk, 4)
    cancel(desk, first)
    k = BookingKeys(desk.branch)
    desk.queue.store.client.hset(k.blocked, f"pas|{quarter(0)}", 1)
    offer_next(desk, NOON)
    assert offered(desk, mine) is None
    assert f"pas|{quarter(0)}" not in taken(desk)


def test_asking_needs_a_contact_and_is_taken_back(desk: Desk) -> None:
    offering(desk)
    bare, mine = booked(desk, quarter(4)), booked(desk, quarter(5), contact=MAIL)
    with pytest.raises(Invalid):
        earlier.ask(desk.queue, at(NOON), bare.code, wanted=True)
    for _ in range(2):
        assert earlier.ask(desk.queue, at(NOON), mine.code, wanted=True).booking.earlier
    assert earlier.counts(desk.queue, desk.branch) == [("pas", 1, 0)]
    assert not earlier.ask(desk.queue, at(NOON), mine.code, wanted=False).booking.earlier
    assert earlier.counts(desk.queue, desk.branch) == []


def test_the_counts_are_of_those_who_ask_now(desk: Desk) -> None:
    offering(desk)
    first = booked(desk, quarter(0))
    asking(desk, 4)
    gone = asking(desk, 8)
    cancel(desk, first)
    offer_next(desk, NOON)
    assert earlier.counts(desk.queue, desk.branch) == [("pas", 2, 1)]
    cancel(desk, gone)
    assert earlier.counts(desk.queue, desk.branch) == [("pas", 1, 0)]


@pytest.mark.parametrize("seed", range(8))
def test_no_place_is_ever_taken_twice_or_lost(desk: Desk, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - seeded, no secret
    offering(desk, offer(at_once=2))
    now, known = NINE - 2 * DAY, list[Booking]()
    for _ in range(120):
        now += random.randrange(12 * MINUTE)
        with suppress(QueueError):
            act(desk, random, known, now)
        counted = taken(desk)
        assert max(counted.values(), default=0) <= 2
        assert counted == owned(desk, known)
    for one in known:
        if now_of(desk, one).state == "booked":
            cancel(desk, one, now)
    desk.queue.get(BookingStore).end_holds(desk.branch, now + DAY)
    assert taken(desk) == {}


def act(desk: Desk, random: Random, known: list[Booking], now: int) -> None:
    """Something that a citizen or the worker does."""
    slot, chosen = quarter(random.randrange(12)), random.randrange(8)
    if chosen > 5:
        offer_next(desk, now)
    elif chosen < 2 or not known:
        wants = random.random() < 0.7
        known.append(booked(desk, slot, now=now, contact=MAIL, earlier=wants))
    else:
        change(desk, chosen, random.choice(known), slot, now)


def change(desk: Desk, chosen: int, booking: Booking, slot: int, now: int) -> None:
    queue, command, found = desk.queue, at(now), now_of(desk, booking).offered
    if chosen == 2:
        bookings.cancel(queue, command, booking.code)
    elif chosen == 3:
        bookings.move(queue, command, booking.code, slot)
    elif found is not None:
        answer = earlier.accept if chosen == 4 else earlier.decline
        answer(queue, command, booking.code, found.starts_at)


def owned(desk: Desk, known: list[Booking]) -> Counter[str]:
    """The places of bookings, of offers, and of times that are kept: all that may be counted."""
    client: Any = desk.queue.store.client
    holds = client.zrange(BookingKeys(desk.branch).holds, 0, -1)
    found = Counter("|".join(hold.split("|")[1:3]) for hold in holds)
    states = (now_of(desk, one) for one in known)
    return found + Counter(f"pas|{one.starts_at}" for one in states if one.state == "booked")
