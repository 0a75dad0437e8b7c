"""The fonts of Cyrillic and Arabic: `.venv/bin/python -m scripts.fonts FOLDER` makes them again.

``FOLDER`` has the originals, of the npm packages @fontsource-variable/noto-sans 5.3.0 and
@fontsource-variable/noto-sans-arabic 5.3.0: ``noto-sans-cyrillic-wght-normal.woff2`` and
``noto-sans-arabic-arabic-wght-normal.woff2``. The results keep the weights 400 to 800 and the
letters of Ukrainian, Arabic and Persian. The names of languages have fonts of their own, of a few
letters and one weight, so that a kiosk that offers a language loads no more than its name.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final, NamedTuple

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from queue_service.language.languages import LANGUAGES

FONTS: Final = Path(__file__).parent.parent / "queue_service" / "web" / "static" / "fonts"
WEIGHTS: Final = (400, 800)
WEIGHT_OF_NAMES: Final = 600


class Script(NamedTuple):
    """A script, its original and its letters."""

    name: str
    original: str
    unicodes: str


SCRIPTS: Final = (
    Script("cyrillic", "noto-sans-cyrillic-wght-normal.woff2", "301,400-45F,490-491,2116"),
    Script(
        "arabic",
        "noto-sans-arabic-arabic-wght-normal.woff2",
        "60C,61B,61F,621-63A,640-652,654-655,660-66C,670-671,67E,686,698,6A9,6AF,6BE,6C0,6CC,6D4,"
        "6F0-6F9,200C-200F",
    ),
)


def make(original: Path, target: Path, letters: set[int], weight: int | tuple[int, int]) -> None:
    """Write the part of a variable font that has these letters in this weight or these weights."""
    font = TTFont(original)
    subsetter = Subsetter(Options(hinting=False))
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    instantiateVariableFont(font, {"wght": weight}, inplace=True)
    font.flavor = "woff2"
    font.save(target)


def main(folder: Path) -> None:
    """Make the four fonts."""
    names = {ord(letter) for one in LANGUAGES.values() for letter in one.name}
    for script in SCRIPTS:
        letters = set(parse_unicodes(script.unicodes))
        original = folder / script.original
        make(original, FONTS / f"noto-sans-{script.name}-wght-normal.woff2", letters, WEIGHTS)
        target = FONTS / f"noto-sans-{script.name}-names.woff2"
        make(original, target, letters & names, WEIGHT_OF_NAMES)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
