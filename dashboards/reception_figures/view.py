"""A period of a reception, written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.days.rules.period import Period
from queue_service.goals.rules.shares import Share
from queue_service.history.rules.ratio import share_over_days
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import NOTHING
from queue_service.reception.rules import MonthlyFigures
from queue_service.reception.words import NEED_NAMES, REASON_NAMES, RESULT_NAMES
from queue_service.tables.model import HIDDEN
from queue_service.tables.writing import Writing

_JUDGED: Final = NN_("of {n} judged", "of {n} judged")


@dataclass(frozen=True, slots=True)
class ReceptionView:
    """Writes whole months in one language. Fewer than five in a month are left out."""

    figures: MonthlyFigures
    write: Writing
    whole: Period | None

    def months(self) -> str:
        """The months shown."""
        return self.write.months(self.whole)

    def needs(self) -> list[tuple[str, str]]:
        """Each need that was noted, and of how many visits."""
        return self._counted(self.figures.needs, NEED_NAMES)

    def reasons(self) -> list[tuple[str, str]]:
        """Each reason to come before others, and of how many visits."""
        return self._counted(self.figures.first, REASON_NAMES)

    def hides(self) -> bool:
        """Whether anything is left out."""
        told = [n for _, n in (*self.needs(), *self.reasons())]
        return HIDDEN in told or self._few()

    def share(self) -> str:
        """The calls for help answered in time, of those judged."""
        return self.write.percent(self._share().ratio)

    def interval(self) -> str:
        """The share's 95 % interval, with how many were judged; empty without any."""
        share = self._share()
        if share.ratio is None:
            return ""
        low, high = self.write.percent(share.low), self.write.percent(share.high)
        ends = f"{low} – {high}"
        if share.interval == "days":
            ends = self.write(N_("{low} to {high} over days"), low=low, high=high)
        return f"{ends} {self.write.counted(_JUDGED, share.judged)}"

    def _share(self) -> Share:
        return share_over_days(self.figures.help.days.values(), None)

    def calls(self) -> str:
        """How many calls for help there were."""
        return HIDDEN if self._few() else self.write.count(self.figures.help.calls)

    def results(self) -> list[tuple[str, str]]:
        """How the calls for help ended; nothing where there were fewer than five."""
        if self._few():
            return []
        told, results = self.write.count, self.figures.help.results
        return [(self.write(RESULT_NAMES[r]), told(n)) for r, n in results.items()]

    def median(self) -> str:
        """In how long half of the calls that were answered were answered."""
        seconds = self.figures.help.median_seconds()
        return NOTHING if seconds is None else self.write.length(seconds)

    def _few(self) -> bool:
        return self.figures.help_hidden

    def _counted(
        self, counts: Mapping[str, int | None], names: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        return [
            (self.write(names[of]), HIDDEN if n is None else self.write.count(n))
            for of, n in counts.items()
            if n != 0
        ]
