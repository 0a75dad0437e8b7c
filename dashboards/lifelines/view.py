"""A period's calls and referrals, written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.days.rules.period import period_of
from queue_service.days.rules.suppression import small
from queue_service.goals.rules.answering import Answered, none
from queue_service.goals.rules.shares import Verdict
from queue_service.history.rules.ratio import share_over_days
from queue_service.language.catalogues import N_, NN_
from queue_service.language.languages import name_in
from queue_service.language.wording import NOTHING
from queue_service.lifeline.operations import LifelineFigures
from queue_service.lifeline.rules import RESULTS, figures
from queue_service.referrals.operations import ReferralFigures
from queue_service.referrals.rules import ReferralCount, shown_figures, shown_of_months
from queue_service.referrals.rules import ReferralTotals as Referred
from queue_service.tables.model import HIDDEN
from queue_service.tables.writing import Writing

_VERDICTS: Final[Mapping[Verdict, str]] = {
    "met": N_("Goal met"),
    "missed": N_("Goal missed"),
    "open": N_("Not certain"),
}
_JUDGED: Final = NN_("of {n} judged", "of {n} judged")


@dataclass(frozen=True, slots=True)
class LifelineTableRow:
    """A lifeline's figures, or an hour's. ``verdict`` is empty without a goal."""

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
class ReferredLine:
    """A service's referrals, or a week's."""

    name: str
    sent: str
    accepted: str
    returned: str
    solvable: str
    hours: str


@dataclass(frozen=True, slots=True)
class LifelineView:
    """Writes a period's calls and referrals in one language."""

    calls: LifelineFigures
    referrals: ReferralFigures
    write: Writing

    def lifelines(self) -> list[LifelineTableRow]:
        """By lifeline, in the order of the configuration, then those that are no more."""
        rows = figures(self.calls.cells, "lifeline")
        names = {line.id: name_in(line.name, self.write.language) for line in self.calls.lifelines}
        targets = {line.id: line for line in self.calls.lifelines}
        found = []
        for key in (*names, *sorted(rows.keys() - names.keys())):
            line = targets.get(key)
            goal = ""
            if line is not None:
                goal = self.write(
                    N_("{target} in under {limit}"),
                    target=self.write.rounded_percent(line.target_ratio),
                    limit=self.write.length(line.answer_within_seconds),
                )
            target = line.target_ratio if line else None
            row = rows.get(key, none(RESULTS))
            found.append(self._line(names.get(key, key), row, target, goal))
        return found

    def hours(self) -> list[LifelineTableRow]:
        """By the hour of the day; of hours with fewer than five calls, their number alone."""
        rows = figures(self.calls.cells, "hour")
        return [
            self._few(self.write.hour(hour), row)
            if small(row.calls)
            else self._line(self.write.hour(hour), row, None, "")
            for hour, row in rows.items()
        ]

    def sent(self) -> list[ReferredLine]:
        """What the branch sent, by service."""
        return self._by_service(self.referrals.sent)

    def received(self) -> list[ReferredLine]:
        """What the branch received, by service."""
        return self._by_service(self.referrals.received)

    def months(self) -> list[ReferredLine]:
        """What the branch sent, by month."""
        cells = [
            cell._replace(date=cell.date[:7])
            for of_month in self.referrals.sent
            for cell in of_month
        ]
        rows = shown_figures(cells, "date")
        return [
            self._referred(self.write.period(period_of("month", f"{month}-01")), row)
            for month, row in rows.items()
        ]

    def told_of(self) -> str:
        """The months that referrals are shown for."""
        return self.write.months(self.referrals.months)

    def hides(self) -> bool:
        """Whether a row of referrals is left out."""
        lines = (*self.sent(), *self.received(), *self.months())
        return any(line.sent == HIDDEN for line in lines)

    def _line(self, name: str, row: Answered, target: float | None, goal: str) -> LifelineTableRow:
        share = share_over_days(row.days.values(), target)
        median, told = row.median_seconds(), self.write.count
        interval = ""
        if share.ratio is not None:
            low, high = self.write.percent(share.low), self.write.percent(share.high)
            ends = f"{low} – {high}"
            if share.interval == "days":
                ends = self.write(N_("{low} to {high} over days"), low=low, high=high)
            interval = f"{ends} {self.write.counted(_JUDGED, share.judged)}"
        judged = share.ratio is not None and target is not None
        return LifelineTableRow(
            name,
            told(row.calls),
            self.write.percent(share.ratio) if share.ratio is not None else NOTHING,
            interval,
            goal,
            self.write(_VERDICTS[share.verdict]) if judged else "",
            {"met": "met", "missed": "missed", "open": "seen"}[share.verdict],
            self.write.length(median) if median is not None else NOTHING,
            *(told(row.results[result]) for result in ("missed", "cancelled", "withdrawn")),
        )

    def _few(self, name: str, row: Answered) -> LifelineTableRow:
        return LifelineTableRow(
            name, self.write.count(row.calls), HIDDEN, "", "", "", "", *[HIDDEN] * 4
        )

    def _by_service(self, months: Iterable[Iterable[ReferralCount]]) -> list[ReferredLine]:
        names = self.referrals.services
        rows = shown_of_months(months)
        order = [*(key for key in names if key in rows), *sorted(rows.keys() - names.keys())]
        called = {key: name_in(name, self.write.language) for key, name in names.items()}
        return [self._referred(called.get(key, key), rows[key]) for key in order]

    def _referred(self, name: str, row: Referred | None) -> ReferredLine:
        if row is None:
            return ReferredLine(name, *[HIDDEN] * 5)
        hours, told = row.median_hours(), self.write.count
        sent = row.counts["sent"]
        solvable = row.counts["solvable"]
        return ReferredLine(
            name,
            told(sent),
            told(row.counts["accepted"]),
            told(row.counts["returned"]),
            f"{told(solvable)} ({self.write.percent(solvable / sent)})",
            self.write(N_("under {n} h"), n=hours + 1) if hours is not None else NOTHING,
        )
