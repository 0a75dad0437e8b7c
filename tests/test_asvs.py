"""The table of OWASP ASVS names tests and documents that there are, and has every requirement."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

from scripts.asvs import PAGE, ROOT, STATES, page, requirements
from scripts.runbook import anchor

OF_LEVEL = {"1": 70, "2": 183}
"""The requirements of the standard, version 5.0.0."""


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the tests of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def is_there(evidence: str) -> bool:
    """Whether a test or a document with its heading exists."""
    path, _, name = evidence.partition("::")
    file, _, heading = path.partition("#")
    if not (ROOT / file).is_file():
        return False
    if name:
        return name in names_in(ROOT / file)
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return not heading or heading in {
        anchor(line.lstrip("# ")) for line in lines if line.startswith("#")
    }


def test_each_test_and_document_that_shows_a_requirement_exists() -> None:
    rows = requirements()
    missing = [f"{row.number}: {one}" for row in rows for one in row.evidence if not is_there(one)]
    assert missing == []


def test_every_requirement_has_one_row_with_what_its_state_needs() -> None:
    rows = requirements()
    assert Counter(row.level for row in rows) == OF_LEVEL
    assert len({row.number for row in rows}) == len(rows)
    assert {row.state for row in rows} == set(STATES)
    for row in rows:
        assert row.subject, row.number
        assert bool(row.evidence) if row.state == "met" else bool(row.note), row.number
        assert row.state == "met" or not row.evidence, row.number


def test_the_document_is_written_from_the_file() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(written), "run .venv/bin/python -m scripts.asvs"
