"""Commands that the store refuses are logged with the reason, and without their arguments."""

from __future__ import annotations

import logging

import pytest
from redis import Redis

from queue_service.errors import StoreUnavailable
from queue_service.store.redis_store import RedisStore


@pytest.mark.parametrize("together", [False, True])
def test_the_log_has_the_reason_alone(
    redis_client: Redis, caplog: pytest.LogCaptureFixture, together: bool
) -> None:
    store = RedisStore(redis_client)
    redis_client.set("q:a-visit", "text")

    def ask() -> object:
        if together:
            return store.write(lambda p: p.hset("q:a-visit", "secret", "1"))
        return store.guarded(lambda: redis_client.hset("q:a-visit", "secret", "1"))

    with caplog.at_level(logging.WARNING), pytest.raises(StoreUnavailable):
        ask()
    (line,) = caplog.messages
    assert line.startswith("the store refused: WRONGTYPE Operation against a key")
    assert "secret" not in line
    assert "a-visit" not in line


@pytest.mark.slow
def test_a_store_that_is_away_refuses_nothing(caplog: pytest.LogCaptureFixture) -> None:
    away = RedisStore(Redis(unix_socket_path="/nothing/here"))
    with caplog.at_level(logging.WARNING), pytest.raises(StoreUnavailable):
        away.time()
    assert caplog.messages == []
