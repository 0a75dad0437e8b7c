"""A month's files together: no small group can be computed from all of them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_service.days.rules.suppression import (
    HiddenMonth,
    hidden,
    hidden_in_table,
    hidden_month,
    small,
)
from tests.days.attack import Equation, possible

Cells = dict[tuple[int, str], int]
Hidden = HiddenMonth[int, str, int]

MONTHS = st.integers(1, 4).flatmap(
    lambda services: st.lists(
        st.lists(
            st.sampled_from([0, 0, 1, 2, 3, 5, 6, 7, 9, 12, 20]),
            min_size=services,
            max_size=services,
        ),
        min_size=1,
        max_size=6,
    )
)


def cells_of(lines: list[list[int]]) -> Cells:
    return {
        (date, "abcd"[c]): n for date, line in enumerate(lines, 1) for c, n in enumerate(line) if n
    }


def sums(cells: Cells, at: int) -> Counter[object]:
    found: Counter[object] = Counter()
    for place, n in cells.items():
        found[place[at]] += n
    return found


def by_date(cells: Cells) -> dict[int, int]:
    return {date: n for date, n in sums(cells, 0).items() if isinstance(date, int)}


def equations(cells: Cells, found: Hidden, shown_dates: set[int]) -> list[Equation]:
    """The content of the files, for a reader who knows that every visit had one inquiry."""

    def equation(places: list[tuple[int, str]]) -> Equation:
        gone = frozenset(place for place in places if place in found.cells)
        return gone, sum(cells[place] for place in gone)

    published = [[p for p in cells if p[0] == date] for date in shown_dates]
    published += [
        [p for p in cells if p[1] == s] for s in sums(cells, 1) if s not in found.services
    ]
    published += [] if found.total else [list(cells)]
    return [equation(places) for places in published]


def recovered(cells: Cells, found: Hidden, shown_dates: set[int]) -> list[tuple[int, str]]:
    """The small cells that can have no other value, whatever the hidden ones are."""
    published = equations(cells, found, shown_dates)
    return [
        place
        for place, n in cells.items()
        if small(n)
        and not any(
            possible(published, found.cells, place, other)
            for other in range(1, n + 6)
            if other != n
        )
    ]


def shown(cells: Cells, found: Hidden) -> set[int]:
    return set(by_date(cells)) - found.dates


LEAK: Cells = {(1, "b"): 3, (1, "c"): 9, (3, "a"): 6, (3, "b"): 5, (4, "a"): 7, (4, "b"): 12}
"""A small month in which the files, each hidden by itself, revealed the three on the first."""


def test_files_hidden_separately_would_reveal_a_group_and_together_they_do_not() -> None:
    table = hidden_in_table(LEAK)
    alone: Hidden = HiddenMonth(
        table.cells, table.rows, table.columns, frozenset(), total=table.total
    )
    assert table.rows == {1, 3}
    assert not hidden(by_date(LEAK)).keys  # so the visits show every date
    assert recovered(LEAK, alone, shown(LEAK, alone)) == []
    assert recovered(LEAK, alone, {1, 3, 4}) == [(1, "b")]
    found = hidden_month(LEAK, by_date(LEAK), {9: 42})
    assert found.dates >= {1, 3}
    assert recovered(LEAK, found, shown(LEAK, found)) == []


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(MONTHS, st.data())
def test_no_small_cell_is_worked_out_of_all_files(
    lines: list[list[int]], data: st.DataObject
) -> None:
    cells = cells_of(lines)
    total = sum(cells.values())
    early = data.draw(st.integers(0, total))
    hours = {9: early, 10: total - early}
    found = hidden_month(cells, by_date(cells), hours)
    assert recovered(cells, found, shown(cells, found)) == []
    if found.total:
        assert found.hours == frozenset(hours)


@settings(max_examples=150, deadline=None)
@given(MONTHS, st.data())
def test_a_date_with_few_visits_or_few_inquiries_is_left_out_of_both_files(
    lines: list[list[int]], data: st.DataObject
) -> None:
    cells = cells_of(lines)
    inquiries = by_date(cells)
    visits = {date: data.draw(st.integers(1, n)) for date, n in inquiries.items()}
    found = hidden_month(cells, visits, {9: sum(inquiries.values())})
    few = {date for date in visits if small(visits[date]) or small(inquiries[date])}
    assert few <= found.dates
    if not found.total:
        hidden_visits = [visits[date] for date in found.dates]
        assert not hidden_visits or sum(hidden_visits) - len(hidden_visits) >= 4


def test_a_month_of_few_leaves_out_everything() -> None:
    found = hidden_month({(1, "a"): 2, (2, "b"): 1}, {1: 2, 3: 1}, {9: 3, 10: 0})
    assert found == HiddenMonth(
        frozenset({(1, "a"), (2, "b")}), frozenset({1, 2, 3}), frozenset({"a", "b"}),
        frozenset({9, 10}), total=True,
    )  # fmt: skip


def test_a_date_that_the_table_leaves_out_is_hidden_among_those_of_visits() -> None:
    dates = {1: 5, 2: 1, 3: 5}
    found = hidden_month({(date, "a"): n for date, n in dates.items()}, dates, {9: 5, 10: 6})
    assert set(found.cells) == {(1, "a"), (2, "a")}
    assert set(found.dates) == {1, 2}
    assert not found.total
