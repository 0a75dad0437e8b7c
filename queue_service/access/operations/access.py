"""Tokens and enrolments: made, revoked, and found by their secret.

``by`` is who does it: an administrator of one branch manages that branch alone. Times are
milliseconds since the epoch.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations.places import NO_NAMES, PlaceNames, placed
from queue_service.access.rules import credentials
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import (
    Enrolment,
    Session,
    TokenRecord,
    digest,
)
from queue_service.access.rules.lifetimes import ENROLMENT_MS, TOKEN_DAYS, USE_NOTED_MS
from queue_service.access.store import AccessStore
from queue_service.contract.actions import Action
from queue_service.errors import NotFound, StoreUnavailable, TokenExpired
from queue_service.language.instants import rfc3339
from queue_service.store.audit_log import AuditEntry

_log: Final = logging.getLogger(__name__)

BranchCheck = Callable[[str], None]
"""Raises an error for a branch that may have no screen."""

OPERATOR: Final = Caller("operator", "admin")
"""The operator at the machine itself, who may do everything."""

KEY_PREFIX: Final = "qst_"
"""Begins the secret of a program or a screen."""
SESSION_PREFIX: Final = "qss_"
"""Begins the secret of a login."""


def new_secret(prefix: str) -> str:
    """A secret of 256 random bits, in 43 characters after its prefix."""
    return prefix + secrets.token_urlsafe(32)


def create_token(
    store: AccessStore,
    role: str,
    branch: str | None,
    *,
    now: int,
    label: str = "",
    days: int = TOKEN_DAYS,
    by: Caller = OPERATOR,
) -> tuple[TokenRecord, str]:
    """Make a token for a program, which ends after so many days; returns it with its secret, which
    is returned only here.

    Raises Forbidden for a program that makes a token of an administrator.
    """
    credentials.must_manage(by, branch)
    credentials.must_be_person(by, (role,))
    checked = credentials.checked_role(role, credentials.ROLES)
    credentials.checked_binding(checked, branch)
    secret = new_secret(KEY_PREFIX)
    token = TokenRecord(
        digest=digest(secret),
        role=checked,
        branch=credentials.checked_branch(branch),
        created_at=now,
        label=credentials.checked_label(label),
        expires_at=credentials.token_end(now, days),
    )
    store.add_token(token, token_entry(by, "token.made", token))
    _log.info("token %s (%s) was made by %s", token.id, token.role, by.id)
    return token, secret


def list_tokens(store: AccessStore, *, by: Caller = OPERATOR) -> list[TokenRecord]:
    """The tokens and screens that ``by`` manages, the oldest first."""
    return [token for token in store.tokens() if by.covers(token.branch)]


def revoke_token(store: AccessStore, token_id: str, *, by: Caller = OPERATOR) -> TokenRecord:
    """Take a token or a screen's access back, everywhere at once; gives what it was.

    Raises NotFound.
    """
    token = store.token_by_id(token_id)
    if token is None:
        raise NotFound("No token has this id: see the list of tokens.")
    credentials.must_manage(by, token.branch)
    store.remove_token(token_id, revoked_entry(by, token))
    _log.info("token %s (%s) was revoked by %s", token_id, token.role, by.id)
    store.announce(token_id)
    return token


def create_enrolment(
    store: AccessStore,
    role: str,
    branch: str,
    *,
    now: int,
    label: str = "",
    counter: str = "",
    feedback: bool = False,
    by: Caller = OPERATOR,
) -> tuple[Enrolment, str]:
    """Make a link that sets up one screen; returns it with the code that ends its address.

    ``counter``: the video counter whose screen it becomes, with a kiosk's access; ``feedback``: a
    feedback terminal, with the same.
    """
    credentials.must_manage(by, branch)
    credentials.checked_branch(branch)
    enrolment = Enrolment(
        role=credentials.checked_role(role, credentials.SCREEN_ROLES),
        branch=branch,
        expires_at=now + ENROLMENT_MS,
        label=credentials.checked_label(label),
        counter=counter,
        feedback=feedback,
    )
    code = secrets.token_urlsafe(24)
    details = {"role": enrolment.role, "label": enrolment.label}
    entry = entry_by(by, "screen.link_made", branch=branch, details=details)
    store.add_enrolment(digest(code), enrolment, ENROLMENT_MS, entry)
    return enrolment, code


def find_enrolment(store: AccessStore, code: str, *, now: int) -> Enrolment:
    """The effect of a one-time link, without using it. Raises NotFound when it is used up or too
    old."""
    return _unused(store, digest(code), now)


def _unused(store: AccessStore, code_digest: str, now: int) -> Enrolment:
    enrolment = store.enrolment(code_digest)
    if enrolment is None or enrolment.expires_at <= now:
        raise NotFound("This link has been used or is too old: ask for a new one.")
    return enrolment


def enrol(
    store: AccessStore,
    code: str,
    *,
    now: int,
    address: str = "",
    names: PlaceNames = NO_NAMES,
    check: BranchCheck | None = None,
) -> tuple[Enrolment, str]:
    """Set up a screen at an address, once; returns what it became with the secret for its cookie.

    ``names``: those of screens without a label; ``check``: refuses a branch before the link is
    used. Raises NotFound when the link is used up or too old.
    """
    return enrol_by_digest(store, digest(code), now=now, address=address, names=names, check=check)


def enrol_by_digest(
    store: AccessStore,
    code_digest: str,
    *,
    now: int,
    address: str = "",
    names: PlaceNames = NO_NAMES,
    check: BranchCheck | None = None,
) -> tuple[Enrolment, str]:
    """The same as :func:`enrol`, by the digest under which a link is kept. Raises NotFound."""
    enrolment = _unused(store, code_digest, now)
    if check is not None:
        check(enrolment.branch)
    secret = new_secret(KEY_PREFIX)
    token = placed(store, credentials.screen_access(digest(secret), enrolment, now), names)
    entry = token_entry(token.caller().at(address), "screen.set_up", token)
    if not store.use_enrolment(code_digest, enrolment, token, entry):
        raise NotFound("This link has been used or is too old: ask for a new one.")
    _log.info("token %s (%s) was made by a link", token.id, token.role)
    return enrolment, secret


def revoked_entry(by: Caller, token: TokenRecord) -> AuditEntry:
    """The entry of the audit log about the end of a token's or a screen's access."""
    return token_entry(by, "screen.revoked" if token.device else "token.revoked", token)


def token_entry(by: Caller, action: Action, token: TokenRecord) -> AuditEntry:
    """An entry about a token or a screen."""
    details = {"role": token.role, "label": token.label}
    if token.expires_at:
        details["until"] = rfc3339(token.expires_at)
    return entry_by(by, action, branch=token.branch, target=token.id, details=details)


def identify(store: AccessStore, secret: str) -> Caller | None:
    """The caller whose secret this is, or None. Raises TokenExpired for a token that has ended."""
    if secret.startswith(KEY_PREFIX):
        return _of_token(store, digest(secret))
    if secret.startswith(SESSION_PREFIX):
        return _of_session(store, store.session(digest(secret)))
    return None


def still_valid(store: AccessStore, callers: Collection[Caller]) -> set[Caller]:
    """The callers whose credentials are still valid, read in one round trip."""
    tokens = store.tokens_with({caller.id for caller in callers if caller.session is None})
    logins = store.logins({caller.session for caller in callers if caller.session is not None})
    accounts = store.accounts_of({login.account_name for login in logins})
    # Of a person who has several roles, each request shows another part.
    valid = {login.id for login in logins if login.caller(accounts.get(login.account_name))}
    now = store.now() if any(token.expires_at for token in tokens) else 0
    known = {token.caller() for token in tokens if not token.has_ended(now)}
    return {caller for caller in callers if caller.session in valid or caller in known}


def _of_token(store: AccessStore, secret_digest: str) -> Caller | None:
    presented = store.presented_token(secret_digest)
    if presented is None:
        return None
    token, used_at, now = presented
    if token.has_ended(now):
        raise TokenExpired("This token has ended: ask an administrator for a new one.")
    # Callers are remembered for some seconds, so requests do not pay for this.
    if not token.device and now - used_at >= USE_NOTED_MS:
        with suppress(StoreUnavailable):  # what is read only knows its callers all the same
            store.note_use(token.id, now)
    return token.caller()


def _of_session(store: AccessStore, session: Session | None) -> Caller | None:
    return session.caller(store.account(session.account_name)) if session else None
