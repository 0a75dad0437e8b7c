"""A comparison of branches as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from queue_service.insight.operations.comparison import BranchComparison, Measure, verdict
from queue_service.insight.rules.standardise import (
    BranchStanding,
    ComparedBranches,
    Effect,
    StandardFigure,
)
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import NOTHING, stopwatch
from queue_service.tables.comparisons.comparison import measure_name
from queue_service.tables.writing import COMPARED, Writing

_OF: Final = NN_("of {n}", "of {n}")
_LEVELS: Final = {"better": "good", "worse": "bad"}
_WIDTH: Final = 160
_EDGE: Final = 8
_POINTS: Final = 100


@dataclass(frozen=True, slots=True)
class ComparisonBar:
    """The positions of a branch's figures and of all branches' together, from 0 to 160."""

    raw: float
    low: float
    value: float
    high: float
    together: float


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """A branch in the table of one figure, written out."""

    name: str
    own: bool
    raw: str
    raw_of: str
    standardised: str
    interval: str
    covered: str
    mix: str
    rate: str
    difference: str
    difference_interval: str
    verdict: str
    level: str
    bar: ComparisonBar | None


@dataclass(frozen=True, slots=True)
class ComparedService:
    """A service's part of a branch's raw difference from the others, written out."""

    name: str
    share: str
    share_there: str
    value: str
    value_there: str
    mix: str
    rate: str
    outside: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One figure of all branches, written out.

    ``outside`` names the services that are no part of the standard mix, each with who lacks it.
    ``services`` are the services of the page's own branch, the largest effect first, and
    ``raw_difference`` is their sum.
    """

    key: str
    name: str
    share: bool
    by_service: bool
    lines: tuple[ComparisonRow, ...]
    together: str
    together_of: str
    covered: str
    standard: bool
    outside: tuple[str, ...]
    own: str
    raw_difference: str
    mix: str
    rate: str
    services: tuple[ComparedService, ...]


@dataclass(frozen=True, slots=True)
class ClearDifferences:
    """The figures in which a branch is clearly better or worse than the others, and by how much."""

    name: str
    better: str
    worse: str


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Writes a comparison in one language, on the page of the branch ``own``."""

    found: BranchComparison
    own: str
    write: Writing

    def any(self) -> bool:
        """Whether anything was counted."""
        return any(compared.together.n for compared in self.found.measures.values())

    def sections(self) -> list[Section]:
        """Every figure that has been counted."""
        return [
            _Section(self, measure, compared).section()
            for measure, compared in self.found.measures.items()
            if any(standing.raw.n for standing in compared.standings.values())
        ]

    def summary(self) -> list[ClearDifferences]:
        """The clear differences of each branch that has any, by the same mix."""
        sections = self.sections()
        names = dict.fromkeys(line.name for one in sections for line in one.lines)
        levels = _LEVELS.values()
        found = [
            ClearDifferences(name, *(self._clearly(sections, name, level) for level in levels))
            for name in names
        ]
        return [one for one in found if one.better or one.worse]

    @staticmethod
    def _clearly(sections: Iterable[Section], name: str, level: str) -> str:
        return " · ".join(
            f"{one.name} ({line.difference})"
            for one in sections
            for line in one.lines
            if line.name == name and line.level == level
        )

    def names(self) -> str:
        """The branches compared."""
        return ", ".join(branch.name for branch in self.found.branches)

    def service(self, service: str) -> str:
        """A service's name."""
        return self.found.name(service, self.write.language)


@dataclass(frozen=True, slots=True)
class _Section:
    view: ComparisonView
    measure: Measure
    compared: ComparedBranches

    def section(self) -> Section:
        compared, write = self.compared, self.view.write
        own = compared.standings.get(self.view.own) or next(iter(compared.standings.values()))
        own_id = next(branch for branch, one in compared.standings.items() if one is own)
        effects = sorted(own.effects, key=lambda e: -(abs(e.mix) + abs(e.rate)))
        both = [sum(part) for part in zip(*((e.mix, e.rate) for e in effects), strict=True)]
        mix, rate = both or (None, None)
        return Section(
            key=self.measure.key,
            name=measure_name(self.measure, write),
            share=self.measure.share,
            by_service=self.measure.by_service,
            lines=tuple(
                self._line(branch, compared.standings[branch]) for branch in self.view.found.pasts
            ),
            together=self._value(compared.together.value),
            together_of=self._of(compared.together),
            covered=write.rounded_percent(compared.covered),
            standard=bool(compared.weights),
            outside=tuple(self._outside(*missing) for missing in compared.missing.items()),
            own=self._name(own_id),
            raw_difference=self._signed(None if mix is None or rate is None else mix + rate),
            mix=self._signed(mix),
            rate=self._signed(rate),
            services=tuple(self._service(effect) for effect in effects),
        )

    def _line(self, branch: str, standing: BranchStanding) -> ComparisonRow:
        write, judged = self.view.write, verdict(self.measure, standing)
        found, difference = standing.standardised, standing.difference
        text = write(COMPARED[judged]) if judged else ""
        return ComparisonRow(
            name=self._name(branch),
            own=branch == self.view.own,
            raw=self._value(standing.raw.value),
            raw_of=" ".join(filter(None, (self._interval(standing.raw), self._of(standing.raw)))),
            standardised=self._value(found.value if found else None),
            interval=self._interval(found) if found else "",
            covered=self._covered(standing),
            mix=self._signed(standing.mix_effect),
            rate=self._signed(standing.rate_effect),
            difference=self._signed(difference.value if difference else None),
            difference_interval=(
                self._range(self._signed(difference.low), self._signed(difference.high))
                if difference
                else ""
            ),
            verdict=text[:1].upper() + text[1:],
            level=_LEVELS.get(judged or "", "none"),
            bar=self._bar(standing),
        )

    def _covered(self, standing: BranchStanding) -> str:
        """The standardised part of its contacts, unless that is all of them."""
        if not (self.measure.by_service and standing.raw.n and self.compared.weights):
            return ""
        if standing.standardised is None:
            return self.view.write(N_("lacks services of the mix"))
        if standing.covered == 1:
            return ""
        share = self.view.write.rounded_percent(standing.covered)
        return self.view.write(N_("{share} of its contacts"), share=share)

    def _service(self, effect: Effect) -> ComparedService:
        write = self.view.write
        return ComparedService(
            name=self.view.service(effect.service),
            share=write.percent(effect.share),
            share_there=write.percent(effect.share_there),
            value=self._value(effect.value),
            value_there=self._value(effect.value_there),
            mix=self._signed(effect.mix),
            rate=self._signed(effect.rate),
            outside=effect.service not in self.compared.weights,
        )

    def _outside(self, service: str, branches: Iterable[str]) -> str:
        few = ", ".join(self._name(branch) for branch in branches)
        return f"{self.view.service(service)} ({few})"

    def _name(self, branch: str) -> str:
        return self.view.found.pasts[branch].branch.name

    def _value(self, value: float | None) -> str:
        return self.view.write.value(value, "ratio" if self.measure.share else "seconds")

    def _of(self, one: StandardFigure) -> str:
        return self.view.write.counted(_OF, one.n) if one.n else ""

    def _interval(self, one: StandardFigure) -> str:
        if one.low is None or one.high is None:
            return ""
        return self._range(self._value(one.low), self._value(one.high))

    def _range(self, low: str, high: str) -> str:
        return self.view.write(N_("{low} to {high}"), low=low, high=high)

    def _signed(self, number: float | None) -> str:
        if number is None:
            return NOTHING
        write = self.view.write
        if not self.measure.share:
            shown = round(number)
            return write.signed(shown, stopwatch(abs(shown)))
        shown_points = round(number * _POINTS, 1)
        return write.signed(shown_points, write.decimal(abs(shown_points)))

    def _bar(self, standing: BranchStanding) -> ComparisonBar | None:
        found, together = standing.standardised, self.compared.together.value
        if found is None or found.value is None or found.low is None or found.high is None:
            return None
        ends = self._ends()
        low, high = min(ends), max(ends)
        room = (_WIDTH - 2 * _EDGE) / ((high - low) or 1)

        def at(value: float | None) -> float:
            return round(_EDGE + ((value or 0.0) - low) * room, 1)

        places = (standing.raw.value, found.low, found.value, found.high, together)
        return ComparisonBar(*map(at, places))

    def _ends(self) -> list[float]:
        """Every value that the pictures of this figure have to reach."""
        standings = self.compared.standings.values()
        found = [(one, s.raw) for s in standings if (one := s.standardised) is not None]
        ends = [v for one, raw in found for v in (one.low, one.high, raw.value)]
        return [value for value in (*ends, self.compared.together.value) if value is not None]
