"""The heading of a file: its branch and days, the time of its figures, and notes on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.days.rules.period import LAST_DATE, Period, whole_weeks
from queue_service.language.catalogues import N_
from queue_service.notes.rules import Note
from queue_service.tables.build import OF_WEEKS
from queue_service.tables.model import HIDDEN, Table
from queue_service.tables.words import NOTES, Words
from queue_service.tables.writing import LEFT_OUT, NO_WEEK, SO_FAR


@dataclass(frozen=True, slots=True)
class ExportAbout:
    """Of which branches a file is, over which dates, as of ``made_at`` (ms), in a language."""

    branches: tuple[Branch, ...]
    period: Period
    made_at: int
    language: str
    notes: Sequence[tuple[Branch, Note]] = ()
    left_out: Sequence[tuple[Branch, Sequence[str]]] = ()
    """The dates that are left out for an outage."""
    more: Sequence[tuple[str, str]] = ()
    """Facts of this file alone, each with its label, in its language."""

    @property
    def say(self) -> Words:
        """Its language's words."""
        return Words(self.language)

    def facts(self, tables: Sequence[Table]) -> list[tuple[str, str]]:
        """The facts of the heading, each with its label."""
        say, zone = self.say, self.branches[0].timezone
        created = datetime.fromtimestamp(self.made_at / 1000, ZoneInfo(zone))
        exact = all(table.exact for table in tables)
        return [
            (say(N_("Branch")), ", ".join(branch.name for branch in self.branches)),
            (say(N_("First date")), self.period.first),
            (say(N_("Last date")), self.period.last),
            *self._so_far(),
            *self._weeks(tables),
            (say(N_("Made")), f"{created.isoformat(timespec='seconds')} ({zone})"),
            (say(N_("Percentiles")), say(N_("Exact")) if exact else say(_ESTIMATED)),
            (say(N_("Empty field")), say(N_("There is no figure, which is not the same as 0."))),
            *([(HIDDEN, say(LEFT_OUT))] if any(table.hides for table in tables) else []),
            *self._made_up(),
            *self._without(),
            *self._noted(),
            *self.more,
        ]

    def _so_far(self) -> list[tuple[str, str]]:
        """A note that the dates are not over, for a branch that is still active."""
        running = any(
            self.period.holds(moment(branch, self.made_at).date)
            for branch in self.branches
            if not branch.historic
        )
        return [(self.say(N_("Period")), self.say(SO_FAR))] if running else []

    def _weeks(self, tables: Sequence[Table]) -> list[tuple[str, str]]:
        """The weeks that counters, teams and pauses are shown for."""
        if not any(table.id in OF_WEEKS for table in tables):
            return []
        (branch,) = self.branches
        today = LAST_DATE if branch.historic else moment(branch, self.made_at).date
        weeks = whole_weeks(self.period, today)
        told = f"{weeks.first} – {weeks.last}" if weeks else self.say(NO_WEEK)
        return [(self.say(N_("Counters, teams and pauses: whole weeks alone")), told)]

    def _made_up(self) -> list[tuple[str, str]]:
        until = max(branch.sample_until for branch in self.branches)
        if until < self.period.first:
            return []
        return [(self.say(N_("Made-up figures of the sample until")), until)]

    def _without(self) -> list[tuple[str, str]]:
        name = self.say(N_("Left out for an outage"))
        return [(name, f"{branch.name}: {', '.join(dates)}") for branch, dates in self.left_out]

    def _noted(self) -> list[tuple[str, str]]:
        say, several = self.say, len(self.branches) > 1
        return [
            (
                f"{say(N_('Note'))} {note.date}",
                (f"{branch.name}: " if several else "")
                + f"{say(NOTES[note.kind])}: {note.said(say.language)}",
            )
            for branch, note in self.notes
        ]


_ESTIMATED = N_("Some are estimated from counts by length, as the visits are no longer kept")
