"""A trial week by week, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.insight.operations.trial import Trial, Week
from queue_service.insight.rules.compare import Comparison, FigureName
from queue_service.language.catalogues import N_
from queue_service.tables.comparison_figures import any_figure
from queue_service.tables.model import Column, Table, Value
from queue_service.tables.names import UNITS
from queue_service.tables.words import Words

TITLE: Final = N_("Week by week")
BEFORE: Final = N_("Before")
AFTER: Final = N_("After")

FIGURES: Final[Mapping[FigureName, str]] = {
    "goal": "share",
    "first_contact": "first_contact",
    "abandoned": "abandoned_share",
    "no_show": "no_show_share",
    "incomplete": "incomplete_share",
    "handling": "handling_mean",
    "waiting": "waiting_mean",
    "arrivals": "visits_per_day",
    "weekly": "visits_per_week",
    "pace": "pace",
}
"""The definition of each figure that a trial compares."""
_LEFT_OUT: Final = ("weekly",)
"""What is a week's already, as visits per open day are."""


def weekly_figures(trial: Trial) -> list[Comparison]:
    """What is told week by week, the goals first."""
    return [one for one in trial.here.comparisons if one.figure not in _LEFT_OUT]


def weeks_table(trial: Trial, language: str) -> Table:
    """A row for each seven days, counted from the day on which the trial began."""
    say = Words(language)
    figures = weekly_figures(trial)
    columns = [*_labels(say), *(_column(say, trial, one) for one in figures)]
    by_figure = [{week.first: week for week in trial.weeks(one)} for one in figures]
    firsts = sorted({first for weeks in by_figure for first in weeks})
    rows = tuple(_row(say, trial, first, by_figure) for first in firsts)
    return Table("trial-weeks", say(TITLE), tuple(columns), tuple(firsts), rows)


def figure_title(say: Words, trial: Trial, comparison: Comparison) -> str:
    """What a figure is called; a goal as it was last set."""
    if comparison.goal is not None:
        return say.goal(trial.here.past, trial.here.goal(comparison.goal))
    return any_figure(FIGURES[comparison.figure], say).name


def _labels(say: Words) -> list[Column]:
    week, side = say(N_("Seven days from")), say(N_("Before or after"))
    counted = say(N_("Seven days, counted from the day on which the new began."))
    return [
        Column("week", "week", week, "", counted, "date"),
        Column("side", "side", side, "", counted, "text"),
    ]


def _column(say: Words, trial: Trial, comparison: Comparison) -> Column:
    known = any_figure(FIGURES[comparison.figure], say)
    return Column(
        comparison.goal or comparison.figure,
        known.id,
        figure_title(say, trial, comparison),
        say(UNITS[known.kind]),
        known.definition,
        known.kind,
    )


def _row(say: Words, trial: Trial, first: str, figures: list[dict[str, Week]]) -> tuple[Value, ...]:
    side = say(BEFORE if first < trial.date else AFTER)
    return (first, side, *(w[first].value if first in w else None for w in figures))
