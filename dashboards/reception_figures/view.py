"""A period of a reception, written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.history.rules.suppression import SMALLEST
from queue_service.language.catalogues import NN_
from queue_service.language.wording import NOTHING
from queue_service.reception.rules import Figures
from queue_service.reception.words import NEED_NAMES, REASON_NAMES, RESULT_NAMES
from queue_service.tables.model import HIDDEN
from queue_service.tables.writing import Writing

_JUDGED: Final = NN_("of {n} judged", "of {n} judged")


@dataclass(frozen=True, slots=True)
class ReceptionView:
    """Writes a period in one language. Fewer than five are left out."""

    figures: Figures
    write: Writing

    def needs(self) -> list[tuple[str, str]]:
        """Each need that was noted, and of how many visits."""
        return self._counted(self.figures.needs, NEED_NAMES)

    def reasons(self) -> list[tuple[str, str]]:
        """Each reason to come before others, and of how many visits."""
        return self._counted(self.figures.first, REASON_NAMES)

    def hides(self) -> bool:
        """Whether anything is left out."""
        told = [n for _, n in (*self.needs(), *self.reasons())]
        return HIDDEN in told or 0 < self.figures.help.calls < SMALLEST

    def share(self) -> str:
        """The calls for help answered in time, of those judged."""
        ratio = self.figures.help.share().ratio
        return NOTHING if ratio is None or self._few() else self.write.percent(ratio)

    def interval(self) -> str:
        """The share's 95 % interval, with how many were judged; empty without any."""
        share = self.figures.help.share()
        if share.ratio is None or self._few():
            return ""
        low, high = self.write.percent(share.low), self.write.percent(share.high)
        return f"{low} – {high} {self.write.counted(_JUDGED, share.judged)}"

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
        return NOTHING if seconds is None or self._few() else self.write.length(seconds)

    def _few(self) -> bool:
        return self.figures.help.calls < SMALLEST

    def _counted(
        self, counts: Mapping[str, int], names: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        return [
            (self.write(names[of]), self.write.count(n) if n >= SMALLEST else HIDDEN)
            for of, n in counts.items()
            if n
        ]
