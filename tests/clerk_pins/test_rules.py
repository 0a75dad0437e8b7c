"""Which PINs are refused, and for how long a browser offers a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from queue_service.access.rules.caller import Grant
from queue_service.access.rules.credentials import Account
from queue_service.access.rules.lifetimes import LONGEST_PROVIDER_SESSION_MS, SESSION_MS
from queue_service.clerk_pins.rules import KNOWN_MS, MOST_WRONG, KnownPerson, checked_pin
from queue_service.errors import Invalid

ANNA: Final = Account("acc_1", "anna", "clerk", "a", "hash", 1)
KNOWN: Final = KnownPerson("anna", "acc_1", 1, 1_000, pin="hash")


@pytest.mark.parametrize("pin", ["7294", "50382", "9027461", "83619274", "0394"])
def test_a_pin_is_four_to_eight_digits(pin: str) -> None:
    assert checked_pin(pin, "anna") == pin


@pytest.mark.parametrize(
    "pin",
    ["", "729", "729461835", "72a4", "7 94", "٧٢٩٤", "72.4", "-7294", "7294\n"],
)
def test_anything_else_is_no_pin(pin: str) -> None:
    with pytest.raises(Invalid, match="4 to 8 digits"):
        checked_pin(pin, "anna")


@pytest.mark.parametrize(
    "pin",
    [
        *("0000", "99999999", "1212", "123123", "12341234", "7272", "112233"),
        *("1234", "12345678", "4321", "8765", "7890", "0987", "0123"),
        *("1984", "2026", "19840103", "03011984", "31122025", "2580", "0852", "1379", "2468"),
        *("1221", "72427", "4554"),
    ],
)
def test_a_pin_that_is_guessed_first_is_refused(pin: str) -> None:
    with pytest.raises(Invalid, match="first"):
        checked_pin(pin, "anna")


def test_a_pin_is_not_the_number_in_the_name() -> None:
    with pytest.raises(Invalid, match="first"):
        checked_pin("4073", "skranke-4073")
    assert checked_pin("4073", "skranke-4074") == "4073"


def test_a_person_is_offered_for_thirty_days_after_a_full_login() -> None:
    last = KNOWN.logged_in_at + KNOWN_MS - 1
    assert KNOWN.is_offered(ANNA, last)
    assert not KNOWN.is_offered(ANNA, last + 1)


def test_one_of_the_towns_accounts_is_offered_no_longer_than_its_logins_last() -> None:
    anna = replace(ANNA, name="anna@sso", subject="digest")
    known = replace(KNOWN, name="anna@sso")
    end = known.logged_in_at + LONGEST_PROVIDER_SESSION_MS - SESSION_MS
    assert known.is_offered(anna, end - 1)
    assert not known.is_offered(anna, end)


def test_a_changed_account_is_not_offered() -> None:
    assert not KNOWN.is_offered(None, 2_000)
    for changed in (
        replace(ANNA, version=2),
        replace(ANNA, id="acc_2"),
        replace(ANNA, role="admin"),
        replace(ANNA, more=(Grant("admin", "b"),)),
    ):
        assert not KNOWN.is_offered(changed, 2_000)
    assert KNOWN.is_offered(replace(ANNA, more=(Grant("supervisor", None),)), 2_000)


def test_a_pin_is_enough_until_too_many_were_wrong() -> None:
    assert not replace(KNOWN, wrong=MOST_WRONG - 1).needs_password
    assert replace(KNOWN, wrong=MOST_WRONG).needs_password
    assert replace(KNOWN, pin="").needs_password
