"""The colours, as `web/static/css/tokens.css` names them, for parts that are not styled by that
sheet.

Charts, letters, workbooks and reports on paper take theirs from here, so a colour is spelled once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

TOKENS: Final = Path(__file__).parent / "web" / "static" / "css" / "tokens.css"

_ROOT: Final = re.compile(r"^:root \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_COLOUR: Final = re.compile(r"^  --([\w-]+): (#[0-9a-f]{6});", re.MULTILINE)


def _read(sheet: str) -> dict[str, str]:
    """The colours of its first :root, which applies without a preference."""
    root = _ROOT.search(sheet)
    return dict(_COLOUR.findall(root[1])) if root else {}


PALETTE: Final[Mapping[str, str]] = MappingProxyType(_read(TOKENS.read_text(encoding="utf-8")))
"""Each colour by its name there, without the dashes: ``PALETTE["ink-soft"]``."""

_OF_VERDICTS: Final = {"met": "good", "below": "warn", "missed": "bad"}


def verdict_colour(verdict: str) -> str:
    """The colour of a goal in this state; calm as long as nothing can be said."""
    return PALETTE[_OF_VERDICTS.get(verdict, "calm")]


def as_css() -> str:
    """The colours as custom properties, for a sheet without the pages' own."""
    lines = (f"  --{name}: {colour};" for name, colour in PALETTE.items())
    return "\n".join([":root {", *lines, "}"])
