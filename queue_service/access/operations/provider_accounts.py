"""Accounts of people who log in at the provider of the town's accounts.

Such an account is made at the first login. It has no password, its roles are those of the latest
login there, and its name ends in ``@sso``, so that it is never taken for another one. A person is
recognised by a digest of issuer and subject alone. Times are in ms.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from queue_service.access.audit_entries import entry_by
from queue_service.access.rules.caller import Caller, Grant
from queue_service.access.rules.credentials import (
    PROVIDER_MARK,
    Account,
    AccountRole,
    digest,
)
from queue_service.access.rules.lifetimes import UNUSED_ACCOUNT_MS
from queue_service.access.store import AccessStore
from queue_service.contract.actions import Action
from queue_service.errors import PreconditionFailed
from queue_service.store.audit_log import AuditEntry

_log: Final = logging.getLogger(__name__)

PROVIDER: Final = Caller("provider", "admin")
"""The provider of the town's accounts, which decides on roles and ends logins."""
_ATTEMPTS: Final = 8
_DAY_MS: Final = 24 * 3600 * 1000
_MARK_DIGITS: Final = 6


def subject_of(issuer: str, subject: str) -> str:
    """The form in which a person at a provider is known."""
    return digest(f"{issuer} {subject}")


def find(store: AccessStore, subject: str) -> Account | None:
    """The account of a person, if there was a login already."""
    return next((each for each in store.accounts() if each.subject == subject), None)


def renewed(
    store: AccessStore, subject: str, name: str, grants: Sequence[Grant], *, now: int
) -> Account:
    """The account of a person with these roles, made or changed if that is needed.

    Other roles end the logins that have the former ones. The account keeps the name of its first
    login. Raises PreconditionFailed if others keep changing it.
    """
    for _ in range(_ATTEMPTS):
        account = find(store, subject)
        if account is None:
            found = _made(store, subject, name, grants, now)
        elif set(account.grants) == set(grants):
            found = _used(store, account, now)
        else:
            found = _changed(store, account, grants, now)
        if found is not None:
            return found
    raise PreconditionFailed("Somebody else changed this account: look again and repeat.")


def end_logins(store: AccessStore, account: Account) -> None:
    """End every login of an account, as the provider asks for."""
    for _ in range(_ATTEMPTS):
        ended = replace(account, version=account.version + 1)
        if store.change_account(account, ended, _entry("sign_in.ended", account)):
            store.announce(account.id)
            _log.info("the provider ended the logins of account %s", account.id)
            return
        found = store.account(account.name)
        if found is None or found.id != account.id:
            return
        account = found


def expire(store: AccessStore, now: int) -> None:
    """Remove the accounts of people who have not logged in for 90 days: they may have left."""
    for account in store.accounts():
        unused = account.subject and account.used_at + UNUSED_ACCOUNT_MS <= now
        if unused and store.change_account(account, None, _entry("account.removed", account)):
            store.announce(account.id)
            _log.info("account %s was removed, since it is not used", account.id)


def _used(store: AccessStore, account: Account, now: int) -> Account | None:
    """The account with its last login, which is written once a day; None if it was changed."""
    if now - account.used_at < _DAY_MS:
        return account
    used = replace(account, used_at=now)
    return used if store.change_account(account, used) else None


def _made(
    store: AccessStore, subject: str, name: str, grants: Sequence[Grant], now: int
) -> Account | None:
    wanted = name or subject[:_MARK_DIGITS]
    if store.account(wanted + PROVIDER_MARK) is not None:
        wanted = f"{wanted}-{subject[:_MARK_DIGITS]}"
    account = _with_grants(
        Account(
            id=f"acc_{secrets.token_hex(8)}",
            name=wanted + PROVIDER_MARK,
            role="clerk",
            branch=None,
            password_hash="",
            created_at=now,
            subject=subject,
            used_at=now,
        ),
        grants,
    )
    if not store.add_account(account, _entry("account.added", account)):
        return None
    _log.info("account %s (%s) was made by the provider", account.id, account.role)
    return account


def _changed(
    store: AccessStore, account: Account, grants: Sequence[Grant], now: int
) -> Account | None:
    given = _with_grants(account, grants)
    wanted = replace(given, version=account.version + 1, used_at=now)
    entry = _entry("account.changed", wanted, before=account)
    if not store.change_account(account, wanted, entry):
        return None
    store.announce(account.id)
    _log.info("account %s was made %s by the provider", account.id, wanted.role)
    return wanted


def _with_grants(account: Account, grants: Sequence[Grant]) -> Account:
    (role, branch), *more = grants
    return replace(account, role=cast(AccountRole, role), branch=branch, more=tuple(more))


def _entry(action: Action, account: Account, before: Account | None = None) -> AuditEntry:
    details = {"role": roles_in_words(account)}
    if before is not None:
        details["role_before"] = roles_in_words(before)
        details["branch_before"] = before.branch or ""
    return entry_by(PROVIDER, action, branch=account.branch, target=account.name, details=details)


def roles_in_words(account: Account) -> str:
    """The role, or each of several with its branch."""
    if not account.more:
        return account.role
    return ", ".join(f"{role} {branch or '(all)'}" for role, branch in account.grants)
