"""Slow tests are found for `./dev test --fast`, and quick ones stay in."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import wraps

import pytest
from redis import Redis

from tests import conftest
from tests.programs import find_program
from tests.slowness import comes_to_slow, is_slow


def asks_a_program() -> None:
    find_program("promtool", package="prometheus")


def asks_through_another() -> None:
    asks_a_program()


def asks_inside() -> None:
    def inner() -> None:
        subprocess.run([], check=False)

    inner()


class Keeper:
    """Something that a test makes, and that has to do with a program."""

    @classmethod
    def made(cls) -> Keeper:
        """A test of this module."""
        asks_a_program()
        return cls()


def makes_a_keeper() -> None:
    Keeper.made()


@wraps(asks_a_program)
def wrapped() -> None:
    """A fixture is a function with another around it."""


def adds() -> None:
    assert sum([1, 1]) == 2


@pytest.mark.parametrize(
    "function", [asks_a_program, asks_through_another, asks_inside, makes_a_keeper, wrapped]
)
def test_a_function_that_starts_a_program_is_slow(function: Callable[[], None]) -> None:
    assert comes_to_slow(function, set())


def test_a_function_that_only_computes_is_quick() -> None:
    assert not comes_to_slow(adds, set())


def test_the_store_is_quick(redis_client: Redis, request: pytest.FixtureRequest) -> None:
    assert redis_client.ping()
    assert not is_slow(request.node)


@pytest.mark.usefixtures("pango")
def test_a_fixture_makes_its_tests_slow(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_slow(request.node)
    monkeypatch.setattr(request.config.option, "markexpr", "not slow")
    conftest.pytest_itemcollected(request.node)
    assert request.node.get_closest_marker("slow")
