"""Suppression of small groups in reports and open data, so that no person can be singled out.

A cell of fewer than :data:`SMALLEST` inquiries is hidden with all its figures (threshold rule;
Willenborg and de Waal, *Elements of Statistical Disclosure Control*, 2001, chapters 4-6). One
hidden cell could be had from the total, so others are hidden with it, the smallest that will do.
Anyone who reads the table, knows this rule and takes every hidden cell for at least one still finds
that each small cell might hold several numbers.

An empty cell is no group and is shown: no person is in it, and the closure of a branch is public.
Groups are protected within one table: what is published in several tables with a total in common
has to be put through as one (:func:`hidden_month`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import chain
from typing import Final, Generic, TypeVar

SMALLEST: Final = 5
"""The smallest group that is shown."""
FEWEST_DAYS_OF_WORK: Final = 2
"""Of a counter or team that worked on fewer days nothing is shown: one shift is one person."""
_LEEWAY: Final = SMALLEST - 1
"""By how much more a hidden small cell has to be possible."""

Key = TypeVar("Key", bound=Hashable)
RowKey = TypeVar("RowKey", bound=Hashable)
ColumnKey = TypeVar("ColumnKey", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Hidden(Generic[Key]):
    """The suppressed part of a list: cells, and whether their total."""

    keys: frozenset[Key]
    total: bool


@dataclass(frozen=True, slots=True)
class HiddenTable(Generic[RowKey, ColumnKey]):
    """The suppressed part of a table: cells, totals of rows and of columns, and the total of
    all."""

    cells: frozenset[tuple[RowKey, ColumnKey]]
    rows: frozenset[RowKey]
    columns: frozenset[ColumnKey]
    total: bool


def small(count: int) -> bool:
    """Whether a group is too small to be shown."""
    return 0 < count < SMALLEST


def hidden(counts: Mapping[Key, int], also: Collection[Key] = ()) -> Hidden[Key]:
    """The cells of a list with its total to suppress; the cells of ``also`` in any case.

    One by itself would be the total less the others, so there are two or the total goes.
    """
    left_out = [key for key, n in counts.items() if small(n) or (n and key in also)]
    shown = [key for key, n in counts.items() if n and key not in left_out]
    shown.sort(key=lambda key: counts[key], reverse=True)
    while left_out and shown and not _uncertain(counts, left_out):
        left_out.append(shown.pop())
    total = bool(left_out) and not _uncertain(counts, left_out)
    return Hidden(frozenset(left_out), total)


def hidden_at_counters(counts: Mapping[Key, int], one_shift: Collection[Key]) -> frozenset[Key]:
    """The counters or teams of a week to suppress, whose total is shown: small ones, and those in
    ``one_shift``, who worked on one day alone.

    The total less those shown must not come to one shift, so at least five inquiries of several
    days are left out with it, the smallest that will do.
    """
    left_out = set(hidden(counts, one_shift).keys)
    shown = [key for key, n in counts.items() if n and key not in left_out]
    shown.sort(key=lambda key: counts[key], reverse=True)
    alone = [key for key in left_out if key in one_shift]
    while alone and shown and sum(counts[key] for key in left_out.difference(alone)) < SMALLEST:
        left_out.add(shown.pop())
    return frozenset(left_out)


def hidden_by_part(
    counts: Mapping[Key, int], part: Callable[[Key], Hashable], also: Collection[Key] = ()
) -> Hidden[Key]:
    """The cells to suppress of a list of which other lists hold some whole parts as well.

    Each part hides its small cells among its own, so all lists leave out the same of it and no two
    can be compared with each other. A part with too few to do so is left out as a whole: its sum
    may then still be had as the difference of totals. The cells of ``also`` are suppressed in any
    case.
    """
    parts: dict[Hashable, dict[Key, int]] = defaultdict(dict)
    for key, count in counts.items():
        parts[part(key)][key] = count
    of_parts = (hidden(one, also).keys for one in parts.values())
    return hidden(counts, frozenset(chain.from_iterable(of_parts)))


def hidden_parts(wholes: Mapping[Key, int], parts: Collection[Mapping[Key, int]]) -> Hidden[Key]:
    """The entries of a list, and whether its total, of which no part is shown.

    A whole is shown, so its parts are suppressed together with its rest, which no part counts.
    """
    lists = list(parts)
    if any(any(part.values()) for part in parts):
        lists.append({key: n - sum(part[key] for part in parts) for key, n in wholes.items()})
    found = [hidden(counts) for counts in lists]
    return Hidden(frozenset[Key]().union(*(f.keys for f in found)), any(f.total for f in found))


def _uncertain(counts: Mapping[Key, int], left_out: list[Key]) -> bool:
    beyond_one_each = sum(counts[key] for key in left_out) - len(left_out)
    return len(left_out) > 1 and beyond_one_each >= _LEEWAY


@dataclass(frozen=True, slots=True)
class HiddenMonth(Generic[RowKey, ColumnKey, Key]):
    """The suppressed part of a month's files: ``dates``, ``hours`` and ``total`` in all of them
    alike."""

    cells: frozenset[tuple[RowKey, ColumnKey]]
    dates: frozenset[RowKey]
    services: frozenset[ColumnKey]
    hours: frozenset[Key]
    total: bool


def hidden_month(
    inquiries: Mapping[tuple[RowKey, ColumnKey], int],
    visits: Mapping[RowKey, int],
    hours: Mapping[Key, int],
) -> HiddenMonth[RowKey, ColumnKey, Key]:
    """The cells to suppress of inquiries by date and service, visits by date and inquiries by hour.

    Most visits have one inquiry, so a date's number in one file reveals its number in the other: a
    date is left out of both or of neither, and so is the month. A date or hour hidden in one file
    is hidden in the other, until neither needs more. If a month has so few that its total alone
    would reveal them, the whole month is suppressed.
    """
    of_hours = hidden(hours)
    dates, total = frozenset[RowKey](), False
    while True:
        table = hidden_in_table(inquiries, dates, total=total)
        days = hidden(visits, dates | table.rows)
        if of_hours.total or days.total:
            services = frozenset(service for _, service in inquiries)
            every = frozenset(visits) | {date for date, _ in inquiries}
            return HiddenMonth(frozenset(inquiries), every, services, frozenset(hours), total=True)
        known = dates, total
        dates, total = dates | table.rows | days.keys, total or table.total
        if known == (dates, total):
            # The hours add up to the month, so where that is left out all of them are.
            gone = frozenset(hours) if total else of_hours.keys
            return HiddenMonth(table.cells, dates, table.columns, gone, total)


_Cell = tuple[int, int]
"""Row and column by number; the last of each is the totals'."""


def hidden_in_table(
    counts: Mapping[tuple[RowKey, ColumnKey], int],
    also: Collection[RowKey] = (),
    *,
    total: bool = False,
) -> HiddenTable[RowKey, ColumnKey]:
    """The cells to suppress of a table with the totals of its rows, of its columns and of all.

    The totals of the rows in ``also`` are suppressed in any case, and with ``total`` the total of
    all. A cell that is not in ``counts`` is empty. Each hidden small cell lies on a ring of hidden
    ones round which some of the count could be moved without a change in any total that is shown;
    the cheapest ring is found as the shortest path (Kelly, Golden and Assad, *Networks* 22, 1992).
    """
    rows = list(dict.fromkeys(row for row, _ in counts))
    columns = list(dict.fromkeys(column for _, column in counts))
    table = _Table(_with_totals(counts, rows, columns), len(rows), len(columns))
    cells = table.hide(
        {(r, len(columns)) for r, row in enumerate(rows) if row in also}
        | ({(len(rows), len(columns))} if total else set())
    )
    return HiddenTable(
        frozenset((rows[r], columns[c]) for r, c in cells if r < len(rows) and c < len(columns)),
        frozenset(rows[r] for r, c in cells if r < len(rows) and c == len(columns)),
        frozenset(columns[c] for r, c in cells if r == len(rows) and c < len(columns)),
        (len(rows), len(columns)) in cells,
    )


def _with_totals(
    counts: Mapping[tuple[RowKey, ColumnKey], int],
    rows: list[RowKey],
    columns: list[ColumnKey],
) -> dict[_Cell, int]:
    row_at = {row: r for r, row in enumerate(rows)}
    column_at = {column: c for c, column in enumerate(columns)}
    table: dict[_Cell, int] = {}
    for (row, column), count in counts.items():
        r, c = row_at[row], column_at[column]
        for cell in ((r, c), (r, len(columns)), (len(rows), c), (len(rows), len(columns))):
            table[cell] = table.get(cell, 0) + count
    return {cell: count for cell, count in table.items() if count}


_Node = tuple[bool, int]
"""A row, or a column (True), by number."""


class _Table:
    """A table's filled places, of which the last row and column hold totals."""

    def __init__(self, counts: Mapping[_Cell, int], rows: int, columns: int) -> None:
        self._counts = counts
        self._last = rows, columns
        self._steps: dict[_Node, list[_Cell]] = defaultdict(list)
        for cell in counts:
            for node in self._next_nodes(cell):
                self._steps[node].append(cell)

    def hide(self, also: Collection[_Cell] = ()) -> set[_Cell]:
        """The places to suppress, the filled places of ``also`` among them.

        A small total has small cells only, whose rings go through it. A row's total that is left
        out in any case has a ring of its own: with all cells of its row it would be their sum.
        """
        few = {cell for cell, count in self._counts.items() if small(count)}
        asked = self._counts.keys() & set(also)
        cells = few | asked
        totals = {cell for cell in asked - few if cell[0] < self._last[0]}
        inner = {cell for cell in few if cell[0] < self._last[0] and cell[1] < self._last[1]}
        for cell in (*sorted(inner), *sorted(totals)):
            cells |= self._ring(cell, cells)
        return cells

    def _ring(self, cell: _Cell, cells: set[_Cell]) -> set[_Cell]:
        """The cheapest others to hide so that the count of a cell might be larger.

        There is always one: by the totals of its row and column and the total of all.
        """
        goal = True, cell[1]
        reached: set[_Node] = set()
        heap: list[tuple[int, int, _Node, tuple[_Cell, ...]]] = [(0, 0, (False, cell[0]), ())]
        while heap and heap[0][2] != goal:
            cost, hops, node, path = heappop(heap)
            if node not in reached:
                reached.add(node)
                for step in self._steps[node]:
                    beyond = not node[0], step[not node[0]]
                    if step != cell and beyond not in reached:
                        price = 0 if step in cells else self._counts[step]
                        heappush(heap, (cost + price, hops + 1, beyond, (*path, step)))
        # From a row's total there may be none: then its row goes.
        return set(heap[0][3]) if heap else set(self._steps[False, cell[0]])

    def _next_nodes(self, cell: _Cell) -> Iterable[_Node]:
        """The row and the column from which a ring may go by a place.

        Along a ring the counts rise and fall by turns: a cell falls when the ring comes from its
        row, and a total goes with its cells. A falling count needs leeway.
        """
        row, column = (False, cell[0]), (True, cell[1])
        rises, falls = (column, row) if self._sign(cell) > 0 else (row, column)
        return (rises, falls) if self._counts[cell] > _LEEWAY else (rises,)

    def _sign(self, cell: _Cell) -> int:
        """Minus for the total of a row or column: the cells less their total are nothing."""
        return 1 if (cell[0] == self._last[0]) == (cell[1] == self._last[1]) else -1
