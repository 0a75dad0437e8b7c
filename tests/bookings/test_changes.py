"""Each change of a booking as it is decided: what is after it, what it counts, and its letter."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.bookings.rules.booking import Booking, BookingContact, OfferedTime
from queue_service.bookings.rules.changes import (
    BookingCase,
    BookingChange,
    arrive,
    booking_event,
    cancel,
    confirm,
    displace,
    hold_ended,
    miss,
    move,
    require_bookable,
    require_booked,
    require_new_hold,
    require_offer,
    require_open,
    restore,
    slot_taken,
)
from queue_service.bookings.rules.earlier import KeptTime
from queue_service.bookings.rules.earlier_changes import accept, ask, end_offer
from queue_service.bookings.rules.earlier_changes import offer as offer_time
from queue_service.bookings.rules.slots import Slot
from queue_service.branches.rules.branch import Branch
from queue_service.errors import (
    BookingOver,
    HoldEnded,
    Invalid,
    NotOffered,
    OtherDay,
    QueueError,
    SlotTaken,
    TooLate,
)
from tests.bookings.booked import BEFORE, DAY, HOUR, MINUTE, NINE, OTHER, OWNER, QUARTER, offer
from tests.desks import document

MAIL = BookingContact("mail", "borger@example.dk")
MIDNIGHT = NINE - 9 * HOUR
"""The end of the day before."""


def branch_with(*offers: dict[str, Any]) -> Branch:
    """Passports can be booked, by default, two at once and one of them by walk-ins alone."""
    known = offers or (offer(at_once=2, walk_in_percent=50),)
    return Branch.from_document("raadhuset", "1", document(bookings={"offers": [*known]}))


OFFICE = branch_with()
ELSEWHERE = branch_with(offer(service="korekort"))
OPENS_LATER = branch_with(offer(week={"wed": [["09:01", "12:00"]]}))


def known(**changes: Any) -> Booking:
    """Booked at nine, by a citizen who is not asked about earlier times."""
    fields: dict[str, Any] = {"state": "booked", "booked_at": BEFORE, "contact": MAIL, **changes}
    return Booking("ABCDEF", "pas", NINE, NINE + QUARTER, "da", "web", created_at=1, **fields)


HELD = known(state="held", owner=OWNER, held_until=BEFORE + MINUTE, booked_at=None, contact=None)
OVER = [known(state="arrived"), known(state="missed"), known(state="cancelled")]


def case(booking: Booking, now: int = BEFORE, branch: Branch = OFFICE) -> BookingCase:
    return BookingCase(branch, booking, now)


def confirmed(one: BookingCase, owner: str = OWNER, starts_at: int = NINE) -> BookingChange:
    return confirm(one, owner, MAIL, earlier=True, starts_at=starts_at)


@pytest.mark.parametrize("starts_at", [NINE, 0])
def test_a_held_time_is_booked_at_the_time_that_the_page_showed(starts_at: int) -> None:
    found = confirmed(case(HELD), starts_at=starts_at)
    after = HELD._replace(
        state="booked", booked_at=BEFORE, held_until=None, contact=MAIL, earlier=True
    )
    field = f"pas|{NINE}"
    assert found == BookingChange(
        after, "booked", {field: 1}, MIDNIGHT, HoldEnded, "booked", most={field: 2}
    )


@pytest.mark.parametrize(
    ("branch", "most"),
    [
        (ELSEWHERE, {}),
        (branch_with(offer(week={"wed": [["08:55", "11:00"]]}, at_once=3)), {f"pas|{NINE}": 3}),
    ],
)
def test_a_held_time_that_is_no_slot_any_more_has_its_own_place_alone(
    branch: Branch, most: dict[str, int]
) -> None:
    found = confirmed(case(HELD, branch=branch))
    assert (found.capacity, found.most) == ({f"pas|{NINE}": 0}, most)


def test_a_time_that_is_closed_by_now_is_neither_confirmed_nor_taken_as_an_earlier_one() -> None:
    with pytest.raises(HoldEnded):
        confirmed(case(HELD, branch=OPENS_LATER))
    asking = known()._replace(
        starts_at=NINE + HOUR, offered=OfferedTime(NINE, NINE + QUARTER, BEFORE + 1)
    )
    with pytest.raises(HoldEnded):
        accept(case(asking, branch=OPENS_LATER), NINE)
    with pytest.raises(NotOffered):
        move(case(asking, branch=OPENS_LATER), NINE, staff=False)


@pytest.mark.parametrize(
    ("owner", "starts_at", "held_by"),
    [(OTHER, NINE, OWNER), ("", NINE, ""), (OWNER, NINE + 1, OWNER)],
)
def test_another_page_or_time_confirms_nothing(owner: str, starts_at: int, held_by: str) -> None:
    with pytest.raises(HoldEnded, match=r"^The time is no longer reserved for you; choose one ag"):
        confirmed(case(HELD._replace(owner=held_by)), owner, starts_at)


def test_a_held_time_is_confirmed_until_it_begins() -> None:
    last = confirmed(case(HELD, NINE - 1))
    assert (last.letter, last.until) == ("booked", NINE)
    # The places of the slot are other ones from the notice on.
    assert confirmed(case(HELD, NINE - HOUR - 1)).until == NINE - HOUR
    assert confirmed(case(HELD, NINE - HOUR)).until == NINE
    with pytest.raises(TooLate, match=r"^The time has begun; choose another one\.$"):
        confirmed(case(HELD, NINE))


def test_a_booking_that_is_confirmed_twice_stays_as_it_is() -> None:
    booked = known(owner=OWNER)
    assert confirmed(case(booked, NINE)) == BookingChange(booked)


def test_a_move_takes_the_places_of_the_new_time() -> None:
    booking = known(sequence=3, displaced_at=5, reminded_at=6, offered=OfferedTime(7, 8, 9))
    after = booking._replace(
        starts_at=NINE + HOUR, ends_at=NINE + HOUR + QUARTER, sequence=4, moved_from=NINE,
        offered=None, reminded_at=BEFORE, displaced_at=None,
    )  # fmt: skip
    assert move(case(booking), NINE + HOUR, staff=False) == BookingChange(
        after, "moved", {f"pas|{NINE + HOUR}": 1}, MIDNIGHT, SlotTaken, "moved"
    )


def test_a_move_to_the_offered_time_needs_no_other_place() -> None:
    offered = OfferedTime(NINE + 5 * MINUTE, NINE + QUARTER, BEFORE + 1)
    booking = known(earlier=True, offered=offered)
    after = booking._replace(
        starts_at=offered.starts_at, ends_at=offered.ends_at, sequence=1, moved_from=NINE,
        offered=None, reminded_at=BEFORE, earlier=False,
    )  # fmt: skip
    assert move(case(booking), offered.starts_at, staff=False) == BookingChange(
        after, "moved", until=BEFORE + 1, letter="moved", most={f"pas|{offered.starts_at}": 2}
    )
    # At its end, and at another time, it is a move as any.
    with pytest.raises(NotOffered):
        move(case(booking, BEFORE + 1), offered.starts_at, staff=False)
    assert move(case(booking), NINE + HOUR, staff=False).capacity == {f"pas|{NINE + HOUR}": 1}


def test_a_citizen_moves_until_the_time_begins_and_the_staff_later() -> None:
    last = move(case(known(), NINE - 1), NINE + 2 * HOUR, staff=False)
    assert (last.deed, last.until) == ("moved", NINE)
    assert move(case(known(), NINE - 1), NINE + 2 * HOUR, staff=True).until == NINE + 2 * HOUR
    with pytest.raises(
        TooLate, match=r"^The booked time has begun, so it cannot be moved; call the branch\.$"
    ):
        move(case(known(), NINE), NINE + 2 * HOUR, staff=False)
    # The notice of an hour binds the citizen alone.
    assert move(case(known(), NINE), NINE + QUARTER, staff=True).deed == "moved"
    with pytest.raises(TooLate, match=r"^This time is too near to be booked; "):
        move(case(known(), NINE - 1), NINE + QUARTER, staff=False)


def test_a_move_to_the_own_time_changes_nothing() -> None:
    assert move(case(known(), NINE), NINE, staff=False) == BookingChange(known())


def test_a_time_that_cannot_be_kept_is_displaced_and_restored_once() -> None:
    displaced = known(displaced_at=BEFORE, sequence=1)
    assert displace(case(known())) == BookingChange(displaced, "displaced", letter="displaced")
    assert displace(case(displaced, NINE)) == BookingChange(displaced)
    restored = known(displaced_at=None, reminded_at=BEFORE + 1, sequence=2)
    assert restore(case(displaced, BEFORE + 1)) == BookingChange(
        restored, "restored", letter="restored"
    )
    assert restore(case(known())) == BookingChange(known())


@pytest.mark.parametrize("booking", [HELD, *OVER], ids=lambda one: one.state)
def test_a_booking_in_another_state_is_neither_displaced_nor_restored_nor_missed(
    booking: Booking,
) -> None:
    for change in (displace, miss):
        assert change(case(booking)) == BookingChange(booking)
    gone = booking._replace(displaced_at=5)
    assert restore(case(gone)) == BookingChange(gone)


@pytest.mark.parametrize(("staff", "letter"), [(True, "called_off"), (False, "cancelled")])
def test_a_booking_that_is_cancelled_has_no_contact_and_no_offer(staff: bool, letter: Any) -> None:
    offered = known(offered=OfferedTime(1, 2, 3), sequence=3)
    after = known(state="cancelled", contact=None, sequence=4)
    assert cancel(case(offered), staff=staff) == BookingChange(
        after, "cancelled", letter=letter, by_staff=staff
    )
    assert cancel(case(after), staff=staff) == BookingChange(after)
    assert cancel(case(HELD), staff=staff) == BookingChange(None)


def test_a_citizen_arrives_with_one_visit_or_is_missed() -> None:
    offered = known(offered=OfferedTime(1, 2, 3))
    after = known(state="arrived", contact=None, visit="v1")
    assert arrive(case(offered), "v1", NINE) == BookingChange(after, "arrived")
    assert arrive(case(offered), "v1", 0).after == after
    assert arrive(case(after), "v1", 0) == BookingChange(after)
    with pytest.raises(BookingOver):
        arrive(case(after), "v2", 0)
    with pytest.raises(BookingOver):
        arrive(case(known(state="cancelled", visit="v1")), "v1", 0)
    with pytest.raises(OtherDay, match=r"^The booking has been moved\.$") as moved:
        arrive(case(offered), "v1", NINE - 1)
    assert moved.value.extra == {"starts_at": "2026-11-25T08:00:00.000Z"}
    assert miss(case(offered)) == BookingChange(known(state="missed", contact=None), "missed")


def test_another_hold_begins_while_it_ends_within_three() -> None:
    require_new_hold(NINE, 10, NINE + 20)
    with pytest.raises(HoldEnded, match=r"^Times were reserved here for long; open the page again"):
        require_new_hold(NINE, 10, NINE + 21)


@pytest.mark.parametrize(
    ("booking", "sentence"),
    [
        (known(state="arrived"), "has arrived already"),
        (known(state="missed"), "was not used on its day"),
        (known(state="cancelled"), "is cancelled"),
    ],
)
def test_a_booking_that_is_over_says_why(booking: Booking, sentence: str) -> None:
    for required in (require_open, require_booked):
        with pytest.raises(BookingOver) as refused:
            required(booking)
        assert str(refused.value) == f"The booking ABC DEF {sentence}."
        assert refused.value.extra == {"state": booking.state}
    for change in (confirmed_by_owner, asked, accepted):
        with pytest.raises(BookingOver):
            change(booking)


def confirmed_by_owner(booking: Booking) -> BookingChange:
    return confirmed(case(booking._replace(owner=OWNER)))


def asked(booking: Booking) -> BookingChange:
    return ask(case(booking), wanted=False)


def accepted(booking: Booking) -> BookingChange:
    return accept(case(booking), NINE)


def test_a_time_that_is_held_is_open_and_not_booked() -> None:
    require_open(HELD)
    with pytest.raises(HoldEnded) as refused:
        require_booked(HELD)
    assert str(refused.value) == "The time is reserved and not booked yet; confirm it first."


def refusal(branch: Branch, starts_at: int, now: int) -> tuple[type[QueueError], str]:
    with pytest.raises(QueueError) as refused:
        require_bookable(branch, "pas", starts_at, now)
    return type(refused.value), str(refused.value)


def test_a_time_is_booked_in_its_slot_within_the_notice() -> None:
    slot = Slot(NINE, NINE + QUARTER, 1, 0, 1, "2026-11-25")
    assert require_bookable(OFFICE, "pas", NINE, BEFORE) == (slot, 1, NINE - 9 * HOUR)
    near = require_bookable(OFFICE, "pas", NINE, NINE - 1, staff=True)
    assert near == (slot, 1, NINE)
    assert require_offer(OFFICE, "pas") is OFFICE.bookings.offers["pas"]


@pytest.mark.parametrize(
    ("branch", "starts_at", "now", "expected"),
    [
        (ELSEWHERE, NINE, BEFORE, (
            NotOffered, "No time can be booked for this service here; come without one.",
        )),
        (OFFICE, NINE + 1, BEFORE, (
            NotOffered, "There is no such time to book; choose one of those that are free.",
        )),
        (OFFICE, NINE, NINE - HOUR, (
            TooLate, "This time is too near to be booked; choose another one, or come and wait.",
        )),
        (OFFICE, NINE, NINE - 29 * DAY, (
            NotOffered, "A time can be booked 28 days before at the earliest.",
        )),
        (branch_with(offer(walk_in_percent=100)), NINE, BEFORE, (
            SlotTaken, "This time has just been taken; choose another one.",
        )),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_booked_says_why(
    branch: Branch, starts_at: int, now: int, expected: tuple[type[QueueError], str]
) -> None:
    assert refusal(branch, starts_at, now) == expected


def test_a_refusal_says_what_to_do() -> None:
    assert str(slot_taken()) == "This time has just been taken; choose another one."
    assert str(hold_ended()) == "The time is no longer reserved for you; choose one again."


EVENT = {
    "code": "ABCDEF", "service": "pas", "starts_at": "2026-11-25T08:00:00.000Z", "language": "da",
    "channel": "web", "at": BEFORE,
}  # fmt: skip


def test_an_event_has_the_former_time_of_a_move_and_the_offer_of_an_offer() -> None:
    offered = known(offered=OfferedTime(NINE - QUARTER, NINE, NINE - HOUR))
    was = known()._replace(starts_at=NINE + QUARTER)
    assert booking_event("moved", was, offered, BEFORE) == (
        "booking.moved", {**EVENT, "by": "citizen", "was": "2026-11-25T08:15:00.000Z"},
    )  # fmt: skip
    assert booking_event("cancelled", was, known(), BEFORE, by_staff=True) == (
        "booking.cancelled", {**EVENT, "by": "staff"},
    )  # fmt: skip
    assert booking_event("offered", was, offered, BEFORE) == (
        "booking.offered",
        {**EVENT, "offered": "2026-11-25T07:45:00.000Z", "until": "2026-11-25T07:00:00.000Z"},
    )
    assert booking_event("moved", None, offered, BEFORE)[1] == {**EVENT, "by": "citizen"}
    assert booking_event("offered", was, known(), BEFORE) == ("booking.offered", EVENT)
    assert booking_event("booked", was, offered, BEFORE) == ("booking.booked", EVENT)


def test_a_wish_for_an_earlier_time_needs_a_contact() -> None:
    assert ask(case(known()), wanted=True) == BookingChange(known(earlier=True))
    without = known(contact=None, earlier=True)
    assert ask(case(without), wanted=False) == BookingChange(known(contact=None))
    with pytest.raises(Invalid):
        confirm(case(HELD), OWNER, None, earlier=True, starts_at=NINE)
    assert confirm(case(HELD), OWNER, None, earlier=False, starts_at=NINE).deed == "booked"
    with pytest.raises(Invalid) as refused:
        ask(case(without), wanted=True)
    assert refused.value.extra == {
        "errors": [{"field": "earlier", "reason": "It needs a mail address or a telephone number."}]
    }
    assert str(refused.value) == (
        "Give a mail address or a telephone number: an earlier time is offered for minutes."
    )


LATER = known(earlier=True)._replace(starts_at=NINE + HOUR, ends_at=NINE + HOUR + QUARTER)
KEPT = KeptTime("pas", NINE, "XYZXYZ.0", BEFORE + MINUTE)


def test_a_kept_time_is_held_for_the_booking_to_which_it_is_offered() -> None:
    after = LATER._replace(offered=OfferedTime(NINE, NINE + QUARTER, BEFORE + QUARTER))
    found = offer_time(case(LATER), kept=KEPT, places=7, until=BEFORE + QUARTER)
    assert found == BookingChange(
        after, "offered", {f"pas|{NINE}": 7}, letter="offered", takes=KEPT
    )


@pytest.mark.parametrize(
    ("booking", "kept", "branch"),
    [
        (LATER, KEPT, ELSEWHERE),
        (LATER, KEPT._replace(starts_at=NINE + 1), OFFICE),
        (LATER._replace(earlier=False), KEPT, OFFICE),
        (LATER._replace(refused=(NINE,)), KEPT, OFFICE),
        (LATER._replace(starts_at=NINE), KEPT, OFFICE),
    ],
)
def test_a_time_that_does_not_suit_any_more_is_not_offered(
    booking: Booking, kept: KeptTime, branch: Branch
) -> None:
    found = offer_time(case(booking, branch=branch), kept=kept, places=1, until=BEFORE + QUARTER)
    assert found == BookingChange(booking)


def test_an_offered_time_is_accepted_until_its_end() -> None:
    offered = LATER._replace(offered=OfferedTime(NINE, NINE + QUARTER, BEFORE + 1))
    change = move(case(offered), NINE, staff=False)
    assert accept(case(offered), NINE) == change._replace(refused=HoldEnded)
    # Nor is the own time begun: with the staff it could be moved then.
    begun = offered._replace(offered=OfferedTime(NINE, NINE + QUARTER, NINE + 2 * HOUR))
    with pytest.raises(TooLate):
        accept(case(begun, NINE + HOUR), NINE)
    for late in (case(offered, BEFORE + 1), case(LATER), case(offered._replace(offered=None))):
        with pytest.raises(HoldEnded):
            accept(late, NINE)
    with pytest.raises(HoldEnded):
        accept(case(offered), NINE + QUARTER)
    moved = known(offered=None)
    assert accept(case(moved), NINE) == BookingChange(moved)
    with pytest.raises(HoldEnded):
        accept(case(HELD), NINE)


def test_an_offer_that_ends_is_not_made_again() -> None:
    offered = LATER._replace(offered=OfferedTime(NINE, NINE + QUARTER, BEFORE), refused=(5,))
    assert end_offer(case(offered), NINE) == BookingChange(LATER._replace(refused=(5, NINE)))
    assert end_offer(case(offered), NINE + 1) == BookingChange(offered)
    assert end_offer(case(LATER), NINE) == BookingChange(LATER)
