"""Docstrings, comments and documents use the terms of the field, and not those replaced by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.prose import comments, docstrings
from tests.test_docs import ROOT

INSTEAD: Final = {
    "tell|tells|telling|told": "show, return, report, reveal",
    "beside": "next to, in addition to",
    "anew": "again",
    "whoever|whomever": "a noun: the caller, a clerk who",
    "stands|stood": "is",
    "held against": "compared with",
    "flatter|flatters|flattered": "bias",
    "is to be|are to be": "has to be, should be",
    "home|home's": "the central server",
}
"""A refused word (alternatives with ``|``) → what to write instead."""
ALLOWED: Final = re.compile(r"\bdoctor home\b|\bhome page\b|/home\b|\bhome\.js\b")
"""A command, the first page of a site, a path, and a file."""
QUOTED: Final = re.compile(
    r"```.*?```|``[^`]*``|`[^`]*`|“[^”]*”|\"[^\"\n]*\"|'\w+'"
    r"|@(?:param|type|typedef) \{.*?\}+(?: \[?\w+)?",
    re.DOTALL,
)
"""Names of the code, fields of the API, texts of pages, and the types of scripts."""
REFUSED: Final = re.compile(rf"\b({'|'.join(INSTEAD)})\b", re.IGNORECASE)
CODE: Final = ("queue_service", "workers", "dashboards", "scripts", "benchmarks", "tests")
COMMENT: Final = {
    ".js": re.compile(r"^\s*(?://|/\*\*?|\*)(.*)", re.MULTILINE),
    ".lua": re.compile(r"^\s*--(.*)", re.MULTILINE),
    ".css": re.compile(r"/\*(.*?)\*/", re.DOTALL),
    ".html": re.compile(r"\{#(.*?)#\}", re.DOTALL),
}
PRONOUN: Final = re.compile(
    r"(?:^|[.:;] )(Who|Whom|Whose|What|Why|Somebody|That of|All that"
    r"|(?:One|Those) (?:that|who|of|which))\b|\b([Nn]obody)\b"
)
"""A clause for a subject (“What a report shows”), or a subject without a referent."""
PERHAPS: Final = re.compile(
    r"(?:^\s*|[\"#/*.:;-]\s+|\"|\{#-?\s*)(?:Who|What|Why|Somebody|That of|One|Those|All)|[Nn]obody",
    re.MULTILINE,
)
"""Found in every text with such a sentence, and quicker to look for."""
CELL: Final = re.compile(r"\n\s*\n|\n(?=- |\d+\. )|\n?\|")
"""Between paragraphs, items of a list and cells of a table."""
TITLE: Final = re.compile(r"\*+[^*]+\*+")
"""Names of pages and headings of items, such as *What citizens think*."""
CONNECTION: Final = re.compile(
    r"\b(?:lost|broken|slow|dead|bad|dropped) lines?\b|\b(?:over|tried) the line\b"
    r"|\bline (?:is|was|goes|comes|came|breaks|drops) (?:lost|down|back|cut|again)\b"
    r"|\bend of the line\b|\bline to the (?:server|store|tests' store)\b",
    re.IGNORECASE,
)
"""*Line* for a connection. A line of text, of a chart or of a form is one."""
FUSED: Final = re.compile(
    r"\b(?:of|for|from|by|with|to|in|on|than|as|into|at|after|before|but|except) what\b(?! to\b)"
    r"|\b(?:is|are) what\b",
    re.IGNORECASE,
)
"""*What* in place of a noun (“compared with what it was” → “compared with the earlier value”).

*With what to do*, *shows what is missing* and *its units, and what it raises* are questions, which
English asks in the same words.
"""
CONDITION: Final = re.compile(
    r"(?:^|[.:;] )(?-i:Where)\b(?! to\b)"
    r"|\b(?:None|null|nothing|empty|absent|also|only|even|left out)(?:,? (?:and|or))? where\b",
    re.IGNORECASE,
)
"""*Where* in place of a noun (“Where a file begins” → “The start of a file”) or of *if*.

It may follow its noun (“a branch where the specialists sit”).
"""
INSIDE: Final = {
    CONNECTION: "connection",
    FUSED: "a noun",
    CONDITION: "if, or a noun: the place, the address",
}
"""A pattern that is refused anywhere in a sentence → what to write instead."""
NO_CONDITION: Final = re.compile(r"also where a screen reader is put|leads only where the schemes")
"""A place indeed."""
RIDDLE: Final = re.compile(
    r"def (test_(?:what|where|who|whom|whoever|those|which)_\w+"
    r"|test_(?:\w+_)?(?:told|tells?|anew|whoever|nobody|beside|stands?)(?:_\w+)?)\("
)
"""A test's name that has a clause for a subject, or a refused word."""
SCRIPT_TEST: Final = re.compile(r"Deno\.test\(\s*\"([^\"]+)\"")
"""The name of a script's test."""
HISTORY: Final = "## 0.4.0"
"""The changelog from this heading on is published."""


def found_in(text: str) -> list[str]:
    """The refused words of a text, without what it quotes."""
    plain = ALLOWED.sub("", QUOTED.sub("", text))
    return [match[1].lower() for match in REFUSED.finditer(plain)]


def prose(path: Path) -> Iterator[str]:
    """The docstrings and comments of a file, or the text of a document."""
    text = path.read_text(encoding="utf-8")
    if not REFUSED.search(text):
        return
    if path.suffix == ".md":
        yield published(path, text)
    elif path.suffix == ".py":
        yield from docstrings(text)
        yield from comments(text, REFUSED)
    else:
        yield from (match[1] for match in COMMENT[path.suffix].finditer(text))


def blocks(path: Path, perhaps: re.Pattern[str] = PERHAPS) -> Iterator[str]:
    """Docstrings, comments with adjacent lines joined, and paragraphs of a document."""
    text = path.read_text(encoding="utf-8")
    if not perhaps.search(text):
        return
    if path.suffix == ".md":
        for part in CELL.split(published(path, text)):
            plain = TITLE.sub("_", part)
            yield plain.strip(" -0123456789.")
        return
    if path.suffix == ".py":
        yield from docstrings(text)
        comment = re.compile(r"^\s*#(.*)", re.MULTILINE)
    else:
        comment = COMMENT[path.suffix]
    joined, end = "", -1
    for match in comment.finditer(text):
        if text[end : match.start()].strip() or "@" in match[1]:
            yield joined
            joined = ""
        joined, end = f"{joined} {match[1]}", match.end()
    yield joined


def inside(text: str) -> list[tuple[str, str]]:
    """The refused phrases of a text, each with its replacement, without what it quotes."""
    plain = NO_CONDITION.sub("", " ".join(QUOTED.sub("_", text).split()))
    return [(m[0], instead) for at, instead in INSIDE.items() for m in at.finditer(plain)]


def published(path: Path, text: str) -> str:
    """A document, or the changelog's versions that may still be reworded."""
    return text.split(HISTORY)[0] if path.name == "CHANGELOG.md" else text


def clauses_in(text: str) -> list[str]:
    """The pronouns of a text that are in place of a subject, without what it quotes."""
    plain = " ".join(QUOTED.sub("_", text).split())
    return [(match[1] or match[2]).lower() for match in PRONOUN.finditer(plain)]


def files() -> Iterator[Path]:
    """Every file with prose."""
    yield from ROOT.glob("*.md")
    yield from (ROOT / "docs").rglob("*.md")
    for folder in CODE:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix == ".py" or path.suffix in COMMENT:
                yield path


@pytest.mark.slow
def test_prose_uses_the_terms_of_the_field() -> None:
    itself = Path(__file__)
    wrong = [
        f"{path.relative_to(ROOT)}: “{word}” in “{' '.join(text.split())[:90]}”"
        for path in sorted(files())
        if path != itself
        for text in prose(path)
        for word in found_in(text)
    ]
    assert not wrong, "\n".join([*wrong, "", *map(" → ".join, INSTEAD.items())])


@pytest.mark.slow
def test_sentences_begin_with_nouns() -> None:
    itself = Path(__file__)
    wrong = [
        f"{path.relative_to(ROOT)}: “{pronoun}” in “{' '.join(text.split())[:90]}”"
        for path in sorted(files())
        if path != itself
        for text in blocks(path)
        for pronoun in clauses_in(text)
    ]
    assert not wrong, "\n".join([*wrong, "", "“What a report shows” → “The content of a report”"])


@pytest.mark.slow
def test_sentences_name_things_by_nouns() -> None:
    itself = Path(__file__)
    perhaps = re.compile(r"\b(?:what|where|lines?)\b", re.IGNORECASE)
    wrong = [
        f"{path.relative_to(ROOT)}: “{phrase}” → {instead} in “{' '.join(text.split())[:90]}”"
        for path in sorted(files())
        if path != itself
        for text in blocks(path, perhaps)
        for phrase, instead in inside(text)
    ]
    assert not wrong, "\n".join(wrong)


def test_names_of_tests_begin_with_nouns() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name in RIDDLE.findall(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "\n".join([*wrong, "", "test_what_is_late → test_a_late_request_is_refused"])


def test_names_of_scripts_tests_use_nouns_and_the_terms_of_the_field() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: “{name}”"
        for path in sorted((ROOT / "tests").rglob("*_test.js"))
        for name in SCRIPT_TEST.findall(path.read_text(encoding="utf-8"))
        if found_in(name) or clauses_in(name.capitalize())
    ]
    assert not wrong, "\n".join(
        [*wrong, "", "“what is late is refused” → “a late request is refused”"]
    )


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("test_what_is_late_is_refused", True),
        ("test_a_late_page_is_told", True),
        ("test_a_late_request_is_refused", False),
        ("test_whatever_the_standing_of_a_goal", False),
    ],
)
def test_a_riddle_is_found_in_a_name(name: str, *, refused: bool) -> None:
    assert bool(RIDDLE.match(f"def {name}(")) is refused


@pytest.mark.parametrize(
    ("text", "pronouns"),
    [
        ("What a report\nshows. Those of others: who may see it.", ["what", "those of"]),
        ("A queue that nobody waits in.", ["nobody"]),
        ("The content of a report, and what it shows; ``who`` is a field.", []),
        ("Whatever it shows. Someone waits: whoever comes.", []),
        ("Why it waits: Somebody came.", ["why", "somebody"]),
    ],
)
def test_a_clause_is_found_where_it_begins_a_sentence(text: str, pronouns: list[str]) -> None:
    assert clauses_in(text) == pronouns


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Compared\nwith what it was.", ["with what"]),
        ("The snapshot is what Redis sends.", ["is what"]),
        ("A sentence on what to do. It shows what is missing.", []),
        ("None where nobody waits, and only where it rains.", ["None where", "only where"]),
        ("Where a file begins.", ["Where"]),
        ("The branch where the specialists sit, where it is also open.", []),
        ("Kept over a lost line; the line is down.", ["lost line", "line is down"]),
        ("The last line of a text, and a line is drawn.", []),
    ],
)
def test_a_phrase_is_found_inside_a_sentence(text: str, phrases: list[str]) -> None:
    assert sorted(phrase for phrase, _ in inside(text)) == sorted(phrases)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The kiosk is told of it.", ["told"]),
        ("Home is held\nagainst a town hall.", ["home"]),
        ("A figure held against another, and the one beside it.", ["held against", "beside"]),
        ("`told` and ``stood`` are fields; *doctor home* is a command.", []),
        ("The standing order of a household.", []),
    ],
)
def test_a_word_is_found_where_it_is_not_quoted(text: str, words: list[str]) -> None:
    assert found_in(text) == words
