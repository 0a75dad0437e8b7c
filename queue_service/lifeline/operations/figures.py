"""The counts of calls to a branch's lifelines."""

from __future__ import annotations

from dataclasses import dataclass

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import Lifeline, lifelines_of
from queue_service.command import Queue
from queue_service.days.rules.period import between
from queue_service.history.operations.statistics import statistics
from queue_service.lifeline.operations.current_call import current_calls
from queue_service.lifeline.rules import CallCount, read_day
from queue_service.lifeline.store import LifelineStore


@dataclass(frozen=True, slots=True)
class LifelineFigures:
    """The calls to a branch's lifelines from the first date to the last, both inclusive."""

    answering: Branch
    lifelines: tuple[Lifeline, ...]
    first: str
    last: str
    cells: tuple[CallCount, ...]


def lifeline_figures(
    queue: Queue, branch_id: str, first: str | None = None, last: str | None = None
) -> LifelineFigures:
    """The calls of the dates from ``first`` to ``last``, by default today.

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    asked = statistics(queue, branch_id, first, last)
    answering = asked.branch
    current_calls(queue, answering.id, queue.store.time())
    dates = between(asked.first, asked.last).dates()
    cells: list[CallCount] = []
    for date, stored in queue.get(LifelineStore).days(answering.id, dates).items():
        cells += read_day(date, stored)
    return LifelineFigures(
        answering, lifelines_of(answering), asked.first, asked.last, tuple(cells)
    )
