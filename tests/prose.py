"""The docstrings and comments of a module, from its text."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from typing import Final

_BLOCKS: Final = ("body", "orelse", "finalbody", "handlers", "cases")
"""The fields of a syntax node that hold statements."""


@cache
def docstrings(text: str) -> tuple[str, ...]:
    """Every string that is a statement of its own, those after constants included."""
    return tuple(
        str(node.value.value)
        for node in statements(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def statements(block: ast.AST) -> Iterator[ast.AST]:
    """Every statement within a module or a statement, without a look at expressions."""
    for name in _BLOCKS:
        found = getattr(block, name, ())
        for node in found if isinstance(found, list) else ():
            yield node
            yield from statements(node)


def comments(text: str, like: re.Pattern[str]) -> Iterator[str]:
    """The comments that the pattern is found in.

    Only if a line may have one is the whole text taken apart, which takes long.
    """
    if any(like.search(line, line.index("#")) for line in text.splitlines() if "#" in line):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and like.search(token.string):
                yield token.string
