"""How dates, periods and figures are written for people: on pages, in reports and in letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from queue_service.days.rules.period import Period
from queue_service.goals.rules.verdicts import Share
from queue_service.goals.wording import VERDICTS
from queue_service.insight.rules.compare import ChangeVerdict
from queue_service.language.catalogues import N_
from queue_service.language.wording import NOTHING, stopwatch
from queue_service.notes.rules import NoteKind
from queue_service.tables.model import HIDDEN, ColumnKind, Value
from queue_service.tables.words import NOTES, OF_JUDGED, Words

LEFT_OUT: Final = N_(
    "Left out: the figure is about too few people, or would reveal a figure that is."
)
"""The meaning of the mark :data:`HIDDEN`."""

SO_FAR: Final = N_("So far: these dates are not over yet.")
"""The text about a period that still runs."""

NO_WEEK: Final = N_("There is no whole week, Monday to Sunday, that is over in these dates.")
"""The reason why nothing is shown of counters, teams and pauses."""

NO_MONTH: Final = N_("There is no whole month that is over in these dates.")
"""The reason why nothing is shown of few people."""

COMPARED: Final[Mapping[ChangeVerdict, str]] = {
    "better": N_("better"),
    "worse": N_("worse"),
    "higher": N_("higher"),
    "lower": N_("lower"),
    "no_difference": N_("no clear difference"),
    "too_little_data": N_("too little data"),
}
"""A comparison in words; which way is better is known for some figures only."""


@dataclass(frozen=True, slots=True)
class Writing(Words):
    """Writes the values of tables, what they are of and how they compare, in one language."""

    hidden: ClassVar[str] = HIDDEN

    def value(self, value: Value, kind: ColumnKind) -> str:
        """A table's value as it is read; nothing is a dash, what is left out two dots."""
        if value is None:
            return NOTHING
        if value == HIDDEN:
            return HIDDEN
        if isinstance(value, str):
            return self._text(value, kind)
        if kind == "ratio":
            return self.percent(value)
        if kind == "seconds":
            return stopwatch(value)
        return self.decimal(value, 0 if kind == "count" else 1)

    def _text(self, value: str, kind: ColumnKind) -> str:
        if kind == "verdict":
            return self(VERDICTS[value])
        # The last row of a table has a word where the others have a date.
        return self.day(value) if kind == "date" and value[:1].isdigit() else value

    @property
    def legend(self) -> str:
        """The legend of the mark of a suppressed figure, beneath a table that has one."""
        return f"{HIDDEN} {self(LEFT_OUT)}"

    @property
    def so_far(self) -> str:
        """The text about a period that still runs."""
        return self(SO_FAR)

    def weeks(self, weeks: Period | None) -> str:
        """The weeks that counters, teams and pauses are shown for, and why no other dates."""
        if weeks is None:
            return self(NO_WEEK)
        return self(
            N_("Whole weeks, Monday to Sunday: {dates}. One shift at one counter is one person."),
            dates=self.period_within(weeks),
        )

    def interval(self, share: Share) -> str:
        """A share's 95 % interval with how many were judged; empty without any."""
        if share.ratio is None:
            return ""
        low, high = self.percent(share.low), self.percent(share.high)
        if share.interval == "days":
            ends = self(N_("{low} to {high} over days"), low=low, high=high)
        elif share.days > 1:
            ends = self(N_("{low} to {high}, too few days to be certain"), low=low, high=high)
        else:
            ends = self(N_("{low} to {high} on one day"), low=low, high=high)
        return f"{ends}, {self.counted(OF_JUDGED, share.judged)}"

    def certain(self, low: float | None, high: float | None, days: int | None) -> str:
        """An interval of single inquiries on so many days, as a sentence names it; ``days`` is None
        if that is not known."""
        ends = {"low": self.percent(low), "high": self.percent(high)}
        if days is None:
            return self(N_("95% interval: {low} to {high}"), **ends)
        if days > 1:
            return self(N_("95% interval, of too few days to be certain: {low} to {high}"), **ends)
        return self(N_("95% interval of one day: {low} to {high}"), **ends)

    def months(self, months: Period | None) -> str:
        """The months that figures of few people are shown for."""
        if months is None:
            return self(NO_MONTH)
        return self(N_("Whole months that are over: {dates}."), dates=self.period_within(months))

    def verdict(self, verdict: ChangeVerdict) -> str:
        """How two sides compare."""
        return self(COMPARED[verdict])

    def note(self, kind: NoteKind) -> str:
        """The name of a kind of note."""
        return self(NOTES[kind])

    def period(self, period: Period) -> str:
        """The name of a period."""
        if period.kind == "day":
            return self.full_day(period.first)
        if period.kind == "month":
            return self.full_month(period.first)
        if period.kind == "year":
            return period.first[:4]
        span = self.span(period.first, period.last)
        if period.kind == "week":
            week = date.fromisoformat(period.first).isocalendar().week
            return self(N_("Week {n}, {span}"), n=week, span=span)
        return span

    def period_within(self, period: Period) -> str:
        """The same inside a sentence, where some languages begin months and weekdays small."""
        return self.within_sentence(self.period(period))
