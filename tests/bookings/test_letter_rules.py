"""When a letter about an appointment is due, true and over: each boundary on both sides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from queue_service.bookings.rules.booking import Booking, BookingContact, OfferedTime
from queue_service.bookings.rules.letters import (
    EXPIRES_MS,
    LETTER_REASONS,
    RETRY_SECONDS,
    TRY_MS,
    BookingLetter,
    LetterReason,
    is_due,
    is_expired,
    is_lost,
    is_true,
    letter_about,
    letter_field,
    letter_from_json,
    letter_of,
    reminder_due,
)
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on
from tests.desks import document

BRANCH = Branch.from_document("raadhuset", "1", document())
MINUTE = 60_000
NOW = clock_on(BRANCH, "2026-12-01", "12:00")
TIME = clock_on(BRANCH, "2026-12-02", "09:30")
MAIL, TEXT = BookingContact("mail", "a@example.dk"), BookingContact("text", "+4522345678")


def booking(**changes: Any) -> Booking:
    known: dict[str, Any] = {
        "starts_at": TIME, "ends_at": TIME + 15 * MINUTE, "state": "booked", "contact": MAIL,
        "booked_at": NOW - 7 * 86_400_000, "sequence": 2,
    }  # fmt: skip
    return Booking(
        code="ABCDEF", service="pas", language="da", channel="web", created_at=0,
        **(known | changes),
    )  # fmt: skip


def letter(reason: LetterReason = "booked", **changes: Any) -> BookingLetter:
    made = letter_of(reason, booking(**changes), NOW)
    assert made is not None
    return made


def at(clock: str, day: str = "2026-12-01") -> int:
    return clock_on(BRANCH, day, clock)


@pytest.mark.parametrize("reason", LETTER_REASONS)
def test_a_letter_is_read_back_as_it_was_stored(reason: LetterReason) -> None:
    made = letter(reason, contact=TEXT, offered=OfferedTime(5, 6, 7))
    assert letter_from_json(made.to_json()) == made
    assert made.contact == TEXT
    assert made.starts_at == (5 if reason == "offered" else TIME)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"reason": "booked"}'])
def test_a_damaged_letter_is_none(text: str) -> None:
    assert letter_from_json(text) is None


def test_a_stored_letter_without_a_contact_is_none() -> None:
    stored = json.loads(letter().to_json())
    assert letter_from_json(json.dumps(stored)) == letter()
    assert letter_from_json(json.dumps(stored | {"contact": None})) is None
    assert letter().to_json().startswith('{"reason":"booked","code":"ABCDEF","service":"pas",')
    assert '"service":"på"' in letter()._replace(service="på").to_json()


def test_there_is_no_letter_without_a_contact() -> None:
    assert letter_of("booked", booking(contact=None), NOW) is None
    assert letter_about("booked", None, booking(contact=None), NOW) is None
    assert letter_about("booked", booking(contact=None), booking(contact=None), NOW) is None


def test_a_letter_goes_to_the_contact_after_the_change_or_before_it() -> None:
    before, after = booking(contact=TEXT), booking(sequence=3)
    assert letter_about("moved", before, after, NOW) == letter("moved", sequence=3)
    gone = after._replace(contact=None, state="cancelled")
    assert letter_about("cancelled", before, gone, NOW) == letter(
        "cancelled", sequence=3, contact=TEXT
    )
    assert letter_about(None, before, after, NOW) is None
    assert letter_about("cancelled", before, None, NOW) is None


def test_a_letter_has_what_its_text_needs() -> None:
    offered = OfferedTime(5, 6, 7)
    of_time = BookingLetter(
        "moved", "ABCDEF", "pas", TIME, TIME + 15 * MINUTE, "da", 2, MAIL, NOW, 0
    )
    assert letter("moved", offered=offered) == of_time
    assert letter("offered", offered=offered) == of_time._replace(
        reason="offered", starts_at=5, ends_at=6, until=7
    )
    assert of_time.id == "ABCDEF|2|moved"
    assert letter("offered", offered=offered).id == "ABCDEF|5|offered"
    about = booking(contact=None, booked_at=None)._replace(created_at=NOW)
    assert of_time.booking == about
    for reason in ("cancelled", "called_off", "displaced"):
        assert of_time._replace(reason=reason).booking == about._replace(state="cancelled")
    assert letter_field("mail", "sent") == "booking_letter|mail|sent"


def test_a_try_counts_from_its_begin_and_ends_with_a_pause() -> None:
    begun = letter().begun(NOW)
    assert begun == letter()._replace(tries=1, begun_at=NOW)
    assert begun.failed(NOW + 5) == letter()._replace(tries=1, next_at=NOW + 5 + 60_000)


def test_letters_of_different_changes_are_kept_apart() -> None:
    ids = {letter(reason).id for reason in LETTER_REASONS}
    ids |= {letter("moved", sequence=3).id, letter("offered", offered=OfferedTime(5, 6, 7)).id}
    assert len(ids) == len(LETTER_REASONS) + 2


def test_a_failed_try_is_repeated_after_each_pause_and_then_given_up() -> None:
    tried: BookingLetter | None = letter()
    for pause in RETRY_SECONDS:
        assert tried is not None
        tried = tried.begun(NOW).failed(NOW)
        assert tried is not None
        assert not is_due(tried, NOW + pause * 1000 - 1)
        assert is_due(tried, NOW + pause * 1000)
    assert tried is not None
    assert tried.begun(NOW).failed(NOW) is None


@pytest.mark.parametrize(("contact", "is_sent_again"), [(MAIL, True), (TEXT, False)])
def test_after_a_killed_worker_a_mail_alone_is_sent_again(
    contact: BookingContact, is_sent_again: bool
) -> None:
    begun = letter(contact=contact).begun(NOW)
    assert not is_due(begun, NOW + TRY_MS - 1)
    assert not is_lost(begun, NOW + TRY_MS - 1)
    assert is_due(begun, NOW + TRY_MS) == is_sent_again
    assert is_lost(begun, NOW + TRY_MS) != is_sent_again
    assert not is_lost(letter(contact=contact), NOW + TRY_MS)


def test_a_letter_is_given_up_a_day_after_its_change_and_after_its_last_try() -> None:
    made = letter()
    assert not is_expired(made, NOW + EXPIRES_MS - 1)
    assert is_expired(made, NOW + EXPIRES_MS)
    assert sum(RETRY_SECONDS) * 1000 < EXPIRES_MS


@pytest.mark.parametrize("reason", ["booked", "moved", "reminder", "restored"])
def test_a_letter_about_a_time_is_true_until_it_is_changed_or_begins(reason: LetterReason) -> None:
    made = letter(reason)
    assert is_true(made, booking(), TIME - 1)
    assert not is_true(made, booking(), TIME)
    assert not is_true(made, booking(sequence=3), NOW)
    assert not is_true(made, booking(state="cancelled"), NOW)
    assert not is_true(made, booking(state="arrived"), NOW)
    assert not is_true(made, None, NOW)


@pytest.mark.parametrize("reason", ["cancelled", "called_off", "displaced"])
def test_bad_news_is_sent_however_late(reason: LetterReason) -> None:
    made = letter(reason)
    assert is_true(made, booking(state="cancelled"), TIME + 1)
    assert is_true(made, None, TIME + 1)
    # A citizen who has come, or has moved it meanwhile, needs no letter about the old time.
    assert not is_true(made, booking(state="arrived"), NOW)
    assert not is_true(made, booking(sequence=3), NOW)


def test_an_offer_is_true_until_its_end() -> None:
    offer = OfferedTime(TIME - 60 * MINUTE, TIME - 45 * MINUTE, NOW + 15 * MINUTE)
    made = letter("offered", offered=offer)
    assert is_true(made, booking(offered=offer), NOW + 15 * MINUTE - 1)
    assert not is_true(made, booking(offered=offer), NOW + 15 * MINUTE)
    assert not is_true(made, booking(), NOW)
    assert not is_true(made, booking(offered=offer._replace(starts_at=5)), NOW)


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        (at("10:00") - 1, False),
        (at("10:00"), True),
        (at("20:00") - 1, True),
        (at("20:00"), False),
        (at("12:00", "2026-11-30"), False),
        (at("08:00", "2026-12-02"), False),
    ],
)
def test_a_reminder_is_sent_in_the_daytime_of_the_day_before(now: int, is_due: bool) -> None:
    assert reminder_due(BRANCH, booking(), now) == is_due


@pytest.mark.parametrize(
    ("changes", "is_due"),
    [
        ({"booked_at": at("00:00") - 1}, True),
        ({"booked_at": at("00:00")}, False),
        ({"reminded_at": at("00:00") - 1}, True),
        ({"reminded_at": at("11:00")}, False),
        ({"contact": None}, True),
        ({"state": "arrived"}, False),
        ({"state": "cancelled"}, False),
        ({"displaced_at": at("00:00") - 1}, False),
    ],
)
def test_a_reminder_is_sent_once_to_a_citizen_who_may_have_forgotten(
    changes: dict[str, Any], is_due: bool
) -> None:
    assert reminder_due(BRANCH, booking(**changes), NOW) == is_due


def test_the_day_before_is_the_branchs_also_where_the_clocks_change() -> None:
    monday = clock_on(BRANCH, "2026-10-26", "09:00")
    for clock, expected in (("10:00", True), ("09:59", False)):
        now = clock_on(BRANCH, "2026-10-25", clock)
        assert reminder_due(BRANCH, booking(starts_at=monday, booked_at=0), now) == expected
