"""Several branches compared by the same mix of services, as a table."""

from __future__ import annotations

from typing import Final

from queue_service.goals.rules.goal import EVERYTHING, Goal
from queue_service.goals.rules.indicators import INDICATORS
from queue_service.goals.wording import about
from queue_service.insight.operations.comparison import BranchComparison, Measure, verdict
from queue_service.insight.rules.standardise import BranchStanding, ComparedBranches, StandardFigure
from queue_service.language.catalogues import N_
from queue_service.tables.comparisons.comparison_figures import any_figure
from queue_service.tables.figures.figure import UNITS
from queue_service.tables.measures import column
from queue_service.tables.model import Column, ColumnKind, Table, Value
from queue_service.tables.words import Words
from queue_service.tables.writing import COMPARED

TITLE: Final = N_("Branches by the same mix of services")

_FIGURES: Final = (
    "counted", "as_it_is", "as_it_is_low", "as_it_is_high",
    "standardised", "standardised_low", "standardised_high", "covered",
    "from_others", "from_others_low", "from_others_high", "compared", "mix_effect", "rate_effect",
)  # fmt: skip
_OF_RAW: Final = _FIGURES[:4]
"""The shown columns of citizens' answers, which are not known by service."""
_ITS_OWN: Final = ("counted", "covered", "compared")
"""Figures that are of the same kind whatever is compared."""


def comparison_table(found: BranchComparison, language: str) -> Table:
    """A row for each branch in the order of their names; the last row is all of them together."""
    say = Words(language)
    columns = [column(say, "branch")]
    for measure in found.measures:
        columns += _columns(say, measure)
    rows = [
        (
            past.branch.name,
            *(v for m, c in found.measures.items() for v in _values(say, m, c.standings[branch])),
        )
        for branch, past in found.pasts.items()
    ]
    together = [v for m, c in found.measures.items() for v in _together(m, c)]
    total = (say(TOGETHER), *together) if len(rows) > 1 else None
    keys = tuple(found.pasts)
    return Table("comparison", say(TITLE), tuple(columns), keys, tuple(rows), total)


TOGETHER: Final = N_("All together")


def measure_name(measure: Measure, say: Words) -> str:
    """The compared measure in words: ``Handled in under 6 min``."""
    indicator = INDICATORS.get(measure.indicator)
    if indicator is None:
        return any_figure(measure.indicator, say).name
    return about(Goal(measure.key, indicator, 0.0, measure.limit, (EVERYTHING,)), say)


def _figures_of(measure: Measure) -> tuple[str, ...]:
    return _FIGURES if measure.by_service else _OF_RAW


def _columns(say: Words, measure: Measure) -> list[Column]:
    name = measure_name(measure, say)
    found = []
    for figure_id in _figures_of(measure):
        known = any_figure(figure_id, say)
        kind: ColumnKind = "ratio" if measure.share else "seconds"
        kind = known.kind if figure_id in _ITS_OWN else kind
        found.append(
            Column(
                f"{measure.key}:{figure_id}",
                figure_id,
                f"{name}: {known.name}",
                say(UNITS[kind]),
                known.definition,
                kind,
                measure.key,
                name,
            )
        )
    return found


def _values(say: Words, measure: Measure, standing: BranchStanding) -> list[Value]:
    raw = [standing.raw.n, *_ends(standing.raw)]
    if not measure.by_service:
        return raw
    difference, told = standing.difference, verdict(measure, standing)
    return [
        *raw,
        *_ends(standing.standardised),
        standing.covered,
        *((difference.value, difference.low, difference.high) if difference else _NOTHING),
        say(COMPARED[told]) if told else None,
        standing.mix_effect,
        standing.rate_effect,
    ]


def _together(measure: Measure, compared: ComparedBranches) -> list[Value]:
    raw = [compared.together.n, *_ends(compared.together)]
    if not measure.by_service:
        return raw
    nothing: list[Value] = [None] * (len(_FIGURES) - len(_OF_RAW))
    nothing[_FIGURES.index("covered") - len(_OF_RAW)] = compared.covered
    return [*raw, *nothing]


def _ends(one: StandardFigure | None) -> tuple[Value, Value, Value]:
    return (one.value, one.low, one.high) if one else _NOTHING


_NOTHING: Final = (None, None, None)
