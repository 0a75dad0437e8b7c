"""Errors are described in docstrings in one way: a sentence that begins with `Raises` and their
names.

`Raises NotFound when the link is used up, and Invalid.` A function that raises as another one does
names that: ``Raises as :func:`issue`.``
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest

from tests.prose import statements
from tests.test_docs import ROOT, sources

Documented = ast.Module | ast.ClassDef | ast.FunctionDef

OTHER_WAYS: Final = re.compile(r":raises|\braises :\w+:|[;,] raises [A-Z]")
RAISES: Final = re.compile(r"\bRaises\s+(.*?)(?:[.;](?:\s|$)|$)", re.DOTALL)
NAME: Final = re.compile(r"\b[A-Z]\w*[a-z]\w*\b")
QUOTED: Final = re.compile(r"``[^`]*``")
ROUTED: Final = re.compile(r"\.(?:get|post|put|delete)\(")
REFERENCE: Final = re.compile(r"as :(?:func|meth):|as those|what the reply")


def documented(module: ast.Module) -> Iterator[tuple[Documented, str]]:
    """The nodes with a docstring, and its text."""
    for node in (module, *statements(module)):
        if isinstance(node, Documented) and (text := ast.get_docstring(node, clean=False)):
            yield node, text


def wrong_names(text: str, known: set[str]) -> Iterator[str]:
    """The names after `Raises` that are no class; the whole sentence if it has no name."""
    for sentence in RAISES.findall(text):
        if not REFERENCE.match(sentence):
            found = NAME.findall(QUOTED.sub("", sentence))
            yield from (name for name in found if name not in known)
            if not found or not sentence.startswith(found[0]):
                yield " ".join(sentence.split())


def raised_by(function: ast.FunctionDef) -> Iterator[str]:
    """The classes of errors that its own body raises."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield class_of(node.exc)
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def class_of(error: ast.expr) -> str:
    """`Invalid` of `Invalid`, of `Invalid(…)` and of `Invalid.at(…)`; else nothing."""
    made = error.func if isinstance(error, ast.Call) else error
    if isinstance(made, ast.Attribute) and isinstance(made.value, ast.Name):
        made = made.value
    return made.id if isinstance(made, ast.Name) and made.id[:1].isupper() else ""


def untold(function: ast.FunctionDef, text: str) -> Iterator[str]:
    """The errors that a public function raises and its docstring does not name."""
    if not function.name.startswith("_") and not is_view(function):
        yield from (name for name in raised_by(function) if name and name not in text)


def is_view(function: ast.FunctionDef) -> bool:
    """Whether it answers a request: its refusals are in its description, or shown on its page."""
    return any(ROUTED.search(ast.unparse(decorator)) for decorator in function.decorator_list)


@cache
def modules() -> list[tuple[str, ast.Module]]:
    """Every module of the service, with its path."""
    files = (file for file in sources() if "tests" not in file.relative_to(ROOT).parts)
    return [(str(file.relative_to(ROOT)), ast.parse(file.read_bytes())) for file in files]


def classes(module: ast.Module) -> set[str]:
    """The classes that a module defines or imports."""
    nodes = list(statements(module))
    imported = (name.name for n in nodes if isinstance(n, ast.ImportFrom) for name in n.names)
    return {*imported, *(node.name for node in nodes if isinstance(node, ast.ClassDef))}


@pytest.mark.slow
def test_errors_are_described_in_one_notation() -> None:
    found = [
        f"{path}: {match.group()}"
        for path, module in modules()
        for _, text in documented(module)
        for match in OTHER_WAYS.finditer(text)
    ]
    assert found == []


@pytest.mark.slow
def test_every_named_error_is_a_class() -> None:
    every = modules()
    known = {*vars(builtins), *(name for _, module in every for name in classes(module))}
    found = [
        f"{path}: {name}"
        for path, module in every
        for node, text in documented(module)
        for name in wrong_names(text, known)
    ]
    assert found == []


@pytest.mark.slow
def test_every_error_that_a_public_function_raises_is_named() -> None:
    found = [
        f"{path}: {node.name} raises {name}"
        for path, module in modules()
        if not path.startswith("benchmarks/")
        for node, text in documented(module)
        if isinstance(node, ast.FunctionDef)
        for name in untold(node, text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        ":raises Invalid: it is empty.",
        "Open it; raises Invalid.",
        "Open it, raises :exc:`Invalid`.",
    ],
)
def test_another_way_is_found(text: str) -> None:
    assert OTHER_WAYS.search(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Open it. Raises Invalid when it is empty, and NotFound.", []),
        ("Raises as :func:`open` does. Raises KeyError.", []),
        ("Open it. Raises Unfit and Invalid.", ["Unfit"]),
        ("Open it. Raises an error.", ["an error"]),
    ],
)
def test_a_name_of_no_class_is_found(text: str, wrong: list[str]) -> None:
    assert list(wrong_names(text, {"Invalid", "NotFound", "KeyError"})) == wrong


def test_an_untold_error_is_found() -> None:
    code = "def take(x):\n    if x: raise Invalid.at('x', '')\n    raise NotFound\n"
    function = ast.parse(code).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert list(untold(function, "Take it. Raises NotFound.")) == ["Invalid"]
