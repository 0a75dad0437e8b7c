"""An address is kept only if it can be used, and in one form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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


@pytest.mark.parametrize("mail", ["ida", "ida@", "a@b", "a b@example.dk", "a@example.dk, b@c.dk"])
def test_a_malformed_address_is_refused(mail: str) -> None:
    with pytest.raises(Invalid):
        checked_contact(mail, None, BOTH)


def test_channels_are_those_that_are_set_up() -> None:
    mail = Settings(data_dir=Path("var"), smtp_url="smtp://mail.example.dk")
    assert letter_ways(Settings(data_dir=Path("var"))).channels == ()
    assert letter_ways(mail).channels == ("mail",)
    assert letter_ways(replace(mail, sms_url="https://sms.example.dk")) == BOTH
    with pytest.raises(Invalid):
        checked_contact("ida@example.dk", None, LetterWays(("text",), ("45",)))
