"""Small groups left out: they cannot be computed from the rest of the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_service.days.rules.suppression import (
    Hidden,
    HiddenTable,
    hidden,
    hidden_at_counters,
    hidden_by_part,
    hidden_in_table,
    hidden_parts,
    small,
)

Table = dict[tuple[int, int], int]


@pytest.mark.parametrize(
    ("counts", "left_out", "total"),
    [
        ({"passport": 40, "move": 12}, set(), False),
        ({"passport": 40, "move": 3, "wedding": 9}, {"move", "wedding"}, False),
        ({"passport": 40, "move": 4, "wedding": 4}, {"move", "wedding"}, False),
        ({"passport": 40, "move": 2, "wedding": 1}, {"passport", "move", "wedding"}, False),
        ({"passport": 40, "move": 3, "wedding": 3}, {"move", "wedding"}, False),
        ({"passport": 40, "move": 3, "wedding": 2}, {"passport", "move", "wedding"}, False),
        ({"passport": 40, "move": 0}, set(), False),
        ({"passport": 3, "move": 0}, {"passport"}, True),
        ({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, {"a", "b", "c", "d", "e"}, True),
        ({}, set(), False),
    ],
)
def test_the_hidden_entries_of_a_list(
    counts: dict[str, int], left_out: set[str], total: bool
) -> None:
    found = hidden(counts)
    assert set(found.keys) == left_out
    assert found.total is total


@pytest.mark.parametrize(("count", "is_small"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_group_is_small_below_five_and_an_empty_group_is_none(count: int, is_small: bool) -> None:
    assert small(count) is is_small


COUNTS = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 40)), max_size=8)


@given(COUNTS)
def test_no_small_group_can_be_worked_out_from_the_total(values: list[int]) -> None:
    counts = dict(enumerate(values))
    found = hidden(counts)
    smalls = {key for key, count in counts.items() if small(count)}
    assert smalls <= found.keys
    if smalls and not found.total:
        together = sum(counts[key] for key in found.keys)
        for key in smalls:  # the others could each be one, or take one of the rest
            most = together - (len(found.keys) - 1)
            assert len(range(1, most + 1)) >= 5
            assert counts[key] <= most
        assert len(found.keys) > 1


TABLES = st.integers(1, 3).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 5, 6, 9]), min_size=columns, max_size=columns),
        min_size=1,
        max_size=3,
    )
)


@settings(max_examples=300, deadline=None)
@given(TABLES)
def test_no_small_cell_can_be_worked_out_from_the_totals_of_a_table(lines: list[list[int]]) -> None:
    table = {(r, c): count for r, line in enumerate(lines) for c, count in enumerate(line)}
    found = hidden_in_table(table)
    for cell, count in table.items():
        if small(count):
            assert cell in found.cells
            assert any(other[cell] != count for other in _readings(table, found))
    for row in {r for r, _ in table}:
        if small(sum(_line(table, row))):
            assert any(
                sum(_line(o, row)) != sum(_line(table, row)) for o in _readings(table, found)
            )


def _line(table: Table, row: int) -> list[int]:
    return [count for (r, _), count in table.items() if r == row]


def _readings(table: Table, found: HiddenTable[int, int]) -> Iterator[Table]:
    """Tables near the true one that look the same to a reader."""
    rows = sorted({r for r, _ in table})
    choices = [[*_lines(table, found, row, hides_total=row in found.rows)] for row in rows]
    for lines in product(*choices):
        other = {cell: count for line in lines for cell, count in line.items()}
        if _same_columns(table, other, found):
            yield other


def _lines(
    table: Table, found: HiddenTable[int, int], row: int, *, hides_total: bool
) -> Iterator[Table]:
    cells = [cell for cell in table if cell[0] == row]
    true = sum(table[cell] for cell in cells)
    for counts in product(
        *([*_guesses(table[c])] if c in found.cells else [table[c]] for c in cells)
    ):
        if hides_total or sum(counts) == true:
            yield dict(zip(cells, counts, strict=True))


def _guesses(count: int) -> range:
    return range(max(1, count - 2), count + 3)


def _same_columns(table: Table, other: Table, found: HiddenTable[int, int]) -> bool:
    columns = {c for _, c in table} - found.columns
    same = all(_column(table, c) == _column(other, c) for c in columns)
    return same and (found.total or sum(table.values()) == sum(other.values()))


def _column(table: Mapping[tuple[int, int], int], column: int) -> int:
    return sum(count for (_, c), count in table.items() if c == column)


PARTED = st.lists(st.tuples(st.sampled_from([0, 1, 4, 5, 6]), st.integers(0, 7)), max_size=4)


@settings(max_examples=300, deadline=None)
@given(PARTED)
def test_no_small_part_can_be_worked_out_from_wholes_and_the_parts_total(
    values: list[tuple[int, int]],
) -> None:
    wholes = {key: part + rest for key, (part, rest) in enumerate(values)}
    parts = {key: part for key, (part, _) in enumerate(values)}
    found = hidden_parts(wholes, [parts])
    known = {key: n for key, n in wholes.items() if not small(n)}
    choices = [
        [parts[key]] if key not in found.keys else range(known.get(key, parts[key] + 5) + 1)
        for key in parts
    ]
    readings = [
        reading
        for reading in product(*choices)
        if found.total or sum(reading) == sum(parts.values())
    ]
    for key, whole in known.items():
        if sum(parts.values()) and (small(parts[key]) or small(whole - parts[key])):
            assert len({reading[key] for reading in readings}) > 1


@pytest.mark.parametrize(
    ("parts", "keys", "total"),
    [
        ([{"mon": 5, "tue": 6, "wed": 9}], set(), False),
        ([{"mon": 4, "tue": 6, "wed": 9}], {"mon", "tue"}, False),
        ([{"mon": 16, "tue": 6, "wed": 9}], {"mon", "wed"}, False),
        ([{"mon": 15, "tue": 6, "wed": 9}], set(), False),
        ([{"mon": 4, "tue": 0, "wed": 0}], {"mon"}, True),
        ([{"mon": 0, "tue": 0, "wed": 0}], set(), False),
        ([{"mon": 0, "tue": 0, "wed": 0}, {"mon": 5, "tue": 6, "wed": 9}], set(), False),
        ([{"mon": 0, "tue": 0, "wed": 0}, {"mon": 16, "tue": 6, "wed": 9}], {"mon", "wed"}, False),
        ([{"mon": 5, "tue": 5, "wed": 5}, {"mon": 5, "tue": 6, "wed": 4}], {"mon", "wed"}, False),
        ([{"mon": 5, "tue": 5, "wed": 5}, {"mon": 11, "tue": 5, "wed": 5}], {"mon", "wed"}, False),
    ],
)
def test_the_parts_of_wholes_and_what_none_of_them_counts_are_left_out_together(
    parts: list[dict[str, int]], keys: set[str], total: bool
) -> None:
    assert hidden_parts({"mon": 20, "tue": 30, "wed": 18}, parts) == Hidden(frozenset(keys), total)


def test_few_visits_without_any_part_leave_nothing_out() -> None:
    assert hidden_parts({"mon": 3}, [{"mon": 0}]) == Hidden(frozenset(), total=False)


def test_a_small_cell_of_a_table_takes_three_others_with_it() -> None:
    table = {
        ("mon", "passport"): 3, ("mon", "move"): 20, ("mon", "wedding"): 60,
        ("tue", "passport"): 30, ("tue", "move"): 9, ("tue", "wedding"): 70,
        ("wed", "passport"): 80, ("wed", "move"): 50, ("wed", "wedding"): 90,
    }  # fmt: skip
    found = hidden_in_table(table)
    assert found.cells == {
        ("mon", "passport"), ("mon", "move"), ("tue", "passport"), ("tue", "move"),
    }  # fmt: skip
    assert (found.rows, found.columns, found.total) == (frozenset(), frozenset(), False)


def test_hidden_cells_also_serve_the_next_small_cell() -> None:
    lines = [[3, 20, 2], [20, 20, 50], [60, 25, 30]]
    found = hidden_in_table(
        {(r, c): count for r, line in enumerate(lines) for c, count in enumerate(line)}
    )
    assert found.cells == {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)}


def test_a_table_without_small_cells_is_whole() -> None:
    found = hidden_in_table({("mon", "passport"): 5, ("tue", "passport"): 0})
    assert found == HiddenTable(frozenset(), frozenset(), frozenset(), total=False)


def test_a_table_of_one_small_cell_shows_nothing() -> None:
    found = hidden_in_table({("mon", "passport"): 3})
    assert found == HiddenTable(
        frozenset({("mon", "passport")}), frozenset({"mon"}), frozenset({"passport"}), total=True
    )


def test_a_small_total_is_left_out_with_the_next_total_and_not_with_all() -> None:
    table = {(day, "passport"): 50 for day in range(4)}
    found = hidden_in_table({**table, (0, "wedding"): 1, (1, "wedding"): 2})
    assert found.cells == {(0, "wedding"), (1, "wedding"), (0, "passport"), (1, "passport")}
    assert set(found.columns) == {"passport", "wedding"}
    assert not found.rows
    assert not found.total


@pytest.mark.parametrize(
    ("counts", "one_shift", "left_out"),
    [
        ({"1": 40, "2": 30}, set(), set()),
        ({"1": 40, "2": 30, "3": 3}, set(), {"2", "3"}),
        # One shift is left out with at least five inquiries of others, the smallest that will do.
        ({"1": 40, "2": 30, "3": 12}, {"3"}, {"2", "3"}),
        ({"1": 40, "2": 30, "3": 12, "4": 5}, {"3"}, {"3", "4"}),
        ({"1": 40, "2": 30, "3": 12, "4": 4}, {"3"}, {"2", "3", "4"}),
        ({"1": 40, "2": 30, "3": 12, "4": 5}, {"3", "4"}, {"2", "3", "4"}),
        ({"1": 40, "2": 0}, {"1"}, {"1"}),
        ({"1": 0, "2": 40}, {"1"}, set()),
    ],
)
def test_the_counters_that_a_week_leaves_out(
    counts: dict[str, int], one_shift: set[str], left_out: set[str]
) -> None:
    assert hidden_at_counters(counts, one_shift) == left_out


def test_each_part_of_a_list_hides_its_small_cells_among_its_own() -> None:
    counts = {"a1": 3, "a2": 20, "b1": 6, "b2": 50}
    found = hidden_by_part(counts, lambda key: key[0])
    assert found == Hidden(frozenset({"a1", "a2"}), total=False)
    alone = hidden_by_part({"a1": 3, "b1": 6, "b2": 50}, lambda key: key[0])
    assert alone == Hidden(frozenset({"a1", "b1"}), total=False)
    asked = hidden_by_part(counts, lambda key: key[0], {"b2"})
    assert asked.keys == {"a1", "a2", "b1", "b2"}
    assert hidden({"a": 0, "b": 9, "c": 8, "d": 7}, {"a", "b"}).keys == {"b", "d"}
