"""The scripts: every capability has its own, next to the code that writes their keys and
arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_PRELUDE: Final = _HERE / "prelude.lua"
SCRIPTS: Final[Mapping[str, Path]] = {
    file.stem: file for file in sorted(_HERE.parent.glob("*/scripts/*.lua"))
}
"""Every script, by its name; two of the same name would be one too many."""


_PART: Final = re.compile(r"\n\n(?=--|local )")
"""Between two parts of the prelude: a blank line before a comment or a definition."""
_DEFINED: Final = re.compile(r"^local (?:function )?(\w+(?:, \w+)*)", re.MULTILINE)
_COMMENT: Final = re.compile(r"--.*")


def script_text(name: str) -> str:
    """A script as the server gets it: engine line, the used parts of the prelude, and its own part.

    A server creates the functions of the prelude each time that a script runs.
    """
    own = SCRIPTS[name].read_text(encoding="utf-8")
    return "\n\n".join(["#!lua", *_used(_PRELUDE.read_text(encoding="utf-8"), own)])


def _used(prelude: str, own: str) -> list[str]:
    """The parts of the prelude that a script uses, itself or by another part, and the script."""
    kept, names = [own], _words(own)
    for part in reversed(_PART.split(prelude)):
        defined = {name for match in _DEFINED.findall(part) for name in match.split(", ")}
        if defined & names:
            kept.insert(0, part)
            names |= _words(part)
    return kept


def _words(lua: str) -> set[str]:
    return set(re.findall(r"\w+", _COMMENT.sub("", lua)))
