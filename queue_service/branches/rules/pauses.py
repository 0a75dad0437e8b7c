"""Reasons to pause a counter of a branch, and the length from which the board shows a pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from queue_service.language.catalogues import N_, words
from queue_service.language.languages import staff_languages

PAUSE_LIMIT_SECONDS: Final = 45 * 60
"""A lunch of half an hour with some minutes to spare."""


@dataclass(frozen=True, slots=True)
class PauseReason:
    """A reason that a clerk chooses. It says what the counter is without, never who it is."""

    id: str
    name: Mapping[str, str]


_USUAL: Final = {
    "lunch": N_("Lunch"),
    "meeting": N_("Meeting"),
    "technical": N_("Technical problem"),
    "colleague": N_("Helping a colleague"),
}


@cache
def usual_reasons() -> tuple[PauseReason, ...]:
    """The default reasons, for a configuration that names none."""
    return tuple(
        PauseReason(reason, {code: words(code).gettext(text) for code in staff_languages()})
        for reason, text in _USUAL.items()
    )


def reasons_of(document: Mapping[str, Any]) -> tuple[PauseReason, ...]:
    """The reasons of a configuration."""
    named = tuple(PauseReason(r["id"], r["name"]) for r in document.get("pause_reasons") or ())
    return named or usual_reasons()
