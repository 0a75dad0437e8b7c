"""The whole content of a page of the history, from one reading of the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dashboards.history.booked import BookedPart, booked_part
from dashboards.history.charts import (
    BOTH,
    GOAL,
    Drawing,
    Lengths,
    Picture,
    Trend,
    keep,
    lengths_of,
    queue_by_hour,
    trend_choices,
    trend_of,
)
from dashboards.history.figures import (
    Against,
    GoalCard,
    KeyFigure,
    ShareSides,
    figures_from,
    goal_cards,
    goal_changes,
    key_figures,
    special_days,
)
from dashboards.history.hours import (
    HALF_HOURS,
    HEATS,
    Heat,
    OutsideHours,
    heat_of,
    outside_hours,
    worth_holding_against,
)
from dashboards.history.query import Query
from queue_service.branches.rules.branch import Branch
from queue_service.charts.store import ChartStore
from queue_service.command import Queue
from queue_service.history.operations.history import Past, past
from queue_service.insight.operations.worst_periods import WorstHour, worst_day, worst_hours
from queue_service.language.catalogues import N_, NN_
from queue_service.notes.operations import notes_in
from queue_service.notes.rules import Note
from queue_service.tables.build import TableId, table
from queue_service.tables.model import Table
from queue_service.tables.writing import Writing
from queue_service.visits.rules.visit import ENDED_STATES, OUTCOMES

_BY: Final[Mapping[TableId, tuple[str, ...]]] = {
    "services": ("service", "inquiries", "inquiries_share", "handling_p50", "handling_p90"),
    "came_by": ("came_by", "issued", "waiting_p50", "waiting_p90", "handling_p50"),
    "teams": ("team", "inquiries", "inquiries_share", "handling_p50", "busy_share"),
    "counters": ("counter", "inquiries", "inquiries_share", "handling_p50", "busy_share"),
    "outcomes": (
        "service",
        "inquiries",
        *(f"{outcome}_share" for outcome in OUTCOMES),
        "first_contact",
    ),
    "pauses": ("hour", "pause_reason", "pauses_begun", "paused_time"),
}
"""The columns of each table that fit on a page, in addition to the goals."""


_OPEN: Final = NN_("{n} visit has not ended yet.", "{n} visits have not ended yet.")


_TOLD: Final = (
    ("told_share", N_("Numbers with an estimated wait"), "told", "numbers"),
    ("alone_held", N_("Within the estimate, nobody ahead"), "alone_held", "alone"),
    ("behind_held", N_("Within the estimate, somebody ahead"), "behind_held", "behind"),
)
"""Figures of the estimated waits shown to citizens, each with its count and its total."""


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A share of the estimated waits: its figure, its name, the share, and its total."""

    figure: str
    name: str
    share: str
    of: str


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """The content of the page. ``by`` has tables by their id, ``pictures`` the charts by name.

    ``by_misses`` are the goals by whose misses the services can be sorted, ``most_misses`` names
    the service with the most of each, ``queue`` is how many people waited and ``hard_hours`` the
    hours that fell furthest short. ``ahead`` when the period has not begun, ``empty`` without
    anything to count, ``existed`` unless it was over before the branch's first day. ``weeks`` says
    which weeks counters, teams and pauses are of. ``paper`` of ``issued`` visits had a number on
    paper.
    """

    title: str
    ahead: bool
    empty: bool
    existed: bool
    weeks: str
    exact: bool
    paper: int
    issued: int
    open: str
    """How many have not ended, as a sentence; empty if all have."""
    figures_from: str
    """The first date that any figure of it counts: those compared with, and the week's misses."""
    notes: list[Note]
    changes: list[str]
    against: Against | None
    cards: list[GoalCard]
    figures: list[KeyFigure]
    special: list[str]
    """Dates with special opening hours on the sides compared, in sentences."""
    trend: Trend
    heat: Heat | None
    lengths: Mapping[str, Lengths]
    told: list[ToldLine]
    booked: BookedPart | None
    by: Mapping[str, Table]
    by_misses: Mapping[str, str]
    most_misses: Sequence[str]
    hall: OutsideHours | None
    worst_day: str | None
    hard_hours: list[WorstHour]
    queue: Trend | None
    pictures: Mapping[str, Picture]
    trends: Mapping[str, str]
    heats: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Builds a page from the query and the branches that the caller may see."""

    queue: Queue
    query: Query
    branch: Branch
    visible: list[Branch]
    writing: Writing

    def page(self) -> ShownHistory:
        """The page."""
        found = past(self.queue, self.branch.id, self.query.period)
        against = ShareSides(self.queue, self.query, found, self.visible, self.writing).against()
        notes = notes_in(self.queue, self.branch.id, self.query.period)
        trends = trend_choices(found, self.writing)
        heats = self._heats(found, _of_visits(found, trends))
        trend = trend_of(
            found, _one_of(trends, self.query.trend), {note.date for note in notes}, self.writing
        )
        lengths = self._lengths(found)
        waiting = queue_by_hour(found, self.writing)
        by = self._by(found)
        return ShownHistory(
            title=self.writing.period(found.period),
            ahead=found.period.first > found.today and not self.branch.historic,
            empty=not found.history.days,
            existed=found.existed(),
            weeks=self.writing.weeks(found.weeks),
            exact=found.total.exact,
            paper=found.total.visits["paper"],
            issued=found.total.visits["issued"],
            open=self._open(found),
            figures_from=figures_from(found, against),
            notes=notes,
            changes=goal_changes(found, self.writing),
            against=against,
            cards=goal_cards(self.queue, found, against, self.writing),
            figures=key_figures(found, against, self.writing),
            special=special_days(found, against, self.writing),
            trend=trend,
            heat=heat_of(found, _one_of(heats, self.query.heat), self.writing),
            lengths=lengths,
            told=self._told(found),
            booked=booked_part(self.queue, found, self.writing),
            by=by,
            most_misses=self._most_misses(by.get("services"), _of_visits(found, trends)),
            by_misses={"": self.writing(N_("As set up"))}
            | {
                goal: self.writing(N_("Most misses: {goal}"), goal=title)
                for goal, title in _of_visits(found, trends).items()
                if self._sortable(goal)
            },
            hall=self._outside_hours(found),
            worst_day=worst_day(found),
            hard_hours=self._hard_hours(found),
            queue=waiting,
            pictures=self._pictures(trend, lengths, waiting),
            trends=trends,
            heats=heats,
        )

    def _heats(self, found: Past, trends: Mapping[str, str]) -> dict[str, str]:
        """The choices of the map: for one day only its half hours, since charts have its hours."""
        titles = {name: self.writing(title) for name, (title, _) in HEATS.items()}
        if not found.history.half_hours:
            del titles[HALF_HOURS]
        elif len(found.period) == 1:
            return {HALF_HOURS: titles[HALF_HOURS]}
        goals = {name: title for name, title in trends.items() if name.startswith(GOAL)}
        return titles | goals

    def _open(self, found: Past) -> str:
        visits = found.total.visits
        left = visits["issued"] - sum(visits[state] for state in ENDED_STATES)
        return self.writing.counted(_OPEN, left) if left else ""

    def _lengths(self, found: Past) -> dict[str, Lengths]:
        lengths_by_kind = {which: lengths_of(found, which, self.writing) for which in BOTH}
        return {which: lengths for which, lengths in lengths_by_kind.items() if lengths}

    def _told(self, found: Past) -> list[ToldLine]:
        """How many numbers were issued with an estimated wait, and how often it came true; empty if
        none were."""
        visits, write = found.total.visits, self.writing
        return [
            ToldLine(figure, write(name), write.percent(n / of), write.part_of(n, of))
            for figure, name, part, whole in _TOLD
            for n, of in [(visits[part], visits[whole])]
            if of
        ]

    def _hard_hours(self, found: Past) -> list[WorstHour]:
        """Of a week, a month or a short range; a day's hours are side by side anyway."""
        return [] if len(found.period) == 1 else worst_hours(self.queue, found)

    def _by(self, found: Past) -> dict[str, Table]:
        shares = [f"{goal}:share" for goal in found.targets()]
        judged = [
            f"{goal}:{part}" for goal in found.targets() for part in ("share", "over", "verdict")
        ]
        by_goal = {"services": judged, "pauses": []}
        tables = {name: table(found, name, self.writing.language) for name in _BY}
        tables["services"] = self._sorted(tables["services"])
        return {
            name: one.select((*_BY[name], *by_goal.get(name, shares)))
            for name, one in tables.items()
            if one.rows
        }

    def _most_misses(self, services: Table | None, titles: Mapping[str, str]) -> list[str]:
        """For each goal that a service has more misses of than it tolerates, the one with the most:
        in a sentence."""
        records = [*services.records()] if services else []
        found = []
        for goal, title in titles.items():
            column = f"{goal.removeprefix(GOAL)}:over"
            misses = [
                (over, str(record["service"]))
                for record in records
                if isinstance(over := record.get(column), int) and over > 0
            ]
            if misses:
                over, service = max(misses, key=lambda each: each[0])
                text = N_("{goal}: most misses beyond the goal at {service}, {n}.")
                found.append(
                    self.writing(text, goal=title, service=service, n=self.writing.count(over))
                )
        return found

    @staticmethod
    def _sortable(choice: str) -> bool:
        return choice.startswith(GOAL)

    def _sorted(self, services: Table) -> Table:
        """The services by their misses beyond a goal, the most first, if that was asked for."""
        column = f"{self.query.services.removeprefix(GOAL)}:over"
        records = [*services.records()]
        if not self._sortable(self.query.services) or any(column not in r for r in records):
            return services

        def misses(row: int) -> int:
            over = records[row][column]
            return -over if isinstance(over, int) else 1

        order = sorted(range(len(records)), key=misses)
        return replace(
            services,
            keys=tuple(services.keys[row] for row in order),
            rows=tuple(services.rows[row] for row in order),
        )

    def _outside_hours(self, found: Past) -> OutsideHours | None:
        others = [branch for branch in self.visible if branch.id != self.branch.id]
        preferred = [branch for branch in others if branch.id == self.query.hall]
        references = [*preferred, *worth_holding_against(b for b in others if b.counted)]
        return next((outside_hours(found, reference) for reference in references), None)

    def _pictures(
        self, trend: Trend, lengths: Mapping[str, Lengths], waiting: Trend | None
    ) -> dict[str, Picture]:
        drawings: dict[str, Drawing] = {"trend": trend.drawing} if trend.table.rows else {}
        drawings |= {"queue": waiting.drawing} if waiting else {}
        drawings |= {which: found.drawing for which, found in lengths.items()}
        return keep(self.queue.get(ChartStore), self.branch.id, drawings)


def _one_of(choices: Mapping[str, str], wanted: str) -> str:
    return wanted if wanted in choices else next(iter(choices))


def _of_visits(found: Past, trends: Mapping[str, str]) -> dict[str, str]:
    """The measures known by service and hour: no goal on citizens' answers."""
    known = found.goal_history.latest()
    of_dates = {GOAL + goal.id for goal in known.values() if goal.of_dates}
    return {name: title for name, title in trends.items() if name not in of_dates}
