"""Passkeys of accounts: registered, listed, removed, and used. Times are in milliseconds.

``browser`` is the secret in the cookie of the browser that was asked: no other can answer.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from queue_service.access.audit_entries import entry_by, refused_entry
from queue_service.access.operations.access import OPERATOR
from queue_service.access.operations.accounts import managed_account
from queue_service.access.operations.attempts import Visitor
from queue_service.access.operations.logins import login_name
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import Account, is_of_provider, must_be_person
from queue_service.access.store import AccessStore
from queue_service.errors import Invalid, NotFound, PreconditionFailed, Unauthenticated
from queue_service.passkeys.operations import ceremonies
from queue_service.passkeys.operations.ceremonies import RefusedAnswer
from queue_service.passkeys.rules import (
    Challenge,
    Passkey,
    Purpose,
    checked_label,
    next_number,
)
from queue_service.passkeys.store import PasskeyStore
from queue_service.runtime.relying_party import RelyingParty

_log: Final = logging.getLogger(__name__)


def own_passkeys(store: PasskeyStore, access: AccessStore, caller: Caller) -> list[Passkey]:
    """The passkeys of the caller's account. Raises NotFound for a token and one of the town's
    accounts."""
    _own_name(access, caller)
    return store.of(caller.id)


def usable(store: PasskeyStore, party: RelyingParty | None, account_id: str) -> list[Passkey]:
    """The passkeys of an account that a browser uses at this site."""
    return [p for p in store.of(account_id) if p.rp_id == party.id] if party is not None else []


def due_after_password(
    store: PasskeyStore, party: RelyingParty | None, account: Account
) -> list[Passkey]:
    """The passkeys of which an administrator is asked for one after the password."""
    administers = any(grant.role == "admin" for grant in account.grants)
    return usable(store, party, account.id) if administers else []


# Questions


def ask_to_make(
    store: PasskeyStore, access: AccessStore, party: RelyingParty, caller: Caller, browser: str
) -> str:
    """Ask a browser for a passkey of the caller's account; the options as JSON.

    Raises NotFound for a token and one of the town's accounts, and Invalid if the account has too
    many.
    """
    name, known = _own_name(access, caller), store.of(caller.id)
    next_number(known)
    challenge = ceremonies.new_challenge()
    store.keep("register", browser, Challenge(challenge, caller.id, name))
    here = [passkey for passkey in known if passkey.rp_id == party.id]
    return ceremonies.options_to_make(party, challenge, caller.id, name, here)


def ask_anybody(store: PasskeyStore, party: RelyingParty, browser: str) -> str:
    """Ask a browser to log in by any passkey of the site; the options as JSON."""
    challenge = ceremonies.new_challenge()
    store.keep("login", browser, Challenge(challenge))
    return ceremonies.options_to_answer(party, challenge)


def ask_after_password(
    store: PasskeyStore,
    party: RelyingParty,
    account: Account,
    passkeys: Sequence[Passkey],
    browser: str,
) -> str:
    """Ask for a passkey of an account whose password was right; the options as JSON."""
    challenge = ceremonies.new_challenge()
    question = Challenge(challenge, account.id, account.name, account.version)
    store.keep("second", browser, question)
    return ceremonies.options_to_answer(party, challenge, passkeys)


def ask_to_confirm(store: PasskeyStore, party: RelyingParty, caller: Caller, browser: str) -> str:
    """Ask for a passkey of the caller's account, to confirm a change; the options as JSON."""
    challenge = ceremonies.new_challenge()
    store.keep("confirm", browser, Challenge(challenge, caller.id))
    return ceremonies.options_to_answer(party, challenge, usable(store, party, caller.id))


# Answers


def register(
    store: PasskeyStore,
    access: AccessStore,
    party: RelyingParty,
    caller: Caller,
    browser: str,
    answer: str,
    *,
    label: str = "",
    kind: str = "",
) -> Passkey:
    """Add the passkey that a kind of browser made. Raises Invalid if it was not asked for, not made
    by this browser, or one too many."""
    wanted = checked_label(label)
    challenge = store.take("register", browser)
    if challenge is None or challenge.account != caller.id:
        raise Invalid.at("label", "This took longer than five minutes: add the passkey again.")
    name, known = _own_name(access, caller), store.of(caller.id)
    number = next_number(known)
    try:
        made = ceremonies.made(party, challenge.challenge, answer)
    except RefusedAnswer as error:
        _log.warning("a passkey was refused: %s", error)
        raise Invalid.at("label", "The passkey could not be checked: add it again.") from None
    passkey = Passkey(
        *(made.credential, made.public_key, name, party.id, number, access.now(), made.sign_count),
        browser=kind,
        label=wanted,
    )
    details = {"passkey": str(passkey.number)}
    entry = entry_by(caller, "passkey.added", branch=caller.branch, target=name, details=details)
    if not store.replace(caller.id, None, passkey, entry):
        raise Invalid.at("label", "This passkey is registered already.")
    _log.info("account %s has a new passkey", caller.id)
    return passkey


def answer_login(
    store: PasskeyStore,
    access: AccessStore,
    party: RelyingParty,
    browser: str,
    answer: str,
    visitor: Visitor,
    *,
    after_password: bool = False,
    now: int | None = None,
) -> Account:
    """The account whose passkey answered at the login. Raises Unauthenticated."""
    purpose: Purpose = "second" if after_password else "login"
    instant = access.now() if now is None else now
    return _account_of(store, access, party, purpose, browser, answer, visitor, instant)


def answer_confirmation(
    store: PasskeyStore,
    access: AccessStore,
    party: RelyingParty,
    caller: Caller,
    browser: str,
    answer: str,
    visitor: Visitor,
    *,
    now: int | None = None,
) -> None:
    """Let the caller's login count as confirmed, as by its password. Raises Unauthenticated."""
    instant = access.now() if now is None else now
    account = _account_of(store, access, party, "confirm", browser, answer, visitor, instant)
    session = access.session_by_id(caller.session) if caller.session is not None else None
    if session is None or account.id != caller.id:
        raise Unauthenticated("This login has ended: log in again.")
    access.prove_session(session, instant)


# Removal


def remove_own(store: PasskeyStore, caller: Caller, passkey_id: str) -> None:
    """Remove a passkey of the caller's account; no effect if it is gone."""
    for passkey in store.of(caller.id):
        if passkey.id == passkey_id:
            _remove(store, caller, caller.id, passkey)


def remove_all(
    store: PasskeyStore, access: AccessStore, name: str, *, by: Caller = OPERATOR
) -> int:
    """Remove every passkey of an account that ``by`` manages; returns how many there were.

    Raises NotFound, and Forbidden for a program and an administrator's.
    """
    account = managed_account(access, name, by=by)
    must_be_person(by, [grant.role for grant in account.grants])
    passkeys = store.of(account.id)
    for passkey in passkeys:
        _remove(store, by, account.id, passkey)
    return len(passkeys)


def _remove(store: PasskeyStore, by: Caller, account_id: str, passkey: Passkey) -> None:
    details = {"passkey": str(passkey.number)}
    name = passkey.account_name
    entry = entry_by(by, "passkey.removed", branch=by.branch, target=name, details=details)
    if not store.replace(account_id, passkey, None, entry):
        raise PreconditionFailed("The passkey was used just now: look again and repeat.")
    _log.info("a passkey of account %s was removed by %s", account_id, by.id)


def _own_name(access: AccessStore, caller: Caller) -> str:
    name = login_name(access, caller)
    if name is None:
        raise NotFound("A token has no passkeys: log in to see yours.")
    if is_of_provider(name):  # they would outlive the account there
        raise NotFound("Add passkeys to the town’s account where it is kept.")
    return name


def _account_of(
    store: PasskeyStore,
    access: AccessStore,
    party: RelyingParty,
    purpose: Purpose,
    browser: str,
    answer: str,
    visitor: Visitor,
    now: int,
) -> Account:
    challenge = store.take(purpose, browser)
    if challenge is None:
        raise Unauthenticated("This took longer than five minutes: try again.")
    account: Account | None = None
    try:
        account, passkey = _named(store, access, challenge, answer)
        sign_count = ceremonies.answered(party, challenge.challenge, answer, passkey)
        used = replace(passkey, sign_count=sign_count, used_at=now)
        if not store.replace(account.id, passkey, used):
            raise RefusedAnswer("it was used or removed in the same moment")
    except RefusedAnswer as error:
        _log.warning("a passkey was refused: %s", error)
        _record_refusal(access, account, visitor)
        raise Unauthenticated("The passkey was not accepted: try again.") from None
    return account


def _named(
    store: PasskeyStore, access: AccessStore, challenge: Challenge, answer: str
) -> tuple[Account, Passkey]:
    """The passkey that an answer names, with its account."""
    credential, user = ceremonies.named(answer)
    account_id = challenge.account or user
    passkey = store.get(account_id, credential)
    account = access.account(passkey.account_name) if passkey is not None else None
    if passkey is None or account is None or account.id != account_id:
        raise RefusedAnswer("no account has this passkey")
    if challenge.version not in (0, account.version):
        raise RefusedAnswer("the account was changed after its password was given")
    return account, passkey


def _record_refusal(access: AccessStore, account: Account | None, visitor: Visitor) -> None:
    target, branch = (account.name, account.branch) if account else ("", None)
    entry = refused_entry("sign_in.refused", visitor.sender, branch=branch, target=target)
    access.audit.refusal(replace(entry, details={"way": "passkey"}))
