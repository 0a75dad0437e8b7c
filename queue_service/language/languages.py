"""The languages that the service speaks, and how each is written and spoken: the one list of them.

Pages hand it to their scripts, so that nothing else knows a language by its code. The texts of a
language lie in its catalogue (``translations``); a text that it lacks is shown in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Language:
    """A language.

    ``name`` is what it calls itself. ``locale`` (a language tag) is where numbers, dates, ordinals
    and lists are written as in it, and where its best voice comes from. ``clock`` is the mark
    between hours and minutes. ``lower_within``: weekdays, months and services begin with a small
    letter within a sentence.
    """

    name: str
    locale: str
    clock: str = ":"
    lower_within: bool = False


LANGUAGES: Final[Mapping[str, Language]] = {
    "da": Language("Dansk", "da-DK", clock=".", lower_within=True),
    "en": Language("English", "en-GB"),
}
"""Each by its code. A name that a language lacks is taken from the first here that has it."""

DEFAULT: Final = "da"
"""The language used without a choice, and what names are written in first."""

SOURCE: Final = "en"
"""The language of the texts in the code."""


def language(code: str) -> Language:
    """The language of a code; English for one that is not known."""
    return LANGUAGES.get(code, LANGUAGES[SOURCE])


def name_in(names: Mapping[str, str], *codes: str, default: str = "") -> str:
    """A name in the first of these languages, then of the list, that has one; else in any."""
    return next((names[code] for code in (*codes, *LANGUAGES, *names) if names.get(code)), default)
