"""A store that is large reads its files for minutes, and is waited for as long as it does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.server import running
from queue_service.store.server.embedded import store_folder
from queue_service.store.server.running import log_file
from queue_service.supervisor import children
from queue_service.supervisor.child import Program
from queue_service.supervisor.children import Children
from queue_service.supervisor.signals import Signals, Stopped, signals
from queue_service.supervisor.systemd import Systemd
from tests.running import eventually
from tests.store.serving import is_loading, slow_to_load


@pytest.fixture
def waiting() -> Iterator[Signals]:
    """The signals of this process."""
    with signals() as taken:
        yield taken


@pytest.fixture
def client(data_dir: Path) -> Iterator[Redis]:
    """A client of the store."""
    with connect(Settings(data_dir=data_dir)) as opened:
        yield opened


@pytest.fixture
def loading(
    data_dir: Path, client: Redis, waiting: Signals, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Children]:
    """A store that reads its files for seconds, where the time for a start is much less."""
    command = slow_to_load(data_dir)
    kept = Children(client, waiting, Systemd(str(data_dir / "notify")))
    kept.add_store(Program("store", lambda _: command, log_file(store_folder(data_dir))))
    try:
        eventually(lambda: is_loading(client))
        monkeypatch.setattr(children, "_START_SECONDS", 0.1)
        monkeypatch.setattr(running, "_LONG_SECONDS", 0.1)
        yield kept
    finally:
        kept.stop()


def test_a_loading_store_is_waited_for_and_announced_once_within_systemds_time(
    data_dir: Path, loading: Children, client: Redis, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(data_dir / "notify"))
        systemd.settimeout(0)
        loading.wait_for_store()
        assert "EXTEND_TIMEOUT_USEC=300000000" in iter(lambda: systemd.recv(4096).decode(), "")
    assert client.get("k") == "v"
    said = capfd.readouterr().out.splitlines()
    assert [line[9:] for line in said] == ["The store reads its files, which may take minutes."]


def test_a_stop_is_heard_meanwhile(loading: Children, client: Redis, waiting: Signals) -> None:
    waiting.stops += 1
    with pytest.raises(Stopped):
        loading.wait_for_store()
    assert is_loading(client)
