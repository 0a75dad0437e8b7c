"""A branch's past, added up in every way that pages, reports and exports look at it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.operations import day_text
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import (
    LAST_DATE,
    Period,
    between,
    days_after,
    period_of,
    whole_months,
    whole_weeks,
)
from queue_service.days.rules.shifts import Pauses
from queue_service.days.rules.summary import stored_version
from queue_service.days.rules.suppression import FEWEST_DAYS_OF_WORK
from queue_service.days.store import DayStore
from queue_service.feedback.rules import Answers, Question
from queue_service.goals.rules.goal import Goal
from queue_service.goals.rules.verdicts import Share, beyond, budget
from queue_service.history.operations.answers import answers_in
from queue_service.history.operations.dated import count_dated
from queue_service.history.rules.confidence_intervals import (
    USUAL_DAYS,
    DaySpreads,
    UsualEffect,
    share_of,
)
from queue_service.history.rules.goal_history import GoalHistory
from queue_service.history.rules.history import History, made_from, total
from queue_service.history.store import HistoryStore, NamedPart, StoredName
from queue_service.language.languages import name_in
from queue_service.runtime.cooperation import give_way, in_turns

MOST_MONTHS: Final = 12
"""Months of all branches that the job adds up at a time, in addition to those that may have changed
lately: its worker has days to close."""


@dataclass(frozen=True, slots=True)
class GoalResult:
    """A goal over some dates: its target, its result, and its misses beyond the target.

    ``target`` is the one in force on those days, or what they asked for together
    (:func:`queue_service.history.rules.goal_history.joint_target`); ``beyond`` is None without a
    target (:func:`queue_service.goals.rules.verdicts.beyond`), and ``budget``, how many more misses
    it can take, for any but the running day. ``parked`` is the share with the time parked or sent
    on counted, None if that is not known.
    """

    goal: Goal
    target: float | None
    share: Share
    beyond: int | None
    budget: int | None = None
    parked: float | None = None


@dataclass(slots=True)
class Past:
    """A branch's history over a period, with the goals of its days.

    ``names`` also has what is not configured any more, ``begins`` is the branch's first day
    (:func:`first_day`). ``spreads`` are the other input of the goals' intervals, next to their
    rows. ``answers`` are citizens' answers, by question and the date on which they count; they are
    there where they were asked for.
    """

    branch: Branch
    period: Period
    history: History
    goal_history: GoalHistory
    names: Mapping[tuple[NamedPart, str], StoredName]
    today: str
    begins: str | None
    answers: Mapping[Question, Mapping[str, Answers]] = field(default_factory=dict)
    spreads: DaySpreads = field(default_factory=DaySpreads, repr=False, compare=False)
    _total: Row | None = field(default=None, init=False, repr=False, compare=False)
    _targets: dict[str, float | None] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    @property
    def total(self) -> Row:
        """All days together, added up once."""
        if self._total is None:
            self._total = total(in_turns(self.history.days.values()))
        return self._total

    def name(self, part: NamedPart, item: str, language: str) -> str:
        """The name of a service, team or counter; its id if no name is known."""
        usual: Mapping[str, StoredName] = {}
        if part == "pause":
            usual = {reason.id: dict(reason.name) for reason in self.branch.pause_reasons}
        name = self.names.get((part, item), usual.get(item, item))
        if isinstance(name, str):
            return name
        return name_in(name, language, default=item)

    def targets(self) -> dict[str, float | None]:
        """The target of each goal over the whole period."""
        if self._targets is None:
            self._targets = self.goal_history.targets(self.history.days)
        return dict(self._targets)

    def existed(self, period: Period | None = None) -> bool:
        """Whether the branch existed in a period, by default this one.

        A branch that did not exist has no figures, not even 0.
        """
        return self.begins is not None and (period or self.period).last >= self.begins

    @property
    def weeks(self) -> Period | None:
        """The whole weeks in it that are over: for which counters, teams and pauses are shown."""
        return self.history.weeks

    @property
    def weeks_total(self) -> Row:
        """All of these weeks' days together."""
        if self.weeks is None:
            return Row()
        return total(row for date, row in self.history.days.items() if self.weeks.holds(date))

    def without_single_counter(self, row: Row, period: Period | None = None) -> Row:
        """A row of some dates, by default all, without its part about counters at work if that is
        of one counter and not of whole weeks."""
        if row.flow is None or not row.flow.alone or self._of_whole_weeks(period or self.period):
            return row
        return replace(row, flow=row.flow.people())

    def _of_whole_weeks(self, period: Period) -> bool:
        """Whether some dates are whole weeks that are over, none with work on one day alone."""
        until = LAST_DATE if self.branch.historic else self.today
        weeks = whole_weeks(period, until)
        if weeks is None or len(weeks) != len(period):
            return False
        days = [date for date, row in self.history.days.items() if row.worked]
        worked = Counter(period_of("week", date).first for date in days if period.holds(date))
        return all(n >= FEWEST_DAYS_OF_WORK for n in worked.values())

    def pauses(self) -> Mapping[tuple[str, str], Pauses]:
        """The counters' pauses by hour (``"09"``) and reason, of its whole weeks."""
        return dict(sorted(self.history.pauses.items()))

    def over(self, last: str) -> bool:
        """Whether nothing more comes to figures up to this date."""
        return self.branch.historic or last < self.today

    def running(self, dates: Iterable[str]) -> bool:
        """Whether figures of these dates are today's alone, and so looked at all day long."""
        return not self.branch.historic and {*dates} == {self.today}

    def figure(
        self, goal: Goal, target: float | None, row: Row, *, running: bool = False
    ) -> GoalResult:
        """A goal over what a row of it holds; ``running`` if that is today's alone."""
        return goal_figure(goal, target, row, running=running, spreads=self.spreads)

    def goals(self, row: Row, targets: dict[str, float | None] | None = None) -> list[GoalResult]:
        """Each goal of a row. By default compared with the target of the period as a whole."""
        known = self.targets() if targets is None else targets
        return [
            self.figure(goal, known[goal.id], row, running=self.running(self.history.days))
            for goal in self.goal_history.latest().values()
            if goal.id in known
        ]

    def goals_on(self, date: str) -> list[GoalResult]:
        """Each goal of one date that judges visits, by the goals of that date."""
        row = self.history.days.get(date, Row())
        running = self.running([date])
        return [
            self.figure(goal, goal.target_ratio, row, running=running)
            for goal in self.goal_history.on(date)
            if not goal.of_dates
        ]


def goal_figure(
    goal: Goal,
    target: float | None,
    row: Row,
    *,
    running: bool = False,
    spreads: DaySpreads | None = None,
) -> GoalResult:
    """A goal over what a row holds; ``running`` if that is today's alone."""
    judged, within = row.judged(goal.id)
    over = None if target is None else beyond(judged, within, target)
    left = budget(judged, within, target) if running and target is not None else None
    within_parked = row.parked_within(goal.id)
    parked = None if within_parked is None else within_parked / judged
    found = share_of(row, goal.id, target, running=running, spreads=spreads)
    return GoalResult(goal, target, found, over, left, parked)


def past(
    queue: Queue,
    branch_id: str,
    period: Period,
    *,
    now: int | None = None,
    answers: bool = False,
) -> Past:
    """A branch over a period, as of ``now`` (ms; by default the store's), with its citizens'
    ``answers`` if they are wanted. Raises BranchNotFound.

    Counters, teams and pauses are those of the whole weeks in it that are over. Days that are not
    summarised yet are read from the visits.
    """
    branch = queue.get(BranchStore).get(branch_id)
    now = queue.time(now)
    today = moment(branch, now).date
    found = added_up(queue, branch, period, now)
    history_store = queue.get(HistoryStore)
    goal_history = history_store.goal_history(branch)
    count_dated(queue, goal_history, found.days, period, today)
    begins = first_day(queue, branch, goal_history)
    given = answers_in(queue, branch, period, today) if answers else {}
    names = history_store.names(branch_id)
    spreads = day_spreads(queue, goal_history, found, period, now)
    return Past(branch, period, found, goal_history, names, today, begins, given, spreads)


def day_spreads(
    queue: Queue, goal_history: GoalHistory, found: History, period: Period, now: int
) -> DaySpreads:
    """How a branch's days differ in a period, and in the twelve weeks up to its end."""
    branch, waits = goal_history.branch, goal_history.of_waits()

    def usual() -> Mapping[str, UsualEffect]:
        weeks = between(days_after(period.last, 1 - USUAL_DAYS), period.last)
        days = _Reader(queue, branch, now).read(weeks, moment(branch, now).date).days
        return DaySpreads(days, waits).as_usual(total(in_turns(days.values())))

    return DaySpreads(found.days, waits, usual)


def added_up(queue: Queue, branch: Branch, period: Period, now: int) -> History:
    """A branch's dates of a period as of ``now`` (ms): whole months as they are kept, and days.

    The one place where counters, teams and pauses are read: of the whole weeks in the period that
    are over.
    """
    return _Reader(queue, branch, now).read(period, moment(branch, now).date)


def first_day(queue: Queue, branch: Branch, goal_history: GoalHistory) -> str | None:
    """The first date of which a branch has figures: with visits, or on which it was set up.

    A historic branch is set up long after its days. None before it has any.
    """
    visited = queue.get(DayStore).first(branch.id)
    set_up = None if branch.historic else next(iter(goal_history.dates), None)
    return min((date for date in (visited, set_up) if date), default=None)


def keep_months(queue: Queue, branch: Branch, months: Iterable[Period], now: int) -> None:
    """Add up whole months, so that no page has to (:func:`months_to_keep`)."""
    today = moment(branch, now).date
    reader = _Reader(queue, branch, now)
    for period in months:
        reader.months(period, today, reader.versions(period))
        weeks = between(days_after(period.first, -6), period.last)
        reader.weeks(whole_weeks(weeks, reader.running(today)), reader.versions(weeks))


def months_to_keep(queue: Queue, branch: Branch, now: int, most: int = MOST_MONTHS) -> list[Period]:
    """The dates whose whole months the job adds up at ``now`` (ms).

    A day changes last when its visits have been kept long enough: those may be new each time. An
    older month, such as a month of a restored store or of a former version, is added up once, so
    many at most and the newest first, when each of its days has a summary.
    """
    today = moment(branch, now).date
    latest = between(days_after(today, -branch.retention_days - _MONTH_AT_MOST), today)
    dates = queue.get(DayStore).dates(branch.id, last=today)
    names = sorted({date[:7] for date in dates if date < latest.first}, reverse=True)
    missing = queue.get(HistoryStore).months_not_kept(branch.id, names)
    older = (period_of("month", f"{name}-01") for name in missing)
    return [latest, *islice(filter(partial(_is_summarised, queue, branch), older), most)]


def _is_summarised(queue: Queue, branch: Branch, month: Period) -> bool:
    dates = queue.get(DayStore).dates(branch.id, month.first, month.last)
    return all(queue.get(DayStore).versions(branch.id, dates).values())


Versions = Mapping[str, str | None]
"""The mark of each date's summary; None if it has none."""

_MONTH_AT_MOST = 31


@dataclass(slots=True)
class _Reader:
    """Reads a branch's days: whole months where they are kept, else one by one."""

    queue: Queue
    branch: Branch
    now: int

    def read(self, period: Period, today: str) -> History:
        versions = self.versions(period)
        found, in_months = History(), set[str]()
        for month, text in self.months(period, today, versions):
            found.add_stored(text, give_way)
            in_months.add(month.first[:7])
        self._add_days(found, [date for date in versions if date[:7] not in in_months])
        found.weeks = whole_weeks(period, self.running(today))
        at_counters = History()
        for text in self.weeks(found.weeks, versions):
            at_counters.add_stored(text, give_way)
        return replace(
            found,
            teams=at_counters.teams,
            counters=at_counters.counters,
            pauses=at_counters.pauses,
            pauses_at=at_counters.pauses_at,
        )

    def running(self, today: str) -> str:
        """The first date that is not over."""
        return LAST_DATE if self.branch.historic else today

    def versions(self, period: Period) -> Versions:
        days = self.queue.get(DayStore)
        return days.versions(self.branch.id, days.dates(self.branch.id, period.first, period.last))

    def months(self, period: Period, today: str, versions: Versions) -> list[tuple[Period, str]]:
        """The whole months of a period that are over, as stored, each matching its days."""
        months = [month for month in whole_months(period) if month.last < today]
        names = [month.first[:7] for month in months]
        stored_months = self.queue.get(HistoryStore).months(self.branch.id, names)
        return [
            (month, self._month(month, text, {d: h for d, h in versions.items() if month.holds(d)}))
            for month, text in zip(months, stored_months, strict=True)
        ]

    def weeks(self, weeks: Period | None, versions: Versions) -> list[str]:
        """The figures of counters, teams and pauses of each of these weeks, as stored."""
        if weeks is None:
            return []
        by_week: dict[str, dict[str, str | None]] = defaultdict(dict)
        for date, version in versions.items():
            if weeks.holds(date):
                by_week[period_of("week", date).first][date] = version
        stored_weeks = self.queue.get(HistoryStore).months(self.branch.id, list(by_week))
        return [
            self._kept(monday, text, of_week, History.told_of_counters)
            for (monday, of_week), text in zip(by_week.items(), stored_weeks, strict=True)
        ]

    def _month(self, month: Period, text: str | None, versions: Versions) -> str:
        return self._kept(month.first[:7], text, versions, History.without_counters)

    def _kept(
        self,
        name: str,
        text: str | None,
        versions: Versions,
        part: Callable[[History], History],
    ) -> str:
        """The text that is kept by a name, where it matches its days; else made again, and kept."""
        whole = {date: version for date, version in versions.items() if version}
        if text is not None and len(whole) == len(versions) and made_from(text, whole):
            return text
        history = History()
        # Named by the versions read now: a day may have changed meanwhile.
        read = self._add_days(history, versions)
        text = part(history).to_text(read)
        if versions and len(read) == len(versions):
            self.queue.get(HistoryStore).keep_month(self.branch, name, text)
        return text

    def _add_days(self, history: History, dates: Iterable[str]) -> dict[str, str]:
        """Add dates; returns the versions of those that have a summary."""
        days = self.queue.get(DayStore)
        read: dict[str, str] = {}
        for date, text in days.summaries(self.branch.id, list(dates)):
            stored = text or day_text(self.queue, self.branch, date, self.now)
            history.add_day(date, stored)
            if date == self.running(moment(self.branch, self.now).date):
                history.running = History()
                history.running.add_day(date, stored)
            if text:
                read[date] = stored_version(text)
        return read
