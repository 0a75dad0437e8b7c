"""The addresses of letters that this installation can send to."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from queue_service.bookings.rules.booking import BookingContact, ContactKind
from queue_service.contract.addresses import dialled, is_in, is_mail_address
from queue_service.errors import Invalid


class LetterWays(NamedTuple):
    """The ways by which an installation sends letters: the channels, and the codes of the countries
    to which text messages go."""

    channels: tuple[ContactKind, ...] = ()
    countries: Collection[str] = ()


def checked_contact(mail: str | None, text: str | None, ways: LetterWays) -> BookingContact | None:
    """The contact of a mail address or a telephone number, in its usual form; None without either.

    Raises Invalid for both, for one of the wrong form, for a number of another country, and for a
    channel by which no letters are sent: an address without a use is not kept.
    """
    if mail and text:
        raise Invalid.at("contact", "It must be a mail address or a telephone number, not both.")
    if not mail and not text:
        return None
    kind: ContactKind = "mail" if mail else "text"
    if kind not in ways.channels:
        raise Invalid.at(f"contact.{kind}", "Leave it out: no letters are sent this way here.")
    if mail:
        if not is_mail_address(mail):
            raise Invalid.at(
                "contact.mail",
                "It must be one e-mail address.",
                "Write one e-mail address, such as name@example.dk.",
            )
        return BookingContact("mail", mail)
    return BookingContact("text", _number(text or "", ways))


def _number(text: str, ways: LetterWays) -> str:
    number = dialled(text)
    if number is None:
        raise Invalid.at(
            "contact.text",
            "It must be eight digits, or begin with + and a country code.",
            "Write the telephone number with eight digits, or with its country code first.",
        )
    if not is_in(number, ways.countries):
        codes = ", ".join(f"+{code}" for code in ways.countries)
        raise Invalid.at("contact.text", f"It must be a number of {codes}.")
    return number
