"""How handling and waiting times are distributed, with the goals' lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dashboards.history.charts import Drawing
from dashboards.history.picked import picked
from queue_service.charts.lengths import Bar, Limit, lengths
from queue_service.charts.look import NARROW, WIDE, Chart
from queue_service.history.operations.history import Past
from queue_service.language.catalogues import N_
from queue_service.tables.build import table
from queue_service.tables.model import Table, Value
from queue_service.tables.writing import Writing

Which = Literal["handling", "waiting"]

BOTH: Final[tuple[Which, ...]] = ("handling", "waiting")
"""The distributions there are."""

_COLUMNS: Final = ("bucket", "count", "count_share", "cumulative", "line")
_HEIGHTS: Final[Mapping[Which, str]] = {
    "handling": N_("Share of inquiries for each minute"),
    "waiting": N_("Share of waits for each minute"),
}
_MINUTE: Final = 60
_QUARTER: Final = 15
_MOST: Final = 0.95


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
    limits = [
        Limit(_number(row["to_seconds"]) / _MINUTE, _limit(row["to_seconds"], writing))
        for row in rows
        if row["line"]
    ]
    bars, over = spans(rows)

    def drawn(width: int) -> Chart:
        return lengths(
            bars,
            limits,
            title=writing.say(_HEIGHTS[which]),
            below=writing.say(N_("Minutes")),
            over=_over(bars[-1].ends, over, writing),
            language=writing.say.language,
            width=width,
        )

    drawing = Drawing(drawn(WIDE), drawn(NARROW), _said(found, writing))
    return Lengths(picked(found, _COLUMNS), drawing)


def spans(rows: Sequence[Mapping[str, Value]]) -> tuple[list[Bar], float]:
    """The bars to draw, and what share took longer than the last of them.

    A bar is a minute at least, unless a goal's line cuts it. They end at a quarter of an hour, or
    where the last goal's line and nineteen of twenty are within.
    """
    bars: list[Bar] = []
    begins = share = drawn = 0.0
    for nth, row in enumerate(rows):
        if row["to_seconds"] is None or (bars and _enough(bars, drawn, rows[nth:])):
            break
        ends = _number(row["to_seconds"]) / _MINUTE
        share += _number(row["count_share"])
        if ends - begins >= 1 or row["line"]:
            bars.append(Bar(begins, ends, share))
            drawn += share
            begins, share = ends, 0.0
    return bars, max(0.0, 1 - drawn)


def _enough(bars: Sequence[Bar], drawn: float, left: Sequence[Mapping[str, Value]]) -> bool:
    lines_left = any(row["line"] for row in left)
    return bars[-1].ends >= _QUARTER and drawn >= _MOST and not lines_left


def _over(minutes: float, share: float, writing: Writing) -> str:
    if round(share, 3) <= 0:
        return ""
    text = N_("{share} took longer than {length}")
    length = writing.say.length(minutes * _MINUTE)
    return writing.say(text, share=writing.percent(share), length=length)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


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
