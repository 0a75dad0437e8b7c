"""How handling and waiting times are distributed, with the goals' lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dashboards.history_charts import Drawing
from dashboards.history_picked import picked
from queue_service.charts.lengths import Bar, Limit, lengths
from queue_service.charts.look import NARROW, WIDE, Chart
from queue_service.language import N_
from queue_service.operations.history import Past
from queue_service.tables.build import table
from queue_service.tables.model import Table, Value
from queue_service.tables.writing import Writing

Which = Literal["handling", "waiting"]

BOTH: Final[tuple[Which, ...]] = ("handling", "waiting")
"""The distributions there are."""

_COLUMNS: Final = ("bucket", "count", "count_share", "cumulative", "line")
_HEIGHTS: Final[Mapping[Which, str]] = {
    "handling": N_("Share of inquiries"),
    "waiting": N_("Share of waits"),
}
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Lengths:
    """The table of a distribution and its chart to draw."""

    table: Table
    drawing: Drawing


def made(past: Past, which: Which, writing: Writing) -> Lengths | None:
    """The distribution; None of nothing."""
    found = table(past, which, writing.say.language)
    rows = list(found.records())
    if not any(row["count"] for row in rows):
        return None
    bars = [Bar(_end(row, writing), _share(row)) for row in rows]
    limits = [
        Limit(place + 1, _limit(row["to_seconds"], writing))
        for place, row in enumerate(rows)
        if row["line"]
    ]

    def drawn(width: int) -> Chart:
        return lengths(
            bars,
            limits,
            title=writing.say(_HEIGHTS[which]),
            below=writing.say(N_("Minutes, under")),
            language=writing.say.language,
            width=width,
        )

    drawing = Drawing(drawn(WIDE), drawn(NARROW), _said(found, writing))
    return Lengths(picked(found, _COLUMNS), drawing)


def _share(row: Mapping[str, Value]) -> float:
    share = row["count_share"]
    return float(share) if isinstance(share, int | float) else 0.0


def _end(row: Mapping[str, Value], writing: Writing) -> str:
    """A bar's upper end in minutes; in seconds under a minute, which needs its unit."""
    end = row["to_seconds"]
    if not isinstance(end, int | float):
        return f"≥ {_minutes(row['from_seconds'], writing)}"
    return _minutes(end, writing) if end >= _MINUTE else writing.say.length(end)


def _minutes(seconds: Value, writing: Writing) -> str:
    return writing.short_number(float(seconds) / _MINUTE if isinstance(seconds, int | float) else 0)


def _limit(seconds: Value, writing: Writing) -> str:
    length = writing.say.length(float(seconds) if isinstance(seconds, int | float) else 0)
    return writing.say(N_("The goal's line: {length}"), length=length)


def _said(found: Table, writing: Writing) -> str:
    """The chart in a sentence: what part lies within each goal's line."""
    parts = [
        writing.say(
            N_("{share} took under {length}"),
            share=writing.value(row["cumulative"], "ratio"),
            length=writing.say.length(float(row["to_seconds"] or 0)),
        )
        for row in found.records()
        if row["line"]
    ]
    return f"{found.title}. {'; '.join(parts)}" if parts else found.title
