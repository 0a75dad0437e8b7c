"""The waits shown on tickets, over real days: how many were shown, and how often they came true.

The days are replayed through the operations, so that every range is the one a kiosk would have
shown. A ticket counts from its branch's sixth day on and with at least one person ahead: with no
one ahead waits are short, and a range in whole minutes is nearly always right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.report import Row, at_least
from benchmarks.running import Options
from benchmarks.stack import private_store
from queue_service.branches.contract.config import parse_config
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.replay.plan import document, make_plan, slug
from queue_service.replay.rows import ReplayRow, read
from queue_service.replay.run import Player
from queue_service.visits.rules.expected import came_true
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore
from queue_service.waits.operations import learn_until

_ZONE: Final = ZoneInfo("Europe/Copenhagen")
_FIRST_DAY: Final = 6
_MANY: Final = 13
_MISS: Final = 10.0
"""The cost of a minute outside an 80 percent range in Winkler's score: 2 / (1 - 0.8)."""


@dataclass(frozen=True, slots=True)
class ShownWait:
    """The estimate on a ticket, and the true wait.

    ``counters``: the open counters with its service. ``estimate`` and ``wait`` are in minutes; the
    wait is None if the visit was never called. ``day`` is the branch's own, from 1.
    """

    day: int
    ahead: int
    counters: int
    wait: float | None
    estimate: tuple[float, float] | None
    came_true: bool | None

    @property
    def counts(self) -> bool:
        """Whether the figures include it."""
        return self.day >= _FIRST_DAY and self.ahead > 0


def run(options: Options) -> Iterator[Row]:
    """Each file on a store of its own."""
    if not options.replay:
        yield Row("waits shown on tickets of real days", "no file given (--replay FILE)")
    for file in options.replay:
        yield from _rows(file.name, shown_waits(file))


def shown_waits(file: Path) -> list[ShownWait]:
    """The tickets of all offices of a file, in the order of the offices and of their issue."""
    offices: dict[str, list[ReplayRow]] = {}
    for row in read(file, _ZONE):
        if isinstance(row, ReplayRow):
            offices.setdefault(row.office, []).append(row)
    with private_store() as queue:
        return [
            ticket
            for office, rows in sorted(offices.items())
            for ticket in _replayed(queue, slug(f"waits-{office}"), rows)
        ]


def _replayed(queue: Queue, name: str, rows: list[ReplayRow]) -> Iterator[ShownWait]:
    plan = make_plan(rows)
    branch = put_branch(queue, name, parse_config(document(name, plan, _ZONE.key), name)).branch
    store = queue.get(VisitStore)
    for number, day in enumerate(Player(queue, branch, plan).days(), start=1):
        for visit in store.of_day(branch.id, day.date):
            if visit.ahead is not None:
                yield _shown_wait(number, visit)
        learn_until(queue, branch, day.date)


def _shown_wait(day: int, visit: Visit) -> ShownWait:
    waited = visit.first_wait(visit.first_called_at)
    low_high = visit.estimate and (visit.estimate[0] / 60, visit.estimate[1] / 60)
    return ShownWait(
        day,
        visit.ahead or 0,
        visit.counters_open or 0,
        None if waited is None else waited / 60_000,
        low_high,
        came_true(visit),
    )


def _rows(name: str, found: list[ShownWait]) -> Iterator[Row]:
    own = [ticket for ticket in found if ticket.counts]
    opened = [ticket for ticket in own if ticket.counters]
    many = [ticket for ticket in own if ticket.ahead >= _MANY]
    yield Row(f"waits shown, {name}: tickets, and those that count", f"{len(found)}, {len(own)}")
    if not own:
        return
    yield Row("… shown, of all tickets from the first day on", _percent(_shown(found)))
    yield Row("… shown, of those that count", _percent(_shown(own)))
    yield at_least("… shown, where a counter was open", 100 * _shown(opened), 99, " %")
    yield at_least("… came true", 100 * _right(own), 77, " %")
    yield at_least(f"… came true, {_MANY} and more ahead", 100 * _right(many), 75, " %")
    for first, last in ((1, 1), (2, 4), (5, 12)):
        some = [ticket for ticket in own if first <= ticket.ahead <= last]
        yield Row(f"… came true, {first} to {last} ahead", _percent(_right(some)))
    judged = list(_judged(own))
    if not judged:
        return
    inside = fmean(low <= waited <= high for low, high, waited in judged)
    yield Row("… of those called, within the range before it is rounded", _percent(inside))
    yield Row("… mean absolute error of the middle", f"{fmean(map(_error, judged)):.3g} min")
    yield Row("… Winkler's score of the range", f"{fmean(map(_winkler, judged)):.4g} min")


def _shown(found: list[ShownWait]) -> float:
    return sum(ticket.estimate is not None for ticket in found) / max(1, len(found))


def _right(found: list[ShownWait]) -> float:
    judged = [ticket.came_true for ticket in found if ticket.came_true is not None]
    return sum(judged) / max(1, len(judged))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _judged(found: Iterable[ShownWait]) -> Iterator[tuple[float, float, float]]:
    """The range and the wait of called tickets with an estimate, in minutes."""
    for ticket in found:
        if ticket.estimate is not None and ticket.wait is not None:
            yield *ticket.estimate, ticket.wait


def _error(one: tuple[float, float, float]) -> float:
    low, high, waited = one
    return abs((low + high) / 2 - waited)


def _winkler(one: tuple[float, float, float]) -> float:
    low, high, waited = one
    return high - low + _MISS * (max(0.0, low - waited) + max(0.0, waited - high))
