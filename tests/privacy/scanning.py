"""Compare a real store with the table of stored keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from redis import Redis

from queue_service.privacy.inventory import STORED_KEYS
from queue_service.privacy.rules.stored_key import (
    ANY,
    MARK,
    REST,
    Form,
    Json,
    Spelling,
    StoredKey,
)
from queue_service.visits.rules.packing import unpack

TO_DO: Final = (
    "Describe it in queue_service/privacy/inventory, after thinking about what it reveals of a"
    " person: citizens have no name, no number and no free text in the store."
)
PLANTED: Final = {
    "test_a_branch_without_times_to_book_is_asked_nothing",
    "test_a_damaged_entry_hides_no_other",
    "test_a_lost_reply_adds_no_second_entry",
    "test_undescribed_data_is_found",
}
"""Tests that put into the store what no program does."""
JOBS: Final = "rq:"
"""Before the keys of RQ, whose jobs have arguments alone."""
BEFORE: Final = re.compile(r"[0-9]+\|?(?=[\[{])")
"""A number before a document: a format, or an instant."""


def undescribed(client: Redis) -> list[str]:
    """Everything in the store that the table does not have, as sentences."""
    found: list[str] = []
    for name in _names(client):
        if name.startswith(JOBS):
            continue
        found += [f"{problem} {TO_DO}" for problem in _of_key(client, name)]
    return sorted(set(found))


def rows_of(name: str) -> list[StoredKey]:
    """The rows of the table that a key's name fits, of which the most exact ones count."""
    found = [row for row in STORED_KEYS if _key_pattern(row.key).fullmatch(name)]
    fewest = min((row.key.count(ANY) for row in found), default=0)
    return [row for row in found if row.key.count(ANY) == fewest]


def _names(client: Redis) -> Iterator[str]:
    plain: Any = client
    yield from (n if isinstance(n, str) else n.decode() for n in plain.scan_iter(count=1000))


def _of_key(client: Redis, name: str) -> Iterator[str]:
    rows = rows_of(name)
    if len(rows) != 1:
        yield f"The key {name} is in {len(rows)} rows of the table of stored keys."
        return
    (row,) = rows
    kind = _text(client.type(name))
    if kind == "none":  # it has expired since
        return
    if kind != row.type:
        yield f"The key {name} is a {kind} and not a {row.type}."
    elif kind in ("hash", "stream"):
        for field, value in _fields(client, name, kind):
            yield from _of_field(row, field, value)
    else:
        for value in _members(client, name, kind):
            if not any(fits(form, value) for form in row.members):
                yield _misfit(row.key, row.members, value)


def _of_field(row: StoredKey, field: str, value: str) -> Iterator[str]:
    forms = [f for name, f in row.fields.items() if name == field]
    forms = forms or [f for n, f in row.fields.items() if _field_pattern(n).fullmatch(field)]
    if not forms:
        yield f"The field {field} of {row.key} is not in the table of stored keys."
    elif not any(fits(form, value) for form in forms):
        yield _misfit(f"{field} in {row.key}", forms, value)


def _misfit(where: str, forms: Iterable[Form], value: str) -> str:
    """The sentence about a value of another form, with the members that are not allowed."""
    members = {path for f in forms if isinstance(f, Json) for path in _not_allowed(f, value)}
    found = f": {', '.join(sorted(members))}" if members else ""
    return f"The value {value[:200]!r} of {where} has no form of the table{found}."


def is_damaged(value: str) -> bool:
    """Whether a test has planted what no program can read."""
    return "\ufffd" in value or (value.startswith("{") and not value.endswith("}"))


def fits(form: Form, value: str) -> bool:
    """Whether a value has this form. An empty or a damaged one has every form."""
    if value == "" or is_damaged(value):
        return True
    if isinstance(form, Spelling):
        return re.fullmatch(form.pattern, value) is not None
    return next(_not_allowed(form, value), None) is None


def _not_allowed(form: Json, value: str) -> Iterator[str]:
    for part in _documents(value):
        if isinstance(part, str):
            yield from () if re.fullmatch(MARK.pattern, part) else ("text",)
        elif form.paths:
            yield from (path for path in paths_of(part) if not _allowed(form, path))
        else:
            yield from (word for word in _words(part) if not re.fullmatch(MARK.pattern, word))


def _documents(value: str) -> Iterator[Any]:
    """The JSON documents of a value, and lines that are none."""
    text = unpack(value)
    try:
        yield json.loads(BEFORE.sub("", text))
        return
    except ValueError:
        lines = text.split("\n")
    for line in lines:
        try:
            yield json.loads(BEFORE.sub("", line))
        except ValueError:
            yield line


def paths_of(value: object, before: str = "") -> Iterator[str]:
    """The path of every member of a JSON document."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            path = f"{before}.{name}" if before else str(name)
            yield path
            yield from paths_of(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from paths_of(inner, before)


def _words(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str):
        yield value


@cache
def _allowed(form: Json, path: str) -> bool:
    return path in form.paths or any(_path_pattern(p).fullmatch(path) for p in form.paths)


@cache
def _path_pattern(path: str) -> re.Pattern[str]:
    return _pattern(path, "[^.]+")


@cache
def _key_pattern(key: str) -> re.Pattern[str]:
    return _pattern(key, "[^:]+")


@cache
def _field_pattern(field: str) -> re.Pattern[str]:
    return _pattern(field, MARK.pattern)


def _pattern(text: str, any_one: str) -> re.Pattern[str]:
    found = re.escape(text).replace(re.escape(REST), ".+").replace(re.escape(ANY), any_one)
    return re.compile(found)


def _fields(client: Redis, name: str, kind: str) -> Iterator[tuple[str, str]]:
    plain: Any = client
    if kind == "hash":
        pairs = list(plain.hgetall(name).items())
    else:
        pairs = [pair for _, entry in plain.xrange(name) for pair in entry.items()]
    yield from ((_text(field), _text(value)) for field, value in pairs)


def _members(client: Redis, name: str, kind: str) -> list[str]:
    plain: Any = client
    if kind == "string":
        found = [plain.get(name) or ""]
    elif kind == "list":
        found = plain.lrange(name, 0, -1)
    elif kind == "set":
        found = plain.smembers(name)
    else:
        found = plain.zrange(name, 0, -1)
    return [_text(value) for value in found]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else value.decode(errors="replace")
