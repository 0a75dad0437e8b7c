"""How handling and waiting times are distributed, with the goals' limits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from queue_service.days.rules.figures import Durations
from queue_service.goals.rules.goal import Goal
from queue_service.goals.rules.indicators import Indicator
from queue_service.history.operations.history import Past
from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import ratio
from queue_service.tables.measures import column
from queue_service.tables.model import Table, Value
from queue_service.tables.words import Words

_MINUTE: Final = 60
_COLUMNS: Final = (
    "bucket", "from_seconds", "to_seconds", "count", "count_share", "cumulative", "line",
)  # fmt: skip


def lengths(
    past: Past, say: Words, table_id: str, title: str, durations: Durations, indicator: Indicator
) -> Table:
    """A row for each bucket of lengths; the goals that measure them are at their limit."""
    goals = [g for g in past.goal_history.latest().values() if g.indicator is indicator]
    rows: list[tuple[Value, ...]] = []
    below = 0
    for low, high, n in _buckets(durations):
        below += n
        shares = ratio(n, durations.n), ratio(below, durations.n)
        rows.append((_label(say, low, high), low, high, n, *shares, _line(past, say, goals, high)))
    keys = tuple(str(row[1]) for row in rows)
    return Table(table_id, say(title), tuple(column(say, c) for c in _COLUMNS), keys, tuple(rows))


def _buckets(durations: Durations) -> Iterator[tuple[int, int | None, int]]:
    ends: list[int | None] = [0, *durations.bounds, None]
    for (low, high), n in zip(pairwise(ends), durations.counts(), strict=True):
        yield low or 0, high, n


def _label(say: Words, low: int, high: int | None) -> str:
    """``15–30 s``, ``6–8 min``, ``≥ 120 min``: in whole minutes where both ends are."""
    ends = [end for end in (low, high) if end is not None]
    minutes = low >= _MINUTE and all(end % _MINUTE == 0 for end in ends)
    shown = [str(end // _MINUTE if minutes else end) for end in ends]
    span = f"≥ {shown[0]}" if high is None else "–".join(shown)
    return say(N_("{n} min"), n=span) if minutes else say(N_("{n} s"), n=span)


def _line(past: Past, say: Words, goals: list[Goal], high: int | None) -> str | None:
    here = [say.goal(past, goal) for goal in goals if goal.threshold_seconds == high]
    return ", ".join(here) if high is not None and here else None
