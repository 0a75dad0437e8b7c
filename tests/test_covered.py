"""`./dev test --coverage`: folders are added up, and the floor applies to rules and operations."""

from __future__ import annotations

import pytest

from scripts.covered import FLOOR, Covered, by_folder, counts, lines, read

RULES = "queue_service/visits/rules/ahead.py"
PAGE = "queue_service/pages/kiosk/page.py"


def test_a_folder_is_the_sum_of_its_files() -> None:
    files = {RULES: Covered(10, 9), "queue_service/visits/api.py": Covered(10, 5)}
    assert by_folder(files) == {"queue_service/visits": Covered(20, 14)}


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        (RULES, True),
        ("queue_service/goals/rules/verdicts.py", True),
        ("queue_service/exports/operations.py", True),
        ("queue_service/alerts/operations/alerts.py", True),
        ("queue_service/visits/api.py", False),
        (PAGE, False),
        ("dashboards/history/rules.py", False),
    ],
)
def test_rules_and_operations_are_what_the_floor_counts(name: str, *, counted: bool) -> None:
    assert counts(name) is counted


def test_folders_below_the_floor_are_named_and_pages_have_no_floor() -> None:
    below = list(lines({RULES: Covered(100, 50), PAGE: Covered(100, 0)}))
    assert below[-1].split() == ["50.0", "%", RULES]
    assert f"at least {FLOOR:g} %" in below[-2]
    above = list(lines({RULES: Covered(100, 99), PAGE: Covered(100, 0)}))
    assert "rules and operations" in above[-1]


def test_branches_count_like_rows() -> None:
    summary = {"num_statements": 8, "covered_lines": 7, "num_branches": 2, "covered_branches": 1}
    assert dict(read({"files": {RULES: {"summary": summary}}})) == {RULES: Covered(10, 8)}
