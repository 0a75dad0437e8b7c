"""The list of the longest files names files, and what is missing in it is found."""

from __future__ import annotations

import pytest

from tests.order import LONGEST, TESTS, Durations, missing, place


def test_each_file_of_the_list_is_there_once() -> None:
    assert [name for name in LONGEST if not (TESTS / name).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)


def test_the_longest_begin() -> None:
    assert place(TESTS / LONGEST[0]) == 0
    assert place(TESTS / "test_order.py") == len(LONGEST)


@pytest.mark.parametrize(("seconds", "found"), [(4.0, []), (4.1, ["new.py"])])
def test_a_file_that_became_long_is_missing(seconds: float, found: list[str]) -> None:
    took = {"a.py": 9.0, "b.py": 4.0, "c.py": 1.0, "new.py": seconds}
    assert missing(took, ("a.py", "b.py", "c.py", "not-run.py")) == found


def test_setting_up_counts_as_well(request: pytest.FixtureRequest) -> None:
    durations = Durations(request.config)
    report = pytest.TestReport("tests/x.py::test", ("x.py", 0, ""), {}, "passed", None, "setup")
    for report.when, report.duration in (("setup", 1.0), ("call", 2.0), ("teardown", 3.0)):
        durations.pytest_runtest_logreport(report)
    assert durations.seconds == {"x.py": 6.0}
