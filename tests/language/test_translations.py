"""Every text of the pages is there in Danish, and every catalogue is well formed.

`tests/language/test_citizens.py` checks that the other languages have the texts of citizens.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from queue_service.language.languages import LANGUAGES, SOURCE
from scripts.catalogues import METHODS, missing, read, used

ROOT = Path(__file__).parent.parent.parent
TRANSLATED = [code for code in LANGUAGES if code != SOURCE]


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
    return read("da")


@pytest.fixture(scope="module", params=TRANSLATED)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


@pytest.mark.slow
def test_no_text_exists_both_alone_and_with_a_number() -> None:
    # An older Python finds no Danish for the first then.
    keys = dict(used())
    by_number = {key[0] for key in keys if isinstance(key, tuple)}
    assert by_number & {key for key in keys if isinstance(key, str)} == set()


@pytest.mark.slow
def test_every_text_has_its_danish(danish: Catalog) -> None:
    files = dict(used())
    assert {key: files[key] for key in missing(danish, files)} == {}


@pytest.mark.slow
def test_the_catalogue_holds_no_text_that_is_gone(danish: Catalog) -> None:
    keys = {key if isinstance(key, str) else key[0] for key, _ in used()} | spoken()
    kept = {message.id if isinstance(message.id, str) else message.id[0] for message in danish}
    assert kept - keys - {""} == set()


def test_no_translation_is_only_a_guess(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert dict(catalogue.obsolete) == {}


def test_placeholders_are_the_same_in_both_languages(catalogue: Catalog) -> None:
    assert [
        error for message in catalogue if message.id for error in message.check(catalogue)
    ] == []
    wrong = [message.id for message in catalogue if message.id and braces(message) is False]
    assert wrong == []


@pytest.mark.parametrize("wrong", ["% s dage", "%s", "%(n) s", "%(n", "{n", "n}", "{ n }"])
@pytest.mark.parametrize("before", ["I alt ", "77 % og "])
def test_a_placeholder_that_is_none_is_found(before: str, wrong: str) -> None:
    assert stray(before + wrong)


@pytest.mark.parametrize("right", ["%(n)s og %(num)d", "77 % solgt", "{n} af {m}, 100%."])
def test_text_that_is_no_placeholder_is_left_alone(right: str) -> None:
    assert not stray(right)


def test_no_text_holds_a_placeholder_that_is_none(catalogue: Catalog) -> None:
    texts = [text for m in catalogue for text in (*texts_of(m.id), *texts_of(m.string))]
    assert [text for text in texts if stray(text)] == []


@pytest.mark.slow
def test_no_text_of_a_template_has_a_percent_sign_that_formatting_takes(catalogue: Catalog) -> None:
    """Jinja formats every text of a template, also one without placeholders."""
    english = {text for key, _ in used(METHODS[1:]) for text in texts_of(key)}
    translations = {
        text for m in catalogue if english & {*texts_of(m.id)} for text in texts_of(m.string)
    }
    texts = sorted(english | translations)
    assert [t for t in texts if "%" in PLACEHOLDER.sub("", t).replace("%%", "")] == []


def test_no_translation_has_a_placeholder_that_its_text_lacks(catalogue: Catalog) -> None:
    """Whether it is flagged as a format or not."""
    assert [m.id for m in catalogue if m.id and not named(m.string) <= named(m.id)] == []


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


def braces(message: Message) -> bool:
    """Whether the scripts' placeholders ({number}) are the same; plurals are compared together."""
    return marks(message.id) == marks(message.string)


def marks(text: str | tuple[str, ...] | list[str] | None) -> set[str]:
    joined = text if isinstance(text, str) else " ".join(text or ())
    return {part.split("}")[0] for part in joined.split("{")[1:]}
