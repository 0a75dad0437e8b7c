"""What a period is compared with: another period, another branch, or all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dashboards.history_query import Query
from queue_service.domain.branch import Branch, Goal
from queue_service.domain.compare import Comparison, Side, Verdict, compare
from queue_service.domain.figures import Cell, Row
from queue_service.domain.history import total
from queue_service.domain.kpi import Share, share
from queue_service.domain.period import before, year_before
from queue_service.language import N_
from queue_service.operations.history import Past, past
from queue_service.operations.queue import Queue
from queue_service.tables.writing import Writing

Measure = tuple[object, ...]
"""What makes goals of different branches, or of different years, the same."""


@dataclass(frozen=True, slots=True)
class Against:
    """The other side. ``row`` is all of it together, under this branch's goals."""

    label: str
    row: Row
    comparisons: Mapping[tuple[str, str | None], Comparison]

    def share(self, goal: str) -> Share:
        """What one of this branch's goals came to on the other side."""
        return share(*self.row.judged(goal), None)

    def verdict(self, figure: str, goal: str | None = None) -> Verdict | None:
        """How this side compares with it; None for a figure that is not compared."""
        found = self.comparisons.get((figure, goal))
        return found.verdict if found else None


@dataclass(frozen=True, slots=True)
class Sides:
    """Finds the other side; only the branches in ``seen`` are looked at."""

    queue: Queue
    query: Query
    mine: Past
    seen: list[Branch]
    writing: Writing

    def against(self) -> Against | None:
        """The other side that the query names, or None."""
        found = self._side()
        if found is None:
            return None
        label, days = found
        compared = compare(Side(days), Side(self.mine.history.days), self.mine.targets())
        return Against(
            label, total(days.values()), {(one.figure, one.goal): one for one in compared}
        )

    def _side(self) -> tuple[str, Mapping[str, Row]] | None:
        against, period = self.query.against, self.query.period
        if against in ("before", "year"):
            other = before(period) if against == "before" else year_before(period)
            days = past(self.queue, self.mine.branch.id, other).history.days
            return self.writing.period(other), days
        if against == "all":
            return self.writing.say(ALL), self._together(self.seen)
        for branch in self.seen:
            if against == f":{branch.id}" and branch.id != self.mine.branch.id:
                return branch.name, self._together([branch])
        return None

    def _together(self, branches: Iterable[Branch]) -> dict[str, Row]:
        days: dict[str, Row] = {}
        for branch in branches:
            for date, row in self._days_of(branch).items():
                days.setdefault(date, Row()).absorb(row)
        return days

    def _days_of(self, branch: Branch) -> dict[str, Row]:
        if branch.id == self.mine.branch.id:
            return self.mine.history.days
        theirs = past(self.queue, branch.id, self.query.period)
        ours = {_measure(goal): goal.id for goal in self.mine.book.latest().values()}
        names = {
            goal.id: ours[_measure(goal)]
            for goal in theirs.book.latest().values()
            if _measure(goal) in ours
        }
        return {date: _renamed(row, names) for date, row in theirs.history.days.items()}


ALL: Final = N_("All branches together")


def _measure(goal: Goal) -> Measure:
    hours = tuple(sorted((day, spans) for day, spans in goal.hours.items()))
    return goal.indicator, goal.threshold_seconds, tuple(sorted(goal.services)), hours


def _renamed(row: Row, names: Mapping[str, str]) -> Row:
    """The row under this branch's goals, without those it has not."""
    return Row(_cell(row.visits, names), _cell(row.inquiries, names))


def _cell(cell: Cell, names: Mapping[str, str]) -> Cell:
    goals = {names[goal]: sums for goal, sums in cell.goals.items() if goal in names}
    return Cell(cell.names, cell.durations, cell.counts, goals)
