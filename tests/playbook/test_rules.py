"""Entries, versions, differences and what a search finds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from queue_service.playbook.rules import (
    DiffLine,
    EntryContent,
    FormLink,
    PlaybookEntry,
    Saved,
    SelfService,
    Texts,
    differences,
    entry_from,
    matches,
    read_saved,
    to_document,
    version_from,
)

CASES = json.loads((Path(__file__).parent / "searches.json").read_text(encoding="utf-8"))


def content(**changes: Any) -> EntryContent:
    texts = {
        "da": Texts("Kort", bring=("Pas", "Foto"), steps="1. Se\n2. Tag"),
        "en": Texts("Short"),
    }
    return replace(EntryContent("Borgerservice", "2026-12-01", False, texts), **changes)


def test_a_draft_is_kept_next_to_the_published_text_until_it_is_approved() -> None:
    first = PlaybookEntry("pas").drafted(content(), 1, "anna").approved_by(2, "bo")
    assert first.approved is not None
    assert (first.revision, first.draft, first.approved.number, first.approved.by) == (
        2,
        None,
        1,
        "bo",
    )
    second = first.drafted(content(owner="Ydelse"), 3, "anna")
    assert second.approved == first.approved
    assert second.to_edit() == content(owner="Ydelse")
    assert second.discarded().to_edit() == content()
    approved = second.approved_by(4, "bo").approved
    assert approved is not None
    assert (approved.number, approved.revision, approved.content.owner) == (2, 3, "Ydelse")
    with pytest.raises(ValueError, match="no draft"):
        first.approved_by(5, "bo")


def test_an_entry_is_stored_and_read_whole() -> None:
    texts = {"da": Texts("Kort", self_service=SelfService("Selv", "https://a.dk"))}
    entry = PlaybookEntry("pas").drafted(content(texts=texts), 1, "a").approved_by(2, "b")
    for one in (
        entry,
        entry.drafted(content(), 3, "c"),
        PlaybookEntry("x").drafted(content(), 3, "c"),
    ):
        assert entry_from(json.loads(json.dumps(to_document(one)))) == one


@pytest.mark.parametrize(
    ("today", "overdue"), [("2026-11-30", False), ("2026-12-01", False), ("2026-12-02", True)]
)
def test_a_review_is_overdue_the_day_after(today: str, overdue: bool) -> None:
    assert content().overdue(today) is overdue


def test_a_text_in_a_language_that_it_lacks_is_the_first_it_has() -> None:
    assert content().text("en").summary == "Short"
    assert content().text("sv").summary == "Kort"
    assert content(texts={"en": Texts("Only")}).text("da").summary == "Only"


def test_an_entry_is_public_by_what_to_bring_or_what_one_can_do_oneself() -> None:
    assert content().public()
    assert not content(texts={"da": Texts("Kort", steps="1. Se")}).public()
    own = Texts("Kort", self_service=SelfService("Selv", "https://a.dk"))
    assert content(texts={"da": own}).public()


def test_differences_are_reported_line_by_line() -> None:
    danish = Texts("Kort", bring=("Pas", "Gebyr"), steps="1. Se\n2. Tag")
    after = content(ask_at_kiosk=True, texts={"da": danish})
    found = {(d.field, d.language): d.lines for d in differences(content(), after)}
    assert found == {
        ("ask_at_kiosk", ""): (DiffLine("added", "x"),),
        ("bring", "da"): (
            DiffLine("same", "Pas"),
            DiffLine("removed", "Foto"),
            DiffLine("added", "Gebyr"),
        ),
        ("summary", "en"): (DiffLine("removed", "Short"),),
    }
    assert differences(content(), content()) == []
    assert {d.field for d in differences(None, content())} == {
        "owner",
        "review_by",
        "summary",
        "bring",
        "steps",
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["search"] or "nothing")
def test_a_search_finds_what_has_each_of_its_words(case: dict[str, Any]) -> None:
    assert matches(case["text"], case["search"]) is case["found"]


def test_a_search_looks_at_everything_that_is_read() -> None:
    own, form = SelfService("Selv", "https://selv.dk"), FormLink("Blanket", "https://blanket.dk")
    text = Texts("Kort", ("Pas", "Foto"), own, "1. Se", "Kun om onsdagen", (form,))
    for word in ("kort", "pas", "foto", "selv", "selv.dk", "se", "onsdagen", "blanket.dk"):
        assert matches(text.words(), word), word
    assert text.words() == (
        "Kort\nPas\nFoto\nSelv\nhttps://selv.dk\n1. Se\nKun om onsdagen\n"
        "Blanket\nhttps://blanket.dk"
    )
    assert Texts("Kort").words() == "Kort\n\n"


def test_a_dates_saved_visits() -> None:
    stored = {"10|pas": "2", "09|turist": "1", "set_aside": "4"}
    assert read_saved("2026-11-25", stored) == [
        Saved("2026-11-25", "09", "turist", 1),
        Saved("2026-11-25", "10", "pas", 2),
    ]


def test_the_first_draft_and_its_approval_have_author_and_time() -> None:
    drafted = PlaybookEntry("pas").drafted(content(), 1, "anna")
    approved = drafted.approved_by(2, "bo")
    assert drafted.draft is not None
    assert (drafted.draft.at, drafted.draft.by, drafted.service) == (1, "anna", "pas")
    assert approved.approved is not None
    assert (approved.approved.at, approved.service) == (2, "pas")
    assert approved.is_in_force(content())
    assert not approved.is_in_force(content(owner="Ydelse"))
    assert not approved.drafted(content(), 3, "anna").is_in_force(content())
    assert not drafted.is_in_force(content())
    gone = drafted.discarded()
    assert (gone.revision, gone.draft, gone.approved, gone.service) == (2, None, None, "pas")
    assert (gone.to_edit(), drafted.to_edit()) == (None, content())


def test_differences_name_every_field_in_the_order_of_the_form() -> None:
    own, form = SelfService("Selv", "https://selv.dk"), FormLink("Blanket", "https://blanket.dk")
    before = EntryContent("A", "2026-12-01", False, {"da": Texts("Kort")})
    after = EntryContent(
        "B", "2026-12-02", True,
        {"da": Texts("Lang", ("Pas", "Foto"), own, "1. Se", "Kun om onsdagen", (form, form))},
    )  # fmt: skip

    def diff_lines(*kinds: tuple[Any, str]) -> tuple[DiffLine, ...]:
        return tuple(DiffLine(*kind) for kind in kinds)

    link = ("added", "Blanket https://blanket.dk")
    assert [(d.field, d.language, d.lines) for d in differences(before, after)] == [
        ("owner", "", diff_lines(("removed", "A"), ("added", "B"))),
        ("review_by", "", diff_lines(("removed", "2026-12-01"), ("added", "2026-12-02"))),
        ("ask_at_kiosk", "", diff_lines(("added", "x"))),
        ("summary", "da", diff_lines(("removed", "Kort"), ("added", "Lang"))),
        ("bring", "da", diff_lines(("added", "Pas"), ("added", "Foto"))),
        ("self_service", "da", diff_lines(("added", "Selv"), ("added", "https://selv.dk"))),
        ("steps", "da", diff_lines(("added", "1. Se"))),
        ("limits", "da", diff_lines(("added", "Kun om onsdagen"))),
        ("forms", "da", diff_lines(link, link)),
    ]
    assert [d.lines for d in differences(after, before)][2] == diff_lines(("removed", "x"))


def test_everything_in_an_entry_is_stored() -> None:
    own, form = SelfService("Selv", "https://selv.dk"), FormLink("Blanket", "https://blanket.dk")
    whole = content(texts={"da": Texts("Kort", ("Pas",), own, "1. Se", "Kun om onsdagen", (form,))})
    entry = PlaybookEntry("pas").drafted(whole, 1, "a").approved_by(2, "b").drafted(whole, 3, "c")
    assert entry_from(json.loads(json.dumps(to_document(entry)))) == entry
    assert entry.approved is not None
    assert version_from(json.loads(json.dumps(to_document(entry.approved)))) == entry.approved
