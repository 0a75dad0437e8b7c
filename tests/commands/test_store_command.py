"""`queue-service store`: the commands of the runbook to query the store."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from redis import Redis

from queue_service.cli import main
from queue_service.runtime.settings import Settings
from tests.store.serving import known, serving

RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")


def test_every_command_of_the_runbook_is_one_that_the_store_takes(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_DATA_DIR", str(data_dir))
    monkeypatch.delenv("REDIS_URL", raising=False)
    commands = set(re.findall(r"`[^`]*queue-service store ([A-Z][^`]*)`", RUNBOOK))
    assert len(commands) >= 6
    with serving(data_dir), known(data_dir):
        for command in commands:
            assert main(["store", *command.split()]) == 0, capsys.readouterr().err
            capsys.readouterr()


@pytest.fixture
def served(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")


@pytest.mark.usefixtures("served")
def test_responses_of_every_shape_are_printed_as_lines(
    redis_client: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    redis_client.set("one", "1")
    for command, said in (
        (["CONFIG", "GET", "databases"], "databases: 16\n"),
        (["DBSIZE"], "1\n"),
        (["ping"], "OK\n"),
        (["SLOWLOG", "GET", "0"], ""),
    ):
        assert main(["store", *command]) == 0
        assert capsys.readouterr().out == said


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    "command",
    [
        "FLUSHALL",
        "flushall async",
        "FLUSHDB",
        "SHUTDOWN",
        "DEBUG SLEEP 1",
        "SWAPDB 0 1",
        "REPLICAOF 192.0.2.1 6379",
        "SLAVEOF 192.0.2.1 6379",
        "FAILOVER",
        "RESTORE kept 0 x",
        "MIGRATE 192.0.2.1 6379 kept 0 10",
        "SCRIPT FLUSH",
        "CONFIG REWRITE",
        "CONFIG SET appendonly no",
        "CONFIG SET appendonly yes maxmemory 1",
        "CONFIG SET dir /tmp",
        "SLOWLOG RESET",
        "DEL kept",
        "EVAL return 0",
        "INFOX",
    ],
)
def test_nothing_that_may_lose_data_reaches_the_store(
    command: str, redis_client: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    redis_client.set("kept", "1")
    for given in (command.split(), [command]):
        assert main(["store", *given]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"queue-service: This command does not pass {command[:5]}")
        assert said.count("\n") == 1
    assert redis_client.get("kept") is not None


@pytest.mark.usefixtures("served")
def test_a_command_that_the_store_refuses_is_not_a_store_that_is_away(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["store", "SLOWLOG", "GET", "many"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("queue-service: The store refused the command: ")
    assert "does not answer" not in said
