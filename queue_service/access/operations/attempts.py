"""How often a login may fail, and for whom: device cookies, as OWASP describes them.

Anyone who has logged in to an account with a browser is *known* to it: the browser holds a device
cookie, a random secret of which the store keeps the digest. A known browser is counted by itself:

- :data:`KNOWN_LIMIT` failures for one account in five minutes.

A browser that is known to another account is a *colleague's*, such as that of a counter at which
somebody works for the first time. It is counted by itself as well, and with all of its kind:

- :data:`KNOWN_LIMIT` failures for one account, and :data:`NAMES_LIMIT` accounts tried in vain,
- :data:`ACCOUNT_LIMIT` failures for one account on all colleagues' browsers.

All others are strangers, and are counted together:

- :data:`PAIR_LIMIT` failures for one account from one address,
- :data:`ACCOUNT_LIMIT` failures for one account from everywhere,
- :data:`NAMES_LIMIT` different accounts tried in vain from one address, each in five minutes.

From its limit on, a count slows down and never closes: one more try is due each minute for an
account from an address, each 6 seconds for an account, and each 15 seconds for another account from
an address. Strangers slow down other strangers, never a browser that anybody of the staff has used,
however they share an address. Anyone who goes on trying without a pause takes the turns of other
strangers there. A guesser has 1,440 tries a day against one account from one address, 14,400 from
any number of addresses, and 1,440 with a stolen device cookie, against passwords of ten characters
and more. A failure counts for five minutes, and a refused attempt is not counted, so every wait
ends.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from queue_service.access.rules.credentials import digest
from queue_service.access.store import AccessStore, Attempt
from queue_service.errors import RateLimited

WINDOW_MS: Final = 5 * 60 * 1000
"""How long a failure counts."""
KNOWN_LIMIT: Final = 5
PAIR_LIMIT: Final = 5
ACCOUNT_LIMIT: Final = 50
NAMES_LIMIT: Final = 20
DEVICE_MS: Final = 60 * 24 * 3600 * 1000
"""How long a browser is known to an account after a login there."""
DEVICE_ACCOUNTS: Final = 30
"""The most accounts that one browser is known to; the one used longest ago makes room."""
DEVICE_PREFIX: Final = "qsd_"
"""Begins the secret in a device cookie."""
_LONGEST_SECRET: Final = 100


@dataclass(frozen=True, slots=True)
class Visitor:
    """The origin of a login attempt: the address that failures are counted on, and the device
    cookie of the browser, if any; ``sender`` is the full address, for the audit log."""

    address: str
    device: str = field(default="", repr=False)
    sender: str = ""


def begin(store: AccessStore, name: str, visitor: Visitor, now: int) -> Attempt:
    """Count a login before it is tried; ``now`` is in ms. Raises RateLimited.

    ``name`` is a login's, in small letters, or one with a capital for whatever else is tried.
    """
    attempt = _attempt(name, visitor)
    limits = (KNOWN_LIMIT, PAIR_LIMIT, ACCOUNT_LIMIT, NAMES_LIMIT)
    wait = store.attempt(attempt, limits, WINDOW_MS, DEVICE_MS, now)
    if wait:
        raise RateLimited(
            "There were too many failed logins: wait a minute and try again.",
            retry_after=-(-wait // 1000),
        )
    return attempt


def forgive(store: AccessStore, attempt: Attempt, now: int) -> None:
    """Take a login that succeeded out of the counts; the browser stays as unknown as it was."""
    store.succeed(attempt, attempt.device, 0, DEVICE_ACCOUNTS, now)


def known_from_now_on(store: AccessStore, name: str, visitor: Visitor, now: int) -> str:
    """Know the browser of a login that succeeded; returns the secret for its device cookie, new
    each time."""
    secret = DEVICE_PREFIX + secrets.token_urlsafe(32)
    store.succeed(_attempt(name, visitor), digest(secret), DEVICE_MS, DEVICE_ACCOUNTS, now)
    return secret


def device_digest(visitor: Visitor) -> str:
    """The digest of the secret that a browser presents."""
    return digest(visitor.device if len(visitor.device) <= _LONGEST_SECRET else "")


def _attempt(name: str, visitor: Visitor) -> Attempt:
    return Attempt(secrets.token_hex(8), name, visitor.address, device_digest(visitor))
