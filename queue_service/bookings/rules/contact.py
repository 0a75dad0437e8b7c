"""Whether a contact can get letters."""

from __future__ import annotations

from queue_service.bookings.rules.booking import BookingContact
from queue_service.contract.addresses import dialled, is_mail_address
from queue_service.errors import Invalid


def checked_contact(mail: str | None, text: str | None) -> BookingContact | None:
    """The contact of a mail address or a telephone number, in its usual form; None without either.

    Raises Invalid for both, and for one that is none.
    """
    if mail and text:
        raise Invalid.at("contact", "It must be a mail address or a telephone number, not both.")
    if mail:
        if not is_mail_address(mail.strip()):
            raise Invalid.at(
                "contact.mail",
                "It must be one e-mail address.",
                "Write one e-mail address, such as name@example.dk.",
            )
        return BookingContact("mail", mail.strip())
    if not text:
        return None
    number = dialled(text)
    if number is None:
        raise Invalid.at(
            "contact.text",
            "It must be eight digits, or begin with + and a country code.",
            "Write the telephone number with eight digits, or with its country code first.",
        )
    return BookingContact("text", number)
