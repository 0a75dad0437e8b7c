"""`queue-service export`, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_service.cli import main
from queue_service.runtime.settings import Settings
from tests.desks import Desk

pytestmark = pytest.mark.usefixtures("the_store")


@pytest.fixture
def the_store(weeks: Desk, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Desk:
    """The command finds the tests' store, with a fortnight in it."""
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    return weeks


def test_a_table_is_written_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    line = ["export", "raadhuset", "--from", "2026-11-23", "--to", "2026-12-06"]
    assert main([*line, "--format", "csv"]) == 0
    name = capsys.readouterr().out.strip()
    assert name == "raadhuset_days_2026-11-23_2026-12-06.csv"
    assert (tmp_path / name).read_text(encoding="utf-8-sig").startswith('"Dato","Ugedag",')


def test_it_may_go_to_another_program(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    line = ["export", "raadhuset", "--table", "goals", "--output", "-", "--language", "en"]
    assert main([*line, "--from", "2026-11-23", "--to", "2026-12-06"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"PK")


TWO_DAYS = ("--from", "2026-12-02", "--to", "2026-12-03")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (["raadhuset", "--from", "yesterday"], "Use a date such as 2026-11-25."),
        (["biblioteket"], "biblioteket"),
        (["raadhuset", "--table", "open-data", *TWO_DAYS], "one whole month"),
        (["raadhuset", "--output", "/nowhere/at/all"], "cannot be written"),
    ],
)
def test_invalid_options_print_one_sentence(
    more: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *more]) == 1
    assert problem in capsys.readouterr().err


def test_a_file_is_not_given_the_ending_of_another_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["export", "raadhuset", "--from", "2026-11-23", "--to", "2026-12-06"]
    wrong, right = tmp_path / "x.csv", tmp_path / "x.xlsx"
    assert main([*line, "--output", str(wrong)]) == 1
    assert "The file is a .xlsx" in capsys.readouterr().err
    assert not wrong.exists()
    assert main([*line, "--output", str(right)]) == 0
    assert right.read_bytes().startswith(b"PK")
