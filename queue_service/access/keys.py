"""Each key that access is kept under, spelled once.

They share one hash tag, so that one slot of a cluster could hold them and a script touch several.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

TOKENS: Final = "queue:{access}:tokens"
"""Hash: token id → JSON of a TokenRecord."""

TOKEN_USES: Final = "queue:{access}:token_uses"  # noqa: S105 - the name of a key
"""Hash: token id → ms of a program's last use, within an hour; ``since`` → ms of the first entry.

Apart from the tokens, so that noting a use changes no record.
"""

ACCOUNTS: Final = "queue:{access}:accounts"
"""Hash: login name → JSON of an Account."""


def session(session_id: str) -> str:
    """String with a time to live: JSON of a Session."""
    return f"queue:{{access}}:session:{session_id}"


def idempotency(scope: str, key: str) -> str:
    """String for a day: the answer to a request about logins with this idempotency key, without a
    password."""
    return f"queue:{{access}}:memo:{scope}:{key}"


def sessions_of(account_id: str) -> str:
    """Set with a time to live: the ids of an account's sessions; some of them may have ended."""
    return f"queue:{{access}}:sessions:{account_id}"


def passkeys_of(account_id: str) -> str:
    """Hash: credential id → JSON of a Passkey of the account."""
    return f"queue:{{access}}:passkeys:{account_id}"


def enrolment(code_digest: str) -> str:
    """String with a time to live: JSON of an unused Enrolment."""
    return f"queue:{{access}}:enrolment:{code_digest}"


def typed_enrolment(code_digest: str) -> str:
    """String with a time to live: the digest of the link that a short code is for."""
    return f"queue:{{access}}:enrolment:typed:{code_digest}"


def pairing(code_digest: str) -> str:
    """String with a time to live: JSON of a Pairing."""
    return f"queue:{{access}}:pairing:{code_digest}"


FIRST_LOGIN: Final = "queue:{access}:first-login"
"""String with a time to live: the digest of the link that makes the first login."""


def sign_in(state_digest: str) -> str:
    """String with a time to live: JSON of a SignIn that was begun at the provider."""
    return f"queue:{{access}}:sign-in:{state_digest}"


def logout_token(token_digest: str) -> str:
    """String with a time to live: a logout token of the provider that was used."""
    return f"queue:{{access}}:logout-token:{token_digest}"


def provider_session(session_digest: str) -> str:
    """String with a time to live: the account's name of a session at the provider."""
    return f"queue:{{access}}:provider-session:{session_digest}"


@dataclass(frozen=True, slots=True)
class AttemptKeys:
    """Counters of failed logins, each with a time to live: sorted sets by time.

    Names and addresses are kept as digests only. ``device`` is the digest of a browser's secret.
    """

    name: str
    address: str
    device: str

    @property
    def account(self) -> str:
        """The account, as it is named in a set."""
        return _blurred(self.name)

    @property
    def known(self) -> str:
        """The accounts that this browser has logged in to."""
        return known_browser(self.device)

    @property
    def by_device(self) -> str:
        """Failures of this account on this browser."""
        return f"queue:{{access}}:failed:device:{self.account}:{_blurred(self.device)}"

    @property
    def by_pair(self) -> str:
        """Failures of this account from this address."""
        return f"queue:{{access}}:failed:from:{self.account}:{_blurred(self.address)}"

    @property
    def by_account(self) -> str:
        """Failures of this account from everywhere."""
        return f"queue:{{access}}:failed:for:{self.account}"

    @property
    def names(self) -> str:
        """Accounts tried in vain from this address."""
        return f"queue:{{access}}:failed:names:{_blurred(self.address)}"

    @property
    def by_colleagues(self) -> str:
        """Failures of this account from everywhere, on browsers that know another account."""
        return f"queue:{{access}}:failed:by:{self.account}"

    @property
    def names_of_device(self) -> str:
        """Accounts tried in vain on this browser, which knows another account."""
        return f"queue:{{access}}:failed:names:device:{_blurred(self.device)}"


def known_browser(device: str) -> str:
    """Sorted set: the accounts that a browser has logged in to, by when."""
    return f"queue:{{access}}:device:{_blurred(device)}"


PEOPLE_OF_BROWSERS: Final = "queue:{access}:people:*"
"""The keys of all browsers' people."""


def people_of_browser(device: str) -> str:
    """Hash with a time to live: login name → JSON of a KnownPerson of a browser."""
    return f"queue:{{access}}:people:{_blurred(device)}"


def _blurred(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
