"""An hour's story as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from dashboards.hour.effects import Came, Effects, few, short
from queue_service.branches.rules.dates_and_hours import open_minutes, open_part, weekday_of
from queue_service.days.rules.suppression import SMALLEST
from queue_service.goals.rules.goal import Goal
from queue_service.history.operations.history import GoalResult
from queue_service.insight.operations.hours import HourStory
from queue_service.insight.rules.explain import MIN_WEEKS, CauseKind, Factor
from queue_service.insight.wording import factor_value, factor_words
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import NOTHING
from queue_service.staffing.operations.past_hour import OtherCounters
from queue_service.tables.writing import Writing

FIGURES: Final[Mapping[CauseKind, str]] = {
    "arrivals": "issued",
    "left_over": "left_over",
    "counters": "counters_open",
    "idle": "counters_idle",
    "mix": "mix_mean",
    "handling": "times_mean",
}
"""The figure that defines each side of an hour."""

_AS_MUCH_WORK: Final = N_("All in all the hour had as much work at a counter as usual.")
_MORE_WORK: Final = NN_(
    "All in all the hour had {n} minute more work at a counter than usual.",
    "All in all the hour had {n} minutes more work at a counter than usual.",
)
_LESS_WORK: Final = NN_(
    "Other things took away more: all in all the hour had {n} minute less work at a counter than "
    "usual.",
    "Other things took away more: all in all the hour had {n} minutes less work at a counter than "
    "usual.",
)
_MILD_TIME: Final = N_(
    "that alone makes a mean of {actual}, where {middle} is the middle and {low} to {high} is usual"
)
_MILD: Final = N_("{actual}, where {middle} is the middle and {low} to {high} is usual")
_MOST: Final = N_("Most of all {service}.")
_GOAL_FELL: Final = N_("{goal}: {actual}, usually {usual}.")
_BY_MIX: Final = N_(
    "Other services than usual were asked for, most of all {service}: {points} points."
)
_LESS_OFTEN: Final = N_(
    "The same services reached it less often, most of all {service}: {points} points."
)
_MORE_OFTEN: Final = N_(
    "The same services reached it more often, most of all {service}: {points} points."
)
_SEEN: Final = N_("{actual} came, usually {usual}. That has been seen before.")
_SEEN_AT: Final = N_(
    "{actual} came, usually {usual}. That has been seen before. Open counters: {counters}, which "
    "was not enough for it."
)
_ONE_MORE: Final = N_(
    "With one counter more in this hour, about {share} of those who came in it would have been "
    "called in under {limit}, and with the counters that were open {was}."
)
_NO_CHANGE: Final = N_(
    "One counter more would have changed nothing: as with the counters that were open, about "
    "{share} of those who came in this hour would have been called in under {limit}."
)
_ONE_FEWER: Final = N_("With one fewer it would have been about {share}.")
_IN_FACT: Final = N_("In fact it was {share}.")
_NO_EFFECT: Final = N_("More counters do not change the goals that were missed.")
_NOT_KNOWN: Final = N_(
    "The effect of other counters is not known: worked out with the counters that were open, "
    "{share} would have been called in time, and in fact it was {true}."
)
_DRAWN: Final = N_(
    "A simulation of 40 days with this day’s visitors and counters, and the service times and "
    "patience of the 20 days up to it. It is a calculation, not proof."
)
_SHORT: Final = NN_(
    "{goal}: {share} ({part}). {n} more was needed for the goal of {target}.",
    "{goal}: {share} ({part}). {n} more were needed for the goal of {target}.",
)
_BY_CHANCE: Final = N_("So small a difference can be chance.")
_MORE_THAN_CHANCE: Final = N_("That is more than chance.")
_NO_WORSE: Final = N_("Usually it is {usual}, so the hour was no worse than others.")
_HALF_HOUR_MS: Final = 1_800_000
_BAR_WIDTH: Final = 160
_BAR_ROOM: Final = 0.08


@dataclass(frozen=True, slots=True)
class HourBar:
    """The positions of the usual range, its middle and the hour's own value, from 0 to 160."""

    low: float
    middle: float
    high: float
    actual: float


@dataclass(frozen=True, slots=True)
class HourSide:
    """One side of the hour, written out. ``reason`` and ``numbers`` say it in words;
    ``mild_numbers`` compare with the middle, for a value inside the usual range."""

    figure: str
    actual: str
    usual: str
    middle: str
    added: str
    unusual: bool
    harder: bool
    reason: str
    numbers: str
    mild_numbers: str
    service: str
    minutes: int
    bar: HourBar


@dataclass(frozen=True, slots=True)
class Half:
    """A half hour: who came and how many counters were open, each with the usual number."""

    name: str
    came: str
    came_usually: str
    counters: str
    counters_usually: str


@dataclass(frozen=True, slots=True)
class HourView:
    """Writes a story's parts in one language."""

    story: HourStory
    write: Writing

    def sides(self) -> list[HourSide]:
        """All sides that are known, what made the hour harder first."""
        return [self._side(factor) for factor in self.story.explanation.factors]

    def reasons(self) -> list[HourSide]:
        """The unusual factors that added work, the largest first."""
        return [self._side(factor) for factor in self.story.explanation.reasons]

    def most(self) -> HourSide | None:
        """The factor that added most work, if the first reason is another one or there is none."""
        largest, reasons = self.story.explanation.largest, self.story.explanation.reasons
        if largest is None or largest in reasons[:1] or round(largest.contribution) < 1:
            return None
        return self._side(largest)

    def seen_before(self) -> str:
        """That more people came than usual, though not more than has been seen; empty unless a
        waiting goal was missed: people and counters change no other."""
        if not self._slipped(waits=True):
            return ""
        factors = {factor.kind: factor for factor in self.story.explanation.factors}
        came, counters = factors.get("arrivals"), factors.get("counters")
        if came is None or came != self.story.explanation.largest:
            return ""
        people = {"actual": self.write.count(came.actual), "usual": self.write.count(came.median)}
        if counters is None:
            return self.write(_SEEN, **people)
        opened = counters.actual / self.story.open_part
        shown = self.write.decimal(opened, 0 if round(opened, 1) == round(opened) else 1)
        return self.write(_SEEN_AT, counters=shown, **people)

    def missed_goals(self) -> Iterator[str]:
        """For each goal that the hour missed, by how much, and whether that can be chance."""
        for goal in self._missed():
            usual = self._usually(goal)
            parts = [
                self.write.counted(
                    _SHORT,
                    goal.beyond or 0,
                    goal=self.write.goal(self.story.past, goal.goal),
                    share=self.write.percent(goal.share.ratio),
                    part=self.write.part_of(goal.share.within, goal.share.judged),
                    target=self.write.whole_percent(goal.target or 0),
                ),
                self.write(_BY_CHANCE if _by_chance(goal) else _MORE_THAN_CHANCE),
            ]
            if usual is not None and usual <= (goal.share.ratio or 0):
                parts.append(self.write(_NO_WORSE, usual=self.write.percent(usual)))
            yield " ".join(parts)

    def by_chance(self) -> bool:
        """Whether goals were missed, each by no more than chance."""
        missed = self._missed()
        return bool(missed) and all(map(_by_chance, missed))

    def _missed(self) -> list[GoalResult]:
        return [g for g in self.story.goals() if short(g) and not few(g.share.judged)]

    def _usually(self, goal: GoalResult) -> float | None:
        judged, within = self.story.usual().judged(goal.goal.id)
        return within / judged if judged >= SMALLEST else None

    def goal_sentences(self) -> list[str]:
        """A sentence for each missed goal of handling or first contact that was worse than
        usual."""
        return [text for goal in self._missed() if (text := self._goal_sentence(goal.goal))]

    def _goal_sentence(self, goal: Goal) -> str:
        change = self.story.share_change(goal)
        if change is None or round(change.usual - change.actual, 3) <= 0:
            return ""
        say, write = self.write, self.write
        parts = [
            (change.mix, _BY_MIX, change.mix_service),
            (
                change.within,
                _LESS_OFTEN if change.within < 0 else _MORE_OFTEN,
                change.within_service,
            ),
        ]
        sentences = [
            say(
                text,
                points=self._points(by),
                service=say.service(self.story.past, service) if service else "",
            )
            for by, text, service in sorted(parts, key=lambda part: part[0])
            if service
        ]
        whole = say(
            _GOAL_FELL,
            goal=say.goal(self.story.past, goal),
            actual=write.percent(change.actual),
            usual=write.percent(change.usual),
        )
        return " ".join([whole, *sentences])

    def _points(self, ratio: float) -> str:
        shown = round(ratio * 100, 1)
        sign = "+" if shown > 0 else "\N{MINUS SIGN}" if shown < 0 else ""
        return f"{sign}{self.write.value(abs(shown), 'decimal')}"

    def added(self) -> str:
        """The counter minutes of work that the hour had beyond the usual."""
        return self.signed(self._minutes())

    def _minutes(self) -> int:
        """The minutes of the sides as they are shown, so that they add up to their sum."""
        return sum(round(factor.contribution) for factor in self.story.explanation.factors)

    def lighter(self) -> bool:
        """Whether the hour had less work than the usual, all in all."""
        return self._minutes() < 0

    def all_in_all(self) -> str:
        """How much more or less work than usual the hour had, in whole counter minutes."""
        minutes = self._minutes()
        if not minutes:
            return self.write(_AS_MUCH_WORK)
        return self.write.counted(_MORE_WORK if minutes > 0 else _LESS_WORK, abs(minutes))

    def slipped(self) -> bool:
        """Whether a goal was not reached in the hour, as far as that is shown."""
        return self._slipped()

    def _slipped(self, *, waits: bool = False) -> bool:
        return any(one.goal.judges_waits or not waits for one in self._missed())

    def made_wait(self) -> bool:
        """Whether more work can be what went wrong: no goal was missed, or a waiting goal was."""
        return not self._slipped() or self._slipped(waits=True)

    def met(self) -> bool:
        """Whether every goal that judged anything was reached, as far as that is shown."""
        return not self.slipped() and not any(few(g.share.judged) for g in self.story.goals())

    def halves(self) -> Iterator[Half]:
        """The hour's two half hours, without one that has no visit and no opening."""
        story = self.story
        week, weekday = story.past.branch.opening_hours, weekday_of(story.date)
        for name, here in story.figures.halves.items():
            part = open_part(week, weekday, name)
            weeks = [found.halves[name] for found in story.weeks.values() if found.halves]
            if here.issued or here.open_ms or open_minutes(week, weekday, name):
                came = self.write.count(here.issued), self._median([w.issued for w in weeks], 1)
                per_half = _HALF_HOUR_MS * part
                opened = self.write.decimal(here.open_ms / per_half, 1)
                usually = self._median([w.open_ms for w in weeks], per_half)
                yield Half(self.write.half_hour(name), *came, opened, usually)

    def _median(self, values: Sequence[int], unit: float) -> str:
        """The usual values; nothing if too few weeks have them."""
        if len(values) < MIN_WEEKS:
            return NOTHING
        return self.write.decimal(median(values) / unit, 1)

    def came(self) -> Iterator[Came]:
        """The effects: the goals of the date, then waits, handling and people."""
        return Effects(self.story, self.write).figures()

    def other_counters(self, found: OtherCounters) -> Iterator[str]:
        """The sentences about one counter more or fewer; one of them says if that is not known."""
        write, hour, true = self.write, found.hour, found.true_share
        was = write.rounded_percent(hour.as_it_was)
        if not hour.fits(true):
            yield write(_NOT_KNOWN, share=was, true=write.rounded_percent(true))
            return
        limit, more = write.length(found.limit_seconds), write.rounded_percent(hour.more)
        yield write(_NO_CHANGE if more == was else _ONE_MORE, share=more, was=was, limit=limit)
        if true is not None:
            yield write(_IN_FACT, share=write.rounded_percent(true))
        if hour.fewer is not None:
            yield write(_ONE_FEWER, share=write.rounded_percent(hour.fewer))
        if not self.made_wait():
            yield write(_NO_EFFECT)

    def basis(self, found: OtherCounters) -> str:
        """The basis of the sentences about other counters; empty if none is said."""
        return self.write(_DRAWN) if found.hour.fits(found.true_share) else ""

    def signed(self, minutes: float) -> str:
        """Counter minutes with their sign."""
        whole = round(minutes)
        sign = "+" if whole > 0 else "\N{MINUS SIGN}" if whole < 0 else ""
        return f"{sign}{self.write.count(abs(whole))}"

    def _side(self, factor: Factor) -> HourSide:
        said = factor_words(factor, self.story.open_part, self.write)
        service = self.write.service(self.story.past, factor.service) if factor.service else ""
        return HourSide(
            figure=FIGURES[factor.kind],
            actual=said.actual,
            usual=f"{said.low}–{said.high}",
            middle=self._value(factor.kind, factor.median),
            added=self.signed(factor.contribution),
            unusual=factor.unusual,
            harder=factor.contribution > 0,
            reason=said.reason,
            numbers=said.numbers,
            mild_numbers=self.write(
                _MILD_TIME if factor.kind in ("mix", "handling") else _MILD,
                actual=said.actual,
                middle=self._value(factor.kind, factor.median),
                low=said.low,
                high=said.high,
            ),
            service=self.write(_MOST, service=service) if service else "",
            minutes=round(factor.contribution),
            bar=_bar(factor),
        )

    def _value(self, kind: CauseKind, value: float) -> str:
        return factor_value(kind, value, self.story.open_part, self.write)


def _by_chance(goal: GoalResult) -> bool:
    """Whether the interval of a goal's share reaches its target."""
    high, target = goal.share.high, goal.target
    return high is not None and target is not None and high >= target


def _bar(factor: Factor) -> HourBar:
    lowest, highest = min(factor.low, factor.actual), max(factor.high, factor.actual)
    room = (highest - lowest or 1) * _BAR_ROOM
    scale = _BAR_WIDTH / (highest - lowest + 2 * room)

    def place(value: float) -> float:
        return round((value - lowest + room) * scale, 1)

    return HourBar(
        place(factor.low), place(factor.median), place(factor.high), place(factor.actual)
    )
