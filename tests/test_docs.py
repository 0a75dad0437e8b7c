"""The README cannot fall behind: settings, commands and metrics are all in it, and no others."""

from __future__ import annotations

import re
from pathlib import Path

from queue_service.cli import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def names(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text))


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    settings = (ROOT / "queue_service" / "settings.py").read_text(encoding="utf-8")
    variable = r"\b((?:QUEUE_[A-Z_]+|REDIS_URL))\b"
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert listed == names(variable, settings)


def test_every_command_is_in_the_readme() -> None:
    table = README.split("## The command")[1].split("\n## ")[0]
    missing = [command for command in COMMANDS if f"`{command}" not in table]
    assert missing == []


def test_every_metric_of_the_queue_is_in_the_readme() -> None:
    sources = (ROOT / "queue_service" / "metrics").rglob("*.py")
    text = "".join(file.read_text(encoding="utf-8") for file in sources)
    told = names(r"\b(queue_[a-z_]+)\b", README.split("Its series:")[1].split("\n## ")[0])
    assert told
    unknown = [m for m in told if m not in text and m.removesuffix("_total") not in text]
    assert unknown == []


def test_every_picture_in_the_readme_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    assert [p for p in pictures if not (ROOT / p).is_file()] == []
