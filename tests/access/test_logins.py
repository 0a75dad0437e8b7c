"""The logins of an account: what its owner sees of them, and how they end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis

from queue_service.access import keys
from queue_service.access.operations import access, accounts, logins
from queue_service.access.operations.attempts import Visitor
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import Account, digest
from queue_service.access.rules.lifetimes import CONFIRMED_MS, LONGEST_SESSION_MS, SESSION_MS
from queue_service.access.store import AccessStore
from queue_service.errors import NotFound, Unauthenticated
from queue_service.store.redis_store import RedisStore
from tests.access.test_access import announced_ids


@pytest.fixture
def store(redis_client: Redis) -> AccessStore:
    return AccessStore(RedisStore(redis_client))


@pytest.fixture
def account(store: AccessStore) -> Account:
    return accounts.add_account(store, "skranke", "correct horse", "clerk", None, now=1)


def begin(store: AccessStore, account: Account, browser: str) -> Caller:
    """The caller of a new login."""
    caller = access.identify(store, logins.begin_session(store, account, browser))
    assert caller is not None
    return caller


def test_the_logins_of_an_account_are_listed_with_the_present_one_first(
    store: AccessStore, account: Account
) -> None:
    before = store.now()
    first, other = (begin(store, account, kind) for kind in ("Firefox, Windows", ""))
    colleague = accounts.add_account(store, "leder", "correct horse", "clerk", None, now=1)
    begin(store, colleague, "Edge, Windows")
    found = logins.own_logins(store, first)
    assert [(login.id, login.browser, login.here) for login in found] == [
        (first.session, "Firefox, Windows", True),
        (other.session, "", False),
    ]
    assert all(before <= login.begun_at == login.used_at <= store.now() for login in found)
    assert logins.own_logins(store, Caller("a token", "admin")) == []


def test_the_last_use_of_a_login_is_kept_every_few_minutes(
    store: AccessStore, account: Account, redis_client: Redis
) -> None:
    secret = logins.begin_session(store, account)
    session = store.session(digest(secret))
    assert session is not None
    assert store.session_by_id(session.id) == session, "used again at once: nothing is written"
    # As after six minutes, with an index that has been lost.
    store.add_session(replace(session, begun_at=session.begun_at - 10, used_at=0))
    redis_client.pexpire(keys.session(session.id), SESSION_MS - 360_000)
    redis_client.delete(keys.sessions_of(account.id))
    before = store.now()
    assert store.session(digest(secret)) is not None
    used = store.session_by_id(session.id)
    assert used is not None
    assert before <= used.used_at <= store.now()
    assert used.begun_at == session.begun_at - 10
    assert store.sessions_of(account.id) == {session.id}


def test_a_login_is_ended_by_its_owner_alone(
    store: AccessStore, account: Account, redis_client: Redis
) -> None:
    first, other = (begin(store, account, "") for _ in range(2))
    colleague = accounts.add_account(store, "leder", "correct horse", "clerk", None, now=1)
    theirs = begin(store, colleague, "")
    assert theirs.session is not None
    with pytest.raises(NotFound):
        logins.end_login(store, first, theirs.session)
    assert other.session is not None
    for _ in range(2):
        logins.end_login(store, first, other.session)
    assert access.still_valid(store, [first, other, theirs]) == {first, theirs}
    assert announced_ids(redis_client) == [other.session]
    assert store.sessions_of(account.id) == {first.session}


def test_all_other_logins_are_ended_at_once(store: AccessStore, account: Account) -> None:
    here, *others = (begin(store, account, "") for _ in range(3))
    logins.end_other_logins(store, here)
    assert access.still_valid(store, [here, *others]) == {here}
    assert [login.here for login in logins.own_logins(store, here)] == [True]


def test_a_changed_password_leaves_one_login_in_the_list(
    store: AccessStore, account: Account
) -> None:
    for _ in range(2):
        begin(store, account, "")
    changed = accounts.set_password(store, account.name, "another password")
    caller = begin(store, changed, "")
    assert [login.id for login in logins.own_logins(store, caller)] == [caller.session]


def test_the_end_of_a_login_is_known_from_its_beginning(
    store: AccessStore, account: Account
) -> None:
    caller = begin(store, account, "")
    (login,) = logins.own_logins(store, caller)
    assert logins.login_ends_at(store, caller) == login.begun_at + LONGEST_SESSION_MS
    assert logins.login_ends_at(store, Caller("a token", "clerk")) is None


def test_a_password_counts_as_given_for_ten_minutes(store: AccessStore, account: Account) -> None:
    caller = begin(store, account, "")
    (login,) = logins.own_logins(store, caller)
    last = login.begun_at + CONFIRMED_MS - 1
    assert logins.is_confirmed(store, caller, now=last)
    assert not logins.is_confirmed(store, caller, now=last + 1)
    with pytest.raises(Unauthenticated):
        accounts.confirm(store, caller, "another", Visitor("here"), now=last + 1)
    assert not logins.is_confirmed(store, caller, now=last + 1)
    accounts.confirm(store, caller, "correct horse", Visitor("here"), now=last + 1)
    assert logins.is_confirmed(store, caller, now=last + CONFIRMED_MS)
    assert not logins.is_confirmed(store, caller, now=last + 1 + CONFIRMED_MS)
    assert logins.is_confirmed(store, Caller("a token", "admin"))


def test_an_ended_login_confirms_nothing(store: AccessStore, account: Account) -> None:
    caller = begin(store, account, "")
    logins.log_out(store, caller)
    assert not logins.is_confirmed(store, caller)
    with pytest.raises(Unauthenticated):
        accounts.confirm(store, caller, "correct horse", Visitor("here"))
