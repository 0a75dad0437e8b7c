"""The table of stored keys has each key that the code names, and no other."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any, Final

from queue_service.privacy.inventory import STORED_KEYS
from queue_service.privacy.rules.kept_data import KINDS
from queue_service.privacy.rules.stored_key import REST
from queue_service.store.server.erasure import BEGUN, REWRITTEN
from scripts.rooms import MODULES
from tests.privacy.scanning import TO_DO, rows_of

NAMED: Final = re.compile(r'"(?:queue:|q:\{)|BranchKeys\(self\.branch\)\.prefix')
"""A module that spells the name of a key."""
KEY: Final = re.compile(r"(?:queue:|q:\{).*[^:]")
DESCRIBED: Final = re.compile(r"(?:String|Hash|List|Set|Sorted set|Stream|Counter)\b")
"""The beginning of the docstring of a function that makes the name of a key."""
ID: Final = "one-2026"
OF_SERVERS: Final = {f"{REWRITTEN}:{REST}", f"{BEGUN}:{REST}"}
"""Rows of names with the address of a server of a cluster, which no constant or function has."""


def keys_of(module: Any) -> Iterator[tuple[str, str]]:
    """Every key that a module names, with the name of the constant or function."""
    for name, value in vars(module).items():
        if name.isupper() and isinstance(value, str):
            yield name, value
        elif getattr(value, "__module__", "") != module.__name__:
            continue
        elif inspect.isfunction(value):
            yield from made(name, value)
        elif inspect.isclass(value) and name.endswith("Keys"):
            yield from keys_of_class(name, value)


def keys_of_class(name: str, found: type) -> Iterator[tuple[str, str]]:
    """The keys of a class of keys."""
    one = found(*[ID] * len(inspect.signature(found).parameters))
    for member, value in vars(found).items():
        if isinstance(value, property):
            yield f"{name}.{member}", getattr(one, member)
        elif inspect.isfunction(value):
            yield from made(f"{name}.{member}", getattr(one, member))


def made(name: str, function: Any) -> Iterator[tuple[str, str]]:
    """The key that a function makes of ids and numbers, if it makes a key."""
    if DESCRIBED.match(function.__doc__ or ""):
        wanted = inspect.signature(function).parameters.values()
        yield name, function(*(ID if one.annotation == "str" else 1 for one in wanted))


def all_keys() -> list[tuple[str, str]]:
    """Every key of the service; prefixes, and names of other things, are none."""
    spelling = [module.name for module in MODULES if NAMED.search(module.text)]
    found = {pair for name in spelling for pair in keys_of(importlib.import_module(name))}
    return sorted((name, key) for name, key in found if KEY.fullmatch(key))


def test_each_key_of_the_code_is_in_the_table() -> None:
    missing = [f"{name} ({key})" for name, key in all_keys() if len(rows_of(key)) != 1]
    assert missing == [], TO_DO


def test_each_row_of_the_table_is_a_key_of_the_code() -> None:
    used = {row.key for _, key in all_keys() for row in rows_of(key)}
    assert {row.key for row in STORED_KEYS} - used == OF_SERVERS


def test_each_kind_of_data_has_keys() -> None:
    assert {kind.id for kind in KINDS} == {row.kind for row in STORED_KEYS}
