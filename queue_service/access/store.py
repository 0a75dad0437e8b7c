"""Tokens, accounts, sessions and enrolments as they are kept in Redis."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

from queue_service.access import keys
from queue_service.access.rules.caller import Grant
from queue_service.access.rules.credentials import (
    Account,
    Enrolment,
    Pairing,
    Session,
    TokenRecord,
    credential_id,
)
from queue_service.access.rules.lifetimes import LONGEST_SESSION_MS, SESSION_MS
from queue_service.store.audit_log import (
    CREDENTIALS,
    AuditEntry,
    AuditLog,
    log_key,
    text_of,
    totals_key,
)
from queue_service.store.keys import LOG, BranchKeys
from queue_service.store.redis_store import RedisStore, chunks, milliseconds

_log: Final = logging.getLogger(__name__)

AccessRecord = TypeVar("AccessRecord")

LOG_LENGTH: Final = 10_000
ACCESS_CHANGED: Final = "access.changed"
"""An entry's ``event`` when what it names in ``id`` must be asked for again."""

_LATER: Final = frozenset(
    {
        "counter",
        "must_change",
        "used_at",
        "browser",
        "proven_at",
        "more",
        "subject",
        "expires_at",
        "by_pin",
        "feedback",
    }
)
"""Fields that records did not have at first."""
_AT_ONCE: Final = 500
"""How many credentials are asked for in one message."""
_RENEW_AFTER_MS: Final = 5 * 60 * 1000
"""A session's time to live is written again only when this much of it has gone."""
_SINCE: Final = "since"
"""The field of :data:`keys.TOKEN_USES` that is no token's."""
_AUDIT: Final = (log_key(CREDENTIALS), totals_key(CREDENTIALS))
"""The keys of the log that is written together with credentials."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to log in: the account's name, an address, the digest of the browser's secret."""

    id: str
    name: str
    address: str
    device: str

    @property
    def keys(self) -> keys.AttemptKeys:
        """The keys of its counters."""
        return keys.AttemptKeys(self.name, self.address, self.device)


class PresentedToken(NamedTuple):
    """A token as a request presents it: its last use that is kept, and the time (both ms)."""

    token: TokenRecord
    used_at: int
    now: int


def _unlink(redis: Any, names: Sequence[str]) -> None:
    redis.unlink(*names)


def _note_session(pipeline: Any, of_account: str, session_id: str) -> None:
    pipeline.sadd(of_account, session_id)
    pipeline.pexpire(of_account, LONGEST_SESSION_MS)


def _account(raw: str) -> Account:
    kept = json.loads(raw)
    more = tuple(Grant(role, branch) for role, branch in kept.pop("more", ()))
    return Account(**kept, more=more)


def _dump(record: TokenRecord | Account | Session | Enrolment | Pairing) -> str:
    # A later field is left out while it has its default, so that an earlier version can read it.
    usual = {each.name: each.default for each in fields(record) if each.name in _LATER}
    kept = {name: v for name, v in asdict(record).items() if usual.get(name, ...) != v}
    return json.dumps(kept, sort_keys=True)


def _readable(raws: Iterable[str], read: Callable[[str], AccessRecord]) -> Iterator[AccessRecord]:
    """The readable records: a damaged one does not hide the others."""
    for raw in raws:
        try:
            yield read(raw)
        except (ValueError, TypeError):
            _log.error("a token or login is damaged and left out")


class AccessStore:
    """The store of credentials. Raises StoreUnavailable when the store does not answer.

    A change that somebody asked for comes with its ``entry`` in the audit log.
    """

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._redis: Any = store.client
        self.audit: Final = AuditLog(store)

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        return self._store.guarded(lambda: question(self._redis))

    def _fields(self, key: str, names: Collection[str]) -> list[str]:
        """The values of these fields of a hash."""
        found: list[str | None] = []
        for some in chunks([*names], _AT_ONCE):
            found += self._values_of(key, some)
        return [raw for raw in found if raw]

    def _values_of(self, key: str, names: Sequence[str]) -> list[str | None]:
        return list(self._ask(lambda r: r.hmget(key, names)))

    def _run(self, name: str, keys: Sequence[str], args: Sequence[str | int]) -> int:
        return int(self._store.run(name, keys, args))

    def now(self) -> int:
        """The store's clock: milliseconds since the epoch."""
        return self._store.time()

    def announce(self, credential: str) -> None:
        """Make every process forget what it remembers about a token, session or account."""
        entry: Any = {"event": ACCESS_CHANGED, "id": credential}
        self._store.write(lambda p: p.xadd(LOG, entry, maxlen=LOG_LENGTH, approximate=True))

    # Tokens

    def token(self, digest: str) -> TokenRecord | None:
        """The token whose secret has this digest."""
        found = self.token_by_id(credential_id(digest))
        return found if found and hmac.compare_digest(found.digest, digest) else None

    def presented_token(self, digest: str) -> PresentedToken | None:
        """The token whose secret has this digest, in one round trip."""
        token_id = credential_id(digest)
        raw, used_at, time = self._store.read(
            lambda p: (p.hget(keys.TOKENS, token_id), p.hget(keys.TOKEN_USES, token_id), p.time())
        )
        found = TokenRecord(**json.loads(raw)) if raw else None
        if found is None or not hmac.compare_digest(found.digest, digest):
            return None
        return PresentedToken(found, int(used_at or 0), milliseconds(time))

    def note_use(self, token_id: str, at: int) -> None:
        """Keep the last use of a token."""
        self._store.read(
            lambda p: (
                p.hsetnx(keys.TOKEN_USES, _SINCE, at),
                p.hset(keys.TOKEN_USES, token_id, at),
            )
        )

    def token_uses(self) -> tuple[dict[str, int], int]:
        """The last use (ms) of each token that has one, and since when uses are kept (0: none)."""
        found = {
            name: int(at) for name, at in self._ask(lambda r: r.hgetall(keys.TOKEN_USES)).items()
        }
        return found, found.pop(_SINCE, 0)

    def token_by_id(self, token_id: str) -> TokenRecord | None:
        """The token with this id."""
        raw = self._ask(lambda r: r.hget(keys.TOKENS, token_id))
        return TokenRecord(**json.loads(raw)) if raw else None

    def tokens_with(self, ids: Collection[str]) -> list[TokenRecord]:
        """The existing tokens among these ids."""
        raws = self._fields(keys.TOKENS, ids)
        return [*_readable(raws, lambda raw: TokenRecord(**json.loads(raw)))]

    def tokens(self) -> list[TokenRecord]:
        """All tokens, the oldest first."""
        raws = self._ask(lambda r: r.hvals(keys.TOKENS))
        found = _readable(raws, lambda raw: TokenRecord(**json.loads(raw)))
        return sorted(found, key=lambda token: (token.created_at, token.id))

    def add_token(self, token: TokenRecord, entry: AuditEntry | None = None) -> None:
        """Keep a new token."""
        self._recorded(entry, "HSET", keys.TOKENS, token.id, _dump(token))

    def remove_token(self, token_id: str, entry: AuditEntry | None = None) -> None:
        """Forget a token; without any effect when there is none."""
        self._recorded(entry, "HDEL", keys.TOKENS, token_id)
        self._ask(lambda r: r.hdel(keys.TOKEN_USES, token_id))

    def _recorded(
        self, entry: AuditEntry | None, command: str, key: str, *arguments: str | int
    ) -> None:
        """Run a command on a key together with the entry about it, if there is one."""
        self.audit.change(entry, CREDENTIALS, command, key, arguments)

    # Accounts

    def account(self, name: str) -> Account | None:
        """The account with this login name."""
        raw = self._ask(lambda r: r.hget(keys.ACCOUNTS, name))
        return _account(raw) if raw else None

    def accounts_of(self, names: Collection[str]) -> dict[str, Account]:
        """The existing accounts with these login names."""
        raws = self._fields(keys.ACCOUNTS, names)
        found = _readable(raws, _account)
        return {account.name: account for account in found}

    def accounts(self) -> list[Account]:
        """All accounts by name."""
        raws = self._ask(lambda r: r.hvals(keys.ACCOUNTS))
        found = _readable(raws, _account)
        return sorted(found, key=lambda account: account.name)

    def add_account(self, account: Account, entry: AuditEntry | None = None) -> bool:
        """Keep a new account; False when the name is taken."""
        return self._replace_account(account.name, "", _dump(account), entry)

    def change_account(
        self, before: Account, after: Account | None, entry: AuditEntry | None = None
    ) -> bool:
        """Replace or remove an account; False when it is no longer as it was read."""
        raw = self._ask(lambda r: r.hget(keys.ACCOUNTS, before.name))
        if not raw or _account(raw) != before:
            return False
        return self._replace_account(before.name, raw, _dump(after) if after else "", entry)

    def _replace_account(
        self, name: str, before: str, after: str, entry: AuditEntry | None
    ) -> bool:
        names = [keys.ACCOUNTS, *_AUDIT]
        return bool(self._run("access_replace", names, [name, before, after, text_of(entry)]))

    def forget_passkeys(self, account_id: str) -> None:
        """Forget the passkeys of an account that is closed."""
        self._store.write(lambda p: p.unlink(keys.passkeys_of(account_id)))

    # Sessions

    def session(self, digest: str) -> Session | None:
        """The login whose secret has this digest. Asking is using: it lasts longer for it, up to
        its end (:attr:`Session.ends_at`)."""
        session_id = credential_id(digest)
        raw, remaining = self._with_lifetime(keys.session(session_id))
        if raw is None or not hmac.compare_digest(raw["digest"], digest):
            return None
        if remaining < SESSION_MS - _RENEW_AFTER_MS:
            self._renew(Session(**raw))
        return Session(**raw)

    def _renew(self, session: Session) -> None:
        now = self.now()
        # A session of a version that did not keep its beginning lasts thirty days from now on.
        used = replace(session, begun_at=session.begun_at or now, used_at=now)
        until = min(now + SESSION_MS, used.ends_at)
        key, of_account = keys.session(session.id), keys.sessions_of(session.account_id)
        if self._ask(lambda r: r.set(key, _dump(used), pxat=until, xx=True)):
            self._store.write(lambda p: _note_session(p, of_account, session.id))

    def session_by_id(self, session_id: str) -> Session | None:
        """The login with this id, without making it last longer."""
        raw, _ = self._with_lifetime(keys.session(session_id))
        return Session(**raw) if raw else None

    def logins(self, ids: Collection[str]) -> list[Session]:
        """The existing sessions among these ids; reading does not extend them."""
        found: list[str | None] = []
        for some in chunks([*map(keys.session, ids)], _AT_ONCE):
            found += self._values(some)
        raws = (raw for raw in found if raw)
        return [*_readable(raws, lambda raw: Session(**json.loads(raw)))]

    def _values(self, names: Sequence[str]) -> list[str | None]:
        return self._store.read(lambda p: [p.get(name) for name in names])

    def _with_lifetime(self, key: str) -> tuple[dict[str, Any] | None, int]:
        raw, remaining = self._store.read(lambda p: (p.get(key), p.pttl(key)))
        return (json.loads(raw) if raw else None), int(remaining)

    def sessions_of(self, account_id: str) -> set[str]:
        """The ids of an account's logins, of which some may have ended."""
        return set(self._ask(lambda r: r.smembers(keys.sessions_of(account_id))))

    def add_session(self, session: Session, entry: AuditEntry | None = None) -> None:
        """Keep a new login for twelve hours."""
        self._recorded(entry, "SET", keys.session(session.id), _dump(session), "PX", SESSION_MS)
        of_account = keys.sessions_of(session.account_id)
        self._store.write(lambda p: _note_session(p, of_account, session.id))

    def prove_session(self, session: Session, at: int) -> None:
        """Note that the password of a login was given again, at ``at`` (ms)."""
        proven = _dump(replace(session, proven_at=at))
        self._ask(lambda r: r.set(keys.session(session.id), proven, xx=True, keepttl=True))

    def remove_session(
        self, account_id: str, session_id: str, entry: AuditEntry | None = None
    ) -> None:
        """Forget a login of an account."""
        self._recorded(entry, "DEL", keys.session(session_id))
        self._store.write(lambda p: p.srem(keys.sessions_of(account_id), session_id))

    def forget_logins(self) -> None:
        """Forget every login, every PIN and every unused link, as after a restore: some may have
        ended since the backup was made."""
        patterns = (
            *(keys.session("*"), keys.sessions_of("*"), keys.enrolment("*")),
            keys.pairing("*"),
            keys.PEOPLE_OF_BROWSERS,
        )
        names = self._ask(lambda r: [name for p in patterns for name in r.scan_iter(p)])
        for some in chunks(names, _AT_ONCE):
            self._ask(partial(_unlink, names=some))

    # The first login

    def offer_first_login(self, code_digest: str, lifetime_ms: int) -> None:
        """Keep the link that makes the first login, in place of any before."""
        self._ask(lambda r: r.set(keys.FIRST_LOGIN, code_digest, px=lifetime_ms))

    def first_login(self) -> str | None:
        """The digest of the link that makes the first login."""
        found: str | None = self._ask(lambda r: r.get(keys.FIRST_LOGIN))
        return found

    def use_first_login(self, code_digest: str) -> bool:
        """Use the link up; False if it is used up already, or another was made."""
        return self.first_login() == code_digest and bool(
            self._ask(lambda r: r.delete(keys.FIRST_LOGIN))
        )

    # Enrolments

    def enrolment(self, code_digest: str) -> Enrolment | None:
        """The access that an unused link grants."""
        raw = self._ask(lambda r: r.get(keys.enrolment(code_digest)))
        return Enrolment(**json.loads(raw)) if raw else None

    def add_enrolment(
        self,
        code_digest: str,
        enrolment: Enrolment,
        lifetime_ms: int,
        entry: AuditEntry | None = None,
    ) -> None:
        """Keep a link for so many milliseconds."""
        key, text = keys.enrolment(code_digest), _dump(enrolment)
        self._recorded(entry, "SET", key, text, "PX", lifetime_ms)

    def name_enrolment(self, typed_digest: str, code_digest: str, lifetime_ms: int) -> bool:
        """Let a short code lead to a link; False if it leads to another one."""
        key = keys.typed_enrolment(typed_digest)
        return bool(self._ask(lambda r: r.set(key, code_digest, px=lifetime_ms, nx=True)))

    def named_enrolment(self, typed_digest: str) -> str:
        """The digest of the link that a short code leads to; empty for none."""
        found: str | None = self._ask(lambda r: r.get(keys.typed_enrolment(typed_digest)))
        return found or ""

    def use_enrolment(
        self,
        code_digest: str,
        enrolment: Enrolment,
        token: TokenRecord,
        entry: AuditEntry | None = None,
    ) -> bool:
        """Turn a link into a token in one step; False when the link is no longer there."""
        used = self._run(
            "access_enrol",
            [keys.enrolment(code_digest), keys.TOKENS, *_AUDIT],
            [_dump(enrolment), token.id, _dump(token), text_of(entry)],
        )
        return bool(used)

    # Screens that wait for an administrator

    def add_pairing(self, code_digest: str, pairing: Pairing, lifetime_ms: int) -> bool:
        """Keep a screen's code for so many milliseconds; False if another screen has it."""
        key, text = keys.pairing(code_digest), _dump(pairing)
        return bool(self._ask(lambda r: r.set(key, text, px=lifetime_ms, nx=True)))

    def pairing(self, code_digest: str) -> Pairing | None:
        """The screen that shows a code, or that was confirmed by it."""
        raw = self._ask(lambda r: r.get(keys.pairing(code_digest)))
        return Pairing(**json.loads(raw)) if raw else None

    def confirm_pairing(
        self, code_digest: str, before: Pairing, token: TokenRecord, entry: AuditEntry
    ) -> bool:
        """Give the screen its access in one step; False if it is no longer as it was read."""
        after = replace(before, token=token.id)
        done = self._run(
            "access_pair",
            [keys.pairing(code_digest), keys.TOKENS, *_AUDIT],
            [_dump(before), _dump(after), token.id, _dump(token), text_of(entry)],
        )
        return bool(done)

    # The PIN of a branch's displays

    def pin(self, branch: str) -> str | None:
        """Its hash; None without one."""
        found: str | None = self._ask(lambda r: r.get(BranchKeys(branch).displays_pin))
        return found

    def set_pin(self, branch: str, hashed: str, entry: AuditEntry) -> None:
        """Keep it, in the log of its branch."""
        self.audit.change(entry, branch, "SET", BranchKeys(branch).displays_pin, [hashed])

    def remove_pin(self, branch: str, entry: AuditEntry) -> None:
        """Forget it."""
        self.audit.change(entry, branch, "DEL", BranchKeys(branch).displays_pin, [])

    # Failed logins

    def attempt(
        self,
        attempt: Attempt,
        limits: tuple[int, int, int, int],
        window_ms: int,
        device_ms: int,
        now: int,
    ) -> int:
        """Count a login before it is tried; 0, or the milliseconds to wait instead.

        ``limits``: how many failures are borne by the account on a browser that some account knows;
        by the account from the address, by the account from everywhere, and how many accounts may
        fail from the address, or on a browser that knows another account.
        """
        k = attempt.keys
        return self._run(
            "access_attempt",
            [
                *(k.known, k.by_device, k.by_pair, k.by_account, k.names),
                *(k.by_colleagues, k.names_of_device),
            ],
            [now, window_ms, device_ms, k.account, attempt.id, *limits],
        )

    def succeed(
        self, attempt: Attempt, device: str, device_ms: int, most_accounts: int, now: int
    ) -> None:
        """Take a login that succeeded out of the counts, and know its browser by a new secret.

        ``device`` is the new secret's digest; with a ``device_ms`` of 0 no browser is known for it.
        """
        k = attempt.keys
        self._run(
            "access_succeed",
            [
                *(k.known, keys.known_browser(device), k.by_device, k.by_pair, k.by_account),
                *(k.names, k.by_colleagues, k.names_of_device),
                *(keys.people_of_browser(attempt.device), keys.people_of_browser(device)),
            ],
            [now, device_ms, k.account, attempt.id, most_accounts],
        )
