"""How many counters were at work and how many people waited, hour by hour.

It is worked out from a day's visits and the changes of its counters alone, so it comes out the same
whenever it is made. All instants and lengths are in ms; a stretch is from an instant until just
before another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Final

from queue_service.branches.rules.dates_and_hours import local_hour, next_hour
from queue_service.days.rules.shifts import Shift, open_stretches
from queue_service.visits.rules.visit import PAPER, Stay, Visit

Stretch = tuple[int, int]

WAITED_TO_THE_END: Final = frozenset({"waiting", "abandoned"})
"""States of a visit whose last wait has not ended in a call."""


@dataclass(slots=True)
class Flow:
    """Sums over some time in which counters were open or people waited.

    ``open_ms`` is the counters' open time, ``busy_ms`` the part of it with a visit called or
    served, ``idle_ms`` the part with none while somebody waited. ``waited_ms`` adds up all waits,
    ``span_ms`` is the time in which a counter was open or somebody waited, and ``most`` how many
    waited at the same time.
    """

    open_ms: int = 0
    busy_ms: int = 0
    idle_ms: int = 0
    waited_ms: int = 0
    span_ms: int = 0
    most: int = 0

    @property
    def alone(self) -> bool:
        """Whether one counter at most was open on average: its figures are then one person's."""
        return self.open_ms <= self.span_ms

    def people(self) -> Flow:
        """Its part about people waiting."""
        return Flow(waited_ms=self.waited_ms, span_ms=self.span_ms, most=self.most)

    def absorb(self, other: Flow) -> None:
        """Add another time."""
        self.open_ms += other.open_ms
        self.busy_ms += other.busy_ms
        self.idle_ms += other.idle_ms
        self.waited_ms += other.waited_ms
        self.span_ms += other.span_ms
        self.most = max(self.most, other.most)

    def dump(self) -> list[int]:
        """The stored sums."""
        return [getattr(self, each.name) for each in fields(self)]


@dataclass(slots=True)
class DayFlow:
    """A day by hour (``"09"``), and the time of its counters and teams; no team is ``""``."""

    hours: dict[str, Flow] = field(default_factory=dict)
    counters: dict[str, Flow] = field(default_factory=dict)
    teams: dict[str, Flow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """The changes of counters that concern a day, in order, and the stretch of it looked at."""

    shifts: Sequence[Shift]
    begins: int
    ends: int


def flow_of(
    stays: Iterable[Stay], waits: Iterable[Stretch], opened: Opened, timezone: str
) -> DayFlow:
    """The flow of a day, from its visits' stays at counters and its people's waits."""
    bounds = opened.begins, opened.ends
    taken: dict[str, list[Stretch]] = defaultdict(list)
    for stay in stays:
        taken[stay.counter].append((stay.since, stay.until))
    busy = {counter: _union(stretches) for counter, stretches in taken.items()}
    waiting = [cut for wait in waits for cut in _cut(wait, bounds)]
    found = _Sums(DayFlow(), _Hours(timezone, *bounds), _union(waiting))
    span = [*found.waiting]
    for counter, team, since, until in open_stretches(opened.shifts, *bounds):
        found.counter(counter, team, (since, until), busy.get(counter, []))
        span.append((since, until))
    found.people(waiting, _union(span))
    return found.day


def stays_of(visit: Visit, now: int) -> Iterator[Stay]:
    """Every stretch in which a visit kept a counter busy; one that lasts, until ``now``."""
    yield from visit.stays
    since = visit.at_counter_since
    until = visit.ended_at or now
    there = visit.state in ("called", "serving", "completed", "no_show", "incomplete")
    if visit.source == PAPER and visit.ended_at is None:
        return  # it has ended, at an unknown time
    recorded = visit.stays and since is not None and since <= visit.stays[-1].since
    if there and visit.counter and since is not None and not recorded:
        yield Stay(visit.counter, since, until)


def waits_of(visit: Visit, now: int) -> Iterator[Stretch]:
    """Every stretch in which a visit waited, without the time that the citizen asked for; one that
    lasts, until ``now``."""
    for stretch in _in_queue(visit, now):
        yield from _without(stretch, _union(visit.away)) if visit.away else (stretch,)


def _in_queue(visit: Visit, now: int) -> Iterator[Stretch]:
    lasts = visit.state in WAITED_TO_THE_END
    last = visit.ended_at or now
    if visit.drew_number:
        known = visit.ended_at is not None or visit.source != PAPER
        until = visit.first_called_at or (last if lasts and known else None)
        if until is not None:
            yield visit.issued_at, _until_closed(visit, visit.issued_at, until)
    begins = [stay.since for stay in stays_of(visit, now)][1:]
    for stay, until in zip(visit.stays, [*begins, last if lasts else None], strict=False):
        if not stay.parked and until is not None:
            yield stay.until, _until_closed(visit, stay.until, until)


def _until_closed(visit: Visit, since: int, until: int) -> int:
    """When a stretch of waiting ends, at the latest where the visit begins to be carried over."""
    return min([until, *(begins for begins, _ in visit.closed if begins >= since)])


@dataclass(frozen=True, slots=True)
class _Hours:
    """The hours that a stretch of time falls into."""

    timezone: str
    begins: int
    ends: int

    def split(self, stretch: Stretch) -> Iterator[tuple[str, Stretch]]:
        """The parts of a stretch, each with the hour on the clock."""
        since, until = stretch
        while since < until:
            end = min(until, next_hour(self.timezone, since))
            yield f"{local_hour(self.timezone, since):02}", (since, end)
            since = end


@dataclass(frozen=True, slots=True)
class _Sums:
    day: DayFlow
    hours: _Hours
    waiting: list[Stretch]

    def counter(self, counter: str, team: str, opened: Stretch, busy: list[Stretch]) -> None:
        """A stretch in which a counter was open, with all that kept the counter busy."""
        worked = _both([opened], busy)
        idle = _both(_without(opened, worked), self.waiting)
        for name, stretches in (("open_ms", [opened]), ("busy_ms", worked), ("idle_ms", idle)):
            self._add(self.day.counters, counter, name, _length(stretches))
            self._add(self.day.teams, team, name, _length(stretches))
            self._by_hour(name, stretches)

    def people(self, waits: list[Stretch], span: list[Stretch]) -> None:
        """The waits of all visits, and when a counter was open or a visit waited."""
        self._by_hour("waited_ms", waits)
        self._by_hour("span_ms", span)
        by_hour: dict[str, list[Stretch]] = defaultdict(list)
        for wait in waits:
            for hour, part in self.hours.split(wait):
                by_hour[hour].append(part)
        for hour, parts in by_hour.items():
            self.day.hours[hour].most = _most(parts)

    def _by_hour(self, name: str, stretches: Iterable[Stretch]) -> None:
        for stretch in stretches:
            for hour, part in self.hours.split(stretch):
                self._add(self.day.hours, hour, name, _length([part]))

    def _add(self, flows: dict[str, Flow], key: str, name: str, milliseconds: int) -> None:
        flow = flows.setdefault(key, Flow())
        setattr(flow, name, getattr(flow, name) + milliseconds)


def read_flows(forms: Mapping[str, list[int]]) -> dict[str, Flow]:
    """Stored flows by their key."""
    return {key: Flow(*stored) for key, stored in forms.items()}


def _cut(stretch: Stretch, bounds: Stretch) -> Iterator[Stretch]:
    since, until = max(stretch[0], bounds[0]), min(stretch[1], bounds[1])
    if since < until:
        yield since, until


def _union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time without overlaps, in order."""
    joined: list[Stretch] = []
    for since, until in sorted(stretches):
        if joined and since <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], until)
        elif since < until:
            joined.append((since, until))
    return joined


def _both(one: Iterable[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """The time that is in both, each of which is in order and without overlaps."""
    found: list[Stretch] = []
    passed = 0
    for bounds in one:
        while passed < len(other) and other[passed][1] <= bounds[0]:
            passed += 1
        for stretch in islice(other, passed, None):
            if stretch[0] >= bounds[1]:
                break
            found += _cut(stretch, bounds)
    return found


def _without(whole: Stretch, parts: Iterable[Stretch]) -> list[Stretch]:
    """The time of a stretch that is in none of its parts, which are in order."""
    left, since = [], whole[0]
    for begin, end in parts:
        if since < begin:
            left.append((since, begin))
        since = max(since, end)
    if since < whole[1]:
        left.append((since, whole[1]))
    return left


def _length(stretches: Iterable[Stretch]) -> int:
    return sum(until - since for since, until in stretches)


def _most(stretches: Iterable[Stretch]) -> int:
    """How many of them there were at the same instant."""
    changes = sorted(change for since, until in stretches for change in ((since, 1), (until, -1)))
    there = most = 0
    for _, change in changes:
        there += change
        most = max(most, there)
    return most
