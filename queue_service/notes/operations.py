"""Notes on days: written once, shown by every later page and report of that day."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import FIRST_DATE, Period, is_date
from queue_service.errors import Invalid
from queue_service.notes.rules import LONGEST_NOTE, MOST_NOTES, NOTE_KINDS, Note, NoteKind
from queue_service.notes.store import NoteStore


def notes_in(queue: Queue, branch_id: str, period: Period) -> list[Note]:
    """The notes on a period's days, in order. Raises BranchNotFound."""
    queue.get(BranchStore).get(branch_id)
    found = queue.get(NoteStore).all(branch_id)
    return [note for date, notes in found.items() if period.holds(date) for note in notes]


def add_note(
    queue: Queue, branch_id: str, date: str, kind: str, text: str, *, most: int = MOST_NOTES
) -> Note:
    """Write a note on a day that is not to come. The same note twice is one: the first.

    A day has at most ``most`` notes, not counting the notes of interventions. Raises
    BranchNotFound, and Invalid for a date, kind or text that cannot be.
    """
    branch = queue.get(BranchStore).get(branch_id)
    now = queue.store.time()
    words = " ".join(text.split())
    _require_date(date, moment(branch, now).date)
    note = Note(token_hex(8), date, _kind(kind), words, now)
    if not words or len(words) > LONGEST_NOTE:
        raise Invalid.at("text", f"It must be 1 to {LONGEST_NOTE} characters.", "Shorten the note.")

    def add(notes: tuple[Note, ...]) -> Sequence[Note]:
        if any((n.kind, n.text) == (note.kind, note.text) for n in notes):
            return notes
        if sum(n.kind != "intervention" for n in notes) >= most:
            reason = f"The day has {most} notes already."
            raise Invalid.at("date", reason, "Remove a note of that day first.")
        return [*notes, note]

    kept = queue.get(NoteStore).change(branch_id, date, add)
    return next(n for n in kept if (n.kind, n.text) == (note.kind, note.text))


def remove_note(queue: Queue, branch_id: str, date: str, note_id: str) -> None:
    """Remove a note; one that is gone already stays so. Raises BranchNotFound."""
    queue.get(BranchStore).get(branch_id)
    queue.get(NoteStore).change(
        branch_id, date, lambda notes: [note for note in notes if note.id != note_id]
    )


def _kind(kind: str) -> NoteKind:
    for known in NOTE_KINDS:
        if known == kind:
            return known
    raise Invalid.at("kind", f"It must be one of {', '.join(NOTE_KINDS)}.", "Choose what it is.")


def _require_date(date: str, today: str) -> None:
    if not is_date(date) or not FIRST_DATE <= date <= today:
        reason = "It must be a date such as 2026-11-25, today or earlier."
        raise Invalid.at("date", reason, "Choose a day that is not to come.")
