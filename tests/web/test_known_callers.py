"""Cached callers, and how long they stay cached without an announcement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from redis import Redis

from queue_service.access import keys
from queue_service.access.operations import access
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import credential_id, digest
from queue_service.access.store import AccessStore
from queue_service.errors import StoreUnavailable
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from queue_service.web.security.known_callers import OUTAGE_SECONDS, KnownCallers


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A stopped clock."""
    return Clock()


@pytest.fixture
def known(redis_client: Redis, clock: Clock) -> KnownCallers:
    """A process's memory, on an empty store."""
    return KnownCallers(AccessStore(RedisStore(redis_client)), clock)


def revoked(known: KnownCallers) -> str:
    """The secret of a token that was recognised and then revoked elsewhere."""
    token, secret = access.create_token(known.store, "clerk", None, now=known.store.now())
    assert known.recognise(secret) == token.caller()
    assert known.still_allowed([token.caller()])
    access.revoke_token(known.store, token.id)
    return secret


def test_a_revoked_token_is_known_for_less_than_five_seconds(
    known: KnownCallers, clock: Clock
) -> None:
    secret = revoked(known)
    clock.now += 4.9
    assert known.recognise(secret) is not None
    clock.now += 0.1
    assert known.recognise(secret) is None


def test_the_holder_of_an_open_stream_is_checked_each_time(known: KnownCallers) -> None:
    caller = known.recognise(revoked(known))
    assert caller is not None
    assert not known.still_allowed([caller])


def test_streams_with_valid_credentials_are_found_among_all(
    known: KnownCallers, redis_client: Redis
) -> None:
    now = known.store.now()
    there = [access.create_token(known.store, "display", None, now=now)[0] for _ in range(3)]
    changed, damaged, well = there
    known.store.add_token(replace(changed, branch="holbaek"))
    redis_client.hset(keys.TOKENS, damaged.id, "{")
    callers = [*(token.caller() for token in there), Caller("nobody", "display")]
    assert {*known.still_allowed(callers)} == {well.caller()}


def test_an_announced_change_is_forgotten_by_caches_at_once(known: KnownCallers) -> None:
    secret = revoked(known)
    caller = known.recognise(secret)
    assert caller is not None
    known.forget("another")
    assert known.recognise(secret) is not None
    known.forget(caller.id)
    assert known.recognise(secret) is None


def test_an_unknown_caller_is_not_cached(known: KnownCallers) -> None:
    secret = revoked(known)
    known.forget(credential_id(digest(secret)))
    assert known.recognise(secret) is None
    _, fresh = access.create_token(known.store, "kiosk", None, now=known.store.now())
    assert known.recognise(fresh) is not None


def test_being_asked_about_does_not_make_it_last(
    known: KnownCallers, clock: Clock, redis_client: Redis
) -> None:
    _, secret = access.create_token(known.store, "clerk", None, now=known.store.now())
    assert known.recognise(secret)
    clock.now += 3
    assert known.recognise(secret)
    redis_client.flushall()
    clock.now += 2
    assert known.recognise(secret) is None


def test_a_silent_store_ends_no_stream(settings: Settings) -> None:
    gone = replace(settings, redis_url=f"unix://{settings.data_dir}/nothing")
    silent = KnownCallers(AccessStore(RedisStore(connect(gone))))
    assert silent.still_allowed([Caller("x", "display", "holbaek")])


def test_while_the_store_is_away_those_known_before_are_known_for_a_while(
    known: KnownCallers, clock: Clock, tmp_path: Path
) -> None:
    token, secret = access.create_token(known.store, "metrics", None, now=known.store.now())
    assert known.recognise(secret) == token.caller()
    nowhere = Settings(data_dir=tmp_path, redis_url=f"unix://{tmp_path}/nobody", sample=False)
    known.store = AccessStore(RedisStore(connect(nowhere)))
    clock.now += 15
    assert known.recognise(secret) == token.caller()
    with pytest.raises(StoreUnavailable):
        known.recognise("qst_somebody-else")
    clock.now += OUTAGE_SECONDS
    with pytest.raises(StoreUnavailable):
        known.recognise(secret)
