"""Clients of the store: bounded waits for requests, none for readers."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import TimeoutError as StoreTimeoutError

from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect, connect_jobs, connect_reader, store_url
from tests.store.serving import serving


def test_the_store_is_redis_url_or_the_data_folders_own(data_dir: Path) -> None:
    assert store_url(Settings(data_dir=data_dir)) == f"unix://{data_dir}/store/socket"
    assert store_url(Settings(redis_url="redis://elsewhere")) == "redis://elsewhere"


def test_a_folder_with_odd_letters_has_an_address(data_dir: Path) -> None:
    odd = data_dir / "kø 50%#1?"
    odd.mkdir()
    with serving(odd) as (_, client):
        assert client.ping()


def test_a_store_that_hangs_is_reported_once_the_time_is_up(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, store_timeout_seconds=0.5)
    with serving(data_dir) as (server, _), connect(settings) as client:
        client.ping()
        server.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(StoreTimeoutError):
            client.ping()
        assert 0.4 < time.monotonic() - began < 1.0
        server.send_signal(signal.SIGCONT)
        assert client.ping()


def test_a_store_that_is_away_is_reported_at_once(data_dir: Path) -> None:
    began = time.monotonic()
    with connect(Settings(data_dir=data_dir)) as client, pytest.raises(StoreConnectionError):
        client.ping()
    assert time.monotonic() - began < 1.0


def test_a_lost_connection_is_opened_again(data_dir: Path) -> None:
    with connect(Settings(data_dir=data_dir)) as client:
        with serving(data_dir):
            client.set("kept", 1)
        with serving(data_dir):
            assert client.get("kept") == "1"


def test_a_reader_waits_longer_than_a_request_may(settings: Settings, redis_client: Redis) -> None:
    impatient = replace(settings, store_timeout_seconds=0.1)
    heard: list[Any] = []
    with connect_reader(impatient) as reader:
        listening = threading.Thread(
            target=lambda: heard.append(reader.xread({"log": "0-0"}, block=0))
        )
        listening.start()
        listening.join(0.5)
        assert listening.is_alive()
        redis_client.xadd("log", {"said": "at last"})
        listening.join(10)
    assert "at last" in str(heard)


@pytest.mark.usefixtures("redis_client")
def test_jobs_are_bytes_and_may_lie_in_another_store(settings: Settings) -> None:
    with connect_jobs(settings) as jobs:
        jobs.set("job", "x")
        assert jobs.get("job") == b"x"
    elsewhere = replace(settings, jobs_redis_url="redis://127.0.0.1:1")
    with connect_jobs(elsewhere) as jobs, pytest.raises(StoreConnectionError):
        jobs.ping()
