"""A branch's past, added up in every way that pages, reports and exports look at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from queue_service.domain.branch import Branch, Goal
from queue_service.domain.calendar import day_bounds, moment
from queue_service.domain.figures import Row
from queue_service.domain.goalbook import GoalBook
from queue_service.domain.history import History, made_from
from queue_service.domain.kpi import Share, budget, share
from queue_service.domain.period import Period, between, whole_months
from queue_service.domain.shifts import staffed
from queue_service.domain.summary import summarise, to_text
from queue_service.operations.queue import Queue
from queue_service.store.day_store import DayStore
from queue_service.store.history_store import HistoryStore, Name, Part

FEWEST_DAYS_AT_A_COUNTER = 7
"""The shortest range for counters and teams, since one shift at one counter is one person."""


@dataclass(frozen=True, slots=True)
class GoalFigure:
    """A goal over some dates: what it asked for, what it came to, how many misses it still bears.

    ``target`` is the one in force on those days, or what they asked for together
    (:func:`queue_service.domain.goalbook.joint_target`); ``budget`` is None without a target.
    """

    goal: Goal
    target: float | None
    share: Share
    budget: int | None


@dataclass(slots=True)
class Past:
    """A branch's history over a period, with the goals of its days.

    ``names`` also has what is not configured any more.
    """

    branch: Branch
    period: Period
    history: History
    book: GoalBook
    names: Mapping[tuple[Part, str], Name]
    today: str

    def name(self, part: Part, item: str, language: str) -> str:
        """What a service, team or counter is called; its id where no name is known."""
        name = self.names.get((part, item), item)
        if isinstance(name, str):
            return name
        return name.get(language) or next(iter(name.values()), item)

    def targets(self) -> dict[str, float | None]:
        """What each goal asked for over the whole period."""
        return self.book.targets(self.history.days)

    def goals(self, row: Row, targets: dict[str, float | None] | None = None) -> list[GoalFigure]:
        """Each goal of a row. By default held against what the period as a whole asked for."""
        known = self.targets() if targets is None else targets
        return [
            goal_figure(goal, known[goal.id], row)
            for goal in self.book.latest().values()
            if goal.id in known
        ]

    def goals_on(self, date: str) -> list[GoalFigure]:
        """Each goal of one date, by the goals of that date."""
        row = self.history.days.get(date, Row())
        return [goal_figure(goal, goal.target_ratio, row) for goal in self.book.on(date)]


def goal_figure(goal: Goal, target: float | None, row: Row) -> GoalFigure:
    """A goal over what a row holds."""
    judged, within = row.judged(goal.id)
    bears = None if target is None else budget(judged, within, target)
    return GoalFigure(goal, target, share(judged, within, target), bears)


def past(queue: Queue, branch_id: str, period: Period, *, now: int | None = None) -> Past:
    """A branch over a period, as of ``now`` (ms; by default the store's). Raises BranchNotFound.

    Counters and teams are left out of less than seven days up to today. What is not summarised
    yet is read from the visits.
    """
    branch = queue.branches.get(branch_id)
    now = queue.store.time() if now is None else now
    today = moment(branch, now).date
    found = _Reader(queue, branch, now).read(period, today)
    seen = period if branch.historic else between(period.first, min(period.last, today))
    if len(seen) < FEWEST_DAYS_AT_A_COUNTER:
        found.teams, found.counters = {}, {}
    kept = HistoryStore(queue.store)
    return Past(branch, period, found, kept.book(branch), kept.names(branch_id), today)


def day_text(queue: Queue, branch: Branch, date: str, now: int) -> str:
    """A date's summary as its visits have it at ``now`` (ms), in the stored form."""
    days = DayStore(queue.store)
    opened = staffed_on(queue, branch, date, now)
    text = to_text(summarise(days.visits(branch.id, date), branch.timezone, opened))
    # If they were being removed meanwhile, what remains of them was written before.
    return days.final(branch.id, date) or text


def staffed_on(queue: Queue, branch: Branch, date: str, now: int) -> dict[str, int]:
    """For how long counters were open on a date, in ms by hour; until ``now`` if it is today."""
    begins, ends = day_bounds(branch, date)
    until = ends if branch.historic else min(ends, now)
    shifts = HistoryStore(queue.store).shifts(branch.id, until)
    return staffed(shifts, branch.timezone, begins, until) if until > begins else {}


def keep_months(queue: Queue, branch: Branch, now: int) -> None:
    """Add up every whole month whose days are over and summarised, so that no page has to."""
    days = DayStore(queue.store).dates(branch.id, "0001-01-01", "9999-12-31")
    if days:
        _Reader(queue, branch, now).read(between(days[0], days[-1]), moment(branch, now).date)


@dataclass(slots=True)
class _Reader:
    """Reads a branch's days: whole months where they are kept, else one by one."""

    queue: Queue
    branch: Branch
    now: int

    def read(self, period: Period, today: str) -> History:
        days, kept = DayStore(self.queue.store), HistoryStore(self.queue.store)
        dates = days.dates(self.branch.id, period.first, period.last)
        heads = days.heads(self.branch.id, dates)
        found = History()
        months = [m for m in whole_months(period) if m.last < today]
        texts = kept.months(self.branch.id, [m.first[:7] for m in months])
        for month, text in zip(months, texts, strict=True):
            of_month = {date: heads.pop(date) for date in dates if month.holds(date)}
            whole = {date: head for date, head in of_month.items() if head}
            if text is None or not made_from(text, whole) or len(whole) < len(of_month):
                text = self._add_up(of_month).to_text(whole)
                if whole and len(whole) == len(of_month):
                    kept.keep_month(self.branch.id, month.first[:7], text)
            found.add_stored(text)
        self._add_days(found, heads)
        return found

    def _add_up(self, dates: Iterable[str]) -> History:
        month = History()
        self._add_days(month, dates)
        return month

    def _add_days(self, history: History, dates: Iterable[str]) -> None:
        days = DayStore(self.queue.store)
        for date, text in days.summaries(self.branch.id, list(dates)):
            known = text or day_text(self.queue, self.branch, date, self.now)
            history.add_day(date, known)
