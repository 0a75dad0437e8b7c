"""The tests that `./dev test --fast` leaves out, found by the calls of tests and fixtures.

A test is slow that comes to the whole application, to a program of the system, to a process of its
own or to two weeks of visits. This needs no mark: its code is followed through the functions of the
tests. A test that is slow for another reason is marked by hand: ``@pytest.mark.slow``.
"""

from __future__ import annotations

import inspect
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, FunctionType
from typing import Any, Final

import pytest

from queue_service.app import create_app
from tests import programs, running
from tests.store import servers, serving
from tests.tables.weeks import fortnight
from tests.web import service
from workers.worker import make_worker

SLOW: Final = (
    subprocess,
    servers.server,
    servers.sentinel,
    servers.cluster,
    serving.serving,
    running.environment,
    service.running_service,
    programs.find_program,
    programs.need_library,
    create_app,
    make_worker,
    fortnight,
)
"""Names that take long to start or to fill, or are not on every machine."""


def is_slow(item: pytest.Item) -> bool:
    """Whether the test, or a fixture that it has, comes to something slow."""
    return any(_is_slow(function) for function in functions_of(item))


_QUICK: Final[set[FunctionType]] = set()
"""Functions from which no call leads to something slow; many tests have them in common."""


@cache
def _is_slow(function: Callable[..., object]) -> bool:
    """Once for a function that many tests have in common."""
    seen: set[FunctionType] = set()
    found = comes_to_slow(function, seen)
    if not found:
        _QUICK.update(seen)
    return found


def functions_of(item: pytest.Item) -> Iterator[Callable[..., object]]:
    """The functions of the test and of all its fixtures."""
    if isinstance(item, pytest.Function):
        yield item.function
        fixtures = item._fixtureinfo.name2fixturedefs.values()
        yield from (one.func for found in fixtures for one in found)


def comes_to_slow(function: Any, seen: set[FunctionType]) -> bool:
    """Whether it names something slow, or a function or class of the tests that does."""
    function = inspect.unwrap(getattr(function, "__func__", function))
    if not isinstance(function, FunctionType) or function in seen or function in _QUICK:
        return False
    seen.add(function)
    known = [function.__globals__.get(name) for name in names_of(function.__code__)]
    if any(thing is slow for thing in known for slow in SLOW):
        return True
    ours = (thing for thing in known if is_ours(thing))
    parts = (part for thing in ours for part in (thing, *methods_of(thing)))
    return any(comes_to_slow(part, seen) for part in parts)


def is_ours(thing: Any) -> bool:
    """Whether it is defined among the tests."""
    return str(getattr(thing, "__module__", "")).startswith("tests.")


def methods_of(thing: Any) -> Iterator[Any]:
    """The functions that a class defines; nothing for anything else."""
    if isinstance(thing, type):
        yield from vars(thing).values()


def names_of(code: CodeType) -> Iterator[str]:
    """Every name that a function's code reads, functions within it included."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_of(constant)
