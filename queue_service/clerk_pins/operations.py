"""People of a browser: known after a full login, with a PIN, and back by it.

``device`` is the digest of the secret in the browser's device cookie. Times are in milliseconds.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from typing import Final, NamedTuple

from queue_service.access.audit_entries import entry_by, refused_entry
from queue_service.access.operations.attempts import DEVICE_MS, Visitor
from queue_service.access.operations.logins import begin_session, login_name
from queue_service.access.operations.passwords import hash_password, is_password
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import Account
from queue_service.access.store import AccessStore
from queue_service.clerk_pins.rules import (
    MOST_WRONG,
    KnownPerson,
    PinRefused,
    checked_pin,
    is_administrator,
)
from queue_service.clerk_pins.store import PeopleStore
from queue_service.contract.actions import Action
from queue_service.errors import Invalid, NotFound, PreconditionFailed
from queue_service.store.audit_log import AuditEntry

_log: Final = logging.getLogger(__name__)
_TRY_AGAIN: Final = "Something changed meanwhile: try again."


class Offered(NamedTuple):
    """A person who is offered on a browser. ``by_pin``: the PIN is enough."""

    name: str
    by_pin: bool


def remember(store: PeopleStore, account: Account, device: str, now: int) -> None:
    """Know a person on the browser of a full login; an administrator is not."""
    if is_administrator(account.grants):
        return
    before = store.get(device, account.name)
    after = KnownPerson(account.name, account.id, account.version, now)
    if before is not None and (before.account_id, before.version) == (account.id, account.version):
        after = replace(after, pin=before.pin)
    if store.replace(device, before, after):
        store.keep_for(device, DEVICE_MS)


def offered(
    store: PeopleStore, access: AccessStore, device: str, branch: str, *, now: int | None = None
) -> list[Offered]:
    """The people of a browser who work at the counters of a branch, by name."""
    instant = access.now() if now is None else now
    people = store.of(device)
    accounts = access.accounts_of([person.name for person in people])
    return [
        Offered(person.name, by_pin=not person.needs_password)
        for person in people
        if (account := accounts.get(person.name)) is not None
        and person.is_offered(account, instant)
        and _works_in(account, branch)
    ]


def own_person(
    store: PeopleStore, access: AccessStore, caller: Caller, device: str, *, now: int | None = None
) -> KnownPerson | None:
    """The caller as this browser knows them; None for a caller who can have no PIN here.

    Raises NotFound for a token.
    """
    name = login_name(access, caller)
    if name is None:
        raise NotFound("A token has no PIN: log in to set yours.")
    person, account = store.get(device, name), access.account(name)
    instant = access.now() if now is None else now
    return person if person is not None and person.is_offered(account, instant) else None


def set_pin(
    store: PeopleStore,
    access: AccessStore,
    caller: Caller,
    device: str,
    pin: str,
    *,
    now: int | None = None,
) -> None:
    """Give the caller a PIN on this browser. Raises Invalid for a weak one, and for a caller who
    did not log in fully here."""
    person = own_person(store, access, caller, device, now=now)
    if person is None:
        raise Invalid.at("pin", "Log in on this browser with the password first.")
    hashed = hash_password(checked_pin(pin, person.name))
    _change(store, caller, device, person, replace(person, pin=hashed, wrong=0), "account.pin_set")


def remove_pin(store: PeopleStore, access: AccessStore, caller: Caller, device: str) -> None:
    """Take the caller's PIN on this browser away; no effect without one."""
    person = own_person(store, access, caller, device)
    if person is not None and person.pin:
        without = replace(person, pin="", wrong=0)
        _change(store, caller, device, person, without, "account.pin_removed")


def log_in_by_pin(
    store: PeopleStore,
    access: AccessStore,
    device: str,
    name: str,
    pin: str,
    branch: str,
    visitor: Visitor,
    *,
    browser: str = "",
    now: int | None = None,
) -> str:
    """Begin the login of a person of this browser, at a counter of a branch; returns the secret for
    its cookie.

    A PIN is counted before it is checked. Raises PinRefused for a wrong one and if a full login is
    needed, and PreconditionFailed if another try of the same moment was faster.
    """
    instant = access.now() if now is None else now
    person, account = store.get(device, name), access.account(name)
    if (
        person is None
        or account is None
        or person.needs_password
        or not person.is_offered(account, instant)
        or not _works_in(account, branch)
    ):
        raise PinRefused("Log in with the name and the password.")
    counted = replace(person, wrong=person.wrong + 1, attempt=secrets.token_hex(8))
    if not store.replace(device, person, counted):
        raise PreconditionFailed(_TRY_AGAIN)
    if not is_password(pin, person.pin):
        raise _refused(access, account, counted.wrong, visitor)
    if not store.replace(device, counted, replace(person, wrong=0)):
        raise PreconditionFailed(_TRY_AGAIN)
    by = Caller(account.id, account.role, account.branch, kind="account", name=account.name)
    entry = _entry(by.at(visitor.sender), "sign_in.accepted", account.name, way="pin")
    return begin_session(access, account, browser, entry, by_pin=True)


def _works_in(account: Account, branch: str) -> bool:
    return any(grant.role == "clerk" and grant.covers(branch) for grant in account.grants)


def _refused(access: AccessStore, account: Account, wrong: int, visitor: Visitor) -> PinRefused:
    """The refusal of a wrong PIN, which is recorded."""
    left = MOST_WRONG - wrong
    action: Action = "sign_in.refused" if left else "sign_in.pin_locked"
    entry = refused_entry(action, visitor.sender, branch=account.branch, target=account.name)
    access.audit.refusal(replace(entry, details={"way": "pin"}))
    _log.warning("a PIN was wrong: account %s", account.id)
    if left:
        return PinRefused("The PIN is wrong: try again.", left)
    return PinRefused("The PIN was wrong five times: log in with the name and the password.")


def _change(
    store: PeopleStore,
    caller: Caller,
    device: str,
    before: KnownPerson,
    after: KnownPerson,
    action: Action,
) -> None:
    if not store.replace(device, before, after, _entry(caller, action, before.name)):
        raise PreconditionFailed(_TRY_AGAIN)


def _entry(by: Caller, action: Action, name: str, *, way: str = "") -> AuditEntry:
    return entry_by(by, action, branch=by.branch, target=name, details={"way": way})
