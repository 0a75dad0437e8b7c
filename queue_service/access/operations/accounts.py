"""Deeds around accounts: adding, changing and closing them, logging in and out.

``by`` is who does it: an administrator of one branch manages that branch's accounts alone.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final, NamedTuple, cast

from queue_service.access.audit_entries import entry_by, refused_entry
from queue_service.access.operations import attempts
from queue_service.access.operations.access import OPERATOR
from queue_service.access.operations.attempts import Visitor
from queue_service.access.operations.logins import begin_session, login_name
from queue_service.access.operations.passwords import hash_password, is_password, wants_rehash
from queue_service.access.operations.strength import checked_password
from queue_service.access.rules import credentials
from queue_service.access.rules.caller import Caller, Grant
from queue_service.access.rules.credentials import Account, AccountRole, digest
from queue_service.access.store import AccessStore, Attempt
from queue_service.contract.actions import Action
from queue_service.errors import (
    InUse,
    Invalid,
    NotFound,
    PreconditionFailed,
    RateLimited,
    Unauthenticated,
)
from queue_service.store.audit_log import AuditEntry

_log: Final = logging.getLogger(__name__)

_ALL_BRANCHES: Final = Grant("admin", None)
"""The role of which one account with a password at least is left."""


class Login(NamedTuple):
    """A login that succeeded, with the secrets for its cookie and for the browser's own."""

    account: Account
    secret: str
    device: str


def add_account(
    store: AccessStore,
    name: str,
    password: str,
    role: str,
    branch: str | None,
    *,
    now: int,
    by: Caller = OPERATOR,
    around: Collection[str] = (),
    must_change: bool = False,
    more: tuple[Grant, ...] = (),
) -> Account:
    """Make a login. Raises Invalid when the name is taken or the password too weak.

    ``around``: as in :func:`checked_password`. ``must_change``: the password is the first one, made
    by somebody else, and its user has to replace it at the first login. ``more`` are its further
    roles. Raises Forbidden for a program that makes an administrator.
    """
    for each in (branch, *(grant.branch for grant in more)):
        credentials.must_manage(by, each)
    credentials.must_be_person(by, (role, *(grant.role for grant in more)))
    checked_name = credentials.checked_account_name(name)
    account = Account(
        id=f"acc_{secrets.token_hex(8)}",
        name=checked_name,
        role=credentials.checked_role(role, credentials.ACCOUNT_ROLES),
        branch=credentials.checked_branch(branch),
        password_hash=hash_password(checked_password(password, checked_name, around)),
        created_at=now,
        must_change=must_change,
        more=more,
    )
    entry = _entry(by, "account.added", account, {"role": _roles(account)})
    if not store.add_account(account, entry):
        raise Invalid.at("name", "This name is taken: choose another.")
    _log.info("account %s (%s) was made by %s", account.id, account.role, by.id)
    return account


def list_accounts(store: AccessStore, *, by: Caller = OPERATOR) -> list[Account]:
    """The accounts that ``by`` manages, by name."""
    return [account for account in store.accounts() if _manages(by, account)]


def managed_account(store: AccessStore, name: str, *, by: Caller = OPERATOR) -> Account:
    """An account that ``by`` manages. Raises NotFound, and Forbidden for another's."""
    account = store.account(name)
    if account is None:
        raise NotFound("No account has this name: see the list of accounts.")
    for grant in account.grants:
        credentials.must_manage(by, grant.branch)
    return account


def set_grants(
    store: AccessStore, name: str, grants: tuple[Grant, ...], *, by: Caller = OPERATOR
) -> Account:
    """Give an account these roles in place of its own; its logins end.

    Raises InUse, see ``_keep_one``, and Forbidden for a branch of others and for a program that
    manages an administrator.
    """
    account = _to_change(store, name, by, grants)
    return _with_grants(store, account, grants, by)


def set_password(
    store: AccessStore,
    name: str,
    password: str,
    *,
    by: Caller = OPERATOR,
    around: Collection[str] = (),
    must_change: bool = False,
) -> Account:
    """Give an account another password; its logins end.

    ``around`` and ``must_change`` are as in :func:`add_account`; a password that a person chooses
    for the own account has not to be changed.
    """
    account = _to_change(store, name, by)
    hashed = hash_password(checked_password(password, account.name, around))
    first = must_change and account.id != by.id
    entry = _entry(by, "account.password_set", account)
    wanted = replace(account, password_hash=hashed, must_change=first)
    changed = _change(store, account, wanted, entry)
    _log.info("account %s was given another password by %s", account.id, by.id)
    return changed


def change_account(
    store: AccessStore, name: str, role: str, branch: str | None, *, by: Caller = OPERATOR
) -> Account:
    """Give an account another role or branch; its logins end. Raises InUse, see ``_keep_one``."""
    wanted = credentials.checked_role(role, credentials.ACCOUNT_ROLES)
    first = Grant(wanted, credentials.checked_branch(branch))
    account = _to_change(store, name, by, (first,))
    return _with_grants(store, account, (first, *account.more), by)


def add_grant(
    store: AccessStore, name: str, role: str, branch: str | None, *, by: Caller = OPERATOR
) -> Account:
    """Give an account a further role; its logins end. Raises Invalid for more than it may have."""
    wanted = credentials.checked_role(role, credentials.ACCOUNT_ROLES)
    added = Grant(wanted, credentials.checked_branch(branch))
    account = _to_change(store, name, by, (added,))
    if len({*account.grants, added}) > credentials.MOST_GRANTS:
        raise Invalid.at("role", "A login has at most 30 roles.")
    return _with_grants(store, account, (*account.grants, added), by)


def remove_grant(
    store: AccessStore, name: str, role: str, branch: str | None, *, by: Caller = OPERATOR
) -> Account:
    """Take a further role from an account; its logins end. Raises InUse, see ``_keep_one``.

    The first role is changed and not taken away; without any effect for a role that it lacks.
    """
    account = _to_change(store, name, by)
    kept = tuple(grant for grant in account.more if grant != (role, branch))
    return _with_grants(store, account, (account.grants[0], *kept), by)


def end_logins(store: AccessStore, name: str, *, by: Caller = OPERATOR) -> Account:
    """End every login of an account, and its PINs on browsers; the password stays as it is."""
    account = _to_change(store, name, by, closing=True)
    changed = _change(store, account, account, _entry(by, "sign_in.ended", account))
    _log.info("the logins of account %s were ended by %s", account.id, by.id)
    return changed


def remove_account(store: AccessStore, name: str, *, by: Caller = OPERATOR) -> None:
    """Close an account; its logins end. Raises InUse, see ``_keep_one``."""
    account = _to_change(store, name, by, closing=True)
    _keep_one(store, account)
    if not store.change_account(account, None, _entry(by, "account.removed", account)):
        raise _changed_meanwhile()
    store.forget_passkeys(account.id)
    store.announce(account.id)
    _log.info("account %s was removed by %s", account.id, by.id)


def log_in(
    store: AccessStore,
    name: str,
    password: str,
    visitor: Visitor,
    *,
    browser: str = "",
    now: int | None = None,
) -> Login:
    """Begin a login on a kind of browser; ``now`` (ms) is the store's clock unless it is given.

    Raises Unauthenticated, the same for an unknown name as for a wrong password, and RateLimited
    after too many failures (``access/operations/attempts.py``).
    """
    instant = store.now() if now is None else now
    account = prove(store, name, password, visitor, now=instant)
    return begin_login(store, account, visitor, browser=browser, now=instant)


def begin_login(
    store: AccessStore,
    account: Account,
    visitor: Visitor,
    *,
    way: str = "",
    browser: str = "",
    now: int | None = None,
) -> Login:
    """Begin the login of somebody who proved to be the account's user, and know the browser.

    ``way``: how, for the audit log; empty for the password alone.
    """
    instant = store.now() if now is None else now
    device = attempts.known_from_now_on(store, account.name, visitor, instant)
    by = Caller(account.id, account.role, account.branch, kind="account", name=account.name)
    entry = _entry(by.at(visitor.sender), "sign_in.accepted", account, {"way": way})
    return Login(account, begin_session(store, account, browser, entry), device)


def prove(
    store: AccessStore, name: str, password: str, visitor: Visitor, *, now: int | None = None
) -> Account:
    """The account with this name and password; begins no login, and marks no browser as known.

    Raises as :func:`log_in` does, and counts failures in the same way.
    """
    instant = store.now() if now is None else now
    account, attempt = _proven(store, name, password, visitor, instant)
    attempts.forgive(store, attempt, instant)
    return _rehashed(store, account, password)


def _proven(
    store: AccessStore, name: str, password: str, visitor: Visitor, now: int
) -> tuple[Account, Attempt]:
    known_as = name.strip().lower()
    try:
        attempt = attempts.begin(store, known_as, visitor, now)
    except RateLimited:
        account = store.account(known_as)
        _log.warning("a login has to wait: %s", _id_of(account))
        _record_refusal(store, "sign_in.slowed", account, visitor)
        raise
    account = store.account(known_as)
    if not is_password(password, account.password_hash if account else None) or account is None:
        _log.warning("a login failed: %s", _id_of(account))
        _record_refusal(store, "sign_in.refused", account, visitor)
        raise Unauthenticated("The name or the password is wrong: try again.")
    return account, attempt


def confirm(
    store: AccessStore, caller: Caller, password: str, visitor: Visitor, *, now: int | None = None
) -> None:
    """Let a login count as confirmed, for some minutes, by its account's password.

    Raises Unauthenticated for a wrong one and for a caller that has not logged in, and RateLimited
    as :func:`log_in` does.
    """
    instant = store.now() if now is None else now
    session = store.session_by_id(caller.session) if caller.session is not None else None
    if session is None:
        raise Unauthenticated("This login has ended: log in again.")
    prove(store, session.account_name, password, visitor, now=instant)
    store.prove_session(session, instant)


def change_own_password(
    store: AccessStore,
    caller: Caller,
    password: str,
    new: str,
    visitor: Visitor,
    *,
    around: Collection[str] = (),
    browser: str = "",
    now: int | None = None,
) -> Login:
    """Give the caller's own account another password, and this browser a new login, by which it is
    known as after any other with the password.

    All other logins of the account end. Raises NotFound for a caller that has not logged in,
    Invalid for a present password that is wrong and a new one that is the same or too weak, and
    RateLimited as :func:`log_in` does.
    """
    name = login_name(store, caller)
    if name is None:
        raise NotFound("A token has no password: make another token instead.")
    try:
        account = prove(store, name, password, visitor, now=now)
    except Unauthenticated:
        raise Invalid.at("present", "This is not the present password.") from None
    checked = checked_password(new, account.name, around)
    if is_password(new, account.password_hash):
        raise Invalid.at("password", "It is the present password: choose another one.")
    own = replace(account, password_hash=hash_password(checked), must_change=False)
    changed = _change(store, account, own, _entry(caller, "account.password_changed", account))
    _log.info("account %s was given another password by itself", account.id)
    instant = store.now() if now is None else now
    device = attempts.known_from_now_on(store, changed.name, visitor, instant)
    return Login(changed, begin_session(store, changed, browser), device)


def _id_of(account: Account | None) -> str:
    """The account's name in the log: an id, since a login name may be a person's."""
    return f"account {account.id}" if account else "no account of that name"


def _entry(
    by: Caller, action: Action, account: Account, details: Mapping[str, str] | None = None
) -> AuditEntry:
    return entry_by(by, action, branch=account.branch, target=account.name, details=details)


def _record_refusal(
    store: AccessStore, action: Action, account: Account | None, visitor: Visitor
) -> None:
    """Record a login that was refused. A name that no account has is not kept: it may be a
    password, or a person's."""
    target, branch = (account.name, account.branch) if account else ("", None)
    entry = refused_entry(action, visitor.sender, branch=branch, target=target)
    slowed = action == "sign_in.slowed"
    store.audit.refusal(entry, once_for=digest(f"{target} {visitor.address}") if slowed else "")


def _manages(by: Caller, account: Account) -> bool:
    return all(by.covers(grant.branch) for grant in account.grants)


def _with_grants(
    store: AccessStore, account: Account, grants: tuple[Grant, ...], by: Caller
) -> Account:
    """The account with these roles, each once; the first of them counts as its first."""
    (role, branch), *more = dict.fromkeys(grants)
    if _ALL_BRANCHES not in grants:
        _keep_one(store, account)
    wanted = replace(account, role=cast(AccountRole, role), branch=branch, more=tuple(more))
    if wanted == account:
        return account
    details = {"role": _roles(wanted), "role_before": _roles(account)}
    details["branch_before"] = account.branch or ""
    changed = _change(store, account, wanted, _entry(by, "account.changed", wanted, details))
    _log.info("account %s was made %s by %s", account.id, changed.role, by.id)
    return changed


def _roles(account: Account) -> str:
    """The role, or each of several with its branch."""
    if not account.more:
        return account.role
    return ", ".join(f"{role} {branch or '(all)'}" for role, branch in account.grants)


def _to_change(
    store: AccessStore,
    name: str,
    by: Caller,
    grants: Collection[Grant] = (),
    *,
    closing: bool = False,
) -> Account:
    """An account that ``by`` may change, end, or give these roles.

    Raises Invalid for one of the town's accounts, unless it or its logins end: its roles are kept
    there.
    """
    account = managed_account(store, name, by=by)
    if account.subject and not closing:
        reason = "This login comes from the town’s accounts: its roles are changed there."
        raise Invalid.at("name", reason, reason)
    for grant in grants:
        credentials.must_manage(by, grant.branch)
    credentials.must_be_person(by, [grant.role for grant in (*account.grants, *grants)])
    return account


def _change(store: AccessStore, account: Account, changed: Account, entry: AuditEntry) -> Account:
    renewed = replace(changed, version=account.version + 1)
    if not store.change_account(account, renewed, entry):
        raise _changed_meanwhile()
    store.announce(account.id)
    return renewed


def _rehashed(store: AccessStore, account: Account, password: str) -> Account:
    """The account with its hash at today's costs; losing a race to another change is fine."""
    if not wants_rehash(account.password_hash):
        return account
    renewed = replace(account, password_hash=hash_password(password))
    return renewed if store.change_account(account, renewed) else account


def _keep_one(store: AccessStore, account: Account) -> None:
    """Refuse to take away the last administrator of all branches with a password: it is needed
    while the provider of the town's accounts is away."""
    own = [a for a in store.accounts() if not a.subject]
    if [a.name for a in own if _ALL_BRANCHES in a.grants] == [account.name]:
        raise InUse("This is the last administrator of all branches: make another one first.")


def _changed_meanwhile() -> PreconditionFailed:
    return PreconditionFailed("Somebody else changed this account: look again and repeat.")
