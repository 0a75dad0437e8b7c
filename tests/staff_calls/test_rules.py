"""Answered calls added up, and the second by which half of them are answered."""

from __future__ import annotations

import pytest

from queue_service.staff_calls.rules import Answered, median_of, none

RESULTS = ("answered", "missed", "cancelled", "withdrawn")


def added(*facts: tuple[str, int, str]) -> Answered:
    found = none(RESULTS)
    for fact, n, date in facts:
        found.add(fact, n, date)
    return found


def test_facts_of_one_kind_add_up_and_those_of_another_version_are_left_out() -> None:
    found = added(
        *(("answered", 2, "d1"), ("answered", 3, "d2"), ("missed", 1, "d1"), ("s5", 2, "d1")),
        *(("s5", 3, "d2"), ("s20", 1, "d2"), ("judged", 3, "d1"), ("judged", 1, "d1")),
        *(("within", 1, "d1"), ("within", 1, "d1"), ("judged", 3, "d2"), ("within", 3, "d2")),
        *(("soon", 9, "d1"), ("x7", 9, "d1"), ("s", 9, "d1")),
    )
    assert found == Answered(
        {"answered": 5, "missed": 1, "cancelled": 0, "withdrawn": 0},
        {5: 5, 20: 1},
        {"d1": [4, 2], "d2": [3, 3]},
    )
    assert (found.calls, found.judged, found.within) == (6, 7, 5)


def test_other_dates_are_added() -> None:
    found = added(("answered", 2, "d1"), ("judged", 2, "d1"), ("s5", 2, "d1"))
    found.absorb(added(("answered", 3, "d2"), ("judged", 3, "d2"), ("s5", 2, "d2"), ("s9", 1, "")))
    assert found == Answered(
        {"answered": 5, "missed": 0, "cancelled": 0, "withdrawn": 0},
        {5: 4, 9: 1},
        {"d1": [2, 0], "d2": [3, 0]},
    )


@pytest.mark.parametrize(
    ("counts", "median"),
    [({}, None), ({4: 0}, None), ({1: 0, 3: 1}, 3), ({9: 2, 5: 2}, 5), ({5: 1, 9: 2}, 9)],
)
def test_the_median_is_the_least_that_half_reach(
    counts: dict[int, int], median: int | None
) -> None:
    assert median_of(counts) == median
