"""A booking: its places, its stored form, and the day on which a change of it counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from queue_service.bookings.rules.booking import (
    KEPT_MS,
    Booking,
    BookingContact,
    BookingPlace,
    OfferedTime,
    booking_from_json,
    booking_or_none,
    contact_from_json,
    contact_json,
    slot_field,
)
from queue_service.bookings.rules.counting import counted, date_of_count
from queue_service.branches.rules.branch import Branch
from tests.bookings.booked import DAY, HOUR, NINE, QUARTER
from tests.desks import document

MIDNIGHT = NINE - 9 * HOUR
OFFICE = Branch.from_document("raadhuset", "1", document())
OFFERED = OfferedTime(NINE - HOUR, NINE - HOUR + QUARTER, 500)
MAIL, TEXT = BookingContact("mail", "ida@example.dk"), BookingContact("text", "+4522345678")


def known(**changes: Any) -> Booking:
    fields: dict[str, Any] = {"state": "booked", **changes}
    return Booking("ABCDEF", "pas", NINE, NINE + QUARTER, "da", "web", created_at=1, **fields)


OWN = BookingPlace("pas", NINE)


@pytest.mark.parametrize(
    ("booking", "places", "holds"),
    [
        (known(state="held", held_until=7), (BookingPlace("pas", NINE, 7),), [
            f"ABCDEF|pas|{NINE}",
        ]),
        (known(), (OWN,), [""]),
        (known(state="arrived"), (OWN,), [""]),
        (known(state="cancelled"), (), []),
        (known(state="missed"), (), []),
        (known(offered=OFFERED), (OWN, BookingPlace("pas", NINE - HOUR, 500 + KEPT_MS, True)), [
            "", f"ABCDEF|pas|{NINE - HOUR}|offered",
        ]),
    ],
)  # fmt: skip
def test_a_booking_has_the_place_of_its_time_and_of_its_offer(
    booking: Booking, places: tuple[BookingPlace, ...], holds: list[str]
) -> None:
    assert booking.places == places
    assert [booking.hold_of(place) for place in places] == holds
    assert OWN.field == slot_field("pas", NINE) == f"pas|{NINE}"


@pytest.mark.parametrize(
    ("changes", "asks"),
    [
        ({}, True), ({"earlier": False}, False), ({"contact": None}, False),
        ({"state": "held"}, False), ({"state": "arrived"}, False),
    ],
)  # fmt: skip
def test_an_earlier_time_is_offered_to_those_who_ask_and_can_be_reached(
    changes: dict[str, Any], asks: bool
) -> None:
    assert known(**{"earlier": True, "contact": MAIL, **changes}).asks is asks


FULL = known(
    booked_at=2, held_until=3, owner="o", sequence=4, earlier=True, contact=TEXT, visit="v",
    moved_from=5, offered=OFFERED, reminded_at=6, displaced_at=7, refused=(8, 9),
)  # fmt: skip


def test_the_stored_form_names_what_is_not_usual() -> None:
    plain = {
        "code": "ABCDEF", "service": "pas", "starts_at": NINE, "ends_at": NINE + QUARTER,
        "language": "da", "channel": "web", "state": "booked", "created_at": 1,
    }  # fmt: skip
    assert json.loads(known().to_json()) == plain
    assert known().to_json().startswith('{"code":"ABCDEF","service":"pas",')
    assert json.loads(FULL.to_json()) == plain | {
        "booked_at": 2, "held_until": 3, "owner": "o", "sequence": 4, "earlier": True,
        "contact": {"text": "+4522345678"}, "visit": "v", "moved_from": 5,
        "offered": {"starts_at": NINE - HOUR, "ends_at": NINE - HOUR + QUARTER, "until": 500},
        "reminded_at": 6, "displaced_at": 7, "refused": [8, 9],
    }  # fmt: skip
    assert "pas på" in known(visit="pas på").to_json()


@pytest.mark.parametrize("booking", [FULL, known(), known(contact=MAIL)])
def test_a_booking_is_read_back_as_it_was_stored(booking: Booking) -> None:
    assert booking_from_json(booking.to_json()) == booking
    assert booking_or_none(booking.to_json()) == booking
    assert hash(booking_from_json(booking.to_json())) == hash(booking)


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", "{}", '{"contact": {}}', '{"offered": 1}', '{"refused": 1}']
)
def test_nothing_and_a_damaged_booking_are_none(text: str | None) -> None:
    assert booking_or_none(text) is None


def test_a_contact_is_stored_by_its_kind() -> None:
    assert contact_json(MAIL) == {"mail": "ida@example.dk"}
    assert contact_json(TEXT) == {"text": "+4522345678"}
    assert contact_json(None) is None
    for contact in (MAIL, TEXT, None):
        assert contact_from_json(contact_json(contact)) == contact


@pytest.mark.parametrize(
    ("now", "days"), [(MIDNIGHT, 0), (MIDNIGHT - 1, 1), (MIDNIGHT - DAY, 1), (NINE - 7 * DAY, 7)]
)
def test_a_booking_counts_by_how_many_dates_it_is_ahead(now: int, days: int) -> None:
    assert counted(OFFICE, "booked", known(), now) == f"booked|pas|web|{days}"
    assert (
        counted(OFFICE, "cancelled", known()._replace(channel="phone"), now)
        == "cancelled|pas|phone|0"
    )


@pytest.mark.parametrize(
    ("now", "date"),
    [
        (MIDNIGHT - 1, "2026-11-24"), (MIDNIGHT, "2026-11-25"),
        (MIDNIGHT + DAY - 1, "2026-11-25"), (MIDNIGHT + DAY, "2026-11-25"),
    ],
)  # fmt: skip
def test_a_change_counts_at_the_latest_on_the_booked_date(now: int, date: str) -> None:
    assert date_of_count(OFFICE, known(), now) == date
