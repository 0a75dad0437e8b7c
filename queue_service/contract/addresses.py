"""Addresses that letters and messages go to: of mail, and of telephones."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

LONGEST_MAIL_ADDRESS: Final = 254
HOME_PREFIX: Final = "+45"
"""The country code of a number that is written without one."""

_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z]{2,63}")
_SEPARATORS: Final = str.maketrans("", "", " -.()/")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_HOME_NUMBER: Final = re.compile(r"[2-9][0-9]{7}")


def is_mail_address(text: str) -> bool:
    """Whether it is one mail address."""
    return len(text) <= LONGEST_MAIL_ADDRESS and _MAIL.fullmatch(text) is not None


def dialled(text: str) -> str | None:
    """A telephone number in its international form, +4512345678; None for no such number.

    Eight digits without a country code are a Danish number.
    """
    digits = text.translate(_SEPARATORS)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if _HOME_NUMBER.fullmatch(digits):
        return HOME_PREFIX + digits
    return digits if _NUMBER.fullmatch(digits) else None


def is_in(number: str, countries: Collection[str]) -> bool:
    """Whether a number in its international form begins with one of these country codes."""
    return number.startswith(tuple(f"+{code}" for code in countries))
