"""Logins of an account: begun, listed and ended. Times are milliseconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations.access import SESSION_PREFIX, new_secret
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import Account, Session, digest
from queue_service.access.store import AccessStore
from queue_service.errors import NotFound
from queue_service.store.audit_log import AuditEntry


@dataclass(frozen=True, slots=True)
class OwnLogin:
    """A login as its owner sees it; ``here``: it is the one that asks."""

    id: str
    browser: str
    begun_at: int
    used_at: int
    here: bool


def begin_session(
    store: AccessStore,
    account: Account,
    browser: str = "",
    entry: AuditEntry | None = None,
    *,
    proven_at: int = 0,
    by_pin: bool = False,
) -> str:
    """Open a login without asking for a password; returns the secret for its cookie.

    ``browser`` is its kind, by which its owner recognises it; ``entry``: of the audit log, for a
    login that does not take another's place; ``proven_at``: when the person last gave a password,
    by default now; ``by_pin``: as in :class:`Session`.
    """
    secret, now = new_secret(SESSION_PREFIX), store.now()
    store.add_session(
        Session(
            digest(secret),
            account.name,
            account.id,
            account.version,
            begun_at=now,
            used_at=now,
            browser=browser,
            proven_at=proven_at,
            by_pin=by_pin,
        ),
        entry,
    )
    return secret


def log_out(store: AccessStore, caller: Caller) -> None:
    """End the login that the caller came by."""
    if caller.session is not None:
        _end(store, caller, caller.session)


def login_name(store: AccessStore, caller: Caller) -> str | None:
    """The account that the caller logged in to; None for tokens and for a login that has ended."""
    session = _session_of(store, caller)
    return session.account_name if session is not None else None


def login_ends_at(store: AccessStore, caller: Caller) -> int | None:
    """When the caller's login ends, however much it is used; None for a token and for a login by a
    PIN, which outlasts no working day."""
    session = _session_of(store, caller)
    if session is None or session.by_pin:
        return None
    return session.ends_at or None


def is_confirmed(store: AccessStore, caller: Caller, *, now: int | None = None) -> bool:
    """Whether the caller's password was given lately; a token needs none."""
    session = _session_of(store, caller)
    if session is None:
        return caller.session is None
    return session.is_confirmed(store.now() if now is None else now)


def own_logins(store: AccessStore, caller: Caller) -> list[OwnLogin]:
    """The logins of the caller's account, the last used first; none for a token."""
    found = [
        OwnLogin(s.id, s.browser, s.begun_at, s.used_at or s.begun_at, s.id == caller.session)
        for s in _valid_logins(store, caller)
    ]
    return sorted(found, key=lambda login: (not login.here, -login.used_at, login.id))


def end_login(store: AccessStore, caller: Caller, session_id: str) -> None:
    """End a login of the caller's account; no effect if it has ended. Raises NotFound for another
    account's."""
    session = store.session_by_id(session_id)
    if session is None:
        return
    if session.account_id != caller.id:
        raise NotFound("None of your logins has this id: see the list of them.")
    _end(store, caller, session_id)


def end_other_logins(store: AccessStore, caller: Caller) -> None:
    """End every login of the caller's account but the one that asks."""
    for session in _valid_logins(store, caller):
        if session.id != caller.session:
            _end(store, caller, session.id)


def _session_of(store: AccessStore, caller: Caller) -> Session | None:
    return store.session_by_id(caller.session) if caller.session is not None else None


def _valid_logins(store: AccessStore, caller: Caller) -> list[Session]:
    own = _session_of(store, caller)
    if own is None:
        return []
    found = store.logins(store.sessions_of(caller.id) | {own.id})
    return [s for s in found if (s.account_id, s.version) == (caller.id, own.version)]


def _end(store: AccessStore, caller: Caller, session_id: str) -> None:
    entry = entry_by(caller, "sign_in.ended", branch=caller.branch, target=caller.name)
    store.remove_session(caller.id, session_id, entry)
    store.announce(session_id)
