"""The key figures and goals of a period, and what it is compared with.

A period is compared with an earlier one, another branch, or all branches together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from dashboards.history.query import USUAL, Query
from dashboards.history.usual import USUALLY, same_weekdays, usual
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.command import Queue
from queue_service.days.rules.figures import Cell, Row
from queue_service.days.rules.period import (
    Period,
    before,
    between,
    days_after,
    period_of,
    week_before,
    year_before,
)
from queue_service.days.rules.period import PeriodKind as PeriodKind
from queue_service.goals import wording
from queue_service.goals.rules.goal import Goal
from queue_service.goals.rules.verdicts import LEAST_JUDGED, Share
from queue_service.history.operations.history import GoalResult, Past, past
from queue_service.history.rules.confidence_intervals import share_of
from queue_service.history.rules.goal_history import GoalMeasure, measure
from queue_service.history.rules.history import total
from queue_service.insight.rules.compare import (
    ChangeVerdict,
    ComparedSide,
    FigureChange,
    comparisons,
)
from queue_service.insight.rules.outliers import WEEKS_BACK
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.language.wording import NOTHING
from queue_service.runtime.cooperation import in_turns
from queue_service.tables.figures.catalogue import figure, values
from queue_service.tables.figures.figure import RowContext
from queue_service.tables.model import ColumnKind, Value
from queue_service.tables.writing import Writing

DayFigures = dict[str, Row]
Measures = dict[str, set[GoalMeasure]]
"""The measurement of each of this branch's goals."""


@dataclass(frozen=True, slots=True)
class Against:
    """The other side. ``row`` is all of it together, under this branch's goals.

    ``changed`` are the goals that did not measure the same on all days of both sides: what they
    came to may be read, and is neither better nor worse. Unless it ``existed`` the other side has
    no figures. ``first`` is its first date with figures, empty without any.
    """

    label: str
    row: Row
    comparisons: Mapping[tuple[str, str | None], FigureChange]
    changed: frozenset[str]
    existed: bool
    first: str
    days: Mapping[str, Row] = field(default_factory=dict)
    usual: bool = False
    """Whether its days are earlier days of the same weekday, each by itself."""
    period: Period | None = None
    """The period, if it is an earlier one of the same branch."""

    def share(self, goal: str) -> Share:
        """The share of one of this branch's goals on the other side."""
        return share_of(self.row, goal, None)

    def verdict(self, figure: str, goal: str | None = None) -> ChangeVerdict | None:
        """How this side compares with it; None for a figure that is not compared."""
        found = self.comparisons.get((figure, goal))
        return found.verdict if found and goal not in self.changed else None


@dataclass(frozen=True, slots=True)
class ShareSides:
    """Finds the other side among the branches in ``visible``."""

    queue: Queue
    query: Query
    mine: Past
    visible: list[Branch]
    writing: Writing

    def against(self) -> Against | None:
        """The other side that the query names, or None."""
        found = self._side()
        if found is None:
            return None
        label, days, measures, existed, period = found
        waits = self.mine.goal_history.of_waits()
        theirs, mine = (_days_over(self.mine, side) for side in (days, self.mine.history.days))
        usual = self.query.against == USUAL
        compared = (
            ()
            if usual
            else comparisons(ComparedSide(theirs), ComparedSide(mine), self.mine.targets(), waits)
        )
        return Against(
            label,
            total(in_turns(days.values())),
            {(one.figure, one.goal): one for one in in_turns(compared)},
            frozenset(self._changed(measures)),
            existed,
            min(days, default=""),
            days,
            usual,
            period,
        )

    def _changed(self, theirs: Measures) -> Iterator[str]:
        mine = self.mine.goal_history.measures(self.mine.history.days)
        for goal in mine.keys() & theirs.keys():
            if len(mine[goal] | theirs[goal]) > 1:
                yield goal

    def _side(self) -> tuple[str, DayFigures, Measures, bool, Period | None] | None:
        against, period = self.query.against, self.query.period
        if against in _EARLIER and (against != "week" or len(period) == 1):
            other = _EARLIER[against](period)
            theirs = past(self.queue, self.mine.branch.id, other)
            days = theirs.history.days
            label = self.writing.period(other)
            return label, days, theirs.goal_history.measures(days), theirs.existed(), other
        if against == USUAL and len(period) == 1:
            return *self._usual(period.first), None
        if against == "all":
            counted = [branch for branch in self.visible if branch.counted]
            return self.writing(ALL), *self._together(counted), None
        for branch in self.visible:
            if against == f":{branch.id}" and branch.id != self.mine.branch.id:
                return branch.name, *self._together([branch]), None
        return None

    def _usual(self, date: str) -> tuple[str, DayFigures, Measures, bool]:
        dates = same_weekdays(self.mine.branch, date)
        before = between(days_after(date, -7 * WEEKS_BACK), days_after(date, -7))
        theirs = past(self.queue, self.mine.branch.id, before)
        days = {day: row for day, row in theirs.history.days.items() if day in dates}
        weekday = self.writing.within_sentence(self.writing.weekday_of(date))
        label = self.writing(N_("Usually ({n} × {weekday})"), n=len(days), weekday=weekday)
        return label, days, theirs.goal_history.measures(days), theirs.existed()

    def _together(self, branches: Iterable[Branch]) -> tuple[DayFigures, Measures, bool]:
        days: DayFigures = {}
        measures: Measures = {}
        existed = False
        for branch in branches:
            theirs = self._past_of(branch)
            existed |= theirs.existed()
            names = self._names(theirs)
            for date, row in theirs.history.days.items():
                days.setdefault(date, Row()).absorb(_renamed(row, names))
            for goal, found in theirs.goal_history.measures(theirs.history.days).items():
                if goal in names:
                    measures.setdefault(names[goal], set()).update(found)
        return {date: row.as_day() for date, row in days.items()}, measures, existed

    def _past_of(self, branch: Branch) -> Past:
        if branch.id == self.mine.branch.id:
            return self.mine
        return past(self.queue, branch.id, self.query.period)

    def _names(self, theirs: Past) -> dict[str, str]:
        """This branch's name for each of a branch's goals that it has too."""
        ours = {measure(goal): goal.id for goal in self.mine.goal_history.latest().values()}
        known = theirs.goal_history.latest().values()
        return {goal.id: ours[measure(goal)] for goal in known if measure(goal) in ours}


_EARLIER: Final[Mapping[str, Callable[[Period], Period]]] = {
    "before": before,
    "week": week_before,
    "year": year_before,
}
"""The earlier period with which a period is compared."""

ALL: Final = N_("All branches together")


def special_days(current: Past, other: Against | None, writing: Writing) -> list[str]:
    """Names the dates so far with hours of their own, such as holidays, where a time of the branch
    is compared with an earlier one: a sentence for each side that has any."""
    if other is None or other.period is None:
        return []
    sides = (
        (period, _special(current, period, writing)) for period in (current.period, other.period)
    )
    return [
        writing(
            N_("{period}: special opening hours on {days}."),
            period=writing.period(period),
            days=days,
        )
        for period, days in sides
        if days
    ]


def _special(current: Past, period: Period, writing: Writing) -> str:
    branch = current.branch
    return ", ".join(
        f"{writing.short_day(one.date)} ({note})" if note else writing.short_day(one.date)
        for one in sorted(branch.hours_exceptions, key=lambda one: one.date)
        if period.holds(one.date) and (branch.historic or one.date <= current.today)
        for note in [name_in(one.note, writing.language, *branch.languages)]
    )


def _renamed(row: Row, names: Mapping[str, str]) -> Row:
    """The row under this branch's goals, without those it has not."""
    dated = {names[goal]: sums for goal, sums in row.dated.items() if goal in names}
    return Row(_cell(row.visits, names), _cell(row.inquiries, names), dated=dated)


def _cell(cell: Cell, names: Mapping[str, str]) -> Cell:
    goals, parked = (
        {names[goal]: sums for goal, sums in by_goal.items() if goal in names}
        for by_goal in (cell.goals, cell.parked)
    )
    return Cell(cell.names, cell.durations, cell.counts, goals, parked, cell.left)


GROUPS: Final = (
    ("issued", "inquiries"),
    ("waiting_p50", "waiting_p90", "waiting_mean", "left_p50"),
    ("handling_p50", "handling_p90", "handling_mean"),
    ("busy_share", "queue_most"),
    ("first_contact",),
    ("abandoned", "no_show", "incomplete"),
)
"""Figures by their ids; each group is about one thing."""

_SUMMED: Final = ("issued", "inquiries")
_SHARES: Final = {name: f"{name}_share" for name in ("abandoned", "no_show", "incomplete")}
_COMPARED: Final[Mapping[str, str]] = {
    "issued": "arrivals",
    "waiting_mean": "waiting",
    "handling_mean": "handling",
    "first_contact": "first_contact",
    "abandoned": "abandoned",
    "no_show": "no_show",
    "incomplete": "incomplete",
}
"""The comparison of a figure; for the number of visits, the one by open day."""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure as it is read. ``part`` is its share, for a loss; ``other`` the other side's value.

    ``opens`` the first of a group.
    """

    id: str
    name: str
    value: str
    part: str
    other: str
    compared: ChangeVerdict | None
    said: str
    """That verdict in words."""
    opens: bool


def key_figures(current: Past, other: Against | None, writing: Writing) -> list[KeyFigure]:
    """The figures of all groups."""
    mine = _values(current.without_single_counter(current.total), existed=current.existed())
    theirs = _values(Row(), existed=False)
    if other:
        row = current.without_single_counter(other.row)
        theirs = _values(row, existed=other.existed)
    several = len(current.period) > 1
    here = _per_open_day(current, current.history.days) if several else {}
    there = _per_open_day(current, other.days) if several and other else {}
    usually = _usually(current, mine, other, writing) if other and other.usual else {}

    def compared_with(name: str) -> tuple[str, ChangeVerdict | None, str]:
        if other is None or other.usual:
            return usually.get(name, ("", None, ""))
        verdict = other.verdict(_COMPARED[name]) if name in _COMPARED else None
        whole = _whole(theirs, name, there, writing)
        return whole, verdict, writing.verdict(verdict) if verdict else ""

    return [
        KeyFigure(
            name,
            figure(name, writing).name,
            _written(mine, name, writing),
            _part(mine, name, here, writing),
            *compared_with(name),
            name == group[0],
        )
        for group in GROUPS
        for name in group
    ]


def _usually(
    current: Past, mine: Mapping[str, Value], other: Against, writing: Writing
) -> dict[str, tuple[str, ChangeVerdict | None, str]]:
    """The usual value of each figure, with its range, and the day's verdict against it."""
    days = [
        _values(current.without_single_counter(row), existed=True) for row in other.days.values()
    ]
    found: dict[str, tuple[str, ChangeVerdict | None, str]] = {}
    for name in (name for group in GROUPS for name in group):
        kind = figure(name, writing).kind
        one = usual(name, kind, mine[name], [day[name] for day in days])
        if one is None:
            found[name] = NOTHING, None, ""
            continue

        def write(value: float, kind: ColumnKind = kind) -> str:
            return writing.value(round(value) if kind == "count" else value, kind)

        text = write(one.middle)
        if one.range:
            text += f" ({write(one.range[0])}–{write(one.range[1])})"
        found[name] = text, one.verdict, writing(USUALLY[one.verdict])
    return found


def _values(row: Row, *, existed: bool) -> Mapping[str, Value]:
    names = [name for group in GROUPS for name in group] + ["left_waits", *_SHARES.values()]
    return dict(zip(names, values(RowContext.of(row, row), names, existed=existed), strict=True))


def _written(known: Mapping[str, Value], name: str, writing: Writing) -> str:
    return writing.value(known[name], figure(name, writing).kind)


def _days_over(current: Past, days: Mapping[str, Row]) -> DayFigures:
    """The days without the branch's running one, whose hours have not all come."""
    return {date: row for date, row in days.items() if current.over(date)}


def _per_open_day(current: Past, days: Mapping[str, Row]) -> Mapping[str, float]:
    """The figures of :data:`_SUMMED` for each day with figures; today is left out among others."""
    over = _days_over(current, days) or days
    if not over:
        return {}
    row = total(in_turns(over.values()))
    known = dict(zip(_SUMMED, values(RowContext.of(row, row), _SUMMED, existed=True), strict=True))
    return {name: value / len(over) for name, value in known.items() if isinstance(value, int)}


def _part(
    known: Mapping[str, Value], name: str, per_day: Mapping[str, float], writing: Writing
) -> str:
    """The text in brackets; of a sum over several days its mean ``per_day``."""
    if name in per_day and known[name] is not None:
        return writing(N_("{n} per open day"), n=writing.decimal(per_day[name]))
    if name == "left_p50" and known["left_waits"]:
        return writing(N_("{n} gave up"), n=writing.value(known["left_waits"], "count"))
    return writing.value(known[_SHARES[name]], "ratio") if name in _SHARES else ""


def _whole(
    known: Mapping[str, Value], name: str, per_day: Mapping[str, float], writing: Writing
) -> str:
    part = _part(known, name, per_day, writing)
    text = _written(known, name, writing)
    return f"{text} ({part})" if part else text


_SPANS: Final[tuple[tuple[PeriodKind, str], ...]] = (
    ("day", N_("Today")),
    ("week", N_("This week")),
    ("month", N_("This month")),
)


@dataclass(frozen=True, slots=True)
class Misses:
    """A span's misses next to the number that the goal tolerates, in words; ``figure`` defines
    them."""

    span: str
    figure: str
    text: str


@dataclass(frozen=True, slots=True)
class GoalCard:
    """A goal as a page shows it. ``appearance`` is the CSS class of the verdict.

    ``over``: nothing more comes to the period.

    ``other`` is its share on the side compared with, ``compared`` the verdict on that.
    ``changed``: it did not measure the same on both sides, so that there is no verdict.
    """

    id: str
    name: str
    figure: GoalResult
    appearance: str
    over: bool
    misses: tuple[Misses, ...]
    other: Share | None
    compared: ChangeVerdict | None
    changed: bool


def goal_cards(
    queue: Queue, current: Past, other: Against | None, writing: Writing
) -> list[GoalCard]:
    """A card for each goal that was in force or judged anything."""
    misses = _misses(queue, current, writing)
    return [
        GoalCard(
            figure.goal.id,
            writing.goal(current, figure.goal),
            figure,
            _appearance(figure),
            current.over(current.period.last),
            misses[figure.goal.id],
            other.share(figure.goal.id) if other else None,
            other.verdict("goal", figure.goal.id) if other else None,
            other is not None and figure.goal.id in other.changed,
        )
        for figure in current.goals(current.total)
    ]


def _appearance(figure: GoalResult) -> str:
    share = figure.share
    if share.ratio is None or figure.target is None:
        return "none"
    if share.judged < LEAST_JUDGED:
        return "few"
    if share.verdict != "open":
        return share.verdict
    return "above" if share.ratio >= figure.target else "below"


def figures_from(current: Past, other: Against | None) -> str:
    """The first date that a figure of the page counts: of the period, of the period it is compared
    with, or of the week or month whose misses are shown."""
    firsts = [current.period.first]
    if other and other.first:
        firsts.append(other.first)
    if _is_running(current):
        firsts += [period_of(kind, current.today).first for kind, _ in _SPANS]
    return min(firsts)


def _is_running(current: Past) -> bool:
    return current.period.holds(current.today) and not current.branch.historic


def _misses(queue: Queue, current: Past, writing: Writing) -> dict[str, tuple[Misses, ...]]:
    """Of today, this week and this month while the period lasts; afterwards of the period."""
    spans = [(writing.period(current.period), current)]
    if _is_running(current):
        spans = [
            (writing(name), past(queue, current.branch.id, period_of(kind, current.today)))
            for kind, name in _SPANS
        ]
        if current.period not in (span.period for _, span in spans):
            spans.append((writing.period(current.period), current))
    found: dict[str, list[Misses]] = {goal: [] for goal in current.targets()}
    for name, span in spans:
        for met in span.goals(span.total):
            if met.beyond is not None and met.share.judged and met.goal.id in found:
                found[met.goal.id].append(_misses_of(name, met, met.beyond, writing))
    return {goal: tuple(misses) for goal, misses in found.items()}


def _misses_of(span: str, met: GoalResult, beyond: int, writing: Writing) -> Misses:
    if met.budget is not None and met.budget >= 0:
        return Misses(span, "budget", wording.room(met.budget, writing))
    return Misses(span, "over", wording.beyond(beyond, writing))


def goal_changes(current: Past, writing: Writing) -> list[str]:
    """The changes of goals within the period, in sentences."""
    begins = day_bounds(current.branch, current.period.first)[0]
    ends = day_bounds(current.branch, current.period.last)[1]
    first = current.goal_history.since[0] if current.goal_history.since else 0
    found = [
        (since, _sentence(current, since, before, now, writing))
        for goal in current.goal_history.latest()
        for since, before, now in _steps(current.goal_history.changes(goal))
        if begins <= since < ends and since != first
    ]
    return [sentence for _, sentence in sorted(found)]


def _steps(
    changes: list[tuple[int, Goal | None]],
) -> Iterator[tuple[int, Goal | None, Goal | None]]:
    before: Goal | None = None
    for since, now in changes:
        yield since, before, now
        before = now


def _sentence(
    current: Past, since: int, before: Goal | None, now: Goal | None, writing: Writing
) -> str:
    day = writing.day(moment(current.branch, since).date)
    old, new = (_goal_sentence(current, goal, writing) for goal in (before, now))
    if now is None:
        return writing(N_("{day}: the goal “{goal}” was dropped."), day=day, goal=old)
    if before is None:
        return writing(N_("{day}: the goal “{goal}” was set."), day=day, goal=new)
    return writing(N_("{day}: the goal “{old}” became “{new}”."), day=day, old=old, new=new)


def _goal_sentence(current: Past, goal: Goal | None, writing: Writing) -> str:
    if goal is None:
        return ""
    return f"{writing.goal(current, goal)}, {writing.whole_percent(goal.target_ratio)}"
