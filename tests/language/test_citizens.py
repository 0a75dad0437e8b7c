"""Citizens read every text in their language, and easy Danish."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from queue_service.language.languages import LANGUAGES, SOURCE
from scripts.catalogues import ROOT, UNREAD, Key, for_citizens, missing, path_of, read

MOST_OF_ALL = 35
MOST_OF_ONE = 40
LONG_TEXT = 8
"""Words from which on a text by itself is measured: in a shorter one a single word decides."""

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.:!?…]+(?=\s|$)|\n")
PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)s")


@pytest.fixture(scope="module")
def texts() -> dict[Key, str]:
    return for_citizens()


@pytest.mark.slow
@pytest.mark.parametrize("code", [code for code, one in LANGUAGES.items() if not one.staff])
def test_a_language_of_citizens_has_their_texts_and_no_others(
    code: str, texts: dict[Key, str]
) -> None:
    catalogue = read(code)
    assert {key: texts[key] for key in missing(catalogue, texts)} == {}
    kept = {m.id if isinstance(m.id, str) else tuple(m.id) for m in catalogue if m.id}
    assert kept - set(texts) == set(), "run .venv/bin/python -m scripts.catalogues"


def test_the_document_lists_the_catalogues_that_a_native_speaker_has_read() -> None:
    document = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (yes|not yet) \|$", document, re.MULTILINE))
    headers = {code: path_of(code) for code in LANGUAGES if path_of(code).exists()}
    unread = {code for code, path in headers.items() if UNREAD in path.read_text(encoding="utf-8")}
    assert rows.keys() == LANGUAGES.keys()
    assert {code for code, read in rows.items() if read == "not yet"} - {SOURCE} == unread


def lix(text: str) -> float:
    """The readability of a text: words per sentence, and long words in a hundred.

    Björnsson, C. H. (1968), *Läsbarhet*: a word is long with more than six letters. Below 25 a text
    is very easy, as for children; 25 to 35 is easy, and 35 to 45 is of newspapers.
    """
    plain = PLACEHOLDER.sub("x", text)
    words = WORD.findall(plain)
    sentences = [part for part in SENTENCE_END.split(plain) if WORD.search(part)]
    long = [word for word in words if len(word) > 6]
    return len(words) / len(sentences) + 100 * len(long) / len(words)


def danish(texts: dict[Key, str]) -> Iterator[str]:
    catalogue = read("da")
    for key in texts:
        message = catalogue.get(key if isinstance(key, str) else key[0])
        assert message is not None, key
        string = message.string or ()
        forms = [string] if isinstance(string, str) else list(string)
        yield from (form for form in forms if WORD.search(PLACEHOLDER.sub("", form)))


@pytest.mark.parametrize(
    ("text", "measured"),
    [("Tag et nummer.", 3 + 0), ("Tag nummeret. Vent her.", 2 + 25), ("Billet {number} gælder", 3)],
)
def test_lix(text: str, measured: float) -> None:
    assert lix(text) == pytest.approx(measured)


@pytest.mark.slow
def test_danes_read_easy_texts(texts: dict[Key, str]) -> None:
    every = list(danish(texts))
    sentences = [text for text in every if SENTENCE_END.search(text)]
    assert lix("\n".join(every)) <= MOST_OF_ALL
    assert lix("\n".join(sentences)) <= MOST_OF_ALL, "without headings and buttons"
    long = [text for text in every if len(WORD.findall(text)) >= LONG_TEXT]
    assert {text: round(lix(text)) for text in long if lix(text) > MOST_OF_ONE} == {}
