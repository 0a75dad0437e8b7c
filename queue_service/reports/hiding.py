"""Suppression in reports, so that they reveal no small group: each figure by its own number.

A day's inquiries may be many and its waits few, so every figure is hidden by the size of its own
basis. A row with few inquiries is hidden as a whole. A week and a month leave out the same days:
those are chosen within the part of a week that lies in one month
(:func:`queue_service.days.rules.suppression.hidden_by_part`).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final

from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import period_of
from queue_service.days.rules.suppression import Hidden, hidden, hidden_by_part, small
from queue_service.reports.report import ReportTable
from queue_service.tables.model import HIDDEN, Table, Value

_INQUIRIES: Final = "inquiries"
_NUMBER_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("issued", "abandoned", "abandoned_share", "no_show_share"), "issued"),
    **dict.fromkeys(("waiting_mean", "waiting_p90"), "waits"),
    "left_p50": "left_waits",
}
"""The unit of a figure, if it is not inquiries."""


def figures(values: Mapping[str, Value], row: Row) -> dict[str, Value]:
    """A row's figures, without those of few."""
    numbers = {
        "issued": row.visits["issued"],
        "waits": row.visits.durations.n,
        "left_waits": row.visits.left.n if row.visits.left else 0,
        _INQUIRIES: row.inquiries.durations.n,
    }
    return {
        name: HIDDEN if small(numbers[_number_of(name)]) else value
        for name, value in values.items()
    }


def reveals_rows(one: Table) -> bool:
    """Whether a table has so few inquiries that even their total would reveal its rows."""
    return _hidden(one, _INQUIRIES).total


def report_table(one: Table, columns: Sequence[str], *, nothing: bool) -> ReportTable:
    """These columns of a table, with everything hidden that would reveal few; ``nothing`` hides
    all."""
    at = {column.key: nth for nth, column in enumerate(one.columns)}
    shown = tuple(column for column in columns if column in at)
    by_number = {number: _hidden(one, number) for number in {_INQUIRIES, *map(_number_of, shown)}}
    gone = frozenset(one.keys) if nothing else by_number[_INQUIRIES].keys

    def value_or_hidden(key: str, column: str, value: Value) -> Value:
        return HIDDEN if key in gone or key in by_number[_number_of(column)].keys else value

    def total_or_hidden(column: str, value: Value) -> Value:
        return HIDDEN if nothing or by_number[_number_of(column)].total else value

    rows = tuple(
        tuple(value_or_hidden(key, column, row[at[column]]) for column in shown)
        for key, row in zip(one.keys, one.rows, strict=True)
    )
    total = tuple(total_or_hidden(c, one.total[at[c]] if one.total else None) for c in shown)
    return ReportTable(one.id, shown, one.keys, rows, total, gone)


def _number_of(column: str) -> str:
    goal, _, of_goal = column.rpartition(":")
    return f"{goal}:judged" if goal else _NUMBER_OF.get(of_goal, _INQUIRIES)


def _hidden(one: Table, number: str) -> Hidden[str]:
    counts = {key: int(row.get(number) or 0) for key, row in one.by_key().items()}
    return hidden_by_part(counts, _part) if one.id == "days" else hidden(counts)


def _part(date: str) -> Hashable:
    return date[:7], period_of("week", date).first
