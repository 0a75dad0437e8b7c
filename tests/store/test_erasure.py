"""Removed data is no longer in the store's files within a day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from queue_service.alerts.rules.subscriptions import Subscription
from queue_service.alerts.store import AlertStore
from queue_service.reports.store import ReportReader, ReportStore
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.erasure import BEGUN, EVERY_MS, REWRITTEN, erase
from tests.running import eventually

ADDRESS = "leder.hansen@example.dk"
OTHER = "laeser.jensen@example.dk"


@pytest.fixture
def store(redis_client: Redis) -> RedisStore:
    return RedisStore(redis_client)


def on_disk(client: Any, text: str) -> bool:
    """Whether the store's files hold a text."""
    folder = Path(client.config_get("dir")["dir"]) / "appendonlydir"
    files = list(folder.iterdir())
    assert files, "or else this test looks in the wrong place"
    return any(text.encode() in file.read_bytes() for file in files)


def is_done(client: Any) -> bool:
    reported = client.info("persistence")
    return not reported["aof_rewrite_in_progress"] and not reported["aof_rewrite_scheduled"]


def test_an_address_that_was_removed_leaves_the_disk(
    store: RedisStore, redis_client: Redis
) -> None:
    alerts, reports = AlertStore(store), ReportStore(store)
    to = Subscription("s", "acc", ("wait",), 15, "mail", ADDRESS, "da", 0)
    alerts.add_subscription("raadhuset", to)
    reports.put_reader("raadhuset", ReportReader("r", "acc", OTHER, ("week",), "da", 0))
    eventually(lambda: on_disk(redis_client, ADDRESS) and on_disk(redis_client, OTHER))
    alerts.remove_subscription("raadhuset", "s")
    reports.remove_reader("raadhuset", "r")
    assert on_disk(redis_client, ADDRESS)
    eventually(lambda: is_done(redis_client))
    assert erase(store)
    eventually(lambda: is_done(redis_client) and not on_disk(redis_client, ADDRESS))
    assert not on_disk(redis_client, OTHER)


def test_it_is_done_once_a_day(store: RedisStore, redis_client: Redis) -> None:
    eventually(lambda: is_done(redis_client))
    assert erase(store), "also where nothing was removed: answers kept for repeats have expired"
    eventually(lambda: is_done(redis_client))
    assert not erase(store), "the next one is tomorrow"
    assert 22 * 3600 * 1000 - 60_000 < redis_client.pttl(REWRITTEN) <= EVERY_MS
    redis_client.delete(REWRITTEN)
    assert erase(store)
    eventually(lambda: is_done(redis_client))
    assert not erase(store)


def test_a_log_rewrite_with_an_unknown_end_is_started_again(
    store: RedisStore, redis_client: Redis
) -> None:
    eventually(lambda: is_done(redis_client))
    redis_client.set(BEGUN, "another server|1|1")
    assert erase(store), "the server was started again meanwhile"
    assert 0 < redis_client.pttl(REWRITTEN) < 3600 * 1000, "or else an hour is not enough"


def test_a_store_that_forbids_it_is_asked_again(
    settings: Settings, redis_client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    eventually(lambda: is_done(redis_client))
    redis_client.acl_setuser(
        "hosted", enabled=True, passwords=["+pw"], keys=["*"], commands=["+@all", "-bgrewriteaof"]
    )
    try:
        path = (settings.redis_url or "").removeprefix("unix://")
        with connect(Settings(redis_url=f"unix://hosted@{path}?password=pw")) as client:
            hosted = RedisStore(client)
            assert not erase(hosted)
        assert "is still in the store's log" in caplog.text
        assert not redis_client.exists(REWRITTEN)
    finally:
        redis_client.acl_deluser("hosted")
