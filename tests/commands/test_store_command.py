"""`queue-service store`: what the runbook tells an operator to ask the store."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from redis import Redis

from queue_service.cli import main
from queue_service.settings import Settings
from tests.store.serving import serving

RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")


def test_every_command_of_the_runbook_is_one_that_the_store_takes(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_DATA_DIR", str(data_dir))
    monkeypatch.delenv("REDIS_URL", raising=False)
    commands = set(re.findall(r"`[^`]*queue-service store ([A-Z][^`]*)`", RUNBOOK))
    assert len(commands) >= 6
    with serving(data_dir):
        pass
    for command in commands:
        assert main(["store", *command.split()]) == 0, capsys.readouterr().err
        capsys.readouterr()


def test_answers_of_every_shape_are_lines(
    settings: Settings,
    redis_client: Redis,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    redis_client.rpush("list", "a", "æ")
    for command, said in (
        (["LRANGE", "list", "0", "-1"], "a\næ\n"),
        (["LLEN", "list"], "2\n"),
        (["GET", "nothing"], "\n"),
        (["PING"], "OK\n"),
    ):
        assert main(["store", *command]) == 0
        assert capsys.readouterr().out == said
    assert main(["store", "NONSENSE"]) == 1
    assert "unknown command" in capsys.readouterr().err
