"""A registered passkey, and the question that a browser answers with one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from queue_service.access.rules.credentials import credential_id, digest
from queue_service.errors import Invalid

Purpose = Literal["register", "login", "second", "confirm"]
"""For which a question was asked: to add a passkey, to log in with one alone, to log in with one
after the password, or to confirm a change."""

CHALLENGE_MS: Final = 5 * 60 * 1000
"""How long a question can be answered."""
MOST_PASSKEYS: Final = 10
"""The most passkeys of an account."""
_LABEL: Final = re.compile(r"(?!(.*[0-9]){5})[0-9A-Za-zÆØÅæøå -]{0,20}")
"""Fewer digits than a date has: a label names a thing, not a person."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of an account, without its secret, which never leaves the authenticator.

    ``credential`` and ``public_key`` are in base64url. ``rp_id``: the host it was made for, the
    only one at which a browser uses it. ``sign_count``: the counter of its last answer; 0 for those
    without one. ``number`` counts an account's passkeys from 1. ``browser``: the kind of the
    browser that made it. Times are in milliseconds; ``used_at`` is 0 before its first use.
    """

    credential: str = field(repr=False)
    public_key: str = field(repr=False)
    account_name: str
    rp_id: str
    number: int
    created_at: int
    sign_count: int = 0
    used_at: int = 0
    browser: str = ""
    label: str = ""

    @property
    def id(self) -> str:
        """Its id, for addresses and the audit log."""
        return credential_id(digest(self.credential))


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question to a browser, in base64url. ``account`` is the id of the account that answers;
    empty for any. ``version``: of that account."""

    challenge: str = field(repr=False)
    account: str = ""
    name: str = ""
    version: int = 0


def checked_label(label: str) -> str:
    """The label of a passkey. Raises Invalid."""
    wanted = " ".join(label.split())
    if not _LABEL.fullmatch(wanted):
        raise Invalid.at(
            "label", "Use at most 20 letters, spaces and hyphens, and at most 4 digits."
        )
    return wanted


def next_number(passkeys: list[Passkey]) -> int:
    """The number of an account's next passkey. Raises Invalid for one too many."""
    if len(passkeys) >= MOST_PASSKEYS:
        raise Invalid.at("label", "A login has at most 10 passkeys: remove one first.")
    return 1 + max((passkey.number for passkey in passkeys), default=0)
