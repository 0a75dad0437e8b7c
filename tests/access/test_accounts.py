"""Accounts: who may log in, for how long, and what a guesser learns."""

from __future__ import annotations

import pytest
from argon2 import extract_parameters
from redis import Redis

from queue_service.access import keys
from queue_service.access.operations import access, accounts, attempts, logins, passwords
from queue_service.access.operations.attempts import Visitor
from queue_service.access.rules.caller import Caller, Grant
from queue_service.access.rules.credentials import MOST_GRANTS, Account
from queue_service.access.store import AccessStore
from queue_service.errors import Forbidden, InUse, Invalid, NotFound, RateLimited, Unauthenticated
from tests.access.test_access import announced_ids, fields

NOW = 1_795_600_000_000
PASSWORD = "correct horse"
HERE = Visitor("10.0.0.1")
ADMIN_OF_HOLBAEK = Caller("a", "admin", "holbaek")


@pytest.fixture
def clerk(store: AccessStore) -> Account:
    """A login shared at a counter."""
    return accounts.add_account(store, "skranke", PASSWORD, "clerk", "holbaek", now=NOW)


def test_logging_in_makes_the_account_known(store: AccessStore, clerk: Account) -> None:
    account, secret, _ = accounts.log_in(store, " Skranke ", PASSWORD, HERE)
    caller = access.identify(store, secret)
    assert account == clerk
    assert caller is not None
    assert (caller.id, caller.role, caller.branch) == (clerk.id, "clerk", "holbaek")
    assert clerk.name not in caller.id


def test_logging_out_ends_this_login_alone(
    store: AccessStore, clerk: Account, redis_client: Redis
) -> None:
    ours, theirs = (accounts.log_in(store, "skranke", PASSWORD, HERE)[1] for _ in range(2))
    caller = access.identify(store, ours)
    assert caller is not None
    logins.log_out(store, caller)
    assert access.identify(store, ours) is None
    assert not access.still_valid(store, [caller])
    assert access.identify(store, theirs) is not None
    assert announced_ids(redis_client) == [caller.session]
    assert clerk.id not in announced_ids(redis_client)


@pytest.mark.parametrize("name", ["skranke", "nobody"])
def test_a_failed_login_does_not_reveal_whether_the_name_exists(
    store: AccessStore, clerk: Account, name: str
) -> None:
    with pytest.raises(Unauthenticated) as refused:
        accounts.log_in(store, name, "wrong password", HERE)
    assert refused.value.detail == "The name or the password is wrong: try again."
    assert clerk.name not in refused.value.detail


@pytest.mark.usefixtures("production_hashes")
def test_an_unknown_name_costs_as_much_as_a_wrong_password() -> None:
    # The same work by its parameters, since a clock would judge the machine's load.
    real = extract_parameters(passwords.hash_password(PASSWORD))
    assert extract_parameters(passwords.NOBODYS_HASH) == real
    assert not passwords.wants_rehash(passwords.NOBODYS_HASH)
    assert not passwords.is_password("nobody has this password", None)


def test_a_new_password_ends_the_logins(
    store: AccessStore, clerk: Account, redis_client: Redis
) -> None:
    _, secret, _ = accounts.log_in(store, clerk.name, PASSWORD, HERE)
    caller = access.identify(store, secret)
    assert caller is not None
    changed = accounts.set_password(store, clerk.name, "another password")
    assert changed.id == clerk.id, "what was remembered for the account stays its own"
    assert access.identify(store, secret) is None
    assert not access.still_valid(store, [caller])
    assert announced_ids(redis_client) == [clerk.id]
    with pytest.raises(Unauthenticated):
        accounts.log_in(store, clerk.name, PASSWORD, HERE)
    accounts.log_in(store, clerk.name, "another password", HERE)


def test_another_role_ends_the_logins(store: AccessStore, clerk: Account) -> None:
    _, secret, _ = accounts.log_in(store, clerk.name, PASSWORD, HERE)
    accounts.change_account(store, clerk.name, "supervisor", None)
    assert access.identify(store, secret) is None


def test_a_closed_account_is_gone(store: AccessStore, clerk: Account) -> None:
    _, secret, _ = accounts.log_in(store, clerk.name, PASSWORD, HERE)
    accounts.remove_account(store, clerk.name)
    assert access.identify(store, secret) is None
    with pytest.raises(Unauthenticated):
        accounts.log_in(store, clerk.name, PASSWORD, HERE)
    again = accounts.add_account(store, clerk.name, PASSWORD, "clerk", None, now=NOW)
    assert again.id != clerk.id
    assert access.identify(store, secret) is None, "an old login does not come back to life"


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("", PASSWORD, "name"),
        ("two words", PASSWORD, "name"),
        ("x" * 65, PASSWORD, "name"),
        ("leder", "nine char", "password"),
        ("leder", "x" * 201, "password"),
        ("skranke", PASSWORD, "name"),
        ("SKRANKE", PASSWORD, "name"),
    ],
)
def test_an_account_needs_a_free_name_and_a_long_password(
    store: AccessStore, clerk: Account, name: str, password: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.add_account(store, name, password, "clerk", None, now=NOW)
    assert fields(refused.value) == [field]
    assert store.accounts() == [clerk]


@pytest.mark.parametrize("password", ["ten chars!", "three words, " * 15 + "three"])
def test_the_shortest_and_the_longest_password_are_taken(store: AccessStore, password: str) -> None:
    accounts.add_account(store, "leder", password, "clerk", None, now=NOW)
    accounts.log_in(store, "leder", password, HERE)


def test_the_last_administrator_stays(store: AccessStore) -> None:
    accounts.add_account(store, "first", PASSWORD, "admin", None, now=NOW)
    with pytest.raises(InUse):
        accounts.remove_account(store, "first")
    for role, branch in (("clerk", None), ("admin", "holbaek")):
        with pytest.raises(InUse):
            accounts.change_account(store, "first", role, branch)
    accounts.change_account(store, "first", "admin", None)
    accounts.add_account(store, "second", PASSWORD, "admin", None, now=NOW)
    accounts.remove_account(store, "first")


def test_an_administrator_of_one_branch_manages_its_accounts_alone(
    store: AccessStore, clerk: Account
) -> None:
    by = ADMIN_OF_HOLBAEK
    admin = accounts.add_account(store, "chief", PASSWORD, "admin", None, now=NOW)
    assert accounts.list_accounts(store, by=by) == [clerk]
    with pytest.raises(Forbidden):
        accounts.add_account(store, "x", PASSWORD, "admin", None, now=NOW, by=by)
    with pytest.raises(Forbidden):
        accounts.set_password(store, "chief", PASSWORD, by=by)
    with pytest.raises(Forbidden):
        accounts.remove_account(store, "chief", by=by)
    with pytest.raises(Forbidden):
        accounts.change_account(store, clerk.name, "admin", None, by=by)
    assert store.accounts() == [admin, clerk]


def test_there_is_no_password_without_an_account(store: AccessStore) -> None:
    with pytest.raises(NotFound):
        accounts.set_password(store, "nobody", PASSWORD)


def test_a_made_up_password_is_long_and_never_the_same() -> None:
    made = {passwords.make_password() for _ in range(100)}
    assert len(made) == 100
    assert {len(password) for password in made} == {19}


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("leder", "1234567890"),
        ("leder", "0987654321"),
        ("leder", "aaaaaaaaaa"),
        ("leder", "abababababab"),
        ("leder", "qwertyuiop"),
        ("leder", "borgerservice"),
        ("leder", "Skanderborg1"),
        ("leder", "Password2026!"),
        ("leder", "Velkommen-12"),
        ("weak-user01", "weak-user01"),
        ("weak-user01", "Weak-User01!"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(
    store: AccessStore, name: str, password: str
) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.add_account(store, name, password, "clerk", None, now=NOW)
    assert "password" in str(refused.value.extra["errors"])
    assert store.account(name) is None


@pytest.mark.parametrize(
    ("name", "password"),
    [("bo", "Bo bor i Herning"), ("leder", "tre ord i rad"), ("leder", "1234567890 ja tak")],
)
def test_other_passwords_are_taken(store: AccessStore, name: str, password: str) -> None:
    assert accounts.add_account(store, name, password, "clerk", None, now=NOW).name == name


def test_the_log_says_what_happened_to_accounts_and_logins_and_no_name(
    store: AccessStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    account = accounts.add_account(store, "skranke9", PASSWORD, "clerk", None, now=NOW)
    for n in range(attempts.PAIR_LIMIT + 1):
        with pytest.raises((Unauthenticated, RateLimited)):
            accounts.log_in(store, "skranke9", "wrong password", HERE, now=NOW + n)
    with pytest.raises(Unauthenticated):
        accounts.log_in(store, "nobody9", "wrong password", HERE, now=NOW)
    accounts.set_password(store, "skranke9", "another long one")
    accounts.change_account(store, "skranke9", "supervisor", None)
    accounts.remove_account(store, "skranke9")
    token, secret = access.create_token(store, "supervisor", None, now=NOW, label="tal")
    access.revoke_token(store, token.id)
    said = [(r.levelname, r.getMessage()) for r in caplog.records if "access" in r.name]
    failed = ("WARNING", f"a login failed: account {account.id}")
    assert said == [
        ("INFO", f"account {account.id} (clerk) was made by operator"),
        *[failed] * attempts.PAIR_LIMIT,
        ("WARNING", f"a login has to wait: account {account.id}"),
        ("WARNING", "a login failed: no account of that name"),
        ("INFO", f"account {account.id} was given another password by operator"),
        ("INFO", f"account {account.id} was made supervisor by operator"),
        ("INFO", f"account {account.id} was removed by operator"),
        ("INFO", f"token {token.id} (supervisor) was made by operator"),
        ("INFO", f"token {token.id} (supervisor) was revoked by operator"),
    ]
    assert not any(text in caplog.text for text in ("skranke9", "nobody9", secret, HERE.address))


def test_a_person_has_several_roles(
    store: AccessStore, clerk: Account, redis_client: Redis
) -> None:
    _, secret, _ = accounts.log_in(store, clerk.name, PASSWORD, HERE)
    changed = accounts.add_grant(store, clerk.name, "supervisor", "koege")
    assert access.identify(store, secret) is None, "the logins of before end"
    assert store.account(clerk.name) == changed
    assert changed.grants == (("clerk", "holbaek"), ("supervisor", "koege"))
    again = accounts.add_grant(store, clerk.name, "supervisor", "koege")
    assert again == changed, "a repeat changes nothing"
    _, secret, _ = accounts.log_in(store, clerk.name, PASSWORD, HERE)
    caller = access.identify(store, secret)
    assert caller is not None
    assert caller.grants == changed.grants
    acting = caller.acting({"supervisor"}, "koege")
    assert acting is not None
    assert access.still_valid(store, [caller, acting]) == {caller, acting}
    first = accounts.change_account(store, clerk.name, "supervisor", "koege")
    assert first.grants == (("supervisor", "koege"),), "each role once"
    assert access.still_valid(store, [acting]) == set()
    accounts.add_grant(store, clerk.name, "clerk", None)
    assert accounts.remove_grant(store, clerk.name, "clerk", None).more == ()
    assert "more" not in str(redis_client.hvals(keys.ACCOUNTS)), "as it was before"


def test_roles_are_given_by_an_administrator_of_their_branches(
    store: AccessStore, clerk: Account
) -> None:
    local = Caller("a", "admin", "holbaek")
    with pytest.raises(Forbidden):
        accounts.add_grant(store, clerk.name, "clerk", "koege", by=local)
    accounts.add_grant(store, clerk.name, "supervisor", "holbaek", by=local)
    assert [a.name for a in accounts.list_accounts(store, by=local)] == [clerk.name]
    accounts.add_grant(store, clerk.name, "clerk", "koege")
    assert accounts.list_accounts(store, by=local) == [], "also another branch's by now"
    with pytest.raises(Forbidden):
        accounts.set_password(store, clerk.name, "another password", by=local)
    both = Caller("b", "admin", "holbaek", more=(Grant("admin", "koege"),))
    accounts.remove_grant(store, clerk.name, "clerk", "koege", by=both)
    with pytest.raises(Invalid):
        accounts.add_grant(store, clerk.name, "kiosk", "holbaek")


def test_the_last_administrator_stays_one_among_several_roles(store: AccessStore) -> None:
    accounts.add_account(store, "first", PASSWORD, "clerk", "holbaek", now=NOW)
    accounts.add_grant(store, "first", "admin", None)
    with pytest.raises(InUse):
        accounts.remove_grant(store, "first", "admin", None)
    with pytest.raises(InUse):
        accounts.remove_account(store, "first")
    accounts.change_account(store, "first", "supervisor", "holbaek")


def test_an_account_has_a_limited_number_of_roles(store: AccessStore, clerk: Account) -> None:
    for number in range(MOST_GRANTS - 1):
        accounts.add_grant(store, clerk.name, "clerk", f"b{number}")
    with pytest.raises(Invalid):
        accounts.add_grant(store, clerk.name, "clerk", "one-more")
