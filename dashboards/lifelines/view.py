"""A period's calls and referrals, written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.branches.rules.lifelines import Lifeline
from queue_service.goals.wording import VERDICTS
from queue_service.history.rules.confidence_intervals import share_over_days
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.language.wording import NOTHING
from queue_service.lifeline.operations.figures import LifelineFigures
from queue_service.lifeline.rules import RESULTS, figures
from queue_service.referrals.operations.figures import ReferralFigures
from queue_service.staff_calls.rules import Answered, none
from queue_service.tables.build import other_table
from queue_service.tables.model import Table, in_order
from queue_service.tables.subjects.specialists import (
    lifeline_hour_rows,
    referral_month_rows,
    referral_rows,
)
from queue_service.tables.writing import Writing

_VERDICTS: Final[Mapping[str, str]] = {
    **VERDICTS,
    "met": N_("Goal met"),
    "missed": N_("Goal missed"),
}
_HOURS: Final = ("hour", "calls", "calls_share", "answer_p50", "calls_missed")
_REFERRED: Final = (
    "direction", "service", "month", "referrals_sent", "referrals_accepted", "referrals_returned",
    "solvable", "solvable_share", "acceptance_p50",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LifelineCard:
    """A lifeline's figures. ``goal`` and ``verdict`` are empty without a goal."""

    name: str
    calls: str
    share: str
    interval: str
    goal: str
    verdict: str
    tone: str
    median: str
    missed: str
    cancelled: str
    withdrawn: str


@dataclass(frozen=True, slots=True)
class LifelineView:
    """Writes a period's calls and referrals in one language."""

    calls: LifelineFigures
    referrals: ReferralFigures
    write: Writing

    def lifelines(self) -> list[LifelineCard]:
        """By lifeline, in the order of the configuration, then those that are no more."""
        rows = figures(self.calls.cells, "lifeline")
        known = {line.id: line for line in self.calls.lifelines}
        keys = in_order(known.keys() | rows.keys(), known)
        return [self._card(key, rows.get(key, none(RESULTS)), known.get(key)) for key in keys]

    def hours(self) -> Table:
        """The calls by the hour of the day."""
        rows = lifeline_hour_rows(self.calls, self.write)
        return other_table("lifeline_hours", rows, self.write).select(_HOURS)

    def referred(self) -> list[Table]:
        """The branch's sent and received referrals by service, and those it sent by month."""
        services = referral_rows(self.referrals, self.write)
        months = referral_month_rows(self.referrals, self.write)
        return [
            other_table("referrals", services, self.write).select(_REFERRED),
            other_table("referral_months", months, self.write).select(_REFERRED),
        ]

    def _card(self, key: str, row: Answered, line: Lifeline | None) -> LifelineCard:
        write, goal = self.write, ""
        share = share_over_days(row.days, line.target_ratio if line else None, waits=True)
        if line is not None:
            goal = write(
                N_("{target} in under {limit}"),
                target=write.rounded_percent(line.target_ratio),
                limit=write.length(line.answer_within_seconds),
            )
        median = row.median_seconds()
        return LifelineCard(
            name_in(line.name, write.language) if line else key,
            write.count(row.calls),
            write.percent(share.ratio) if share.ratio is not None else NOTHING,
            write.interval(share),
            goal,
            write(_VERDICTS[share.undecided or share.verdict]) if line and share.judged else "",
            {"met": "met", "missed": "missed", "open": "seen"}[share.verdict],
            write.length(median) if median is not None else NOTHING,
            *(write.count(row.results[result]) for result in ("missed", "cancelled", "withdrawn")),
        )
