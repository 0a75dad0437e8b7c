"""Tokens, accounts, sessions and enrolments as they are kept in Redis."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import redis

from queue_service.domain.access import (
    SESSION_MS,
    Account,
    Enrolment,
    Session,
    TokenRecord,
    credential_id,
)
from queue_service.domain.errors import StoreUnavailable
from queue_service.store import access_keys as keys
from queue_service.store.keys import LOG

LOG_LENGTH: Final = 10_000
ACCESS_CHANGED: Final = "access.changed"
"""An entry's ``event`` when what it names in ``id`` must be asked for anew."""

_RENEW_AFTER_MS: Final = 5 * 60 * 1000
"""A session's time to live is written again only when this much of it has gone."""
_SCRIPTS: Final = Path(__file__).parent / "scripts"


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise StoreUnavailable("The store does not answer: try again in a moment.") from error


def _dump(record: TokenRecord | Account | Session | Enrolment) -> str:
    return json.dumps(asdict(record), sort_keys=True)


class AccessStore:
    """What is known about credentials. Raises StoreUnavailable when Redis does not answer.

    ``client`` decodes its answers to text.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._redis: Any = client
        self._replace = self._script("access_replace")
        self._enrol = self._script("access_enrol")
        self._attempt = self._script("access_attempt")
        self._succeed = self._script("access_succeed")

    def _script(self, name: str) -> Any:
        return self._redis.register_script((_SCRIPTS / f"{name}.lua").read_text("utf-8"))

    def now(self) -> int:
        """The store's clock: milliseconds since the epoch."""
        with _answering():
            seconds, microseconds = self._redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000

    def announce(self, credential: str) -> None:
        """Tell every process to forget what it remembers about a token, session or account."""
        entry = {"event": ACCESS_CHANGED, "id": credential}
        with _answering():
            self._redis.xadd(LOG, entry, maxlen=LOG_LENGTH, approximate=True)

    # Tokens

    def token(self, digest: str) -> TokenRecord | None:
        """The token whose secret has this digest."""
        found = self.token_by_id(credential_id(digest))
        return found if found and hmac.compare_digest(found.digest, digest) else None

    def token_by_id(self, token_id: str) -> TokenRecord | None:
        """The token with this id."""
        with _answering():
            raw = self._redis.hget(keys.TOKENS, token_id)
        return TokenRecord(**json.loads(raw)) if raw else None

    def tokens(self) -> list[TokenRecord]:
        """All tokens, the oldest first."""
        with _answering():
            raws = self._redis.hvals(keys.TOKENS)
        found = [TokenRecord(**json.loads(raw)) for raw in raws]
        return sorted(found, key=lambda token: (token.created_at, token.id))

    def add_token(self, token: TokenRecord) -> None:
        """Keep a new token."""
        with _answering():
            self._redis.hset(keys.TOKENS, token.id, _dump(token))

    def remove_token(self, token_id: str) -> None:
        """Forget a token; without any effect when there is none."""
        with _answering():
            self._redis.hdel(keys.TOKENS, token_id)

    # Accounts

    def account(self, name: str) -> Account | None:
        """The account with this login name."""
        with _answering():
            raw = self._redis.hget(keys.ACCOUNTS, name)
        return Account(**json.loads(raw)) if raw else None

    def accounts(self) -> list[Account]:
        """All accounts by name."""
        with _answering():
            raws = self._redis.hvals(keys.ACCOUNTS)
        return sorted((Account(**json.loads(raw)) for raw in raws), key=lambda found: found.name)

    def add_account(self, account: Account) -> bool:
        """Keep a new account; False when the name is taken."""
        return self._replace_account(account.name, "", _dump(account))

    def change_account(self, before: Account, after: Account | None) -> bool:
        """Replace or remove an account; False when it is no longer as it was read."""
        with _answering():
            raw = self._redis.hget(keys.ACCOUNTS, before.name)
        if not raw or Account(**json.loads(raw)) != before:
            return False
        return self._replace_account(before.name, raw, _dump(after) if after else "")

    def _replace_account(self, name: str, before: str, after: str) -> bool:
        with _answering():
            return bool(self._replace(keys=[keys.ACCOUNTS], args=[name, before, after]))

    # Sessions

    def session(self, digest: str) -> Session | None:
        """The login whose secret has this digest. Asking is using: it lasts longer for it."""
        session_id = credential_id(digest)
        raw, remaining = self._with_lifetime(keys.session(session_id))
        if raw is None or not hmac.compare_digest(raw["digest"], digest):
            return None
        if remaining < SESSION_MS - _RENEW_AFTER_MS:
            with _answering():
                self._redis.pexpire(keys.session(session_id), SESSION_MS)
        return Session(**raw)

    def session_by_id(self, session_id: str) -> Session | None:
        """The login with this id, without making it last longer."""
        raw, _ = self._with_lifetime(keys.session(session_id))
        return Session(**raw) if raw else None

    def _with_lifetime(self, key: str) -> tuple[dict[str, Any] | None, int]:
        with _answering():
            raw, remaining = self._redis.pipeline(transaction=False).get(key).pttl(key).execute()
        return (json.loads(raw) if raw else None), int(remaining)

    def add_session(self, session: Session) -> None:
        """Keep a new login for twelve hours."""
        with _answering():
            self._redis.set(keys.session(session.id), _dump(session), px=SESSION_MS)

    def remove_session(self, session_id: str) -> None:
        """Forget a login."""
        with _answering():
            self._redis.delete(keys.session(session_id))

    # Enrolments

    def enrolment(self, code_digest: str) -> Enrolment | None:
        """What an unused link stands for."""
        with _answering():
            raw = self._redis.get(keys.enrolment(code_digest))
        return Enrolment(**json.loads(raw)) if raw else None

    def add_enrolment(self, code_digest: str, enrolment: Enrolment, lifetime_ms: int) -> None:
        """Keep a link for so many milliseconds."""
        with _answering():
            self._redis.set(keys.enrolment(code_digest), _dump(enrolment), px=lifetime_ms)

    def use_enrolment(self, code_digest: str, enrolment: Enrolment, token: TokenRecord) -> bool:
        """Turn a link into a token in one step; False when the link is no longer there."""
        with _answering():
            used = self._enrol(
                keys=[keys.enrolment(code_digest), keys.TOKENS],
                args=[_dump(enrolment), token.id, _dump(token)],
            )
        return bool(used)

    # Failed logins

    def attempt(self, name: str, address: str, limits: Sequence[int], window_ms: int) -> int:
        """Count a login before it is tried; 0, or the milliseconds to wait instead.

        ``limits``: how many failures are borne by the account from this address, by the account
        from everywhere, and by the address.
        """
        at = keys.attempts(name, address)
        with _answering():
            wait = self._attempt(
                keys=[at.pair, at.account, at.address, at.familiar], args=[*limits, window_ms]
            )
        return int(wait)

    def succeed(self, name: str, address: str, familiar_ms: int) -> None:
        """Take a login that succeeded out of the counts, and remember its address so long."""
        at = keys.attempts(name, address)
        with _answering():
            self._succeed(keys=[at.pair, at.account, at.address, at.familiar], args=[familiar_ms])
