"""How lengths of time are distributed, and where a goal's limit is.

Spans of different lengths are side by side on one scale of minutes, and a bar's height is its share
for each minute of it: the bars show density, so a longer span makes no bump.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from queue_service.charts.style import BACKGROUND, CALM, INK, RANGE, WIDE, Chart, framed, value_axis

_HEIGHT: Final = 260
_LINE: Final = 22
"""Between two labels below each other."""


@dataclass(frozen=True, slots=True)
class LengthBar:
    """One span of lengths, in minutes; ``share`` is its part of all from 0 to 1."""

    begins: float
    ends: float
    share: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A goal's limit in minutes, and the text next to it."""

    at: float
    label: str


def lengths(
    bars: Sequence[LengthBar],
    limits: Sequence[Limit],
    *,
    title: str,
    below: str,
    over: str = "",
    language: str,
    width: int = WIDE,
) -> Chart:
    """A bar for each span, the ones within the first limit in the stronger colour.

    ``title`` names what the bars' heights are, ``below`` the text below them, and ``over`` says how
    many took longer than the last bar.
    """
    first = min((limit.at for limit in limits), default=bars[-1].ends)
    rows = [
        {
            "begins": bar.begins,
            "ends": bar.ends,
            "density": bar.share / (bar.ends - bar.begins),
            "within": bar.ends <= first,
        }
        for bar in bars
    ]
    scale = {"domain": [0, bars[-1].ends], "nice": False}
    y = {"field": "density", "type": "quantitative", **value_axis(title, "ratio")}
    labels = len(limits) + bool(over)
    highest = max((row["density"] for row in rows), default=0)
    # The labels have the top of the chart for themselves, so that no bar is behind a letter.
    most = highest / (1 - labels * _LINE / _HEIGHT)
    y["scale"] = {"domain": [0, most], "nice": False}
    layers = [_bars(scale, below, y)]
    for height, limit in enumerate(limits):
        layers += _line(limit, scale, height, before=limit.at > bars[-1].ends / 2)
    if over:
        layers += _over(over, len(limits))
    return framed((width, _HEIGHT), rows, layers, language)


def _bars(scale: dict[str, Any], below: str, y: dict[str, Any]) -> Chart:
    axis = {"title": below, "grid": False, "tickCount": 8, "tickMinStep": 1}
    x = {"field": "begins", "type": "quantitative", "scale": scale, "axis": axis}
    colour = {
        "field": "within",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [True, False], "range": [CALM, RANGE]},
    }
    mark = {"type": "rect", "stroke": BACKGROUND, "strokeWidth": 1}
    ends = {"x2": {"field": "ends"}, "y2": {"datum": 0}}
    return {"mark": mark, "encoding": {"x": x, "y": y, **ends, "color": colour}}


def _line(limit: Limit, scale: dict[str, Any], height: int, *, before: bool) -> list[Chart]:
    """A limit with its label, on the side where there is more room."""
    x = {"field": "at", "type": "quantitative", "scale": scale}
    side = {"align": "right", "dx": -8} if before else {"align": "left", "dx": 8}
    text = {"type": "text", **side, "fontWeight": 600, "text": limit.label}
    one: Chart = {"data": {"values": [{"at": limit.at}]}}
    return [
        {
            **one,
            "mark": {"type": "rule", "color": INK, "strokeWidth": 2, "strokeDash": [7, 5]},
            "encoding": {"x": x},
        },
        {**one, "mark": text, "encoding": {"x": x, "y": {"value": 12 + _LINE * height}}},
    ]


def _over(text: str, height: int) -> list[Chart]:
    """At the right end, below the limits' labels, since bars are low there: how many took longer
    than is drawn. A limit's line that crosses it is covered around the letters."""
    mark = {"type": "text", "align": "right", "dx": -4, "fontWeight": 600, "text": text}
    halo = {**mark, "color": BACKGROUND, "stroke": BACKGROUND, "strokeWidth": 8, "aria": False}
    place = {"x": {"value": {"expr": "width"}}, "y": {"value": 12 + _LINE * height}}
    one: Chart = {"data": {"values": [{}]}, "encoding": place}
    return [{**one, "mark": halo}, {**one, "mark": mark}]
