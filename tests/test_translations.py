"""Every text of the pages is there in Danish, and the catalogue holds nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "queue_service" / "translations" / "da" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "NN_": (1, 2)}

Key = str | tuple[str, ...]


def used() -> dict[Key, str]:
    """Each text that the code marks for translation, with a file it stands in."""
    found: dict[Key, str] = {}
    for folder in ("queue_service", "dashboards", "workers"):
        extracted = extract_from_dir(ROOT / folder, METHODS, keywords=KEYWORDS)
        for file, _line, text, _comments, _context in extracted:
            key = tuple(text) if isinstance(text, list | tuple) else text
            found[key] = f"{folder}/{file}"
    return found


def spoken() -> set[str]:
    """Every sentence in the code: a refusal's is translated where a page shows it."""
    trees = (
        ast.parse(file.read_text(encoding="utf-8"))
        for file in (ROOT / "queue_service").rglob("*.py")
    )
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


@pytest.fixture(scope="module")
def danish() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="da")


def test_every_text_has_its_danish(danish: Catalog) -> None:
    missing = {key: file for key, file in used().items() if not translated(danish, key)}
    assert missing == {}


def test_the_catalogue_holds_no_text_that_is_gone(danish: Catalog) -> None:
    keys = {key if isinstance(key, str) else key[0] for key in used()} | spoken()
    kept = {message.id if isinstance(message.id, str) else message.id[0] for message in danish}
    assert kept - keys - {""} == set()


def test_no_translation_is_only_a_guess(danish: Catalog) -> None:
    assert [message.id for message in danish if message.id and message.fuzzy] == []
    assert dict(danish.obsolete) == {}


def test_placeholders_are_the_same_in_both_languages(danish: Catalog) -> None:
    assert [error for message in danish if message.id for error in message.check(danish)] == []
    wrong = [message.id for message in danish if message.id and braces(message) is False]
    assert wrong == []


def translated(catalogue: Catalog, key: Key) -> bool:
    message = catalogue.get(key if isinstance(key, str) else key[0])
    return message is not None and bool(message.string)


def braces(message: Message) -> bool:
    """Whether the scripts' placeholders ({number}) are the same; plurals are compared together."""
    return marks(message.id) == marks(message.string)


def marks(text: str | tuple[str, ...] | list[str] | None) -> set[str]:
    joined = text if isinstance(text, str) else " ".join(text or ())
    return {part.split("}")[0] for part in joined.split("{")[1:]}
