"""Texts outside a request, such as in mail: each language's words, without Flask.

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

from queue_service.language.languages import LANGUAGES

CATALOGUES: Final = Path(__file__).parent.parent / "translations"
"""The folder of the catalogues."""


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for translation where the language is not known yet."""
    return msgid


def NN_(one: str, several: str) -> tuple[str, str]:  # noqa: N802 - like N_
    """The same for a count before a noun: the singular and the plural."""
    return one, several


@cache
def words(code: str) -> NullTranslations:
    """The words of a language; English, as the code has them, for one that is not known."""
    return Translations.load(CATALOGUES, [code])


PLACES: Final = (N_("Counter"), N_("Desk"), N_("Room"), N_("Office"), N_("Window"))
"""Words that names of counters begin with, so that "Skranke 1" is also "Counter 1"."""


def place_name(name: str, code: str) -> str:
    """A counter's name in a language where it begins with a known word; any other as it is.

    Pages that are drawn by scripts have the same rule in ``web/static/js/wording.js``.
    """
    word, _, rest = name.partition(" ")
    known = _places().get(word.casefold())
    return " ".join(filter(None, (words(code).gettext(known), rest))) if known else name


@cache
def _places() -> dict[str, str]:
    """The English word by every language's."""
    return {words(lang).gettext(word).casefold(): word for lang in LANGUAGES for word in PLACES}
