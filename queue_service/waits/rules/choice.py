"""Whether tickets take their range from the regression or from the table of similar waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from queue_service.visits.rules.regression import Regression, winkler
from queue_service.waits.rules.rows import WaitRow

DAYS_TO_FIT: Final = 3
"""A fit of fewer days does worse than the table."""

DAYS_TO_USE: Final = 5
"""The regression is used from the day after this one on, the branch's sixth."""

SCORED_DAYS: Final = 10
MOST_ROWS: Final = 6000
MOST_DAYS: Final = 60
FEWEST_ROWS: Final = 300


class Score(NamedTuple):
    """Winkler's scores of a day, added up over its ``visits``, in minutes: less is better."""

    visits: int
    table: float
    regression: float


def score(rows: Iterable[WaitRow], regressions: Mapping[str, Regression]) -> Score:
    """The scores of both, of the visits for which both know a range.

    ``regressions`` are those by service that were fitted before the day.
    """
    visits, table, regressed = 0, 0.0, 0.0
    for row in rows:
        known = regressions.get(row.service)
        if known is not None and row.table is not None:
            visits += 1
            table += winkler(*row.table, row.waited) / 60
            regressed += winkler(*known.range(row.inputs), row.waited) / 60
    return Score(visits, table, regressed)


def last_scores(scores: Mapping[str, Score]) -> dict[str, Score]:
    """The scores of the last ten days with any, by date."""
    dates = sorted(date for date, each in scores.items() if each.visits)
    return {date: scores[date] for date in dates[-SCORED_DAYS:]}


def is_used(days: int, scores: Mapping[str, Score]) -> bool:
    """Whether the regression is used after so many ``days`` with visits, by its last scores."""
    lasting = last_scores(scores).values()
    better = sum(each.regression for each in lasting) < sum(each.table for each in lasting)
    return days >= DAYS_TO_USE and better


def is_fitted(days: int, rows: int) -> bool:
    """Whether there is enough to fit: days with visits, and waits with somebody ahead."""
    return days >= DAYS_TO_FIT and rows >= FEWEST_ROWS
