"""Weekday × hour as a table whose cells are shaded: it is its own chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from dashboards.history_trend import GOAL
from queue_service.domain.calendar import weekday_of
from queue_service.domain.kpi import LEAST_JUDGED
from queue_service.domain.period import Period
from queue_service.language import N_
from queue_service.operations.history import Past
from queue_service.tables.build import table
from queue_service.tables.model import Column, Table, Value
from queue_service.tables.writing import Writing

CHOICES: Final[Mapping[str, tuple[str, str]]] = {
    "arrivals": (N_("Arrivals"), "arrivals"),
    "waiting": (N_("Waits"), "waiting_p90"),
}
"""What can be shown beside the goals: what the choice is called, and its column."""

Record = Mapping[str, Value]

_DAYS_IN_A_WEEK: Final = 7

SHADES: Final = 5
"""How many shades there are, the darkest for the largest value on the map."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one weekday. ``shade`` is a css class, ``n`` how much lies behind the figure.

    ``date`` is the day it stands for, where it is one.
    """

    text: str
    n: str
    shade: str
    hour: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Heat:
    """The map: a row for each weekday that has figures, a column for each hour."""

    choice: str
    column: Column
    hours: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    judged: bool


def made(past: Past, choice: str, writing: Writing) -> Heat | None:
    """The map of a choice; None without any figure."""
    found = table(past, "week", writing.say.language)
    if not found.rows:
        return None
    return _Map(past, found, choice, writing).made()


@dataclass(frozen=True, slots=True)
class _Map:
    past: Past
    found: Table
    choice: str
    writing: Writing

    def made(self) -> Heat:
        records = self.found.by_key()
        places = [key.split("-") for key in records]
        seen = [int(hour) for _, hour in places]
        hours = tuple(f"{hour:02}" for hour in range(min(seen), max(seen) + 1))
        column = next(c for c in self.found.columns if c.key == self._key())
        top = max(_number(record[column.key]) for record in records.values())

        def cells(weekday: int) -> tuple[Cell, ...]:
            day = date_of(self.past.period, weekday)
            known = ((hour, records.get(f"{weekday}-{hour}", {})) for hour in hours)
            return tuple(self._cell(record, column, top, hour, day) for hour, record in known)

        weekdays = sorted({int(weekday) for weekday, _ in places})
        rows = tuple((self.writing.say.weekday(weekday), cells(weekday)) for weekday in weekdays)
        return Heat(self.choice, column, hours, rows, self._is_goal())

    def _is_goal(self) -> bool:
        return self.choice.startswith(GOAL)

    def _key(self) -> str:
        if self._is_goal():
            return f"{self._goal()}:share"
        return CHOICES[self.choice][1]

    def _cell(self, record: Record, column: Column, top: float, hour: str, day: str | None) -> Cell:
        value = record.get(column.key)
        text = self.writing.value(value, column.kind)
        if value is None:
            return Cell(text, "", "none", hour, day)
        if self._is_goal() and _number(record[f"{self._goal()}:judged"]) < LEAST_JUDGED:
            counts = (_number(record[f"{self._goal()}:{part}"]) for part in ("within", "judged"))
            return Cell(self.writing.part_of(*counts), "", "none", hour, day)
        return Cell(text, self._n(record), self._shade(record, value, top), hour, day)

    def _goal(self) -> str:
        return self.choice.removeprefix(GOAL)

    def _n(self, record: Record) -> str:
        """How much lies behind the figure; an arrival needs no other number."""
        if self.choice == "arrivals":
            return ""
        name = f"{self._goal()}:judged" if self._is_goal() else "waits"
        return self.writing.value(record[name], "count")

    def _shade(self, record: Record, value: Value, top: float) -> str:
        if not self._is_goal():
            return str(ceil(SHADES * _number(value) / top)) if top else "0"
        goal = self._goal()
        target, verdict = record[f"{goal}:target"], record[f"{goal}:verdict"]
        if target is None:
            return "none"
        if verdict in ("met", "missed"):
            return str(verdict)
        return "above" if _number(value) >= _number(target) else "below"


def date_of(period: Period, weekday: int) -> str | None:
    """The one date of a period that falls on a weekday; None where there are several."""
    if len(period) > _DAYS_IN_A_WEEK:
        return None
    return next(day for day in period.dates() if weekday_of(day) == weekday)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
