"""Credentials in a real store: what is found, what ends by itself, and who wins a race."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from threading import Barrier
from typing import Any

import pytest
from redis import Redis

from queue_service.access import keys as access_keys
from queue_service.access.rules.credentials import Account, Enrolment, Session, TokenRecord, digest
from queue_service.access.rules.lifetimes import ENROLMENT_MS, LONGEST_SESSION_MS, SESSION_MS
from queue_service.access.store import ACCESS_CHANGED, AccessStore
from queue_service.errors import StoreUnavailable
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.keys import LOG
from queue_service.store.redis_store import RedisStore

NOW = 1_795_600_000_000
TOKEN = TokenRecord(digest("a secret"), "kiosk", "holbaek", NOW)
ACCOUNT = Account("acc_1", "skranke", "clerk", "holbaek", "hash", NOW)
SESSION = Session(digest("a login"), "skranke", "acc_1", 1)
LINK = Enrolment("kiosk", "holbaek", NOW + ENROLMENT_MS)
WINDOW_MS = 60_000


def test_a_token_is_found_by_the_whole_digest_of_its_secret(store: AccessStore) -> None:
    store.add_token(TOKEN)
    assert store.token(TOKEN.digest) == TOKEN
    assert store.token(TOKEN.digest[:16] + "0" * 48) is None
    assert store.token(digest("another secret")) is None


def test_a_removed_token_is_gone(store: AccessStore) -> None:
    store.add_token(TOKEN)
    store.remove_token(TOKEN.id)
    assert store.token(TOKEN.digest) is None
    assert store.tokens() == []


def test_tokens_are_listed_oldest_first(store: AccessStore) -> None:
    older = replace(TOKEN, digest=digest("older"), created_at=NOW - 1)
    store.add_token(TOKEN)
    store.add_token(older)
    assert store.tokens() == [older, TOKEN]


def test_a_name_belongs_to_who_came_first(store: AccessStore) -> None:
    assert store.add_account(ACCOUNT)
    assert not store.add_account(replace(ACCOUNT, id="acc_2"))
    assert store.account("skranke") == ACCOUNT


def test_adding_the_same_account_again_after_a_lost_reply_succeeds(store: AccessStore) -> None:
    assert store.add_account(ACCOUNT)
    assert store.add_account(ACCOUNT)


def test_a_change_is_refused_when_somebody_else_was_faster(store: AccessStore) -> None:
    store.add_account(ACCOUNT)
    changed = replace(ACCOUNT, role="supervisor", version=2)
    assert store.change_account(ACCOUNT, changed)
    assert not store.change_account(ACCOUNT, replace(ACCOUNT, role="admin", version=2))
    assert not store.change_account(ACCOUNT, None)
    assert store.account("skranke") == changed


def test_a_session_lasts_twelve_hours_from_its_last_use(
    store: AccessStore, redis_client: Redis
) -> None:
    key = access_keys.session(SESSION.id)
    store.add_session(SESSION)
    assert SESSION_MS - 5000 < redis_client.pttl(key) <= SESSION_MS
    redis_client.pexpire(key, 60_000)
    assert store.session_by_id(SESSION.id) == SESSION
    assert redis_client.pttl(key) <= 60_000
    assert store.session(SESSION.digest) == SESSION
    assert redis_client.pttl(key) > SESSION_MS - 5000


def test_a_session_is_found_by_the_whole_digest_of_its_secret(store: AccessStore) -> None:
    store.add_session(SESSION)
    assert store.session(SESSION.digest[:16] + "0" * 48) is None


def test_a_link_ends_by_itself(store: AccessStore, redis_client: Redis) -> None:
    store.add_enrolment(digest("code"), LINK, ENROLMENT_MS)
    left = redis_client.pttl(access_keys.enrolment(digest("code")))
    assert ENROLMENT_MS - 5000 < left <= ENROLMENT_MS
    store.add_enrolment(digest("short"), LINK, 1)
    until(lambda: store.enrolment(digest("short")) is None)


def test_a_link_makes_one_token(store: AccessStore) -> None:
    store.add_enrolment(digest("code"), LINK, ENROLMENT_MS)
    assert store.use_enrolment(digest("code"), LINK, TOKEN)
    assert store.use_enrolment(digest("code"), LINK, TOKEN), "a repeat after a lost reply"
    assert not store.use_enrolment(digest("code"), LINK, replace(TOKEN, digest=digest("2")))
    assert store.tokens() == [TOKEN]


def test_of_many_who_use_a_link_at_once_one_wins(store: AccessStore, settings: Settings) -> None:
    rivals = 16
    store.add_enrolment(digest("code"), LINK, ENROLMENT_MS)
    barrier = Barrier(rivals)

    def use(number: int) -> bool:
        with connect(settings) as client:
            own = AccessStore(RedisStore(client))
            token = replace(TOKEN, digest=digest(f"screen {number}"))
            own.now()
            barrier.wait()
            return own.use_enrolment(digest("code"), LINK, token)

    with ThreadPoolExecutor(rivals) as pool:
        won = list(pool.map(use, range(rivals)))
    assert won.count(True) == 1
    assert [token.digest for token in store.tokens()] == [digest(f"screen {won.index(True)}")]


def test_a_change_is_announced_to_every_process(store: AccessStore, redis_client: Redis) -> None:
    store.announce("abc")
    log: Any = redis_client.xrange(LOG)
    ((_, entry),) = log
    assert entry == {"event": ACCESS_CHANGED, "id": "abc"}


def test_all_of_access_lives_in_one_slot_of_a_cluster() -> None:
    keys = [
        access_keys.TOKENS,
        access_keys.ACCOUNTS,
        access_keys.session("x"),
        access_keys.enrolment("x"),
        access_keys.known_browser("x"),
        *(
            getattr(access_keys.AttemptKeys("skranke", "10.0.0.1", "x"), name)
            for name in ("known", "by_device", "by_pair", "by_account", "names")
        ),
    ]
    assert {"{access}" in key for key in keys} == {True}


def test_a_store_that_is_away_is_one_refusal(settings: Settings) -> None:
    gone = replace(settings, redis_url=f"unix://{settings.data_dir}/nothing")
    store = AccessStore(RedisStore(connect(gone)))
    with pytest.raises(StoreUnavailable):
        store.token(TOKEN.digest)


def until(happened: Callable[[], bool]) -> None:
    """Ask until it is so; the store's own clock decides when."""
    for _ in range(10_000):
        if happened():
            return
    pytest.fail("it did not happen")


@pytest.mark.parametrize(("left_ms", "lasts_ms"), [(60_000, 60_000), (2 * SESSION_MS, SESSION_MS)])
def test_a_login_ends_thirty_days_after_it_began(
    store: AccessStore, redis_client: Redis, left_ms: int, lasts_ms: int
) -> None:
    begun_at = store.now() - LONGEST_SESSION_MS + left_ms
    login = replace(SESSION, begun_at=begun_at)
    store.add_session(login)
    redis_client.pexpire(access_keys.session(login.id), 3_600_000)
    assert store.session(login.digest) == login
    assert lasts_ms - 5000 < redis_client.pttl(access_keys.session(login.id)) <= lasts_ms


def test_a_login_of_a_version_without_its_beginning_is_read_and_ends_as_well(
    store: AccessStore, redis_client: Redis
) -> None:
    kept = asdict(SESSION)
    del kept["begun_at"]
    redis_client.set(access_keys.session(SESSION.id), json.dumps(kept), px=60_000)
    before = store.now()
    assert store.session(SESSION.digest) == SESSION
    assert redis_client.pttl(access_keys.session(SESSION.id)) > SESSION_MS - 5000
    again = store.session(SESSION.digest)
    assert again is not None
    assert before <= again.begun_at <= store.now()  # and so it ends in thirty days
