"""The table of faults names tests that there are, and says what became of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.prove import TABLE, lines

TESTS = Path(__file__).parent


@pytest.mark.parametrize("test", sorted({test for row in TABLE for test in row.tests}))
def test_each_test_of_the_table_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert f"def {name}" in (TESTS / file).read_text(encoding="utf-8")


def test_a_row_holds_only_where_all_its_tests_ran_and_passed() -> None:
    first, *_ = TABLE
    one, other = (f"tests/{test}" for test in first.tests)

    def told(**found: set[str]) -> str:
        return next(lines({one: found["one"], other: found["other"]})).split()[0]

    assert told(one={"passed"}, other={"passed"}) == "holds"
    assert told(one={"passed"}, other={"failed"}) == "FAILED"
    assert told(one={"skipped"}, other={"passed"}) == "open"
    assert next(lines({})).startswith("open")
