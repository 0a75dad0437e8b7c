"""A person whom a browser knows, and the PINs that are guessed first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from queue_service.access.rules.caller import Grant
from queue_service.access.rules.credentials import Account, is_of_provider
from queue_service.access.rules.lifetimes import LONGEST_PROVIDER_SESSION_MS, SESSION_MS
from queue_service.errors import Forbidden, Invalid

KNOWN_MS: Final = 30 * 24 * 3600 * 1000
"""For how long after a full login on a browser its person is offered there."""
KNOWN_BY_PROVIDER_MS: Final = LONGEST_PROVIDER_SESSION_MS - SESSION_MS
"""The same for one of the town's accounts, so that no login by a PIN outlasts the one there."""
MOST_WRONG: Final = 5
"""So many wrong PINs in a row need a full login."""

_FORM: Final = re.compile(r"[0-9]{4,8}")
_YEAR: Final = re.compile(r"(19|20)[0-9]{2}")
_ROWS: Final = ("01234567890", "09876543210")
_ON_THE_KEYPAD: Final = frozenset({"2580", "0852", "1379", "9731", "1397", "7931", "1590", "2468"})
"""Lines and corners of a keypad, and the even digits."""


class PinRefused(Forbidden):
    """A PIN was wrong, or is not enough; ``left`` tries remain until the password is needed."""

    def __init__(self, detail: str, left: int = 0) -> None:
        super().__init__(detail, left=left)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person who logged in fully on a browser, at ``logged_in_at`` (ms).

    ``version``: of the account then; a changed password or role ends it. ``pin`` is a slow hash;
    empty for none. ``wrong``: wrong PINs since the last right one or the last full login.
    ``attempt``: the id of the last PIN that was counted, so that two at the same moment are two.
    """

    name: str
    account_id: str
    version: int
    logged_in_at: int
    pin: str = field(default="", repr=False)
    wrong: int = 0
    attempt: str = ""

    def is_offered(self, account: Account | None, now: int) -> bool:
        """Whether the person may come back on this browser without a full login."""
        if account is None or is_administrator(account.grants):
            return False
        same = (account.id, account.version) == (self.account_id, self.version)
        lasts = KNOWN_BY_PROVIDER_MS if is_of_provider(self.name) else KNOWN_MS
        return same and now - self.logged_in_at < lasts

    @property
    def needs_password(self) -> bool:
        """Whether there is no PIN, or too many were wrong."""
        return not self.pin or self.wrong >= MOST_WRONG


def is_administrator(grants: Iterable[Grant]) -> bool:
    """Whether one of a person's roles is that of an administrator: they have no PIN."""
    return any(grant.role == "admin" for grant in grants)


def checked_pin(pin: str, name: str) -> str:
    """A PIN of four to eight digits that is not guessed first; ``name`` is the login's.

    Raises Invalid.
    """
    if not _FORM.fullmatch(pin):
        raise Invalid.at("pin", "Use 4 to 8 digits.")
    if _is_weak(pin) or pin in "".join(re.findall(r"[0-9]+", name)):
        raise Invalid.at("pin", "It is one of the first that anybody tries: choose another one.")
    return pin


def _is_weak(pin: str) -> bool:
    """Whether it is a row, a repetition, a year or a date with one, or a figure of the keypad."""
    repeated = any(pin == pin[:n] * (len(pin) // n) for n in (1, 2, 3, 4) if n < len(pin))
    doubled = len({*pin[::2]}) == 1 or pin[::2] == pin[1::2]
    year = _YEAR.match(pin) or _YEAR.search(pin[-4:])
    return bool(
        repeated
        or doubled
        or year
        or pin == pin[::-1]
        or any(pin in row for row in _ROWS)
        or pin in _ON_THE_KEYPAD
    )
