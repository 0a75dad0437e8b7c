"""The scripts: every capability has its own, next to the code that writes their keys and
arguments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_PRELUDE: Final = _HERE / "prelude.lua"
SCRIPTS: Final[Mapping[str, Path]] = {
    file.stem: file for file in sorted(_HERE.parent.glob("*/scripts/*.lua"))
}
"""Every script, by its name; two of the same name would be one too many."""


def script_text(name: str) -> str:
    """A script as the server gets it: engine line, what all scripts share, and its own part."""
    prelude = _PRELUDE.read_text(encoding="utf-8")
    return f"#!lua\n{prelude}\n{SCRIPTS[name].read_text(encoding='utf-8')}"
