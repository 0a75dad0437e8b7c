"""The fields of a citizen who wants letters about an appointment; all of them may be left empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from queue_service.bookings.api import letter_ways
from queue_service.bookings.rules.booking import BookingContact
from queue_service.contract.addresses import dialled, is_in, is_mail_address
from queue_service.errors import Invalid
from queue_service.language.catalogues import N_
from queue_service.runtime.settings import Settings

_WRONG_NUMBER: Final = N_("Write a mobile number of eight digits, or leave the field empty.")
_WRONG_MAIL: Final = N_("Write a whole e-mail address, or leave the field empty.")
_BOTH: Final = N_("Write your number or your e-mail, not both.")
_NEITHER: Final = N_("Write your number or your e-mail, so that we can write to you.")
_NO_MAIL: Final = N_("Write your e-mail, so that we can write to you.")
_NO_NUMBER: Final = N_("Write your mobile number, so that we can write to you.")


class Wishes(NamedTuple):
    """The fields as they came."""

    text: str = ""
    mail: str = ""
    earlier: bool = False

    def contact(self, settings: Settings) -> BookingContact | None:
        """The address of letters; None if none are wanted. Raises Invalid."""
        offered = letter_ways(settings).channels
        text = self.text if "text" in offered else ""
        mail = self.mail if "mail" in offered else ""
        if text and mail:
            raise Invalid.at("mail", _BOTH, _BOTH)
        if text:
            number = dialled(text)
            if number is None or not is_in(number, settings.sms_countries):
                raise Invalid.at("text", _WRONG_NUMBER, _WRONG_NUMBER)
            return BookingContact("text", number)
        if mail:
            if not is_mail_address(mail):
                raise Invalid.at("mail", _WRONG_MAIL, _WRONG_MAIL)
            return BookingContact("mail", mail)
        if self.earlier:
            field = "text" if "text" in offered else "mail"
            missing = _NEITHER if len(offered) > 1 else _NO_MAIL if field == "mail" else _NO_NUMBER
            raise Invalid.at(field, missing, missing)
        return None


NO_WISHES: Final = Wishes()


def wishes_of(form: Mapping[str, str]) -> Wishes:
    """The fields of a form."""
    return Wishes(
        form.get("text", "").strip(), form.get("mail", "").strip(), form.get("earlier") == "1"
    )
