"""How a day's notes are stored and read, and in which language they are shown."""

from __future__ import annotations

from queue_service.notes.rules import NOTE_KINDS, Note, from_text, to_text

WRITTEN = Note("b", "2026-11-25", "outage", "Fælles nedbrud", 5)
MADE = Note("a", "2026-11-25", "intervention", "Closed", 5, {"da": "Lukket"})


def test_notes_are_kept_oldest_first_and_read_back() -> None:
    later = WRITTEN._replace(id="0", at=6)
    text = to_text([later, WRITTEN, MADE])
    assert from_text(text) == (MADE, WRITTEN, later)
    assert "Fælles" in text
    assert from_text(None) == from_text("") == ()


def test_a_note_has_texts_only_where_it_was_not_written_by_hand() -> None:
    assert "texts" not in WRITTEN.document()
    assert MADE.document() == {
        "id": "a", "date": "2026-11-25", "kind": "intervention", "text": "Closed", "at": 5,
        "texts": {"da": "Lukket"},
    }  # fmt: skip
    assert [MADE.said(language) for language in ("da", "en")] == ["Lukket", "Closed"]
    assert (len(NOTE_KINDS), "intervention" in NOTE_KINDS) == (6, False)
