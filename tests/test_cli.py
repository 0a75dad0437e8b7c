"""The command line: quick to start, and one sentence for whatever stops it."""

from __future__ import annotations

import gc
import importlib
from pathlib import Path

import pytest

from queue_service.cli import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    importlib.import_module(f"queue_service.commands.{name}")
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"queue-service {name}" in capsys.readouterr().out
    assert gc.isenabled()


def test_without_a_command_it_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    listed = capsys.readouterr().out
    assert all(f"  {name} " in listed for name in COMMANDS)


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2
    assert "dance" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("QUEUE_PORT", "many", "queue-service: QUEUE_PORT is 'many': it must be a whole number"),
        ("REDIS_URL", "redis://127.0.0.1:1", "queue-service: The store at redis://127.0.0.1:1 "),
    ],
)
def test_a_failing_command_prints_one_sentence(
    name: str,
    value: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("QUEUE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(name, value)
    assert main(["token", "list"]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith(said)
    assert errors.count("\n") == 1
