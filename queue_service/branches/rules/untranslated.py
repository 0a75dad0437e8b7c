"""The administrator's own texts that a branch's languages lack, and the language shown instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from queue_service.language.languages import LANGUAGES

TextKind = Literal[
    "service", "description", "counter", "stop", "exception", "announcement", "playbook"
]


@dataclass(frozen=True, slots=True)
class OwnText:
    """A text that an administrator has written, by language; ``of`` is the date of an exception."""

    kind: TextKind
    names: Mapping[str, str]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Untranslated:
    """A text with the languages that it is ``missing`` in, and the one ``shown`` there instead."""

    text: OwnText
    missing: tuple[str, ...]
    shown: str


def untranslated(texts: Iterable[OwnText], languages: Iterable[str]) -> Iterator[Untranslated]:
    """The texts that some of these languages lack; a text in no language is left out."""
    wanted = tuple(languages)
    for text in texts:
        written = [code for code in (*LANGUAGES, *text.names) if text.names.get(code)]
        missing = tuple(code for code in wanted if code not in written)
        if written and missing:
            yield Untranslated(text, missing, written[0])


def counted(found: Iterable[Untranslated]) -> Counter[str]:
    """How many texts each language lacks."""
    return Counter(code for each in found for code in each.missing)
