"""An address is kept only if it can be used, and in one form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from queue_service.bookings.api import letter_ways
from queue_service.bookings.rules.booking import BookingContact
from queue_service.bookings.rules.contact import LetterWays, checked_contact
from queue_service.errors import Invalid
from queue_service.runtime.settings import Settings

BOTH = LetterWays(("text", "mail"), ("45",))


@pytest.mark.parametrize(
    ("mail", "text", "contact"),
    [
        (None, None, None),
        ("", "", None),
        ("ida@example.dk", None, BookingContact("mail", "ida@example.dk")),
        (None, "22 34 56 78", BookingContact("text", "+4522345678")),
        (None, "+45 22345678", BookingContact("text", "+4522345678")),
    ],
)
def test_a_contact_has_one_form(
    mail: str | None, text: str | None, contact: BookingContact | None
) -> None:
    assert checked_contact(mail, text, BOTH) == contact


NORDIC = LetterWays(("text",), ("45", "46"))
NO_MAIL = "It must be one e-mail address."
WRITE_MAIL = "Write one e-mail address, such as name@example.dk."
NOT_SENT = "Leave it out: no letters are sent this way here."


def refused(mail: str | None, text: str | None, ways: LetterWays = BOTH) -> tuple[str, str, str]:
    """The field that is refused, the reason, and what to do about it."""
    with pytest.raises(Invalid) as refusal:
        checked_contact(mail, text, ways)
    errors: Any = refusal.value.extra["errors"]
    (error,) = errors
    return error["field"], error["reason"], refusal.value.detail


@pytest.mark.parametrize("mail", ["ida", "ida@", "a@b", "a b@example.dk", "a@example.dk, b@c.dk"])
def test_a_malformed_address_is_refused(mail: str) -> None:
    assert refused(mail, None) == ("contact.mail", NO_MAIL, WRITE_MAIL)


@pytest.mark.parametrize("text", ["2234567", "223456789", "ida"])
def test_a_malformed_number_is_refused(text: str) -> None:
    assert refused(None, text) == (
        "contact.text",
        "It must be eight digits, or begin with + and a country code.",
        "Write the telephone number with eight digits, or with its country code first.",
    )


def test_a_number_of_another_country_is_refused() -> None:
    assert refused(None, "+4722345678", NORDIC)[:2] == (
        "contact.text", "It must be a number of +45, +46.",
    )  # fmt: skip


def test_a_second_contact_and_one_without_a_use_are_refused() -> None:
    assert refused("ida@example.dk", "22345678")[:2] == (
        "contact", "It must be a mail address or a telephone number, not both.",
    )  # fmt: skip
    assert refused("ida@example.dk", None, NORDIC)[:2] == ("contact.mail", NOT_SENT)
    assert refused(None, "22345678", LetterWays(("mail",)))[:2] == ("contact.text", NOT_SENT)
    assert checked_contact(None, "22345678", NORDIC) == BookingContact("text", "+4522345678")


def test_channels_are_those_that_are_set_up() -> None:
    mail = Settings(data_dir=Path("var"), smtp_url="smtp://mail.example.dk")
    assert letter_ways(Settings(data_dir=Path("var"))).channels == ()
    assert letter_ways(mail).channels == ("mail",)
    assert letter_ways(replace(mail, sms_url="https://sms.example.dk")) == BOTH
