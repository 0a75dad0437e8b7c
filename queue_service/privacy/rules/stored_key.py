"""How a stored key is described: its name, its kind of data, and all that its value may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from queue_service.privacy.rules.kept_data import KindId

RedisType = Literal["string", "hash", "list", "set", "zset", "stream"]
ANY: Final = "*"
"""In a key, or in the name of a field or member: an id, a date, a digest or a number."""
REST: Final = "**"
"""At the end of a key: anything. At the end of a path: all names below it."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A text that a regular expression fits as a whole."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON document, packed or not, with no other members than those of these paths.

    A path has the names from the outermost member, joined by dots; a list has no name of its own.
    Without ``paths`` every name and every text in it is a :data:`MARK`. Several lines are several
    documents, or marks.
    """

    paths: frozenset[str] = frozenset()


Form = Spelling | Json


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key, or all that differ in an id alone.

    ``members`` has the forms of a string, or of the members of a list or set, of which one must
    fit; ``fields`` has those of a hash or of the entries of a stream, by name.
    """

    key: str
    kind: KindId
    type: RedisType
    members: tuple[Form, ...] = ()
    fields: Mapping[str, Form] = field(default_factory=dict)


NUMBER: Final = Spelling(r"-?[0-9]+(\.[0-9]+)?")
MARK: Final = Spelling(r"([0-9]+ )?[A-Za-z0-9_:|.,~+=/-]{0,2000}")
"""Ids, digests, instants, languages and counts, joined by bars: no @, no blank but after a number,
and no letter that names have but ids have not, such as ø."""
OWN_TEXT: Final = Spelling(r"[\s\S]*")
"""A text of the municipality about itself, or of a program."""
FIGURES: Final = Json()


def document(*paths: str) -> Json:
    """A JSON document with the members of these paths; a text has several, between blanks."""
    return Json(frozenset(path for text in paths for path in text.split()))


def within(member: str, names: str) -> str:
    """The paths of a member and of these names in it, between blanks."""
    return " ".join((member, *(f"{member}.{name}" for name in names.split())))


def string(key: str, kind: KindId, *forms: Form) -> StoredKey:
    """A key with one value: a mark, if it has no other form."""
    return StoredKey(key, kind, "string", forms or (MARK,))


def hash_of(key: str, kind: KindId, fields: Mapping[str, Form]) -> StoredKey:
    """A key with fields."""
    return StoredKey(key, kind, "hash", fields=fields)


def list_of(key: str, kind: KindId, *forms: Form) -> StoredKey:
    """A key with values in an order."""
    return StoredKey(key, kind, "list", forms or (MARK,))


def set_of(key: str, kind: KindId) -> StoredKey:
    """A key with different marks."""
    return StoredKey(key, kind, "set", (MARK,))


def sorted_set(key: str, kind: KindId, *forms: Form) -> StoredKey:
    """A key with different values by their number: marks, if they have no other form."""
    return StoredKey(key, kind, "zset", forms or (MARK,))


def stream(key: str, kind: KindId, fields: Mapping[str, Form]) -> StoredKey:
    """A key with entries in the order of time, each with fields."""
    return StoredKey(key, kind, "stream", fields=fields)
