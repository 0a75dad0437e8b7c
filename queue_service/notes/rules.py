"""Notes on a day, for readers of its figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, get_args

NoteKind = Literal["outage", "training", "weather", "staffing", "event", "other", "intervention"]
"""An outage of systems; training or a meeting; storm or snow; fewer or more at work than usual;
something in the building or the town; anything else. An intervention notes itself."""

INTERVENTION: Final = "intervention"
NOTE_KINDS: Final[tuple[NoteKind, ...]] = tuple(
    kind for kind in get_args(NoteKind) if kind != INTERVENTION
)
"""The kinds that people write."""
LONGEST_NOTE: Final = 200
"""Characters. A note is about the day, never about a citizen or an employee."""
MOST_NOTES: Final = 10
"""On one day, written by hand."""


class Note(NamedTuple):
    """A note on a date of a branch. ``at`` is when it was written, in ms.

    ``texts`` has what is noted by language, where it was not written by hand.
    """

    id: str
    date: str
    kind: NoteKind
    text: str
    at: int
    texts: Mapping[str, str] = MappingProxyType({})

    def said(self, language: str) -> str:
        """The text in a language, where it is known in it."""
        return self.texts.get(language, self.text)

    def document(self) -> dict[str, Any]:
        """The note as JSON."""
        document = self._asdict()
        if not self.texts:
            del document["texts"]
        return document


def to_text(notes: Iterable[Note]) -> str:
    """The stored form of a date's notes, oldest first."""
    ordered = sorted(notes, key=lambda note: (note.at, note.id))
    return json.dumps([note.document() for note in ordered], ensure_ascii=False)


def from_text(text: str | None) -> tuple[Note, ...]:
    """Read a date's stored notes."""
    return tuple(Note(**note) for note in json.loads(text or "[]"))
