"""`queue-service report`, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_service.cli import main
from queue_service.reports import operations as reports
from queue_service.runtime.settings import Settings
from tests.desks import Desk


@pytest.fixture
def folder(
    weeks: Desk, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> Path:
    """The folder that the command writes to; it finds the tests' store, with a historic fortnight
    in it."""
    assert weeks.branch == "raadhuset"
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("pango")
def test_a_report_is_written_and_kept(
    folder: Path, weeks: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "raadhuset", "--date", "2026-11-25"]) == 0
    name = capsys.readouterr().out.strip()
    assert name == "raadhuset_week-2026-11-23.pdf"
    assert (folder / name).read_bytes().startswith(b"%PDF-")
    assert [one.id for one in reports.stored_reports(weeks.queue, weeks.branch)] == [
        "week-2026-11-23"
    ]


def test_a_report_may_be_one_page_without_other_files(folder: Path) -> None:
    line = ["report", "raadhuset", "--kind", "month", "--date", "2026-11-25", "--format", "html"]
    assert main([*line, "--output", "november.html"]) == 0
    html = (folder / "november.html").read_text(encoding="utf-8")
    assert "Månedsrapport" in html
    assert "<style>" in html
    assert "src=" not in html
    assert "url(" not in html


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (["biblioteket"], "biblioteket"),
        (["raadhuset", "--date", "25/11"], "date"),
        (["raadhuset", "--output", "/nowhere/at/all"], "cannot be written"),
    ],
)
def test_invalid_options_print_one_sentence(
    more: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *more]) == 1
    assert problem in capsys.readouterr().err
