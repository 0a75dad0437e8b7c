"""The waits shown on tickets, over real days: how many were shown, and how often they came true.

The days are replayed through the operations, so that every range is the one a kiosk would have
shown. A ticket counts from its branch's sixth day on and with at least one person ahead: with no
one ahead waits are short, and a range in whole minutes is nearly always right. The targets differ:
where waits are of a few minutes, rounding to whole minutes makes more than 83 % come true.
There the error of a median is given as well that is fitted, for each day, to the waits of that very
day. No ticket can know it, so that its error is about the least that these inputs allow.

With ``--quick`` nothing is replayed: the ranges are computed from the file by the same rules, in a
minute. It has only the tickets with somebody ahead that were called. So an idea for an input can be
tried: change ``Inputs``, and leave the script as it is until it pays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import expm1
from pathlib import Path
from statistics import fmean
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.report import Row, at_least, at_most
from benchmarks.running import Options
from benchmarks.stack import private_store
from queue_service.branches.contract.config import parse_config
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.replay.plan import document, make_plan, slug
from queue_service.replay.rows import ReplayRow, read
from queue_service.replay.run import Player
from queue_service.visits.rules.regression import Regression, winkler
from queue_service.visits.rules.visit import Inquiry, Visit
from queue_service.visits.rules.wait_estimate import Range, came_true, shown_minutes, turn_of
from queue_service.visits.store.visit_store import VisitStore
from queue_service.waits.operations import learn_until
from queue_service.waits.rules.choice import (
    MOST_ROWS,
    Score,
    is_fitted,
    is_used,
    last_scores,
    score,
)
from queue_service.waits.rules.fit import fit
from queue_service.waits.rules.rows import WaitRow, Waits, turns

_ZONE: Final = ZoneInfo("Europe/Copenhagen")
_FIRST_DAY: Final = 6
_MANY: Final = 13
_LONG_MINUTES: Final = 5.0
"""Waits are long from this mean on."""


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


Judged = tuple[float, float, float]
"""The low and the high end, and the true wait, in minutes."""


def run(options: Options) -> Iterator[Row]:
    """Each file on a store of its own."""
    if not options.replay:
        yield Row("waits shown on tickets of real days", "no file given (--replay FILE)")
    for file in options.replay:
        found = (computed_waits if options.quick else shown_waits)(file)
        yield from _rows(file, found)


def shown_waits(file: Path) -> list[ShownWait]:
    """The tickets of all offices of a file, in the order of the offices and of their issue."""
    with private_store() as queue:
        return [
            ticket
            for office, rows in _offices(file)
            for ticket in _replayed(queue, slug(f"waits-{office}"), rows)
        ]


def computed_waits(file: Path) -> list[ShownWait]:
    """The tickets with somebody ahead that were called, of all offices of a file."""
    return [ticket for _, rows in _offices(file) for ticket in _computed(rows)]


def _offices(file: Path) -> list[tuple[str, list[ReplayRow]]]:
    offices: dict[str, list[ReplayRow]] = {}
    for row in read(file, _ZONE):
        if isinstance(row, ReplayRow):
            offices.setdefault(row.office, []).append(row)
    return sorted(offices.items())


def _computed(rows: list[ReplayRow]) -> Iterator[ShownWait]:
    """The nights of ``waits/operations.py`` one by one, and the ranges of each day after them."""
    waits, known = Waits(), list[WaitRow]()
    fitted: Mapping[str, Regression] = {}
    scores: dict[str, Score] = {}
    for number, (date, visits) in enumerate(_visits(rows).items(), start=1):
        used = is_used(number - 1, scores)
        today = list(waits.day(visits))
        for row in today:
            own = fitted.get(row.service) if used else None
            yield _computed_wait(number, row, own.range(row.inputs) if own else row.table)
        scores = last_scores({**scores, date: score(today, fitted)})
        known = [*known, *today][-MOST_ROWS:]
        fitted = fit(known) if is_fitted(number, len(known)) else {}
        waits.table |= {turn_of(service): (ms, ms) for service, ms in turns(known).items()}


def _computed_wait(day: int, row: WaitRow, found: Range | None) -> ShownWait:
    ahead, counters = (round(expm1(value)) for value in row.inputs[:2])
    wait, estimate, held = row.waited / 60, None, None
    if found is not None:
        low, high = shown_minutes(*found)
        estimate, held = (found[0] / 60, found[1] / 60), low <= wait <= high
    return ShownWait(day, ahead, counters, wait, estimate, held)


def _visits(rows: list[ReplayRow]) -> dict[str, list[Visit]]:
    """The visits of each date as a replay leaves them, as far as the rules need them."""
    days: dict[str, dict[int, Visit]] = {}
    opened, waiting, date = set[str](), set[int](), ""
    for step in make_plan(rows).steps:
        row, line = step.row, step.row.line
        on = datetime.fromtimestamp(row.arrived / 1000, _ZONE).date().isoformat()
        if on > date:
            date = on
            opened.clear()
            waiting.clear()
        today = days.setdefault(on, {})
        if step.verb == "issue":
            today[line] = Visit(
                f"{line}", "", on, "completed", "desk", "da", row.service, step.at,
                step.at * 1000 + line % 1000, step.at, (Inquiry(row.service),),
                ahead=len(waiting), counters_open=len(opened),
            )  # fmt: skip
            waiting.add(line)
        elif step.verb == "close":
            opened.discard(step.counter)
        elif step.verb in ("call", "abandon"):
            waiting.discard(line)
            if step.verb == "call":
                opened.add(step.counter)
                today[line] = today[line]._replace(first_called_at=step.at)
            else:
                today[line] = today[line]._replace(ended_at=step.at, state="abandoned")
    return {on: list(visits.values()) for on, visits in days.items()}


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


def hindsight_error(file: Path) -> float:
    """The mean absolute error, in minutes, of the median that is fitted to each day by itself.

    Of the tickets that count and were called.
    """
    errors: list[float] = []
    for _, rows in _offices(file):
        waits = Waits()
        for number, visits in enumerate(_visits(rows).values(), start=1):
            today = list(waits.day(visits))
            if number < _FIRST_DAY or not today:
                continue
            fitted = fit(today, shares=(0.5, 0.5), fewest=1)
            for row in today:
                median = fitted[row.service]._replace(turn=0)
                low, high = median.range(row.inputs)
                errors.append(_error((low / 60, high / 60, row.waited / 60)))
    return fmean(errors)


def _rows(file: Path, found: list[ShownWait]) -> Iterator[Row]:
    name = file.name
    own = [ticket for ticket in found if ticket.counts]
    judged = list(_judged(own))
    yield Row(f"waits shown, {name}: tickets, and those that count", f"{len(found)}, {len(own)}")
    if not judged:
        return
    opened = [ticket for ticket in found if ticket.counters]
    yield at_least("… shown, of those that count", 100 * _shown(own), 99, " %")
    yield at_least(
        "… shown from the first day on, with an open counter", 100 * _shown(opened), 99, " %"
    )
    yield Row("… shown, of all tickets from the first day on", _percent(_shown(found)))
    yield Row("… came true, of all tickets from the first day on", _percent(_right(found)))
    for first, last in ((1, 1), (2, 4), (5, 12)):
        some = [ticket for ticket in own if first <= ticket.ahead <= last]
        yield Row(f"… came true, {first} to {last} ahead", _percent(_right(some)))
    inside = fmean(low <= waited <= high for low, high, waited in judged)
    yield Row("… of those called, within the range before it is rounded", _percent(inside))
    if fmean(waited for _, _, waited in judged) >= _LONG_MINUTES:
        yield from _of_long_waits(own, judged)
    else:
        yield from _of_short_waits(own, judged, hindsight_error(file))


def _of_long_waits(own: list[ShownWait], judged: list[Judged]) -> Iterator[Row]:
    many = [ticket for ticket in own if ticket.ahead >= _MANY]
    right, score = 100 * _right(own), fmean(winkler(*one) for one in judged)
    yield Row("… came true", f"{right:.4g} %", "77 to 83 %", 77 <= right <= 83)
    yield at_least(f"… came true, {_MANY} and more ahead", 100 * _right(many), 75, " %")
    yield Row("… mean absolute error of the middle", f"{fmean(map(_error, judged)):.3g} min")
    yield at_most("… Winkler's score of the range", score, 46, " min")


def _of_short_waits(own: list[ShownWait], judged: list[Judged], hindsight: float) -> Iterator[Row]:
    yield at_least("… came true", 100 * _right(own), 77, " %")
    yield at_most("… mean absolute error of the middle", fmean(map(_error, judged)), 0.9, " min")
    yield Row("… that of a median fitted to the day itself", f"{hindsight:.3g} min")
    yield Row("… Winkler's score of the range", f"{fmean(winkler(*one) for one in judged):.4g} min")


def _shown(found: list[ShownWait]) -> float:
    return sum(ticket.estimate is not None for ticket in found) / max(1, len(found))


def _right(found: list[ShownWait]) -> float:
    judged = [ticket.came_true for ticket in found if ticket.came_true is not None]
    return sum(judged) / max(1, len(judged))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _judged(found: Iterable[ShownWait]) -> Iterator[Judged]:
    """The range and the wait of called tickets with an estimate, in minutes."""
    for ticket in found:
        if ticket.estimate is not None and ticket.wait is not None:
            yield *ticket.estimate, ticket.wait


def _error(one: Judged) -> float:
    low, high, waited = one
    return abs((low + high) / 2 - waited)
