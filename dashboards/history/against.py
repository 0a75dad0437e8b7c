"""What a period is compared with: another period, another branch, or all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dashboards.history.query import Query
from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue
from queue_service.goals.rules import Share
from queue_service.history.operations.history import Past, past
from queue_service.history.rules.figures import Cell, Row
from queue_service.history.rules.goalbook import Measure, measure
from queue_service.history.rules.history import total
from queue_service.history.rules.period import Period, before, week_before, year_before
from queue_service.history.rules.ratio import share_of
from queue_service.insight.rules.compare import Comparison, Side, Verdict, compare
from queue_service.language.catalogues import N_
from queue_service.tables.writing import Writing

Days = dict[str, Row]
Measures = dict[str, set[Measure]]
"""What each of this branch's goals measured."""


@dataclass(frozen=True, slots=True)
class Against:
    """The other side. ``row`` is all of it together, under this branch's goals.

    ``changed`` are the goals that did not measure the same on all days of both sides: what they
    came to may be read, and tells nothing of better or worse. Unless it ``existed`` the other
    side has no figures.
    """

    label: str
    row: Row
    comparisons: Mapping[tuple[str, str | None], Comparison]
    changed: frozenset[str]
    existed: bool

    def share(self, goal: str) -> Share:
        """What one of this branch's goals came to on the other side."""
        return share_of(self.row, goal, None)

    def verdict(self, figure: str, goal: str | None = None) -> Verdict | None:
        """How this side compares with it; None for a figure that is not compared."""
        found = self.comparisons.get((figure, goal))
        return found.verdict if found and goal not in self.changed else None


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
        label, days, measures, existed = found
        waits = self.mine.book.of_waits()
        mine = self.mine.history.days
        compared = compare(Side(days), Side(mine), self.mine.targets(), waits)
        return Against(
            label,
            total(days.values()),
            {(one.figure, one.goal): one for one in compared},
            frozenset(self._changed(measures)),
            existed,
        )

    def _changed(self, theirs: Measures) -> Iterator[str]:
        mine = self.mine.book.measures(self.mine.history.days)
        for goal in mine.keys() & theirs.keys():
            if len(mine[goal] | theirs[goal]) > 1:
                yield goal

    def _side(self) -> tuple[str, Days, Measures, bool] | None:
        against, period = self.query.against, self.query.period
        if against in _EARLIER and (against != "week" or len(period) == 1):
            other = _EARLIER[against](period)
            theirs = past(self.queue, self.mine.branch.id, other)
            days = theirs.history.days
            label = self.writing.period(other)
            return label, days, theirs.book.measures(days), theirs.existed()
        if against == "all":
            counted = [branch for branch in self.seen if branch.counted]
            return self.writing.say(ALL), *self._together(counted)
        for branch in self.seen:
            if against == f":{branch.id}" and branch.id != self.mine.branch.id:
                return branch.name, *self._together([branch])
        return None

    def _together(self, branches: Iterable[Branch]) -> tuple[Days, Measures, bool]:
        days: Days = {}
        measures: Measures = {}
        existed = False
        for branch in branches:
            theirs = self._past_of(branch)
            existed |= theirs.existed()
            names = self._names(theirs)
            for date, row in theirs.history.days.items():
                days.setdefault(date, Row()).absorb(_renamed(row, names))
            for goal, found in theirs.book.measures(theirs.history.days).items():
                if goal in names:
                    measures.setdefault(names[goal], set()).update(found)
        return {date: row.as_day() for date, row in days.items()}, measures, existed

    def _past_of(self, branch: Branch) -> Past:
        if branch.id == self.mine.branch.id:
            return self.mine
        return past(self.queue, branch.id, self.query.period)

    def _names(self, theirs: Past) -> dict[str, str]:
        """This branch's name for each of a branch's goals that it has too."""
        ours = {measure(goal): goal.id for goal in self.mine.book.latest().values()}
        known = theirs.book.latest().values()
        return {goal.id: ours[measure(goal)] for goal in known if measure(goal) in ours}


_EARLIER: Final[Mapping[str, Callable[[Period], Period]]] = {
    "before": before,
    "week": week_before,
    "year": year_before,
}
"""Which time before a period it is held against."""

ALL: Final = N_("All branches together")


def _renamed(row: Row, names: Mapping[str, str]) -> Row:
    """The row under this branch's goals, without those it has not."""
    return Row(_cell(row.visits, names), _cell(row.inquiries, names))


def _cell(cell: Cell, names: Mapping[str, str]) -> Cell:
    goals, parked = (
        {names[goal]: sums for goal, sums in kept.items() if goal in names}
        for kept in (cell.goals, cell.parked)
    )
    return Cell(cell.names, cell.durations, cell.counts, goals, parked, cell.left)
