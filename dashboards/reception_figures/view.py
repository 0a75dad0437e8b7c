"""A period of a reception, written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queue_service.goals.rules.verdicts import Share
from queue_service.history.rules.confidence_intervals import share_over_days
from queue_service.reception.rules import MonthlyFigures
from queue_service.tables.build import other_table
from queue_service.tables.model import Table
from queue_service.tables.subjects.reception import help_rows, noted_rows
from queue_service.tables.writing import Writing

_NOTED: Final = ("noted", "noted_kind", "noted_visits")
_HELP: Final = (
    "help_calls", "help_answered", "help_unanswered", "help_cancelled", "help_withdrawn",
    "help_p50",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReceptionView:
    """Writes whole months in one language. Fewer than five in a month are left out."""

    figures: MonthlyFigures
    write: Writing

    def noted(self) -> Table:
        """The needs and the reasons to come before others that were noted."""
        noted = other_table("noted", noted_rows(self.figures, self.write), self.write)
        return noted.select(_NOTED)

    def help(self) -> Table:
        """How the calls for help ended."""
        return other_table("help", help_rows(self.figures), self.write).select(_HELP)

    def share(self) -> Share:
        """The calls for help answered in time, of those judged."""
        return share_over_days(self.figures.help.days, None, waits=True)
