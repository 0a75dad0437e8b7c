"""A text with a number has the form that goes with it, in every language."""

from __future__ import annotations

import pytest
from babel import Locale

from queue_service.language.catalogues import CATALOGUES, words
from queue_service.language.languages import LANGUAGES, language
from queue_service.language.wording import plural_samples
from queue_service.web.texts import page_texts

PEOPLE = "{n} person ahead of you", "{n} people ahead of you"
NUMBERS = (0, 1, 2, 5, 11, 12, 21, 22, 100, 103)


@pytest.mark.parametrize(
    ("code", "categories"),
    [
        ("en", "other one other other other other other other other other"),
        ("pl", "many one few many many many many few many few"),
        ("uk", "many one few many many many one few many few"),
        ("ar", "zero one two few many many many many other few"),
    ],
)
def test_the_category_of_a_number(code: str, categories: str) -> None:
    category = Locale.parse(language(code).locale, sep="-").plural_form
    assert " ".join(category(n) for n in NUMBERS) == categories
    assert set(plural_samples(code)) == set(categories.split())


@pytest.mark.parametrize("code", [c for c in LANGUAGES if (CATALOGUES / c).is_dir()])
def test_the_catalogue_and_the_script_choose_the_same_form(code: str) -> None:
    texts = page_texts({"ahead": PEOPLE}, [code])[code]
    category = Locale.parse(language(code).locale, sep="-").plural_form
    for n in (*range(250), 1000, 1001, 1002, 1011):
        assert texts[f"ahead.{category(n)}"] == words(code).ngettext(*PEOPLE, n), n
