"""The state of a screen and the remedies, in words for staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from queue_service.access.rules.credentials import ScreenKind
from queue_service.language.catalogues import N_
from queue_service.language.languages import LANGUAGES
from queue_service.language.wording import Wording
from queue_service.printers.text import PRINTER_WORDS
from queue_service.screens.rules import ScreenHealth, ScreenProblem, ScreenState

STATE_WORDS: Final[Mapping[ScreenState, str]] = {
    "well": N_("Works"),
    "act": N_("Look at it"),
    "off": N_("Off; the branch is closed"),
    "unknown": N_("Sends no reports"),
}

PROBLEM_WORDS: Final[Mapping[ScreenProblem, str]] = {
    "never_seen": N_("It has never shown its page: open its address on the screen."),
    "silent": N_("Nothing was heard from it: is it switched on and connected?"),
    "outdated": N_("Its page is of another release: load it again if it stays so."),
    "sound_blocked": N_("Its browser lets no sound through: touch the screen once."),
    "no_voice": N_("It has no voice: calls have the chime alone."),
    "voice_missing": N_("It has no voice for: {languages}"),
    "printer": "",
}
"""Of a printer the state says it."""

_PLACES: Final[Mapping[ScreenKind, str]] = {
    "kiosk": N_("Kiosk {n}"),
    "display": N_("Display {n}"),
    "feedback": N_("Feedback terminal {n}"),
}


def place_names(say: Wording) -> Mapping[ScreenKind, str]:
    """The names of screens without a place of their own, with ``{n}``, in a language."""
    return {kind: say(text) for kind, text in _PLACES.items()}


def problem_words(found: ScreenHealth, say: Wording) -> Iterator[str]:
    """The remedies for a screen, each in a sentence of a language."""
    screen = found.screen
    for problem in found.problems:
        if problem == "printer" and screen.printer is not None:
            yield say(PRINTER_WORDS[screen.printer.state])
        elif problem == "voice_missing" and screen.sound is not None:
            names = (LANGUAGES[code].name for code in screen.sound.missing if code in LANGUAGES)
            yield say(PROBLEM_WORDS[problem]).format(languages=", ".join(names))
        else:
            yield say(PROBLEM_WORDS[problem])
