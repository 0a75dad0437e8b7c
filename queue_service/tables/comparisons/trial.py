"""A trial as tables: figure by figure with its verdict, and week by week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from queue_service.history.rules.confidence_intervals import Difference
from queue_service.insight.operations.trial import Trial, Week
from queue_service.insight.rules.compare import (
    PER_WEEK,
    FigureChange,
    FigureName,
    is_share,
    verdict_of,
)
from queue_service.language.catalogues import N_
from queue_service.tables.comparisons.comparison_figures import any_figure
from queue_service.tables.figures.figure import UNITS
from queue_service.tables.model import Column, ColumnKind, Table, Value
from queue_service.tables.words import Words
from queue_service.tables.writing import COMPARED

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
VERDICTS_TITLE: Final = N_("Figure by figure")
_PERCENT: Final = 100
_LABELS: Final = 2
"""Of a row: the figure and its unit."""
_LEFT_OUT: Final = ("weekly",)
"""Figures that are weekly already, such as visits per open day."""


def weekly_figures(trial: Trial) -> list[FigureChange]:
    """The figures shown week by week, the goals first."""
    return [one for one in trial.here.comparisons if one.figure not in _LEFT_OUT]


def weeks_table(trial: Trial, language: str) -> Table:
    """A row for each seven days, counted from the day on which the trial began."""
    say = Words(language)
    figures = weekly_figures(trial)
    labels, of_figures = _labels(say), [_column(say, trial, one) for one in figures]
    columns = [*labels, *of_figures, *_with_all_days(say, trial, of_figures)]
    weeks = [trial.weeks(one) for one in figures]
    if trial.whole is not None:
        pairs = ((trial.whole, trial.with_all_days(one)) for one in figures)
        weeks += [whole.weeks(one) if one else [] for whole, one in pairs]
    by_figure = [{week.first: week for week in of_figure} for of_figure in weeks]
    firsts = sorted({first for weeks in by_figure for first in weeks})
    rows = tuple(_row(say, trial, first, by_figure) for first in firsts)
    return Table("trial-weeks", say(TITLE), tuple(columns), tuple(firsts), rows)


def verdicts_table(trial: Trial, language: str) -> Table:
    """A row for each figure: both sides with their number of cases, the difference and the verdict.

    Shares are in percent and their differences in points, so that all rows read alike.
    """
    say = Words(language)
    columns = [Column(*one) for one in _verdict_columns(say, compared=trial.there is not None)]
    values = len(columns) - _LABELS
    columns += _with_all_days(say, trial, columns[_LABELS:])
    rows = tuple(
        (*_verdict_row(say, trial, one), *_all_days_row(say, trial, one, values))
        for one in trial.here.comparisons
    )
    keys = tuple(one.goal or one.figure for one in trial.here.comparisons)
    return Table("trial", say(VERDICTS_TITLE), tuple(columns), keys, rows)


def _with_all_days(say: Words, trial: Trial, columns: Iterable[Column]) -> list[Column]:
    """The same columns once more if days are left out, of all days."""
    if trial.whole is None:
        return []
    name = say(N_("{name}, with all days"))
    return [replace(one, key=f"{one.key}_all", name=name.format(name=one.name)) for one in columns]


def _all_days_row(say: Words, trial: Trial, one: FigureChange, values: int) -> tuple[Value, ...]:
    if trial.whole is None:
        return ()
    found = trial.with_all_days(one)
    return _verdict_row(say, trial.whole, found)[_LABELS:] if found else (None,) * values


def _verdict_columns(
    say: Words, *, compared: bool
) -> Iterator[tuple[str, str, str, str, str, ColumnKind]]:
    label, unit = say(N_("Figure")), say(N_("Unit"))
    yield (
        "figure",
        "figure",
        label,
        "",
        say(N_("What is compared; a goal as it was last set.")),
        "text",
    )
    yield (
        "unit",
        "unit",
        unit,
        "",
        say(N_("Of the values; of a difference of shares, points.")),
        "text",
    )
    days, of = say(N_("days")), say(N_("of"))
    counted = say(N_("What the figure is of: inquiries, visits, days or counter hours."))
    dates = say(N_("Days that add to the figure; from five on each side on there is a verdict."))
    for key, side in (("before", say(BEFORE)), ("after", say(AFTER))):
        yield key, key, side, "", say(N_("The figure of all these days together.")), "decimal"
        yield f"{key}_of", f"{key}_of", f"{side}, {of}", "", counted, "decimal"
        yield f"{key}_days", f"{key}_days", f"{side}, {days}", "", dates, "count"
    yield from _difference_columns(say, "difference", "compared")
    if compared:
        yield from _difference_columns(say, "beyond", "beyond_compared")


def _difference_columns(
    say: Words, figure_id: str, told_id: str
) -> Iterator[tuple[str, str, str, str, str, ColumnKind]]:
    known, told = any_figure(figure_id, say), any_figure("compared", say)
    ends = ("low", say(N_("low end"))), ("high", say(N_("high end")))
    yield figure_id, figure_id, known.name, "", known.definition, "decimal"
    for key, end in ends:
        yield (
            f"{figure_id}_{key}",
            figure_id,
            f"{known.name}, {end}",
            "",
            known.definition,
            "decimal",
        )
    name = told.name if told_id == "compared" else f"{known.name}: {told.name}"
    yield told_id, "compared", name, "", told.definition, "text"


def _verdict_row(say: Words, trial: Trial, one: FigureChange) -> tuple[Value, ...]:
    share = is_share(one.figure)
    scale = _PERCENT if share else 1
    kind = any_figure(FIGURES[one.figure], say).kind
    row: list[Value] = [figure_title(say, trial, one), "%" if share else say(UNITS[kind])]
    for side in (one.first, one.second):
        row += [_scaled(side.value, scale), side.n, side.days]
    row += [*_ends(one.difference, scale), say(COMPARED[one.verdict])]
    if trial.there is not None:
        beyond = trial.beyond(one)
        row += [*_ends(beyond, scale), say(COMPARED[verdict_of(one.figure, beyond)])]
    return tuple(row)


def _ends(one: Difference | None, scale: int) -> list[Value]:
    ends = (one.value, one.low, one.high) if one else (None, None, None)
    return [_scaled(end, scale) for end in ends]


def _scaled(value: float | None, scale: int) -> Value:
    return None if value is None else value * scale


def figure_title(say: Words, trial: Trial, comparison: FigureChange) -> str:
    """The title of a figure; a goal as it was last set."""
    if comparison.goal is not None:
        return say.goal(trial.here.past, trial.here.goal(comparison.goal))
    name = any_figure(FIGURES[comparison.figure], say).name
    before, after = trial.here.weekdays
    if before == after or comparison.figure == PER_WEEK:
        return name
    return f"{name} ({', '.join(map(say.weekday, sorted(before & after)))})"


def _labels(say: Words) -> list[Column]:
    week, side = say(N_("Seven days from")), say(N_("Before or after"))
    counted = say(N_("Seven days, counted from the day on which the new began."))
    return [
        Column("week", "week", week, "", counted, "date"),
        Column("side", "side", side, "", counted, "text"),
    ]


def _column(say: Words, trial: Trial, comparison: FigureChange) -> Column:
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
