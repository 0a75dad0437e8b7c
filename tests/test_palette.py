"""Colours are spelled in css/tokens.css and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from queue_service import palette

ROOT: Final = Path(__file__).parent.parent
RUNBOOK: Final = ROOT / "queue_service" / "web" / "static" / "runbook"
"""It is shown without the service, so it has its own colours."""
HEX: Final = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})(?![\w-])", re.IGNORECASE)
SPELLING: Final = (".py", ".js", ".html", ".css", ".json", ".yml")


def test_the_tokens_are_read() -> None:
    assert palette.PALETTE["ink"] == "#12222c", "not the black of those who want more contrast"
    assert {"surface", "good", "warn", "bad", "calm", "chart-range"} <= set(palette.PALETTE)
    assert "  --ink-soft: #44545d;\n" in palette.as_css()


@pytest.mark.parametrize("package", ["queue_service", "dashboards", "workers", "scripts"])
def test_no_colour_is_spelled_elsewhere(package: str) -> None:
    files = [file for file in (ROOT / package).rglob("*") if file.suffix in SPELLING]
    spelled = {
        str(file.relative_to(ROOT)): found
        for file in files
        if file != palette.TOKENS and RUNBOOK not in file.parents
        if (found := HEX.findall(file.read_text(encoding="utf-8")))
    }
    assert files
    assert spelled == {}


def test_goals_have_the_colours_of_the_board() -> None:
    named = {verdict: palette.verdict_colour(verdict) for verdict in ("met", "missed", "open")}
    sheet = ROOT / "queue_service" / "web" / "static" / "css" / "components.css"
    assert '[class*="--met"] {\n  --tone: var(--good);' in sheet.read_text(encoding="utf-8")
    assert named == {
        "met": palette.PALETTE["good"],
        "missed": palette.PALETTE["bad"],
        "open": palette.PALETTE["calm"],
    }


BY_SIZE: Final = re.compile(
    r"@media[^{]*(?:width|height|orientation)[^{]*\{((?:[^{}]|\{[^{}]*\})*)\}"
)
COLOURED: Final = re.compile(r"[\s;{](?:color|background(?:-color)?|opacity|--tone[\w-]*|fill)\s*:")


def test_the_sizes_at_which_colours_change_are_known() -> None:
    """Axe checks the contrast of these at each size, and of all other pages at one."""
    sheets = [
        file for name in ("queue_service", "dashboards") for file in (ROOT / name).rglob("*.css")
    ]
    changing = {
        file.name
        for file in sheets
        if any(map(COLOURED.search, BY_SIZE.findall(file.read_text(encoding="utf-8"))))
    }
    assert changing == {"admin.css", "contacts.css", "paper.css", "sizes.css", "table-cards.css"}
