"""An hour's story as its page tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from queue_service.domain.explain import Factor, Kind
from queue_service.domain.figures import Row, Spread
from queue_service.domain.suppression import SMALLEST
from queue_service.language import N_
from queue_service.operations.history import GoalFigure
from queue_service.operations.hours import HourStory
from queue_service.tables.writing import NOTHING, Writing, clock

FIGURES: Final[Mapping[Kind, str]] = {
    "arrivals": "issued",
    "left_over": "left_over",
    "counters": "counters_open",
    "mix": "mix_mean",
    "handling": "times_mean",
}
"""The figure that defines each side of an hour."""

_REASONS: Final[Mapping[Kind, str]] = {
    "arrivals": N_("More people came"),
    "left_over": N_("More people were left over from before"),
    "counters": N_("Fewer counters were open"),
    "mix": N_("More was asked for that takes long"),
    "handling": N_("The same services took longer"),
}
_NUMBERS: Final = N_("{actual}, usually {low} to {high}")
_OF_TIME: Final = N_("that alone makes a mean of {actual}, usually {low} to {high}")
_MOST: Final = N_("Most of all {service}.")
_BAR_WIDTH: Final = 160
_BAR_ROOM: Final = 0.08


@dataclass(frozen=True, slots=True)
class Bar:
    """Where the usual range, its middle and the hour's own value stand, from 0 to 160."""

    low: float
    middle: float
    high: float
    actual: float


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the hour, written out. ``reason`` and ``numbers`` say it in words."""

    figure: str
    actual: str
    usual: str
    middle: str
    added: str
    unusual: bool
    harder: bool
    reason: str
    numbers: str
    service: str
    minutes: int
    bar: Bar


@dataclass(frozen=True, slots=True)
class Came:
    """What came of the hour in one figure. ``level`` is good, bad or nothing."""

    figure: str
    name: str
    here: str
    here_of: str
    usual: str
    usual_of: str
    verdict: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class HourView:
    """Writes a story's parts in one language."""

    story: HourStory
    write: Writing

    def sides(self) -> list[Side]:
        """All sides that are known, what made the hour harder first."""
        return [self._side(factor) for factor in self.story.explanation.factors]

    def reasons(self) -> list[Side]:
        """What was unusual and made it harder, the most first."""
        return [self._side(factor) for factor in self.story.explanation.reasons]

    def added(self) -> str:
        """The counter minutes that the hour had to bear beyond the usual."""
        return self.signed(self.story.explanation.added)

    def lighter(self) -> bool:
        """Whether the hour had less to bear than the usual, all in all."""
        return self.story.explanation.added < 0

    def minutes(self) -> int:
        """By how many counter minutes it had more, or less."""
        return abs(round(self.story.explanation.added))

    def slipped(self) -> bool:
        """Whether a goal was not reached in the hour, as far as that is told."""
        return any(_short(goal) for goal in self.story.goals() if not _few(goal.share.judged))

    def met(self) -> bool:
        """Whether every goal that judged anything was reached, as far as that is told."""
        return not self.slipped() and not any(_few(g.share.judged) for g in self.story.goals())

    def came(self) -> Iterator[Came]:
        """What came of it: the goals of the date, then waits, handling and people."""
        row, usual = self.story.seen.row, self.story.usual()
        for goal in self.story.goals():
            yield self._goal(goal, usual)
        yield self._mean("waiting_mean", row.visits.durations.spread(), usual, waits=True)
        yield self._mean("handling_mean", row.inquiries.durations.spread(), usual, waits=False)
        for figure in ("issued", "abandoned"):
            yield self._count(figure, row.visits[figure], usual.visits[figure])

    def signed(self, minutes: float) -> str:
        """Counter minutes with their sign."""
        whole = round(minutes)
        sign = "+" if whole > 0 else "\N{MINUS SIGN}" if whole < 0 else ""
        return f"{sign}{self.write.count(abs(whole))}"

    def _side(self, factor: Factor) -> Side:
        actual, low, high = self._numbers(factor)
        timed = factor.kind in ("mix", "handling")
        service = self.write.say.service(self.story.past, factor.service) if factor.service else ""
        return Side(
            figure=FIGURES[factor.kind],
            actual=actual,
            usual=f"{low}–{high}",
            middle=self._value(factor.kind, factor.median),
            added=self.signed(factor.contribution),
            unusual=factor.unusual,
            harder=factor.contribution > 0,
            reason=self.write.say(_REASONS[factor.kind]),
            numbers=self.write.say(
                _OF_TIME if timed else _NUMBERS, actual=actual, low=low, high=high
            ),
            service=self.write.say(_MOST, service=service) if service else "",
            minutes=round(factor.contribution),
            bar=_bar(factor),
        )

    def _numbers(self, factor: Factor) -> tuple[str, str, str]:
        """The value and its usual range; whole people lie within whole numbers."""
        low, high = factor.low, factor.high
        if factor.kind in ("arrivals", "left_over"):
            low, high = ceil(low), floor(high)
        write = self._value
        return write(factor.kind, factor.actual), write(factor.kind, low), write(factor.kind, high)

    def _value(self, kind: Kind, value: float) -> str:
        if kind in ("mix", "handling"):
            return clock(value)
        if kind == "counters":
            return self.write.value(value, "decimal")
        return self.write.value(value, "count" if value == int(value) else "decimal")

    def _goal(self, goal: GoalFigure, usual: Row) -> Came:
        judged, within = usual.judged(goal.goal.id)
        told = goal.share.judged >= SMALLEST
        return Came(
            "share",
            self.write.say.goal(self.story.past, goal.goal),
            *self._share(goal.share.within, goal.share.judged),
            *self._share(within, judged),
            self._verdict(goal) if told else "",
            ("bad" if _short(goal) else "good") if told else "",
        )

    def _share(self, within: int, judged: int) -> tuple[str, str]:
        """A goal's share and what it is of. Of a few it would tell how long somebody took."""
        if judged < SMALLEST:
            return NOTHING, self._fewer(judged)
        return self.write.percent(within / judged), self._of(within, judged)

    def _verdict(self, goal: GoalFigure) -> str:
        if goal.target is None:
            return ""
        target = self.write.whole_percent(goal.target)
        reached = (goal.share.ratio or 0) >= goal.target
        text = N_("Reached the {target}") if reached else N_("Below the {target}")
        return self.write.say(text, target=target)

    def _of(self, part: int, whole: int) -> str:
        write = self.write.count
        return self.write.say(N_("{part} of {whole}"), part=write(part), whole=write(whole))

    def _mean(self, figure: str, here: Spread, usual: Row, *, waits: bool) -> Came:
        durations = usual.visits.durations if waits else usual.inquiries.durations
        return Came(
            figure,
            "",
            *self._length(here.mean or 0, here.n, waits=waits),
            *self._length(durations.total_ms / 1000 / (durations.n or 1), durations.n, waits=waits),
        )

    def _length(self, mean: float, n: int, *, waits: bool) -> tuple[str, str]:
        if n < SMALLEST:
            return NOTHING, self._fewer(n)
        return clock(mean), self._n(n, waits=waits)

    def _n(self, n: int, *, waits: bool) -> str:
        text = N_("{n} waits") if waits else N_("{n} inquiries")
        return self.write.say(text, n=self.write.count(n))

    def _fewer(self, n: int) -> str:
        return self.write.say(N_("fewer than {n}"), n=SMALLEST) if n else ""

    def _count(self, figure: str, here: int, usual: int) -> Came:
        weeks = len(self.story.weeks)
        mean = self.write.value(usual / weeks, "decimal") if weeks else NOTHING
        return Came(figure, "", self.write.count(here), "", mean, "")


def _few(n: int) -> bool:
    return 0 < n < SMALLEST


def _short(goal: GoalFigure) -> bool:
    ratio, target = goal.share.ratio, goal.target
    return ratio is not None and target is not None and ratio < target


def _bar(factor: Factor) -> Bar:
    lowest, highest = min(factor.low, factor.actual), max(factor.high, factor.actual)
    room = (highest - lowest or 1) * _BAR_ROOM
    scale = _BAR_WIDTH / (highest - lowest + 2 * room)

    def place(value: float) -> float:
        return round((value - lowest + room) * scale, 1)

    return Bar(place(factor.low), place(factor.median), place(factor.high), place(factor.actual))
