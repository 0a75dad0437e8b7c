"""A period by the hours of the week: its heat map, and what the opening hours are worth.

The map is a table of weekdays by hours whose cells are shaded, so it is its own chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from dashboards.history.charts import GOAL
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import minute_of_day, open_minutes, weekday_of
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import Period
from queue_service.goals.rules.verdicts import LEAST_JUDGED
from queue_service.history.operations.history import Past
from queue_service.history.rules.history import HourOfWeek
from queue_service.language.catalogues import N_
from queue_service.tables.build import table
from queue_service.tables.model import Column, Table, Value
from queue_service.tables.writing import Writing

HALF_HOURS: Final = "half_hours"
HEATS: Final[Mapping[str, tuple[str, str]]] = {
    "arrivals": (N_("Arrivals"), "arrivals"),
    HALF_HOURS: (N_("Half hours"), "arrivals"),
    "waiting": (N_("Waits"), "waiting_p90"),
}
"""The figures that can be shown next to the goals: the name of each choice, and its column."""

HourRecord = Mapping[str, Value]

_DAYS_IN_A_WEEK: Final = 7
_MINUTES_IN_A_WEEK: Final = _DAYS_IN_A_WEEK * 24 * 60
_MINUTES: Final = 60

SHADES: Final = 5
"""How many shades there are, the darkest for the largest value on the map."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One hour or half hour of one weekday. ``shade`` is a css class, ``n`` how much lies behind
    the figure; of half hours it is how many counters were open on average.

    ``date`` is its day, if it is a day. ``part`` is how many minutes of the hour the branch is
    open, where that is not all of it: its arrivals are given for a whole open hour.
    """

    text: str
    n: str
    shade: str
    hour: str
    date: str | None
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Heat:
    """The map: a row for each weekday that has figures, a column for each hour or half hour.

    ``known`` of ``dates`` with visits are in it: of older ones half hours are not kept.
    """

    choice: str
    column: Column
    hours: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell, ...]], ...]
    judged: bool
    known: int
    dates: int

    @property
    def leads(self) -> bool:
        """Whether its hours are of one date each, and so lead to why they were so."""
        return any(cell.date for _, cells in self.rows for cell in cells)

    @property
    def parted(self) -> bool:
        """Whether any hour is open in part only."""
        return any(cell.part for _, cells in self.rows for cell in cells)


def heat_of(past: Past, choice: str, writing: Writing) -> Heat | None:
    """The map of a choice; None without any figure."""
    found = table(past, "half_hours" if choice == HALF_HOURS else "week", writing.language)
    if not found.rows:
        return None
    return _Map(past, found, choice, writing).heat()


@dataclass(frozen=True, slots=True)
class _Map:
    past: Past
    found: Table
    choice: str
    writing: Writing

    def heat(self) -> Heat:
        records = self._records()
        places = [key.split("-") for key in records]
        hours = _from_to(self._hours(records))
        column = next(c for c in self.found.columns if c.key == self._key())
        parts = self._parts(places) if self.choice == "arrivals" else {}
        shown = {
            key: {**record, column.key: _whole_hour(record[column.key], parts.get(key))}
            for key, record in records.items()
        }
        top = max(_number(record[column.key]) for record in shown.values())

        def cells(weekday: int) -> tuple[HeatCell, ...]:
            day = date_of(self.past.period, weekday)
            keys = ((hour, f"{weekday}-{hour}") for hour in hours)
            known = ((hour, parts.get(key), shown.get(key, {})) for hour, key in keys)
            return tuple(
                replace(self._cell(record, column, top, hour, day), part=part)
                for hour, part, record in known
            )

        weekdays = sorted({int(weekday) for weekday, _ in places})
        rows = tuple((self.writing.weekday(weekday), cells(weekday)) for weekday in weekdays)
        dates = len(self.past.history.days)
        halves = self.past.history.half_hour_days if self.choice == HALF_HOURS else None
        known = dates if halves is None else sum(halves.values())
        return Heat(self.choice, column, hours, rows, self._is_goal(), known, dates)

    def _records(self) -> Mapping[str, HourRecord]:
        """The rows to draw, without hours that have no visit and no opening."""
        found = self.found.by_key()
        if self._is_goal():
            return found
        kept = {k: row for k, row in found.items() if row[self._key()] or row["open_minutes"]}
        return kept or found

    def _hours(self, records: Mapping[str, HourRecord]) -> list[str]:
        """The hours with figures; without any all that are known."""
        hours = {key: key.partition("-")[2] for key in records}
        figures = {key: records[key][self._key()] for key in hours}
        empty = (None,) if self._is_goal() else (None, 0)
        filled = [hour for key, hour in hours.items() if figures[key] not in empty]
        return filled or [*hours.values()]

    def _parts(self, places: Iterable[Sequence[str]]) -> dict[str, int]:
        """The open minutes of those hours that the branch's weekly hours open in part only."""
        week = self.past.branch.opening_hours
        found = {
            f"{weekday}-{hour}": open_minutes(week, int(weekday), hour) for weekday, hour in places
        }
        return {key: minutes for key, minutes in found.items() if 0 < minutes < _MINUTES}

    def _is_goal(self) -> bool:
        return self.choice.startswith(GOAL)

    def _key(self) -> str:
        if self._is_goal():
            return f"{self._goal()}:share"
        return HEATS[self.choice][1]

    def _cell(
        self, record: HourRecord, column: Column, top: float, hour: str, day: str | None
    ) -> HeatCell:
        value = record.get(column.key)
        # The arrivals of one date are a count; the mean of several dates has a decimal.
        kind = "count" if day and column.key == "arrivals" else column.kind
        text = self.writing.value(value, kind)
        if value is None:
            return HeatCell(text, "", "none", hour, day)
        if self._is_goal() and _number(record[f"{self._goal()}:judged"]) < LEAST_JUDGED:
            counts = (_number(record[f"{self._goal()}:{part}"]) for part in ("within", "judged"))
            return HeatCell(self.writing.part_of(*counts), "", "none", hour, day)
        return HeatCell(text, self._n(record), self._shade(record, value, top), hour, day)

    def _goal(self) -> str:
        return self.choice.removeprefix(GOAL)

    def _n(self, record: HourRecord) -> str:
        """How much lies behind the figure; an arrival needs no other number."""
        if self.choice == "arrivals":
            return ""
        if self.choice == HALF_HOURS:
            return self.writing.value(record["staffed_per_day"], "decimal")
        name = f"{self._goal()}:judged" if self._is_goal() else "waits"
        return self.writing.value(record[name], "count")

    def _shade(self, record: HourRecord, value: Value, top: float) -> str:
        if not self._is_goal():
            return str(ceil(SHADES * _number(value) / top)) if top else "0"
        goal = self._goal()
        target, verdict = record[f"{goal}:target"], record[f"{goal}:verdict"]
        if target is None:
            return "none"
        if verdict in ("met", "missed"):
            return str(verdict)
        return "above" if _number(value) >= _number(target) else "below"


def _from_to(hours: Iterable[str]) -> tuple[str, ...]:
    """Every hour, or half hour, from the first to the last."""
    ordered = sorted(hours)
    every = _EVERY[":" in ordered[0]]
    return tuple(every[every.index(ordered[0]) : every.index(ordered[-1]) + 1])


_WHOLE: Final = [f"{hour:02}" for hour in range(24)]
_EVERY: Final = (_WHOLE, [f"{hour}:{minute}" for hour in _WHOLE for minute in ("00", "30")])


def date_of(period: Period, weekday: int) -> str | None:
    """The only date of a period on a weekday; None if there are several."""
    if len(period) > _DAYS_IN_A_WEEK:
        return None
    return next(day for day in period.dates() if weekday_of(day) == weekday)


def _whole_hour(value: Value, part: int | None) -> Value:
    return _number(value) * _MINUTES / part if part and value is not None else value


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


@dataclass(frozen=True, slots=True)
class OutsideHours:
    """Inquiries completed in hours of the week when ``branch`` is closed, of all of them.

    ``ratio`` is None when there are none.
    """

    branch: Branch
    inquiries: int
    outside: int

    @property
    def ratio(self) -> float | None:
        """The share outside the other branch's hours."""
        return self.outside / self.inquiries if self.inquiries else None


def outside_hours(past: Past, reference: Branch) -> OutsideHours:
    """This branch's work compared with another's weekly hours, as they are set now.

    An hour in which the other is open for any part counts as open, and so do its holidays, since
    only hours of the week are kept.
    """
    rows: Mapping[HourOfWeek, Row] = past.history.hours
    counted = {key: row.inquiries.durations.n for key, row in rows.items()}
    outside = sum(
        n
        for (weekday, hour), n in counted.items()
        if not open_minutes(reference.opening_hours, weekday, hour)
    )
    return OutsideHours(reference, sum(counted.values()), outside)


def worth_holding_against(branches: Iterable[Branch]) -> list[Branch]:
    """The branches that close at times, the longest open first, and then those that never do."""
    longest = sorted(branches, key=_weekly_minutes, reverse=True)
    return sorted(longest, key=lambda branch: _weekly_minutes(branch) >= _MINUTES_IN_A_WEEK)


def _weekly_minutes(branch: Branch) -> int:
    spans = (span for spans in branch.opening_hours.values() for span in spans)
    return sum(minute_of_day(end) - minute_of_day(begin) for begin, end in spans)
