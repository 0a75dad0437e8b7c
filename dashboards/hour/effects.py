"""The effects of an hour: its goals, waits, handling times and people, compared with the usual."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from queue_service.days.rules.figures import DurationSpread, Row
from queue_service.days.rules.flow import Flow
from queue_service.days.rules.suppression import SMALLEST
from queue_service.history.operations.history import GoalResult
from queue_service.insight.operations.hours import HourStory
from queue_service.language.catalogues import N_
from queue_service.language.wording import NOTHING, stopwatch
from queue_service.tables.model import HIDDEN
from queue_service.tables.words import INQUIRIES, WAITS
from queue_service.tables.writing import Writing

_HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Came:
    """The effect of the hour on one figure. ``level`` is good, bad or nothing."""

    figure: str
    name: str
    here: str
    here_of: str
    usual: str
    usual_of: str
    verdict: str = ""
    level: str = ""

    @property
    def hides(self) -> bool:
        """Whether one of its figures is left out."""
        return HIDDEN in (self.here, self.usual)


@dataclass(frozen=True, slots=True)
class Effects:
    """Writes what came of an hour in one language."""

    story: HourStory
    write: Writing

    def figures(self) -> Iterator[Came]:
        """The goals of the date, then waits, handling and people."""
        row, usual = self.story.figures.row, self.story.usual()
        for goal in self.story.goals():
            yield self._goal(goal, usual)
        yield self._mean("waiting_mean", row.visits.durations.spread(), usual, waits=True)
        yield self._mean("handling_mean", row.inquiries.durations.spread(), usual, waits=False)
        yield from self._at_work()
        for figure in ("issued", "abandoned"):
            yield self._count(figure, row.visits[figure], usual.visits[figure])

    def _at_work(self) -> Iterator[Came]:
        """How many counters were at work, of those that were open, unless it was one alone."""
        weeks = [week.flow for week in self.story.weeks.values() if week.flow]
        here = self.story.figures.flow
        if here and not here.alone:
            yield Came("counters_busy", "", *self._counters([here]), *self._counters(weeks))

    def _counters(self, flows: Sequence[Flow]) -> tuple[str, str]:
        if all(flow.alone for flow in flows):
            return NOTHING, ""
        busy, opened = (
            self.write.value(sum(ms) / len(flows) / (_HOUR_MS * self.story.open_part), "decimal")
            for ms in zip(*((flow.busy_ms, flow.open_ms) for flow in flows), strict=True)
        )
        return busy, self.write(N_("of {n} open"), n=opened)

    def _goal(self, goal: GoalResult, usual: Row) -> Came:
        judged, within = usual.judged(goal.goal.id)
        enough = goal.share.judged >= SMALLEST
        return Came(
            "share",
            self.write.goal(self.story.past, goal.goal),
            *self._share(goal.share.within, goal.share.judged),
            *self._share(within, judged),
            self._verdict(goal) if enough else "",
            ("bad" if short(goal) else "good") if enough else "",
        )

    def _share(self, within: int, judged: int) -> tuple[str, str]:
        """A goal's share and what it is of. With few inquiries it would show how long one person
        took."""
        if judged < SMALLEST:
            return HIDDEN if judged else NOTHING, self._fewer(judged)
        return self.write.percent(within / judged), self.write.part_of(within, judged)

    def _verdict(self, goal: GoalResult) -> str:
        if goal.target is None:
            return ""
        target = self.write.whole_percent(goal.target)
        reached = (goal.share.ratio or 0) >= goal.target
        text = N_("Reached the {target}") if reached else N_("Below the {target}")
        return self.write(text, target=target)

    def _mean(self, figure: str, here: DurationSpread, usual: Row, *, waits: bool) -> Came:
        durations = usual.visits.durations if waits else usual.inquiries.durations
        return Came(
            figure,
            "",
            *self._length(here.mean or 0, here.n, waits=waits),
            *self._length(durations.total_ms / 1000 / (durations.n or 1), durations.n, waits=waits),
        )

    def _length(self, mean: float, n: int, *, waits: bool) -> tuple[str, str]:
        if n < SMALLEST:
            return HIDDEN if n else NOTHING, self._fewer(n)
        return stopwatch(mean), self._n(n, waits=waits)

    def _n(self, n: int, *, waits: bool) -> str:
        return self.write.counted(WAITS if waits else INQUIRIES, n)

    def _fewer(self, n: int) -> str:
        return self.write(N_("fewer than {n}"), n=SMALLEST) if n else ""

    def _count(self, figure: str, here: int, usual: int) -> Came:
        weeks = len(self.story.weeks)
        mean = self.write.value(usual / weeks, "decimal") if weeks else NOTHING
        return Came(figure, "", self.write.count(here), "", mean, "")


def few(n: int) -> bool:
    """Whether there are too few to show anything."""
    return 0 < n < SMALLEST


def short(goal: GoalResult) -> bool:
    """Whether a goal was not reached."""
    ratio, target = goal.share.ratio, goal.target
    return ratio is not None and target is not None and ratio < target
