"""The figures of a range of dates: from whole months where those are kept, else from its days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.contacts.rules import (
    ContactChannel,
    ContactCount,
    Worked,
    by_channel,
    published_at,
    read_day,
)
from queue_service.contacts.store import ContactStore
from queue_service.days.rules.figures import DurationSpread, Row
from queue_service.days.rules.period import Period
from queue_service.days.rules.ranges import asked_range, of_whole_weeks, require_whole_weeks
from queue_service.days.rules.shifts import Pauses
from queue_service.goals.rules.verdicts import Share
from queue_service.history.operations.dated import count_dated
from queue_service.history.operations.history import added_up, day_spreads
from queue_service.history.rules.breakdown import (
    AT_A_COUNTER,
    Breakdown,
    all_pauses,
    pauses_by,
    rows_by,
)
from queue_service.history.rules.confidence_intervals import DaySpreads, share_of
from queue_service.history.rules.goal_history import GoalHistory
from queue_service.history.rules.history import History
from queue_service.history.rules.history import total as total_of
from queue_service.history.store import HistoryStore
from queue_service.runtime.cooperation import in_turns
from queue_service.visits.rules.visit import ENDED_STATES, OUTCOMES
from queue_service.visits.rules.wait_estimate import EstimatedWaits

VISITS_COUNTED: Final = ("issued", *ENDED_STATES, "paper", "booked")
"""The counts of visits in a row."""

Targets = Mapping[str, float | None]
"""The target of each goal, by its id; None if it was not set."""


@dataclass(frozen=True, slots=True)
class StatisticsLine:
    """The figures under one key; the total's key is None, and ``""`` is work without a team.

    ``visits`` counts those issued and their final states, ``left`` is how long those had waited who
    gave up. Both are None under a counter or a team: a visit is issued at none; and ``left`` if
    it was not kept for all days. ``goals`` and ``targets``, the shares these are compared with, go
    by the goals' ids: a day's are those that were in force on it. ``pauses`` are the pauses of
    counters by their reason; None for keys without pauses, and unless the range is of whole weeks
    that are over. ``contacts`` had no ticket; ``channels`` is how many of them by channel, None
    under a counter or a team, where it is not kept. ``paper`` is how many of the inquiries had a
    number on paper. ``estimated`` is None under a counter or a team, and counts no day of version
    0.3.0 or before.
    """

    key: str | None
    visits: Mapping[str, int] | None
    outcomes: Mapping[str, int]
    waiting: DurationSpread
    left: DurationSpread | None
    handling: DurationSpread
    goals: Mapping[str, Share]
    targets: Targets
    pauses: Mapping[str, Pauses] | None = None
    contacts: int = 0
    channels: Mapping[ContactChannel, int] | None = None
    paper: int = 0
    estimated: EstimatedWaits | None = None

    @property
    def inquiries(self) -> int:
        """Completed inquiries."""
        return self.handling.n


@dataclass(frozen=True, slots=True)
class Statistics:
    """A branch's figures from the first date to the last, in rows that each have something."""

    branch: Branch
    first: str
    last: str
    by: Breakdown
    rows: tuple[StatisticsLine, ...]
    total: StatisticsLine


def statistics(
    queue: Queue,
    branch_id: str,
    first: str | None = None,
    last: str | None = None,
    by: Breakdown = "day",
) -> Statistics:
    """The figures of the dates from ``first`` to ``last``, both inclusive; by default today's.

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years, and
    by counter or team for one that is not of whole weeks that are over.
    """
    branch = queue.get(BranchStore).get(branch_id)
    now = queue.store.time()
    today = moment(branch, now).date
    period = asked_range(first, last, today)
    goal_history = queue.get(HistoryStore).goal_history(branch)
    running = "" if branch.historic else today
    weeks = of_whole_weeks(branch, period, today)
    if by in AT_A_COUNTER:
        require_whole_weeks(branch, period, today, f"By {by}")
    found = added_up(queue, branch, period, now)
    total = total_of(in_turns(found.days.values()))
    total.absorb(count_dated(queue, goal_history, found.days, period, today))
    targets = goal_history.targets(found.days or {period.last: total})
    contacts = _contacts(queue, branch, period, by)
    return _StatisticsBuilder(
        by,
        found,
        total,
        goal_history,
        targets,
        running,
        weeks,
        contacts,
        day_spreads(queue, goal_history, found, period, now),
    ).build(branch, period)


class _Contacts(NamedTuple):
    """Contacts without a ticket by the rows' keys, and under None all of them: how many, and the
    cells that know their channels."""

    n: Counter[str | None]
    cells: Mapping[str | None, Sequence[ContactCount]]

    def channels(self, key: str | None, by: Breakdown) -> Mapping[ContactChannel, int] | None:
        """How many by channel; no channel is kept of a counter's or a team's."""
        placed = key is None or by not in AT_A_COUNTER
        return by_channel(self.cells.get(key, ())) if placed else None


def _contacts(queue: Queue, branch: Branch, period: Period, by: Breakdown) -> _Contacts:
    found: Counter[str | None] = Counter()
    by_key: dict[str | None, list[ContactCount]] = defaultdict(list)
    worked: list[Worked] = []
    for date, stored in queue.get(ContactStore).days(branch.id, period.dates()).items():
        cells, of_date = read_day(date, stored)
        by_key[None] += cells
        found[None] += sum(cell.n for cell in cells)
        if by == "counter" or by == "team":
            worked += of_date
        elif by == "came_by":
            continue  # Nobody books a contact without a ticket.
        else:
            for cell in cells:
                found[cell.key(by)] += cell.n
                by_key[cell.key(by)].append(cell)
    if by != "came_by":
        found.update(published_at(by, worked))
    return _Contacts(found, by_key)


@dataclass(frozen=True, slots=True)
class _StatisticsBuilder:
    """Returns the statistics of a history. ``today`` is the running day, empty if no day runs.

    ``weeks``: the range is of whole weeks that are over.
    """

    by: Breakdown
    history: History
    total: Row
    goal_history: GoalHistory
    targets: Targets
    today: str
    weeks: bool
    contacts: _Contacts
    spreads: DaySpreads

    def build(self, branch: Branch, period: Period) -> Statistics:
        rows, pauses = rows_by(self.history, self.by), pauses_by(self.history, self.by)
        for key in self.contacts.n.keys() - rows.keys() - {None}:
            rows[str(key)] = Row()
        lines = [
            self._row(key, row, pauses.get(key, {})) for key, row in in_turns(sorted(rows.items()))
        ]
        of_all = all_pauses(self.history) if self.weeks else None
        total = self._line(None, self.total, self.targets, self.history.days, of_all)
        return Statistics(branch, period.first, period.last, self.by, tuple(lines), total)

    def _row(self, key: str, row: Row, pauses: Mapping[str, Pauses]) -> StatisticsLine:
        told = pauses if self.weeks and self.by in ("hour", "counter") else None
        if self.by != "day":
            return self._line(key, row, self.targets, self.history.days, told)
        day_targets = {goal: self.goal_history.target(goal, key) for goal in self.targets}
        return self._line(key, row, day_targets, [key], told)

    def _line(
        self,
        key: str | None,
        row: Row,
        targets: Targets,
        dates: Collection[str],
        pauses: Mapping[str, Pauses] | None,
    ) -> StatisticsLine:
        placed = key is None or self.by not in AT_A_COUNTER
        running = {*dates} == {self.today}
        counted = {name: row.visits[name] for name in VISITS_COUNTED}
        return StatisticsLine(
            key=key,
            visits=counted if placed else None,
            outcomes={outcome: row.inquiries[outcome] for outcome in OUTCOMES},
            waiting=row.visits.durations.spread(),
            left=row.left_spread() if placed else None,
            handling=row.inquiries.durations.spread(),
            goals={
                g: share_of(row, g, target, running=running, spreads=self.spreads)
                for g, target in targets.items()
            },
            targets=targets,
            pauses=pauses,
            contacts=self.contacts.n[key],
            channels=self.contacts.channels(key, self.by),
            paper=row.inquiries["paper"],
            estimated=_estimated(row) if placed else None,
        )


def _estimated(row: Row) -> EstimatedWaits:
    visits = row.visits
    return EstimatedWaits(
        visits["numbers"],
        visits["told"],
        visits["alone"],
        visits["alone_held"],
        visits["behind"],
        visits["behind_held"],
    )
