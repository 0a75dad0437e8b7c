"""Sign-ins by the provider that have begun, as they are kept in Redis for minutes.

None of it is about a person: random values, and digests of tokens and sessions.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from queue_service.access import keys
from queue_service.access.rules.credentials import digest
from queue_service.access.rules.lifetimes import LONGEST_PROVIDER_SESSION_MS
from queue_service.store.redis_store import RedisStore

SIGN_IN_MS: Final = 10 * 60 * 1000
"""How long a person has at the provider."""
LOGOUT_MS: Final = 10 * 60 * 1000
"""How long a logout token is known after its first use; older ones are refused by their age."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that was begun, until the provider sends the browser back.

    ``browser``: the digest of the secret in the cookie of the browser that began it. ``again``: the
    person has to log in there although there is a login. ``session``: the login that is confirmed
    by it, empty for a new login. ``begun_at`` is in ms.
    """

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    browser: str = field(repr=False)
    next: str
    begun_at: int
    again: bool = False
    session: str = ""


class SignInStore:
    """The store of sign-ins. Raises StoreUnavailable when the store does not answer."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._redis: Any = store.client

    def begin(self, state: str, sign_in: SignIn) -> None:
        """Keep a sign-in under its state for ten minutes."""
        text = json.dumps(asdict(sign_in))
        self._store.write(lambda p: p.set(keys.sign_in(digest(state)), text, px=SIGN_IN_MS))

    def take(self, state: str) -> SignIn | None:
        """The sign-in with this state, once."""
        raw = self._store.guarded(lambda: self._redis.getdel(keys.sign_in(digest(state))))
        return SignIn(**json.loads(raw)) if raw else None

    def first_use(self, issuer: str, token_id: str) -> bool:
        """Whether a logout token is seen for the first time."""
        key = keys.logout_token(digest(f"{issuer} {token_id}"))
        return bool(self._store.guarded(lambda: self._redis.set(key, "1", px=LOGOUT_MS, nx=True)))

    def note_session(self, issuer: str, session: str, account: str) -> None:
        """Note whose login at the provider a session is, for as long as a login here lasts."""
        key = keys.provider_session(digest(f"{issuer} {session}"))
        self._store.write(lambda p: p.set(key, account, px=LONGEST_PROVIDER_SESSION_MS))

    def account_of(self, issuer: str, session: str) -> str | None:
        """The name of the account that logged in with a session of the provider."""
        key = keys.provider_session(digest(f"{issuer} {session}"))
        found: str | None = self._store.guarded(lambda: self._redis.get(key))
        return found
