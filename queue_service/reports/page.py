"""A report as a page shows it: every text in one language, every figure written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.goals import wording as goal_wording
from queue_service.goals.rules.verdicts import LEAST_JUDGED
from queue_service.goals.wording import VERDICTS
from queue_service.history.rules.confidence_intervals import MIN_DAYS
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import NOTHING
from queue_service.reports.report import AnswersLine, GoalLine, Report, ReportKind
from queue_service.reports.sentences import (
    BEFORE,
    FindingText,
    LongestDay,
    finding_text,
    longest_day,
)
from queue_service.reports.tables import Tables, WrittenTable
from queue_service.tables.figures.catalogue import Figure, figure
from queue_service.tables.model import HIDDEN, Value
from queue_service.tables.words import NOTES, QUESTION_NAMES, Words
from queue_service.tables.writing import Writing

KIND_NAMES: Final[Mapping[ReportKind, str]] = {
    "week": N_("Weekly report"),
    "month": N_("Monthly report"),
}
"""The names of the kinds of report."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure next to that of the period before; of a sum over more days than there, the days."""

    figure: Figure
    now: str
    before: str
    days_now: str = ""
    days_before: str = ""


@dataclass(frozen=True, slots=True)
class GoalTile:
    """A goal; ``share``, ``low``, ``high`` and ``target`` are per mille of the gauge's width."""

    name: str
    ratio: str
    of: str
    """Of how many; without a share why there is none."""
    verdict: str
    verdict_name: str
    target_text: str
    interval: str
    beyond: str
    share: int | None
    low: int
    high: int
    target: int | None


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day's visits as a bar of the chart: from its left edge and its top, in the chart's units.

    ``label`` and ``value`` are empty if there is no room for them.
    """

    left: float
    width: float
    top: float
    height: float
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class AnswersText:
    """A question, the share that was very satisfied, of how many, and its interval."""

    name: str
    share: str
    of: str
    interval: str


_FEW_DAYS: Final = NN_(
    "Only {n} day with visits: too little to point at anything.",
    "Only {n} days with visits: too little to point at anything.",
)
_ON_DAYS: Final = NN_("on {n} day", "on {n} days")
_OF_ANSWERS: Final = NN_("of {n} answer", "of {n} answers")

CHART_WIDTH: Final = 660
CHART_HEIGHT: Final = 120
"""How wide a report's chart is, and how high its highest bar."""
_MOST_LABELS: Final = 11
_MOST_VALUES: Final = 16
_FEWEST_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class ReportPage:
    """All of a report in a language."""

    report: Report
    language: str
    ways: bool = False
    """Whether it is one of the service's pages and leads to others of them."""

    @property
    def writing(self) -> Writing:
        """Writes in its language."""
        return Writing(self.language)

    @property
    def say(self) -> Words:
        """Its language's words."""
        return Words(self.language)

    @property
    def kind(self) -> str:
        """Weekly or monthly report."""
        return self.say(KIND_NAMES[self.report.kind])

    @property
    def period(self) -> str:
        """The name of the period."""
        return self.writing.period(self.report.period)

    @property
    def before(self) -> str:
        """The name of the period before."""
        return self.say(BEFORE[self.report.kind])

    @property
    def created(self) -> str:
        """When it was made, by the branch's clock."""
        at = self.report.made_at, self.report.timezone
        return f"{self.writing.long_day_at(*at)} {self.writing.time_of_day(*at)}"

    @property
    def empty(self) -> bool:
        """Whether the period had no visits and no work."""
        return not any(table.keys for table in self.report.sheets)

    @property
    def findings(self) -> list[FindingText]:
        """The findings, the most important first."""
        return [
            finding_text(self.report, finding, self.writing) for finding in self.report.findings
        ]

    @property
    def calm(self) -> str:
        """The text if nothing was found, or if there was too little data."""
        days = self.report.now.get("days")
        if isinstance(days, int) and days < MIN_DAYS:
            return self.writing.counted(_FEW_DAYS, days)
        if not self.report.now or HIDDEN in self.report.now.values():
            return self.say(N_("Too few visits to point at anything."))
        return "" if self.report.findings else self.say(N_("Nothing differs by more than chance."))

    @property
    def tiles(self) -> list[Tile]:
        """The figures of the period next to those of the one before."""
        now, before = self.report.now, self.report.before
        return [
            Tile(
                known,
                self._value(known, now),
                self._value(known, before),
                *(self._days(now), self._days(before)) if self._differ(known) else ("", ""),
            )
            for known in (figure(name, self.say) for name in now if name != "days")
        ]

    def _differ(self, known: Figure) -> bool:
        """Whether a sum is of more days on one side than on the other."""
        now, before = (side.get("days") for side in (self.report.now, self.report.before))
        return known.kind == "count" and bool(before) and now != before

    def _days(self, figures: Mapping[str, Value]) -> str:
        days = figures.get("days")
        return self.writing.counted(_ON_DAYS, days) if isinstance(days, int) else ""

    @property
    def tiles_hide(self) -> bool:
        """Whether one of these figures is left out."""
        return any(HIDDEN in (tile.now, tile.before) for tile in self.tiles)

    @property
    def goals(self) -> list[GoalTile]:
        """The goals."""
        return [self._goal(line) for line in self.report.goals]

    @property
    def interval_note(self) -> str:
        """The meaning of the goals' intervals, once; empty if there is none."""
        intervals = {line.interval for line in self.report.goals if line.ratio is not None}
        if not intervals:
            return ""
        means = self.say(N_("The true share lies in the interval with 95 percent certainty."))
        if "days" not in intervals:
            return means
        days = self.say(N_("Days are counted for that, as those of one day go together."))
        return f"{means} {days}"

    @property
    def longest_day(self) -> LongestDay | None:
        """The date on which people waited longest, where no finding names it."""
        return longest_day(self.report, self.writing)

    @property
    def answers(self) -> list[AnswersText]:
        """How satisfied citizens were, for each question that enough have answered."""
        return [self._answers(line) for line in self.report.answers]

    @property
    def notes(self) -> list[tuple[str, str, str]]:
        """Date, kind and text of each note."""
        write = self.writing
        return [
            (write.day(n.date), self.say(NOTES[n.kind]), n.said(self.say.language))
            for n in self.report.notes
        ]

    @property
    def tables(self) -> list[WrittenTable]:
        """The tables that have rows."""
        maker = Tables(self.report, self.writing)
        return [maker.write(table) for table in self.report.sheets if table.rows]

    @property
    def after_midnight(self) -> bool:
        """Whether anything is shown of the hour after midnight."""
        hours = next((one for one in self.report.sheets if one.id == "hours"), None)
        return hours is not None and "00" in hours.keys

    @property
    def pauses(self) -> WrittenTable | None:
        """The counters' pauses by reason, if any are shown."""
        return next((table for table in self.tables if table.id == "pauses"), None)

    @property
    def day_bars(self) -> list[DayBar]:
        """The visits of each day that has any; none of fewer than two days."""
        table = next((table for table in self.report.sheets if table.id == "days"), None)
        if table is None or "issued" not in table.columns or len(table.keys) < _FEWEST_DAYS:
            return []
        index = table.columns.index("issued")
        days = dict(zip(table.keys, (row[index] for row in table.rows), strict=True))
        counts = {
            day: 0 if day in table.hidden else value
            for day, value in days.items()
            if isinstance(value, int)
        }
        return self._bars(counts)

    def _bars(self, counts: Mapping[str, int]) -> list[DayBar]:
        dates = [day for day in self.report.period.dates() if day <= max(counts, default="")]
        room, most = CHART_WIDTH / max(1, len(dates)), max(counts.values(), default=0) or 1
        every = -(-len(dates) // _MOST_LABELS)
        return [
            DayBar(
                round(nth * room + room * 0.12, 1),
                round(room * 0.76, 1),
                round(CHART_HEIGHT * (1 - counts.get(day, 0) / most), 1),
                round(CHART_HEIGHT * counts.get(day, 0) / most, 1),
                self.writing.short_day(day) if nth % every == 0 else "",
                self.writing.count(counts[day])
                if counts.get(day) and len(dates) <= _MOST_VALUES
                else "",
            )
            for nth, day in enumerate(dates)
        ]

    @property
    def definitions(self) -> list[Figure]:
        """The definition of every figure in the report."""
        named = [tile.figure.id for tile in self.tiles]
        named += [heading.figure for table in self.tables for heading in table.headings]
        named += ["target", "low", "verdict", "over"] if self.report.goals else []
        return [figure(name, self.say) for name in dict.fromkeys(named)]

    def _value(self, known: Figure, figures: Mapping[str, Value]) -> str:
        return self.writing.value(figures.get(known.id), known.kind)

    def _answers(self, line: AnswersLine) -> AnswersText:
        write = self.writing
        return AnswersText(
            write(QUESTION_NAMES[line.question]),
            write.percent(line.ratio),
            write.counted(_OF_ANSWERS, line.n),
            self._interval(line),
        )

    def _interval(self, line: GoalLine | AnswersLine) -> str:
        # "Over days" is said once for all of them.
        alone = None if line.interval == "days" else line.days
        if alone == 1 and isinstance(line, AnswersLine):
            alone = None  # Several dates may count as one.
        return self.writing.certain(line.low, line.high, alone)

    def _goal(self, line: GoalLine) -> GoalTile:
        write, say = self.writing, self.say
        has_share = line.ratio is not None and line.low is not None and line.high is not None
        few = line.judged < LEAST_JUDGED
        part = write.part_of(line.within, line.judged)
        return GoalTile(
            name=say.goal(self.report, line.goal),
            # A share of few would only sound exact: the counts say more.
            ratio=part if has_share and few else write.percent(line.ratio),
            of=("" if few else part)
            if has_share
            else say(N_("Too few to show"))
            if line.judged
            else say(N_("No data")),
            verdict=line.verdict if has_share else "none",
            # A report covers days that are over, so nothing more comes.
            verdict_name=say(VERDICTS[line.verdict_key]) if has_share else NOTHING,
            target_text="" if line.target is None else goal_wording.target(line.target, write),
            interval=self._interval(line) if has_share else "",
            beyond=self._beyond(line.beyond),
            share=None if few else _mille(line.ratio),
            low=_mille(line.low) or 0,
            high=_mille(line.high) or 0,
            target=_mille(line.target),
        )

    def _beyond(self, misses: int | None) -> str:
        return "" if misses is None else goal_wording.beyond(misses, self.writing)


def _mille(ratio: float | None) -> int | None:
    return None if ratio is None else round(1000 * ratio)
