"""A business day in figures, which remain once its visits are removed.

It is made from the day's visits alone, so it can be made again, to the byte, while they are kept.
Hour, service and team are kept together; a counter is kept separately, since one hour at one
counter is one person, of whom nothing is reported.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, Literal, TypeVar

from queue_service.branches.rules.dates_and_hours import half_hour, local_hour
from queue_service.days.rules.figures import QUICK_MS, Cell, Row, inquiry_cell, visit_cell
from queue_service.days.rules.flow import (
    DayFlow,
    Opened,
    Stretch,
    flow_of,
    read_flows,
    stays_of,
    waits_of,
)
from queue_service.days.rules.shifts import Pauses, paused, staffed, staffed_by_half_hour
from queue_service.visits.rules.visit import ENDED_STATES, OUTCOMES, PAPER, Inquiry, Stay, Visit
from queue_service.visits.rules.wait_estimate import came_true

VisitKey = tuple[str, str]
"""Hour (``"09"``) and service of issue."""
InquiryKey = tuple[str, str, str]
"""Hour, service and team of completion (no team is ``""``)."""

ChannelKey = tuple[str, str]
"""The visit's channel, and the service of completion."""

PauseKey = tuple[str, str]
"""An hour or a counter, and the reason of a pause."""

HalfHourKey = tuple[str, str]
"""A half hour (``"09:30"``), and a service: of issue for visits, of completion for inquiries."""

Way = Literal["booked", "walk_in"]
"""How a visit came: for a booking, or without one."""

_Key = TypeVar("_Key")
_Cell = TypeVar("_Cell")


@dataclass(slots=True)
class HalfHour:
    """How many visits were issued in a half hour, and how many inquiries completed."""

    issued: int = 0
    inquiries: int = 0


@dataclass(slots=True)
class DaySummary:
    """A day's visits and inquiries by cells. ``counters`` has every inquiry once more.

    ``staffed`` is for how long counters were open, in ms, by hour. ``flow`` is None if nothing
    is known of the counters, and of days that were summarised before it was kept. ``pauses`` are by
    hour and reason, ``pauses_at`` once more by counter and reason. Without
    ``outcomes`` no outcome is counted, since they are not known.
    """

    visits: dict[VisitKey, Cell] = field(default_factory=dict)
    inquiries: dict[InquiryKey, Cell] = field(default_factory=dict)
    counters: dict[str, Cell] = field(default_factory=dict)
    staffed: dict[str, int] = field(default_factory=dict)
    flow: DayFlow | None = None
    outcomes: bool = True
    channels: dict[ChannelKey, int] = field(default_factory=dict)
    """How many inquiries by channel and service."""
    pauses: dict[PauseKey, Pauses] = field(default_factory=dict)
    pauses_at: dict[PauseKey, Pauses] = field(default_factory=dict)
    damaged: int = 0
    """How many visits of the day cannot be read, and so are in no figure."""
    half_hours: dict[HalfHourKey, HalfHour] = field(default_factory=dict)
    """Counts alone, for planning who is at work when; nothing by team or counter."""
    staffed_half_hours: dict[str, int] = field(default_factory=dict)
    """For how long counters were open, in ms, by half hour."""
    ways: dict[Way, Row] = field(default_factory=dict)
    """The day's visits by how they came, once more; empty if none came for a booking."""

    def add(self, visit: Visit, timezone: str) -> None:
        """One more visit of the day, in its state so far."""
        issued = _hour(timezone, visit.issued_at), visit.issued_service
        _count_visit(_at(self.visits, issued, visit_cell), visit)
        begun = half_hour(timezone, visit.issued_at), visit.issued_service
        _at(self.half_hours, begun, HalfHour).issued += 1
        for index, inquiry in enumerate(visit.inquiries):
            if inquiry.outcome is not None and inquiry.completed_at is not None:
                completed = _hour(timezone, inquiry.completed_at)
                key = completed, inquiry.service, inquiry.team or ""
                counter = _at(self.counters, inquiry.counter or "", inquiry_cell)
                for cell in (_at(self.inquiries, key, inquiry_cell), counter):
                    _count_inquiry(cell, inquiry, index, outcome=self.outcomes)
                    cell.count("paper", int(visit.source == PAPER))
                ended = half_hour(timezone, inquiry.completed_at), inquiry.service
                _at(self.half_hours, ended, HalfHour).inquiries += 1
                channel = visit.channel, inquiry.service
                self.channels[channel] = self.channels.get(channel, 0) + 1

    def add_ways(self, visits: Iterable[Visit]) -> None:
        """The day's visits by how they came, if any came for a booking."""
        known = list(visits)
        if all(visit.booked_for is None for visit in known):
            return
        for visit in known:
            row = self.ways.setdefault("walk_in" if visit.booked_for is None else "booked", Row())
            _count_visit(row.visits, visit)
            for index, inquiry in enumerate(visit.inquiries):
                if inquiry.outcome is not None and inquiry.completed_at is not None:
                    _count_inquiry(row.inquiries, inquiry, index, outcome=self.outcomes)
                    row.inquiries.count("paper", int(visit.source == PAPER))

    def without_durations(self) -> DaySummary:
        """The summary after the retention: counts by bucket, with the mean still exact."""
        ways = self.ways.items()
        return DaySummary(
            {key: cell.in_buckets() for key, cell in self.visits.items()},
            {key: cell.in_buckets() for key, cell in self.inquiries.items()},
            {key: cell.in_buckets() for key, cell in self.counters.items()},
            dict(self.staffed),
            self.flow,
            self.outcomes,
            self.channels,
            dict(self.pauses),
            dict(self.pauses_at),
            self.damaged,
            self.half_hours,
            dict(self.staffed_half_hours),
            {way: Row(r.visits.in_buckets(), r.inquiries.in_buckets()) for way, r in ways},
        )

    def whole(self) -> Row:
        """The day as one row."""
        row = Row()
        for cell in self.visits.values():
            row.visits.absorb(cell)
        for cell in self.inquiries.values():
            row.inquiries.absorb(cell)
        for flow in self.flow.hours.values() if self.flow else ():
            row.add_flow(flow)
        return row


def summarise(
    visits: Iterable[Visit | None],
    timezone: str,
    opened: Opened | None = None,
    *,
    outcomes: bool = True,
) -> DaySummary:
    """The summary of these visits, by the hours of a zone, and of the counters' time.

    ``outcomes``: whether they are known. None is a visit that cannot be read.
    """
    summary = DaySummary(outcomes=outcomes)
    stays: list[Stay] = []
    waits: list[Stretch] = []
    readable: list[Visit] = []
    for visit in visits:
        if visit is None:
            summary.damaged += 1
            continue
        summary.add(visit, timezone)
        readable.append(visit)
        if opened:
            stays += stays_of(visit, opened.ends)
            waits += waits_of(visit, opened.ends)
    summary.add_ways(readable)
    if opened:
        bounds = opened.begins, opened.ends
        summary.staffed = staffed(opened.shifts, timezone, *bounds)
        summary.staffed_half_hours = staffed_by_half_hour(opened.shifts, timezone, *bounds)
        _count_pauses(summary, paused(opened.shifts, timezone, *bounds))
        summary.flow = flow_of(stays, waits, opened, timezone) if summary.staffed else None
    return summary


def _count_pauses(summary: DaySummary, pauses: Mapping[tuple[str, str, str], Pauses]) -> None:
    for (hour, counter, reason), found in pauses.items():
        for cells, key in ((summary.pauses, hour), (summary.pauses_at, counter)):
            cells.setdefault((key, reason), Pauses()).absorb(found.n, found.ms)


def _at(cells: dict[_Key, _Cell], key: _Key, make: Callable[[], _Cell]) -> _Cell:
    cell = cells.get(key)
    if cell is None:
        cell = cells[key] = make()
    return cell


def _hour(timezone: str, instant: int) -> str:
    return f"{local_hour(timezone, instant):02}"


def _count_visit(cell: Cell, visit: Visit) -> None:
    cell.count("issued")
    cell.count("paper", int(visit.source == PAPER))
    cell.count("booked", int(visit.booked_for is not None))
    if visit.state in ENDED_STATES:
        cell.count(visit.state)
    waited = visit.first_wait(visit.first_called_at)
    if waited is not None:
        cell.durations.add(waited)
    gave_up = visit.first_wait(visit.ended_at) if visit.left_uncalled else None
    if gave_up is not None and cell.left is not None:
        cell.left.add(gave_up)
    if visit.first_called_at is not None and visit.started_at is not None:
        cell.count("walks")
        cell.count("walked_ms", visit.walked_ms)
    within_estimate = came_true(visit)
    if within_estimate is not None:
        cell.count("estimates")
        cell.count("estimates_held", int(within_estimate))
        place = "behind" if visit.ahead else "alone"
        cell.count(place)
        cell.count(f"{place}_held", int(within_estimate))
    if visit.ahead is not None:
        cell.count("numbers")
        cell.count("told", int(visit.estimate is not None))
    for goal, within in (visit.judged or {}).items():
        cell.judge(goal, 1, int(within))


def _count_inquiry(cell: Cell, inquiry: Inquiry, index: int, *, outcome: bool) -> None:
    if outcome and inquiry.outcome in OUTCOMES:
        cell.count(str(inquiry.outcome))
    cell.count("quick", int(inquiry.handled_ms < QUICK_MS))
    cell.count("continued", int(index > 0))
    cell.count("stood_ms", inquiry.stood_ms)
    cell.durations.add(inquiry.handled_ms)
    for goal, within in (inquiry.judged or {}).items():
        cell.judge(goal, 1, int(within))
    for goal, within in (inquiry.judged_parked or {}).items():
        cell.judge_parked(goal, 1, int(within))


def to_text(summary: DaySummary) -> str:
    """The stored form, a line each: its version, the whole day, the cells, the counters, their time
    where no flow contains it, the flow where it is known (else null), inquiries by channel and
    service, the pauses, the half hours with the counters' time in each, and the visits by how they
    came, if any came for a booking. Days of 0.1.0 and 0.2.0 have no half hours, and the pauses only
    if there were any; up to 0.4.0 the counters' time is stored next to the flow.

    The version is the number of visits, damaged ones too, and a digest of the rest, so that two
    summaries are the same if their versions are. The whole day and the counters can be read without
    the cells.
    """
    whole = summary.whole()
    lines: list[Any] = [
        whole.dump(),
        [_dump_cells(summary.visits), _dump_cells(summary.inquiries)],
        [[counter, *cell.dump()] for counter, cell in sorted(summary.counters.items())],
        [] if summary.flow else sorted(summary.staffed.items()),
    ]
    parts = (
        (summary.flow.hours, summary.flow.counters, summary.flow.teams) if summary.flow else None
    )
    lines.append(parts and [{key: flow.dump() for key, flow in sorted(p.items())} for p in parts])
    lines.append([[*key, n] for key, n in sorted(summary.channels.items())])
    lines.append([_dump_pauses(cells) for cells in (summary.pauses, summary.pauses_at)])
    half_hours: dict[str, dict[str, list[int]]] = {}
    for (half, service), n in sorted(summary.half_hours.items()):
        half_hours.setdefault(half, {})[service] = [n.issued, n.inquiries]
    lines.append([half_hours, dict(sorted(summary.staffed_half_hours.items()))])
    if summary.ways:
        lines.append({way: row.dump() for way, row in sorted(summary.ways.items())})
    text = "\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    digest = blake2b(text.encode(), digest_size=12).hexdigest()
    return f"{whole.visits['issued'] + summary.damaged} {digest}\n{text}"


def stored_version(text: str) -> str:
    """Identifies a stored summary."""
    return text.partition("\n")[0]


def visits_counted(text: str) -> int:
    """How many visits a stored summary is made of, damaged ones too."""
    return int(text.partition(" ")[0])


def stored_whole(text: str) -> list[Any]:
    """The row's form in a stored summary."""
    row: list[Any] = json.loads(text.split("\n", 2)[1])
    return row


def stored_cells(text: str) -> tuple[list[list[Any]], list[list[Any]]]:
    """The cells of visits and of inquiries in a stored summary: their key's parts, their form."""
    visits, inquiries = json.loads(text.split("\n", 3)[2])
    return visits, inquiries


def stored_counters(text: str) -> list[list[Any]]:
    """The counters in a stored summary: the counter, its form."""
    counters: list[list[Any]] = json.loads(text.split("\n", 4)[3])
    return counters


def stored_staffed(text: str) -> dict[str, int]:
    """The counters' open time in a stored summary: ms by hour."""
    stored = dict(_line(text, _STAFFED_LINE))
    return stored or opened_by_hour(stored_flow(text))


def stored_flow(text: str) -> DayFlow | None:
    """The flow in a stored summary; None if it has none."""
    stored = _line(text, _FLOW_LINE)
    if not stored:
        return None
    hours, counters, teams = (read_flows(forms) for forms in stored)
    return DayFlow(hours, counters, teams)


def stored_channels(text: str) -> dict[ChannelKey, int] | None:
    """Inquiries by channel and service in a stored summary.

    None of days that were summarised before it was kept.
    """
    stored = _line(text, _CHANNELS_LINE)
    return None if stored is None else {(channel, service): n for channel, service, n in stored}


def stored_pauses(text: str) -> tuple[list[list[Any]], list[list[Any]]]:
    """The pauses in a stored summary: hour, reason, how many and ms; the same by counter."""
    hours, counters = _line(text, _PAUSES_LINE) or ([], [])
    return hours, counters


def stored_half_hours(text: str) -> tuple[dict[HalfHourKey, HalfHour], dict[str, int]] | None:
    """The half hours in a stored summary, and the counters' open ms in each.

    None of days that were summarised before they were kept.
    """
    stored = _line(text, _HALF_HOURS_LINE)
    if stored is None:
        return None
    cells, opened = stored
    if isinstance(cells, list):
        found = {(half, service): HalfHour(*counts) for half, service, *counts in cells}
        return found, dict(opened)
    found = {
        (half, service): HalfHour(*counts)
        for half, services in cells.items()
        for service, counts in services.items()
    }
    return found, opened


def stored_ways(text: str) -> dict[Way, list[Any]]:
    """The visits by how they came in a stored summary; empty if none came for a booking."""
    stored: dict[Way, list[Any]] = _line(text, _WAYS_LINE) or {}
    return stored


def opened_by_hour(flow: DayFlow | None) -> dict[str, int]:
    """The counters' open time in a flow: ms by hour."""
    hours = flow.hours.items() if flow else ()
    return {hour: found.open_ms for hour, found in sorted(hours) if found.open_ms}


_STAFFED_LINE: Final = 4
_FLOW_LINE: Final = 5
_CHANNELS_LINE: Final = 6
_PAUSES_LINE: Final = 7
_HALF_HOURS_LINE: Final = 8
_WAYS_LINE: Final = 9


def _line(text: str, number: int) -> Any:
    """The content of a line of a stored summary; None if it has no such line."""
    lines = text.split("\n", number + 1)
    return json.loads(lines[number]) if len(lines) > number else None


def _dump_pauses(cells: Mapping[PauseKey, Pauses]) -> list[list[Any]]:
    return [[*key, found.n, found.ms] for key, found in sorted(cells.items())]


def _dump_cells(cells: Mapping[Any, Cell]) -> list[list[Any]]:
    return [[*key, *cell.dump()] for key, cell in sorted(cells.items())]
