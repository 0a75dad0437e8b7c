"""The languages that the service speaks, and how each is written and spoken: the one list of them.

Citizens read all of them, as far as their branch offers them; staff read those with ``staff``.
Pages hand the list to their scripts, so that nothing else knows a language by its code. The texts
of a language are in its catalogue (``translations``), which without ``staff`` has those of citizens
alone; a text that it lacks is shown in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Language:
    """A language.

    ``name`` is in the language itself. ``locale`` (a language tag) is where numbers, dates,
    ordinals and lists are written as in it, and where its best voice comes from; digits are Latin
    and dates Gregorian in each. ``clock`` is the mark between hours and minutes. ``lower_within``:
    weekdays, months and services begin with a small letter within a sentence. ``staff``: the pages,
    letters and files of staff are written in it too. ``browser_dates``: browsers know its names of
    weekdays and months; of another language the page gives them to its scripts. ``server_voice`` is
    the voice of espeak-ng that speaks it on the server; empty if espeak-ng has none.
    """

    name: str
    locale: str
    clock: str = ":"
    lower_within: bool = False
    staff: bool = False
    direction: Literal["ltr", "rtl"] = "ltr"
    browser_dates: bool = True
    server_voice: str = ""


LANGUAGES: Final[Mapping[str, Language]] = {
    "da": Language("Dansk", "da-DK", clock=".", lower_within=True, staff=True, server_voice="da"),
    "en": Language("English", "en-GB", staff=True, server_voice="en-gb"),
    "de": Language("Deutsch", "de-DE", server_voice="de"),
    "pl": Language("Polski", "pl-PL", lower_within=True, server_voice="pl"),
    "uk": Language("Українська", "uk-UA", lower_within=True, server_voice="uk"),
    "tr": Language("Türkçe", "tr-TR", server_voice="tr"),
    "ar": Language("العربية", "ar", direction="rtl", server_voice="ar"),
    "fa": Language("فارسی", "fa-IR", direction="rtl", server_voice="fa"),
    "so": Language("Soomaali", "so-SO", browser_dates=False),
}
"""Each by its code. A name that a language lacks is taken from the first here that has it."""

DEFAULT: Final = "da"
"""The language used without a choice, and what names are written in first."""

SOURCE: Final = "en"
"""The language of the texts in the code."""


def staff_languages() -> dict[str, Language]:
    """The languages of pages, letters and files for staff, each by its code."""
    return {code: known for code, known in LANGUAGES.items() if known.staff}


def known_languages(codes: Iterable[str]) -> list[str]:
    """The languages of a branch that have texts, in its order; else the default."""
    return [code for code in codes if code in LANGUAGES] or [DEFAULT]


def language(code: str) -> Language:
    """The language of a code; English for one that is not known."""
    return LANGUAGES.get(code, LANGUAGES[SOURCE])


def name_in(names: Mapping[str, str], *codes: str, default: str = "") -> str:
    """A name in the first of these languages, then of the list, that has one; else in any."""
    return next((names[code] for code in (*codes, *LANGUAGES, *names) if names.get(code)), default)
