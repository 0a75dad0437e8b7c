"""The scripts: every capability has its own, next to the code that writes their keys and
arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

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


class _PreludePart(NamedTuple):
    """A part of the prelude, with the names it defines and all its words."""

    text: str
    defined: frozenset[str]
    words: frozenset[str]


@cache
def script_text(name: str) -> str:
    """A script as the server gets it: engine line, the used parts of the prelude, and its own part.

    A server creates the functions of the prelude each time that a script runs.
    """
    own = SCRIPTS[name].read_text(encoding="utf-8")
    return "\n\n".join(["#!lua", *_used(own)])


def _used(own: str) -> list[str]:
    """The parts of the prelude that a script uses, itself or by another part, and the script."""
    kept, names = [own], _words(own)
    for part in reversed(_prelude()):
        if part.defined & names:
            kept.insert(0, part.text)
            names |= part.words
    return kept


@cache
def _prelude() -> tuple[_PreludePart, ...]:
    return tuple(
        _PreludePart(text, frozenset(_names_defined(text)), _words(text))
        for text in _PART.split(_PRELUDE.read_text(encoding="utf-8"))
    )


def _names_defined(lua: str) -> Iterator[str]:
    for match in _DEFINED.findall(lua):
        yield from match.split(", ")


def _words(lua: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", _COMMENT.sub("", lua)))
