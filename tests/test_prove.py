"""The table of faults names tests that there are, and says what became of them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts.prove import TABLE, Outcomes, lines
from tests.nightly import Nightly

TESTS = Path(__file__).parent


@pytest.mark.parametrize("test", sorted({test for row in TABLE for test in row.tests}))
def test_each_test_of_the_table_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert f"def {name}" in (TESTS / file).read_text(encoding="utf-8")


def test_a_row_holds_only_where_all_its_tests_ran_and_passed() -> None:
    first, *_ = TABLE
    one, other = (f"tests/{test}" for test in first.tests)

    def printed(**found: set[str]) -> str:
        names = {"one": one, "other": other}
        return next(lines({names[name]: outcome for name, outcome in found.items()})).split()[0]

    assert printed(one={"passed"}, other={"passed"}) == "holds"
    assert printed(one={"passed"}, other={"failed"}) == "FAILED"
    assert printed(one={"skipped"}, other={"passed"}) == "open"
    assert printed(one={"passed"}) == "open"
    assert next(lines({})).startswith("open")


def test_nightly_tests_in_no_row_are_reported_as_well() -> None:
    assert list(lines({"tests/x.py::test_x": {"failed"}}))[-1].startswith("FAILED  what else")


def test_nightly_tests_are_run_by_prove(request: pytest.FixtureRequest) -> None:
    items = [request.node]
    Outcomes().pytest_collection_modifyitems(items)
    assert items == []
    request.node.add_marker("nightly")
    items = [request.node]
    Outcomes().pytest_collection_modifyitems(items)
    assert items == [request.node]


def test_the_suite_counts_what_it_leaves_to_the_night(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for marks, count in (("not slow", 0), ("not nightly", 1)):
        monkeypatch.setattr(request.config.option, "markexpr", marks)
        nightly = Nightly(request.config)
        nightly.pytest_deselected([request.node])
        assert nightly.left_out == 0
        request.node.add_marker("nightly")
        nightly.pytest_deselected([request.node])
        assert nightly.left_out == count
        request.node.own_markers.pop()
    of_another_process = SimpleNamespace(workeroutput={"nightly": 3})
    nightly.pytest_testnodedown(of_another_process)
    assert nightly.left_out == 3
