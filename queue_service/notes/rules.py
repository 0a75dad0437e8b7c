"""Notes on a day: what a reader of its figures has to know."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, get_args

NoteKind = Literal["outage", "training", "weather", "staffing", "event", "other"]
"""An outage of systems; training or a meeting; storm or snow; fewer or more at work than usual;
something in the house or the town; anything else."""

NOTE_KINDS: Final[tuple[NoteKind, ...]] = get_args(NoteKind)
LONGEST_NOTE: Final = 200
"""Characters. A note is about the day, never about a citizen or an employee."""
MOST_NOTES: Final = 10
"""On one day."""


class Note(NamedTuple):
    """A note on a date of a branch. ``at`` is when it was written, in ms."""

    id: str
    date: str
    kind: NoteKind
    text: str
    at: int


def to_text(notes: Iterable[Note]) -> str:
    """The stored form of a date's notes, oldest first."""
    ordered = sorted(notes, key=lambda note: (note.at, note.id))
    return json.dumps([note._asdict() for note in ordered], ensure_ascii=False)


def from_text(text: str | None) -> tuple[Note, ...]:
    """Read a date's stored notes."""
    return tuple(Note(**note) for note in json.loads(text or "[]"))
