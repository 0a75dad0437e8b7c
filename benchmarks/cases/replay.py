"""Real days, replayed through the operations; the file is given on the command line."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.plain import Count, counted
from benchmarks.report import Row, at_most
from benchmarks.running import Options
from benchmarks.stack import ROOT, Stack, running
from queue_service.branches.store import BranchStore
from queue_service.days.rules import figures
from queue_service.days.rules.period import between
from queue_service.history.operations.history import past

_WITHIN_SECONDS: Final = 240
_GOAL: Final = "handling-6-min"


def run(options: Options) -> Iterator[Row]:
    """The command as an operator types it, on a store of its own, for each file."""
    if not options.replay:
        yield Row("replay of real days", "no file given (--replay FILE)")
    for file in options.replay:
        with running() as stack:
            began = time.perf_counter()
            command = [sys.executable, "-m", "queue_service", "replay", str(file.absolute())]
            environment = stack.environment()
            subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True)
            took = time.perf_counter() - began
            yield from _compared(stack, file, took)


def _compared(stack: Stack, file: Path, took: float) -> Iterator[Row]:
    plain, left_out = counted(file)
    days = sorted({day for day, _ in plain})
    yield at_most(f"replay of {file.name}, {len(days)} days", took, _WITHIN_SECONDS, " s")
    yield Row("… rows left out, overlapping their agent's last", str(left_out))
    (branch,) = (branch.id for branch in stack.queue.get(BranchStore).all() if branch.historic)
    whole = between(days[0], days[-1])
    found = past(stack.queue, branch, whole).history
    by_day = {day: _sum(plain, 0, day) for day in days}
    differing = [day for day in days if _count(found.days.get(day)) != by_day[day]]
    yield at_most(f"… days of {len(days)} that differ from a plain count", len(differing), 0)
    yield at_most(
        f"… services of those days, {len(plain)} in all, that differ",
        _differing_cells(stack, branch, plain),
        0,
    )
    names = {
        stack.queue.get(BranchStore).get(branch).services[s].name["da"]: s for s in found.services
    }
    services = sorted({service for _, service in plain})
    other = [s for s in services if _count(found.services[names[s]]) != _sum(plain, 1, s)]
    yield at_most(f"… services of {len(services)} that differ", len(other), 0)


def _differing_cells(stack: Stack, branch: str, plain: dict[tuple[str, str], Count]) -> int:
    """How many services of single days differ, including services that only one side has."""
    names = {s.id: s.name["da"] for s in stack.queue.get(BranchStore).get(branch).services.values()}
    ours = {
        (day, names[service]): _count(row)
        for day in sorted({day for day, _ in plain})
        for service, row in past(stack.queue, branch, between(day, day)).history.services.items()
    }
    return sum(ours.get(cell) != plain.get(cell) for cell in {*ours, *plain})


def _sum(plain: dict[tuple[str, str], Count], place: int, key: str) -> Count:
    total = Count()
    for at, count in plain.items():
        if at[place] == key:
            total = Count(
                total.issued + count.issued,
                total.completed + count.completed,
                total.abandoned + count.abandoned,
                total.waited_ms + count.waited_ms,
                total.within + count.within,
            )
    return total


def _count(row: figures.Row | None) -> Count:
    """The service's figures, in the plain script's terms."""
    if row is None:
        return Count()
    judged, within = row.judged(_GOAL)
    return Count(
        row.visits["issued"],
        judged,
        row.visits["abandoned"],
        row.visits.durations.total_ms,
        within,
    )
