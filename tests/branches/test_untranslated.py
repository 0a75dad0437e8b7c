"""The texts that a language lacks, and the language that is shown instead."""

from __future__ import annotations

from queue_service.branches.rules.untranslated import OwnText, counted, untranslated


def test_a_text_lists_what_it_lacks_and_what_is_shown() -> None:
    passport = OwnText("service", {"en": "Passport", "pl": "Paszport"})
    (found,) = untranslated([passport], ["ar", "pl", "da"])
    assert (found.text, found.missing, found.shown) == (passport, ("ar", "da"), "en")
    assert counted([found]) == {"ar": 1, "da": 1}


def test_a_text_in_every_language_or_in_none_is_not_listed() -> None:
    whole = OwnText("service", {"da": "Pas", "en": "Passport"})
    assert list(untranslated([whole, OwnText("counter", {})], ["da", "en"])) == []
    emptied = OwnText("stop", {"da": "Havnen", "en": ""})
    assert [each.missing for each in untranslated([emptied], ["da", "en"])] == [("en",)]
