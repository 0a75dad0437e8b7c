"""Some dates' figures, added up in every way that they are looked at.

A month that is over is kept added up, so that a year is twelve readings and not 365, and of a week
its figures of counters, teams and pauses. A kept sum names the day summaries that it was made from,
and counts only while they are still the same.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final, TypeVar

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.days.rules.figures import Cell, Row, inquiry_cell
from queue_service.days.rules.flow import DayFlow, Flow
from queue_service.days.rules.period import Period
from queue_service.days.rules.shifts import Pauses
from queue_service.days.rules.summary import (
    stored_cells,
    stored_counters,
    stored_flow,
    stored_half_hours,
    stored_pauses,
    stored_staffed,
    stored_ways,
    stored_whole,
)
from queue_service.days.rules.suppression import FEWEST_DAYS_OF_WORK, hidden_at_counters

HourOfWeek = tuple[int, str]
"""Weekday, 0 for Monday, and hour (``"09"``) of the branch's zone."""

HalfHourOfWeek = tuple[int, str]
"""The same of a half hour (``"09:30"``)."""

Key = TypeVar("Key")


_SEVERAL: Final = 2


@dataclass(slots=True)
class HalfHourSum:
    """Visits issued in a half hour of the week, and for how long counters were open in it, in ms,
    all counters together."""

    issued: int = 0
    open_ms: int = 0

    def absorb(self, issued: int, open_ms: int) -> None:
        """Add another date."""
        self.issued += issued
        self.open_ms += open_ms


@dataclass(slots=True)
class History:
    """Rows by date, hour of the week, service, team and counter.

    Visits are counted under the hour and service of their issue, inquiries under those of their
    completion. A visit is issued at no counter, so ``teams`` and ``counters`` have inquiries only;
    the key of work without a team is ``""``. A branch's history has them, and pauses, of ``weeks``
    alone (:meth:`told_of_counters`). ``staffed`` is for how long counters were open, in ms,
    ``flows`` is the flow of counters at work and people waiting. ``pauses`` are by hour
    (``"09"``) and reason, ``pauses_at`` by counter and reason. ``half_hours`` are of those dates
    alone that have them, ``half_hour_days`` is how many that are of each weekday. ``ways`` are
    visits by how they came (``booked``, ``walk_in``), of those dates alone on which any came for a
    booking, so that both were on the same dates. ``running`` is the date among them that is not
    over, by itself; None if all are.
    """

    days: dict[str, Row] = field(default_factory=dict)
    hours: dict[HourOfWeek, Row] = field(default_factory=dict)
    services: dict[str, Row] = field(default_factory=dict)
    teams: dict[str, Row] = field(default_factory=dict)
    counters: dict[str, Row] = field(default_factory=dict)
    staffed: dict[HourOfWeek, int] = field(default_factory=dict)
    flows: dict[HourOfWeek, Flow] = field(default_factory=dict)
    pauses: dict[tuple[str, str], Pauses] = field(default_factory=dict)
    pauses_at: dict[tuple[str, str], Pauses] = field(default_factory=dict)
    half_hours: dict[HalfHourOfWeek, HalfHourSum] = field(default_factory=dict)
    half_hour_days: dict[int, int] = field(default_factory=dict)
    ways: dict[str, Row] = field(default_factory=dict)
    weeks: Period | None = None
    running: History | None = None

    def days_by_weekday(self) -> dict[int, int]:
        """How many of the dates fall on each weekday."""
        weekdays = [weekday_of(date) for date in self.days]
        return {weekday: weekdays.count(weekday) for weekday in sorted(set(weekdays))}

    def running_on(self, weekday: int) -> History:
        """The part of a weekday that its means per day leave out: the date that is not over.

        Empty if all its dates are over, or if that is the only one: then the means are so far.
        """
        running = self.running
        if running is None or self.days_by_weekday().get(weekday, 0) < _SEVERAL:
            return History()
        return running if weekday in running.days_by_weekday() else History()

    def with_last_hours_folded(self) -> History:
        """The same; figures after the last hour in which a ticket was issued are in that hour.

        Inquiries that began before closing time are completed after it: by itself such an hour is
        about a few, and is no hour of opening.
        """
        last = max(
            (hour for (_, hour), row in self.hours.items() if row.visits["issued"]), default=""
        )
        folded = replace(self, hours={}, staffed={}, flows={})
        for (weekday, hour), row in self.hours.items():
            _row(folded.hours, (weekday, _earlier(hour, last))).absorb(row)
        for (weekday, hour), milliseconds in self.staffed.items():
            folded._staff((weekday, _earlier(hour, last)), milliseconds)
        for (weekday, hour), flow in self.flows.items():
            folded._flow((weekday, _earlier(hour, last)), flow)
        return folded

    def add_day(self, date: str, text: str) -> None:
        """A date's stored summary as well."""
        weekday = weekday_of(date)
        whole = Row()
        whole.absorb_stored(stored_whole(text))
        _row(self.days, date).absorb(whole.as_day())
        hours: dict[HourOfWeek, Row] = defaultdict(Row)
        services, teams, counters = (defaultdict[str, Row](Row) for _ in range(3))
        together: dict[tuple[str, str], Cell] = defaultdict(inquiry_cell)
        visits, inquiries = stored_cells(text)
        for hour, service, *stored in visits:
            hours[weekday, hour].visits.absorb_stored(stored)
            services[service].visits.absorb_stored(stored)
        for hour, service, team, *stored in inquiries:
            hours[weekday, hour].inquiries.absorb_stored(stored)
            together[service, team].absorb_stored(stored)
        for (service, team), cell in together.items():
            services[service].inquiries.absorb(cell)
            teams[team].inquiries.absorb(cell)
        for counter, *stored in stored_counters(text):
            counters[counter].inquiries.absorb_stored(stored)
        _add(self.hours, hours)
        _add(self.services, services)
        _add(self.teams, teams)
        _add(self.counters, counters)
        for hour, milliseconds in stored_staffed(text).items():
            self._staff((weekday, hour), milliseconds)
        flow = stored_flow(text)
        if flow:
            self._add_flow(weekday, flow)
        self._add_pauses(*stored_pauses(text))
        self._add_half_hours(weekday, half_hours_of(text))
        ways: dict[str, Row] = defaultdict(Row)
        for way, stored_row in stored_ways(text).items():
            ways[way].absorb_stored(stored_row)
        _add(self.ways, ways)

    def _add_half_hours(self, weekday: int, found: Mapping[str, HalfHourSum] | None) -> None:
        if found is None:
            return
        self.half_hour_days[weekday] = self.half_hour_days.get(weekday, 0) + 1
        for half, counted in found.items():
            self._half_hour((weekday, half), counted.issued, counted.open_ms)

    def _add_pauses(self, *parts: list[list[Any]]) -> None:
        for cells, stored in zip(self._pauses, parts, strict=True):
            for key, reason, n, milliseconds in stored:
                cells.setdefault((key, reason), Pauses()).absorb(n, milliseconds)

    def _add_flow(self, weekday: int, flow: DayFlow) -> None:
        for hour, of_hour in flow.hours.items():
            self._flow((weekday, hour), of_hour)
        for counter, of_counter in flow.counters.items():
            _row(self.counters, counter).add_flow(of_counter)
        for team, of_team in flow.teams.items():
            _row(self.teams, team).add_flow(of_team)

    def add_stored(self, text: str, pause: Callable[[], object] = lambda: None) -> None:
        """A stored history as well; ``pause`` is called after each row."""
        _, *parts = text.split("\n")
        *of_rows, hours, staffed, flows, pauses, half_hours = parts
        for rows, part in zip(self._rows, of_rows, strict=True):
            for key, stored in json.loads(part):
                _row(rows, key).absorb_stored(stored)
                pause()
        for weekday, hour, stored in json.loads(hours):
            _row(self.hours, (weekday, hour)).absorb_stored(stored)
            pause()
        for weekday, hour, milliseconds in json.loads(staffed):
            self._staff((weekday, hour), milliseconds)
        for weekday, hour, stored in json.loads(flows):
            self._stored_flow((weekday, hour), Flow(*stored))
        self._add_pauses(*json.loads(pauses))
        for weekday, n, sums in json.loads(half_hours):
            self.half_hour_days[weekday] = self.half_hour_days.get(weekday, 0) + n
            for half, (issued, open_ms) in sums.items():
                self._half_hour((weekday, half), issued, open_ms)

    def told_of_counters(self) -> History:
        """A week's figures of counters, teams and pauses, and nothing else.

        A counter or team that is left out (:func:`hidden_at_counters`) keeps its key with an empty
        row. Pauses by counter are left out if one of these counters is, and all pauses where
        anything was completed on one day at most.
        """
        told = History()
        for mine, rows in ((self.counters, told.counters), (self.teams, told.teams)):
            counts = {key: n for key, row in mine.items() if (n := row.inquiries.durations.n)}
            one_shift = [key for key in counts if mine[key].worked < FEWEST_DAYS_OF_WORK]
            left_out = hidden_at_counters(counts, one_shift)
            rows |= {key: Row() if key in left_out else mine[key] for key in counts}
        if sum(row.worked for row in self.days.values()) >= FEWEST_DAYS_OF_WORK:
            told.pauses = self.pauses
            shown = {key for key, row in told.counters.items() if row.worked}
            if shown.issuperset(counter for counter, _ in self.pauses_at):
                told.pauses_at = self.pauses_at
        return told

    def without_counters(self) -> History:
        """The same without counters, teams and pauses."""
        return replace(self, teams={}, counters={}, pauses={}, pauses_at={})

    def to_text(self, versions: Mapping[str, str]) -> str:
        """The stored form: the versions of the day summaries it was made from, and its rows, a kind
        on a line, so that they are read bit by bit."""
        parts: list[list[Any]] = [
            *([[key, row.dump()] for key, row in sorted(rows.items())] for rows in self._rows),
            [[*key, row.dump()] for key, row in sorted(self.hours.items())],
            [[*key, time] for key, time in sorted(self._staffed_without_flow.items())],
            [[*key, flow.dump()] for key, flow in sorted(self.flows.items())],
            [_dump_pauses(cells) for cells in self._pauses],
            [[day, n, self._half_hours_on(day)] for day, n in sorted(self.half_hour_days.items())],
        ]
        lines = (json.dumps(part, separators=(",", ":")) for part in parts)
        return "\n".join([versions_line(versions), *lines])

    @property
    def _rows(self) -> tuple[dict[str, Row], ...]:
        return self.days, self.services, self.teams, self.counters, self.ways

    @property
    def _pauses(self) -> tuple[dict[tuple[str, str], Pauses], ...]:
        return self.pauses, self.pauses_at

    def _half_hours_on(self, day: int) -> dict[str, list[int]]:
        found = sorted(self.half_hours.items())
        return {half: [n.issued, n.open_ms] for (weekday, half), n in found if weekday == day}

    @property
    def _staffed_without_flow(self) -> dict[HourOfWeek, int]:
        """The counters' time of days whose flow is not known."""
        told = {key: flow.open_ms for key, flow in self.flows.items()}
        rest = {key: time - told.get(key, 0) for key, time in self.staffed.items()}
        return {key: time for key, time in rest.items() if time}

    def _flow(self, key: HourOfWeek, flow: Flow) -> None:
        self.flows.setdefault(key, Flow()).absorb(flow)

    def _stored_flow(self, key: HourOfWeek, flow: Flow) -> None:
        self._flow(key, flow)
        if flow.open_ms:
            self._staff(key, flow.open_ms)

    def _half_hour(self, key: HalfHourOfWeek, issued: int, open_ms: int) -> None:
        self.half_hours.setdefault(key, HalfHourSum()).absorb(issued, open_ms)

    def _staff(self, key: HourOfWeek, milliseconds: int) -> None:
        self.staffed[key] = self.staffed.get(key, 0) + milliseconds


def half_hours_of(text: str) -> dict[str, HalfHourSum] | None:
    """A stored day's half hours with visits or open counters, all services together.

    None of days that were summarised before they were kept.
    """
    stored = stored_half_hours(text)
    if stored is None:
        return None
    cells, opened = stored
    found: dict[str, HalfHourSum] = defaultdict(HalfHourSum)
    for (half, _), counted in cells.items():
        if counted.issued:
            found[half].issued += counted.issued
    for half, open_ms in opened.items():
        found[half].open_ms += open_ms
    return dict(found)


def _earlier(hour: str, last: str) -> str:
    return min(hour, last) if last else hour


def _dump_pauses(cells: Mapping[tuple[str, str], Pauses]) -> list[Any]:
    return [[*key, found.n, found.ms] for key, found in sorted(cells.items())]


def made_from(text: str, versions: Mapping[str, str]) -> bool:
    """Whether a stored history was made from exactly these day summaries."""
    return text.partition("\n")[0] == versions_line(versions)


def total(rows: Iterable[Row]) -> Row:
    """All of the rows together."""

    def add(sum_: Row, row: Row) -> Row:
        sum_.absorb(row)
        return sum_

    return reduce(add, rows, Row())


FORMAT: Final = "8"
"""The format of stored histories. One in another format is made again from its days."""


def versions_line(versions: Mapping[str, str]) -> str:
    """The name of the day summaries that a sum was made from; the first line of its text."""
    return FORMAT + json.dumps(versions, sort_keys=True, separators=(",", ":"))


def _add(rows: dict[Key, Row], day: Mapping[Key, Row]) -> None:
    for key, row in day.items():
        _row(rows, key).absorb(row.as_day())


def _row(rows: dict[Key, Row], key: Any) -> Row:
    row = rows.get(key)
    if row is None:
        row = rows[key] = Row()
    return row
