"""What is said outside a request, such as in mail: each language's words, without Flask.

    say = words("da")
    say.gettext("Board")

Pages have their own way (``web/i18n.py``), from the same catalogues.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

from babel.support import Translations

CATALOGUES: Final = Path(__file__).parent / "translations"
"""Where the catalogues lie."""


def N_(msgid: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Mark a text for translation where nothing tells the language yet."""
    return msgid


@cache
def words(language: str) -> NullTranslations:
    """The words of a language; English, as the code has them, for one that is not known."""
    return Translations.load(CATALOGUES, [language])
