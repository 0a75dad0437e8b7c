"""The state at the issue of each ticket, worked out again from a day's visits.

The range that the table of similar waits gave is worked out again as well, since a ticket shows
only one of the two. The state goes on from day to day.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final, NamedTuple

from queue_service.visits.rules.regression import Inputs, inputs_of
from queue_service.visits.rules.visit import Visit
from queue_service.visits.rules.wait_estimate import LONG_QUEUE, Range, expected, kinds_of_wait

KEPT: Final = 100
NEEDED: Final = 30
_BAND_ENDS: Final = 3


class WaitRow(NamedTuple):
    """A visit with somebody ahead: its inputs, the table's range, and how many seconds it waited.

    ``table`` is None if the table knew nothing.
    """

    service: str
    inputs: Inputs
    table: Range | None
    waited: float


def turns(rows: Iterable[WaitRow]) -> dict[str, int]:
    """How many ms an open counter takes at least for each of the people ahead, by service.

    The lower quartile of its rows with a person ahead for each counter, and no more than that of
    all services. None of a service with too few of them.
    """
    found: dict[str, list[int]] = {}
    for row in rows:
        ahead, counters = row.inputs.people
        if ahead >= counters:
            found.setdefault(row.service, []).append(round(row.waited * 1000 * counters / ahead))
    most = _quartile([one for ms in found.values() for one in ms]) if found else 0
    return {service: min(_quartile(ms), most) for service, ms in found.items() if len(ms) >= NEEDED}


def _quartile(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 4]


class _Event(NamedTuple):
    """At one instant tickets come before calls, and calls in the order of their tickets."""

    at: int
    turn: int
    place: int
    visit: Visit


@dataclass
class _Known:
    """The waits of one kind: the last ones in order, and sorted."""

    last: deque[int] = field(default_factory=deque)
    ordered: list[int] = field(default_factory=list)

    def add(self, value: int) -> None:
        if len(self.last) == KEPT:
            self.ordered.remove(self.last.popleft())
        self.last.append(value)
        insort(self.ordered, value)

    def range(self, below: int, above: int) -> Range:
        n = len(self.ordered)
        low, high = (self.ordered[ceil(n * share / 100) - 1] for share in (below, above))
        return low, high


@dataclass
class Waits:
    """The state of a branch's waits while its days are gone through, the earliest first."""

    table: dict[str, Range] = field(default_factory=dict)
    _known: dict[str, _Known] = field(default_factory=dict)

    def day(self, visits: Iterable[Visit]) -> Iterator[WaitRow]:
        """The rows of a day, in the order of their calls, from its visits in any order."""
        waiting: dict[str, dict[str, int]] = {}
        asked: dict[str, tuple[Inputs | None, Range | None]] = {}
        for _, turn, _, visit in sorted(_events(visits), key=lambda event: event[:3]):
            queue = waiting.setdefault(visit.issued_service, {})
            if turn == 0:
                asked[visit.id] = _inputs(visit, queue), self._from_table(visit)
                queue[visit.id] = visit.issued_at
                continue
            first = queue.pop(visit.id, None) is not None
            waited = _taught(visit) if first else None
            if waited is None:
                continue
            inputs, table = asked[visit.id]
            if inputs is not None:
                yield WaitRow(visit.issued_service, inputs, table, waited)
            self._learn(visit, int(waited))

    def stored(self) -> tuple[dict[str, str], dict[str, str]]:
        """The last waits of each kind, and the ranges of those with enough, as ``learn`` in
        ``store/prelude.lua`` stores them."""
        waits = {kind: ",".join(map(str, known.last)) for kind, known in self._known.items()}
        return waits, {kind: f"{low}|{high}" for kind, (low, high) in self.table.items()}

    def _from_table(self, visit: Visit) -> Range | None:
        if not visit.counters_open:
            return None
        return expected(self.table, visit.issued_service, visit.ahead or 0, visit.counters_open)

    def _learn(self, visit: Visit, seconds: int) -> None:
        service, ahead = visit.issued_service, visit.ahead or 0
        kinds = kinds_of_wait(service, ahead, visit.counters_open or 0)
        each = seconds * 1000 // (ahead + 1)
        values = (seconds, seconds, each, each, each)
        long = ahead >= LONG_QUEUE
        wides = (long, long, ahead > _BAND_ENDS, True, True)
        learnt = list(zip(kinds, values, wides, strict=True))
        if kinds[-2] in self.table:
            learnt.pop()
        for kind, value, wide in learnt:
            known = self._known.setdefault(kind, _Known())
            known.add(value)
            if len(known.last) >= NEEDED:
                self.table[kind] = known.range(10, 90)
                if wide:
                    self.table[f"{kind}|wide"] = known.range(5, 95)


def _events(visits: Iterable[Visit]) -> Iterator[_Event]:
    for visit in visits:
        if visit.ahead is None:
            continue
        yield _Event(visit.issued_at, 0, visit.place, visit)
        if visit.first_called_at is not None:
            yield _Event(visit.first_called_at, 1, visit.place, visit)
        elif visit.ended_at is not None:
            yield _Event(visit.ended_at, 2, visit.place, visit)


def _inputs(visit: Visit, queue: dict[str, int]) -> Inputs | None:
    """``queue``: when those who wait for the same service were issued."""
    if not visit.ahead or not visit.counters_open:
        return None
    head = visit.issued_at - min(queue.values(), default=visit.issued_at)
    return inputs_of(visit.ahead, visit.counters_open, len(queue), head / 1000)


def _taught(visit: Visit) -> float | None:
    """How many seconds it waited, if that took its natural course; ``visits/store/changes.py``."""
    if visit.head_start_ms or visit.bound_to or not visit.counters_open or visit.carried_to:
        return None
    if visit.not_before is not None or visit.booked_for is not None:
        return None
    waited = visit.first_wait(visit.first_called_at)
    return None if waited is None else waited / 1000
