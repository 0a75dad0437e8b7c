"""Notes on days."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from queue_service.days.rules.period import between, period_of
from queue_service.errors import BranchNotFound, Invalid
from queue_service.notes.operations import add_note, notes_in, remove_note
from queue_service.notes.rules import LONGEST_NOTE, MOST_NOTES
from tests.desks import Desk

DAY = "1999-01-04"
JANUARY = period_of("month", DAY)


def texts(desk: Desk) -> list[str]:
    return [note.text for note in notes_in(desk.queue, desk.branch, JANUARY)]


def test_a_note_is_shown_in_every_period_that_holds_its_day(desk: Desk) -> None:
    note = add_note(desk.queue, desk.branch, DAY, "outage", "  Passystemet var\nnede 10–12 ")
    assert notes_in(desk.queue, desk.branch, between(DAY, DAY)) == [note]
    assert texts(desk) == ["Passystemet var nede 10–12"]
    assert notes_in(desk.queue, desk.branch, period_of("month", "1999-02-01")) == []
    remove_note(desk.queue, desk.branch, DAY, note.id)
    remove_note(desk.queue, desk.branch, DAY, note.id)
    assert texts(desk) == []


def test_the_same_note_twice_is_one_note(desk: Desk) -> None:
    first, again = (add_note(desk.queue, desk.branch, DAY, "weather", "Snestorm") for _ in range(2))
    assert again == first
    assert texts(desk) == ["Snestorm"]


def test_no_note_is_lost_by_concurrent_writers(desk: Desk) -> None:
    words = [f"Nr. {n}" for n in range(MOST_NOTES)]
    with ThreadPoolExecutor(len(words)) as writers:
        list(writers.map(lambda w: add_note(desk.queue, desk.branch, DAY, "other", w), words))
    assert sorted(texts(desk)) == sorted(words)
    with pytest.raises(Invalid, match="Remove a note"):
        add_note(desk.queue, desk.branch, DAY, "other", "Een til")


@pytest.mark.parametrize(
    ("date", "kind", "text", "field"),
    [
        ("2199-01-01", "other", "I fremtiden", "date"),
        ("0199-01-01", "other", "Som ingen side viser", "date"),
        ("4. januar", "other", "Ingen dato", "date"),
        ("19990104", "other", "Ingen dato", "date"),
        (DAY, "party", "Fest", "kind"),
        (DAY, "other", " \n ", "text"),
        (DAY, "other", "x" * (LONGEST_NOTE + 1), "text"),
    ],
)
def test_a_note_that_cannot_be_is_refused(
    desk: Desk, date: str, kind: str, text: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add_note(desk.queue, desk.branch, date, kind, text)
    assert f"'field': '{field}'" in str(refused.value.extra["errors"])
    assert texts(desk) == []


def test_a_note_needs_a_branch(desk: Desk) -> None:
    with pytest.raises(BranchNotFound):
        add_note(desk.queue, "nowhere", DAY, "other", "Hej")
