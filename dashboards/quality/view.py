"""The page *What may bias the figures*: indicators by branch and team, never by person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.days.rules.figures import Row
from queue_service.days.rules.suppression import small
from queue_service.goals.rules.indicators import HANDLING_TIME
from queue_service.goals.rules.verdicts import Share
from queue_service.history.operations.history import Past
from queue_service.history.rules.history import total
from queue_service.insight.rules.data_quality import (
    LEAST_N,
    IndicatorName,
    QualityFigure,
    indicators,
    is_paper_share_large,
    without_quick,
)
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import NOTHING, stopwatch
from queue_service.tables.model import HIDDEN
from queue_service.tables.words import OF_INQUIRIES
from queue_service.tables.writing import Writing

_PER_VISIT: Final = NN_("per visit, of {n}", "per visit, of {n}")


@dataclass(frozen=True, slots=True)
class _Sign:
    """A sign: the figure that defines it, its name, the number it is a share of, how it may bias
    the figures, and a good reason for it."""

    figure: str
    name: str
    of: tuple[str, str]
    bias: str
    innocent: str


_SIGNS: Final[Mapping[IndicatorName, _Sign]] = {
    "quick": _Sign(
        "quick_share",
        N_("Handled in under 15 seconds"),
        OF_INQUIRIES,
        N_(
            "An inquiry that was never handled, or completed by a wrong press, counts as handled "
            "within every limit."
        ),
        N_("Showing somebody the way, or handing a passport over, is honestly this quick."),
    ),
    "continued": _Sign(
        "continued_per_visit",
        N_("Split into several inquiries"),
        _PER_VISIT,
        N_(
            "One long inquiry split into two short ones turns one miss of the six minutes into two "
            "hits."
        ),
        N_("Who has two errands is better served at once: then it is good work."),
    ),
    "stood": _Sign(
        "stood_mean",
        N_("Parked or sent on"),
        NN_("per inquiry, of {n}", "per inquiry, of {n}"),
        N_("While an inquiry is parked or on its way to another counter its clock is stopped."),
        N_("A photo to be taken or a form to be filled in is a good reason to park."),
    ),
    "walk": _Sign(
        "walk_mean",
        N_("From the call to the start"),
        _PER_VISIT,
        N_(
            "Between the call and the start neither the wait nor the handling runs. Who starts "
            "late looks quick."
        ),
        N_("A large building, a lift or a pram takes time."),
    ),
}
_PAPER: Final = N_(
    "{n} of {whole} visits ({share}) were entered from paper afterwards. Their times were written "
    "by hand: compare them with when the service was away."
)
_TEAM_INDICATORS: Final[tuple[IndicatorName, ...]] = ("quick", "continued", "stood")
"""A walk belongs to a visit, which has no team."""


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A sign, written out, with its earlier value and the number it is a share of."""

    figure: str
    name: str
    value: str
    of: str
    before: str
    flagged: bool
    bias: str
    innocent: str


@dataclass(frozen=True, slots=True)
class Attained:
    """A goal's share as it counts, without the quick inquiries, and with parked time counted."""

    name: str
    share: str
    of: str
    without: str
    without_of: str
    parked: str
    exact: bool
    turned: bool


@dataclass(frozen=True, slots=True)
class QualityTeam:
    """A team's indicators and goals; ``hidden`` if it is too small or reveals a small one."""

    name: str
    hidden: bool
    indicators: tuple[IndicatorRow, ...] = ()
    goals: tuple[Attained, ...] = ()


@dataclass(frozen=True, slots=True)
class QualityView:
    """Writes a period next to the one before it in one language."""

    now: Past
    before: Past
    write: Writing

    def few(self) -> bool:
        """Whether the branch itself is too small to be shown, or has nothing."""
        n = self.now.total.inquiries.durations.n
        return small(n) or not n

    def alone(self) -> bool:
        """Whether nothing was completed in the period before, so that nothing can be an outlier."""
        return not self.before.total.inquiries.durations.n

    def comparable(self) -> bool:
        """Whether both periods have enough inquiries for something to be an outlier."""
        rows = self.now.total, self.before.total
        return all(row.inquiries.durations.n >= LEAST_N for row in rows)

    def paper(self) -> str:
        """How many visits were entered from paper, where that is a large share; else nothing."""
        visits = self.now.total.visits
        paper, issued = visits["paper"], visits["issued"]
        if not is_paper_share_large(paper, issued):
            return ""
        return self.write(
            _PAPER,
            n=self.write.count(paper),
            whole=self.write.count(issued),
            share=self.write.percent(paper / issued),
        )

    def indicators(self) -> list[IndicatorRow]:
        """The branch's four indicators."""
        return self._rows(self.now.total, self.before.total)

    def hides(self, shown: Iterable[IndicatorRow]) -> bool:
        """Whether one of these indicators leaves out what it is or was before."""
        return any(HIDDEN in (indicator.value, indicator.before) for indicator in shown)

    def flagged(self) -> list[IndicatorRow]:
        """The indicators that differ from the period before."""
        return [indicator for indicator in self.indicators() if indicator.flagged]

    def goals(self) -> list[Attained]:
        """The handling goals with and without the quick inquiries."""
        return self._goals(self.now.history.services.values())

    def teams(self) -> list[QualityTeam]:
        """Each team over the whole weeks of the period, in the order of the configuration."""
        rows = self.now.history.teams
        return [self._team(team, rows[team]) for team in self._order(rows)]

    def weeks(self) -> str:
        """The weeks that teams are shown for."""
        return self.write.weeks(self.now.weeks)

    def team_indicators(self) -> list[tuple[str, str]]:
        """The figure and the name of each sign that a team has."""
        signs = (_SIGNS[name] for name in _TEAM_INDICATORS)
        return [(sign.figure, self.write(sign.name)) for sign in signs]

    def _order(self, rows: Mapping[str, Row]) -> list[str]:
        known = [team for team in self.now.branch.teams if team in rows]
        return [*known, *sorted(rows.keys() - set(known))]

    def _team(self, team: str, row: Row) -> QualityTeam:
        name = self.write.team(self.now, team)
        if not row.inquiries.durations.n:
            return QualityTeam(name, hidden=True)
        earlier = self.before.history.teams.get(team, Row())
        hide_before = team in self.before.history.teams and not earlier.inquiries.durations.n
        shown = [
            indicator
            for indicator in indicators(row, earlier)
            if indicator.name in _TEAM_INDICATORS
        ]
        return QualityTeam(
            name,
            False,
            tuple(self._row(indicator, hide_before=hide_before) for indicator in shown),
            tuple(self._goals([row])),
        )

    def _rows(self, now: Row, before: Row) -> list[IndicatorRow]:
        return [self._row(indicator) for indicator in indicators(now, before)]

    def _row(self, indicator: QualityFigure, *, hide_before: bool = False) -> IndicatorRow:
        say, sign = self.write, _SIGNS[indicator.name]
        few, few_before = small(indicator.n), hide_before or small(indicator.n_before)
        earlier = HIDDEN if few_before else self._value(indicator.name, indicator.before)
        return IndicatorRow(
            sign.figure,
            say(sign.name),
            HIDDEN if few else self._value(indicator.name, indicator.value),
            say.counted(sign.of, indicator.n) if indicator.n and not few else "",
            earlier,
            indicator.flagged,
            say(sign.bias),
            say(sign.innocent),
        )

    def _value(self, name: IndicatorName, value: float | None) -> str:
        if value is None:
            return NOTHING
        if name == "quick":
            return self.write.percent(value)
        if name == "continued":
            return self.write.decimal(value, 2)
        return stopwatch(value)

    def _goals(self, rows: Iterable[Row]) -> list[Attained]:
        found = list(rows)
        targets = self.now.targets()
        goals = [g for g in self.now.goal_history.latest().values() if g.id in targets]
        handling = [g for g in goals if g.indicator is HANDLING_TIME]
        return [
            attained
            for goal in handling
            if (attained := self._attained(found, goal.id, targets[goal.id]))
        ]

    def _attained(self, rows: list[Row], goal: str, target: float | None) -> Attained | None:
        found = without_quick(rows, goal, target)
        if not found.attained.judged or small(found.attained.judged):
            return None
        attained, without = found.attained, found.without
        return Attained(
            self.write.goal(self.now, self.now.goal_history.latest()[goal]),
            self.write.percent(attained.ratio),
            self.write.part_of(attained.within, attained.judged),
            self.write.percent(without.ratio),
            self.write.part_of(without.within, without.judged),
            self._parked(rows, goal),
            found.exact,
            turned=_reached(attained, target) and not _reached(without, target),
        )

    def _parked(self, rows: Iterable[Row], goal: str) -> str:
        whole = total(rows)
        within = whole.parked_within(goal)
        return self.write.percent(None if within is None else within / whole.judged(goal)[0])


def _reached(share: Share, target: float | None) -> bool:
    return share.ratio is not None and target is not None and share.ratio >= target
