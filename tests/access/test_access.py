"""Tokens, enrolments and who holds a secret."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import access, accounts
from queue_service.access.operations.attempts import Visitor
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import ROLES
from queue_service.access.rules.lifetimes import ENROLMENT_MS
from queue_service.access.store import AccessStore
from queue_service.errors import Forbidden, Invalid, NotFound
from queue_service.store.keys import LOG

NOW = 1_795_600_000_000
ADMIN_OF_HOLBAEK = Caller("a", "admin", "holbaek")


@pytest.mark.parametrize("role", ROLES)
def test_a_token_makes_its_holder_known(store: AccessStore, role: str) -> None:
    token, secret = access.create_token(store, role, "holbaek", now=store.now())
    assert access.identify(store, secret) == Caller(token.id, token.role, "holbaek")
    assert len(secret) == len("qst_") + 43


@pytest.mark.parametrize("secret", ["", "qst_", "qss_", "qst_nobody", "nobody", "qst_\udcff"])
def test_an_unknown_secret_is_refused(store: AccessStore, secret: str) -> None:
    access.create_token(store, "admin", None, now=NOW)
    assert access.identify(store, secret) is None


def test_no_secret_is_kept(store: AccessStore, redis_client: Redis) -> None:
    _, token = access.create_token(store, "kiosk", "holbaek", now=NOW)
    _, code = access.create_enrolment(store, "display", "holbaek", now=NOW)
    account = accounts.add_account(store, "skranke", "a long password", "clerk", None, now=NOW)
    _, session, device = accounts.log_in(store, "skranke", "a long password", Visitor("10.0.0.1"))
    kept = "\n".join(everything(redis_client))
    secrets = (token, token[4:], code, session, session[4:], device, device[4:])
    for secret in (*secrets, "a long password", "10.0.0.1"):
        assert secret not in kept
    assert account.password_hash in kept, "or else this test looks in the wrong place"


@pytest.mark.parametrize(
    ("role", "branch", "field"),
    [("boss", None, "role"), ("kiosk", "Holbæk", "branch"), ("kiosk", "", "branch")],
)
def test_a_token_needs_a_known_role_and_a_branch_id(
    store: AccessStore, role: str, branch: str | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        access.create_token(store, role, branch, now=NOW)
    assert fields(refused.value) == [field]
    assert store.tokens() == []


def test_a_revoked_token_is_refused_and_every_process_is_notified(
    store: AccessStore, redis_client: Redis
) -> None:
    token, secret = access.create_token(store, "kiosk", None, now=store.now())
    caller = access.identify(store, secret)
    assert caller is not None
    assert access.still_valid(store, [caller])
    access.revoke_token(store, token.id)
    assert access.identify(store, secret) is None
    assert not access.still_valid(store, [caller])
    assert announced_ids(redis_client) == [token.id]
    with pytest.raises(NotFound):
        access.revoke_token(store, token.id)


def test_an_administrator_of_one_branch_manages_that_branch_alone(store: AccessStore) -> None:
    everywhere, _ = access.create_token(store, "metrics", None, now=NOW - 1)
    own, _ = access.create_token(store, "kiosk", "holbaek", now=NOW, by=ADMIN_OF_HOLBAEK)
    assert access.list_tokens(store, by=ADMIN_OF_HOLBAEK) == [own]
    for branch in (None, "naestved"):
        with pytest.raises(Forbidden):
            access.create_token(store, "admin", branch, now=NOW, by=ADMIN_OF_HOLBAEK)
    with pytest.raises(Forbidden):
        access.revoke_token(store, everywhere.id, by=ADMIN_OF_HOLBAEK)
    with pytest.raises(Forbidden):
        access.create_enrolment(store, "kiosk", "naestved", now=NOW, by=ADMIN_OF_HOLBAEK)
    assert store.tokens() == [everywhere, own]


def test_a_link_sets_one_screen_up_once(store: AccessStore) -> None:
    link, code = access.create_enrolment(store, "kiosk", "holbaek", now=NOW, label="Indgang")
    assert access.find_enrolment(store, code, now=NOW) == link, "looking changes nothing"
    enrolled, secret = access.enrol(store, code, now=NOW)
    assert enrolled == link
    caller = access.identify(store, secret)
    assert caller is not None
    assert (caller.role, caller.branch) == ("kiosk", "holbaek")
    (token,) = store.tokens()
    assert (token.device, token.label) == (True, "Indgang")
    with pytest.raises(NotFound):
        access.enrol(store, code, now=NOW)


def test_a_link_lasts_fifteen_minutes(store: AccessStore) -> None:
    _, code = access.create_enrolment(store, "display", "holbaek", now=NOW)
    access.find_enrolment(store, code, now=NOW + ENROLMENT_MS - 1)
    for look in (access.find_enrolment, access.enrol):
        with pytest.raises(NotFound):
            look(store, code, now=NOW + ENROLMENT_MS)
    assert store.tokens() == []


def test_a_link_is_for_a_screen(store: AccessStore) -> None:
    with pytest.raises(Invalid) as refused:
        access.create_enrolment(store, "admin", "holbaek", now=NOW)
    assert fields(refused.value) == ["role"]


def fields(error: Invalid) -> list[str]:
    """The fields that a refusal names."""
    errors: Any = error.extra["errors"]
    return [item["field"] for item in errors]


def announced_ids(client: Redis) -> list[str]:
    """The ids that were announced as changed."""
    log: Any = client.xrange(LOG)
    return [entry["id"] for _, entry in log]


def everything(client: Redis) -> Iterable[str]:
    """Every key with its value, as text."""
    answers: Any = client
    for key in answers.scan_iter():
        kind = answers.type(key)
        read = {
            "hash": answers.hgetall,
            "string": answers.get,
            "set": answers.smembers,
            "stream": answers.xrange,
            "zset": lambda name: answers.zrange(name, 0, -1),
        }[kind]
        yield f"{key} {read(key)}"
