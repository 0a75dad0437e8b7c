"""Every text of the pages is there in Danish, and the catalogue holds nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
CATALOGUE = ROOT / "queue_service" / "translations" / "da" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "NN_": (1, 2)}

Key = str | tuple[str, ...]


def used(methods: list[tuple[str, str]] = METHODS) -> dict[Key, str]:
    """Each text that the code marks for translation, with a file that contains it."""
    found: dict[Key, str] = {}
    for folder in ("queue_service", "dashboards", "workers"):
        extracted = extract_from_dir(ROOT / folder, methods, keywords=KEYWORDS)
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


@pytest.mark.slow
def test_no_text_exists_both_alone_and_with_a_number() -> None:
    # An older Python finds no Danish for the first then.
    by_number = {key[0] for key in used() if isinstance(key, tuple)}
    assert by_number & {key for key in used() if isinstance(key, str)} == set()


@pytest.mark.slow
def test_every_text_has_its_danish(danish: Catalog) -> None:
    missing = {key: file for key, file in used().items() if not translated(danish, key)}
    assert missing == {}


@pytest.mark.slow
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


@pytest.mark.parametrize("wrong", ["% s dage", "%s", "%(n) s", "%(n", "{n", "n}", "{ n }"])
@pytest.mark.parametrize("before", ["I alt ", "77 % og "])
def test_a_placeholder_that_is_none_is_found(before: str, wrong: str) -> None:
    assert stray(before + wrong)


@pytest.mark.parametrize("right", ["%(n)s og %(num)d", "77 % solgt", "{n} af {m}, 100%."])
def test_text_that_is_no_placeholder_is_left_alone(right: str) -> None:
    assert not stray(right)


def test_no_text_holds_a_placeholder_that_is_none(danish: Catalog) -> None:
    texts = [text for m in danish for text in (*texts_of(m.id), *texts_of(m.string))]
    assert [text for text in texts if stray(text)] == []


@pytest.mark.slow
def test_no_text_of_a_template_has_a_percent_sign_that_formatting_takes(danish: Catalog) -> None:
    """Jinja formats every text of a template, also one without placeholders."""
    english = {text for key in used(METHODS[1:]) for text in texts_of(key)}
    translations = {
        text for m in danish if english & {*texts_of(m.id)} for text in texts_of(m.string)
    }
    texts = sorted(english | translations)
    assert [t for t in texts if "%" in PLACEHOLDER.sub("", t).replace("%%", "")] == []


def test_no_translation_has_a_placeholder_that_its_text_lacks(danish: Catalog) -> None:
    """Whether it is flagged as a format or not."""
    assert [m.id for m in danish if m.id and not named(m.string) <= named(m.id)] == []


PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]\b|\{(\w+)\}")


def stray(text: str) -> bool:
    """Whether something looks like a placeholder and is none, or formatting takes it for one."""
    rest = PLACEHOLDER.sub("", text)
    bare = "%(" in text and "%" in rest.replace("%%", "")
    return bare or bool(re.search(r"[{}]|%\(|% ?[sd]\b", rest))


def named(text: str | tuple[str, ...] | list[str] | None) -> set[str]:
    """The names of a text's placeholders."""
    return {"".join(found) for one in texts_of(text) for found in PLACEHOLDER.findall(one)}


def texts_of(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """A text, or each of a plural's."""
    return [text] if isinstance(text, str) else list(text or ())


def translated(catalogue: Catalog, key: Key) -> bool:
    message = catalogue.get(key if isinstance(key, str) else key[0])
    return message is not None and bool(message.string)


def braces(message: Message) -> bool:
    """Whether the scripts' placeholders ({number}) are the same; plurals are compared together."""
    return marks(message.id) == marks(message.string)


def marks(text: str | tuple[str, ...] | list[str] | None) -> set[str]:
    joined = text if isinstance(text, str) else " ".join(text or ())
    return {part.split("}")[0] for part in joined.split("{")[1:]}
