"""How lengths of time are distributed, and where a goal draws its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from queue_service.charts.look import CALM, CALM_SOFT, INK, WIDE, Chart, framed, value_axis

_HEIGHT: Final = 260


@dataclass(frozen=True, slots=True)
class Bar:
    """One span of lengths. ``label`` is its upper end, ``share`` its part of all from 0 to 1."""

    label: str
    share: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A goal's limit: it stands after so many bars, and this is written beside it."""

    after: int
    label: str


def lengths(
    bars: Sequence[Bar],
    limits: Sequence[Limit],
    *,
    title: str,
    below: str,
    language: str,
    width: int = WIDE,
) -> Chart:
    """A bar for each span, the ones within the first limit in the stronger colour.

    ``title`` names what the bars' heights are, ``below`` what stands beneath them.
    """
    first = limits[0].after if limits else len(bars)
    rows = [
        {"place": place, "label": bar.label, "share": bar.share, "within": place < first}
        for place, bar in enumerate(bars)
    ]
    y = {"field": "share", "type": "quantitative", **value_axis(title, "ratio")}
    y["scale"] = {"zero": True, "nice": True}
    layers = [_bars(_places(bars, below), y)]
    for height, limit in enumerate(limits):
        layers += _line(limit, len(bars), height)
    return framed((width, _HEIGHT), rows, layers, language)


def _places(bars: Sequence[Bar], below: str) -> dict[str, Any]:
    order = [bar.label for bar in bars]
    axis = {"title": below, "labelAngle": 0, "ticks": False, "labelOverlap": True}
    return {"field": "label", "type": "ordinal", "sort": order, "axis": axis, "scale": _SCALE}


_SCALE: Final = {"type": "band", "paddingInner": 0.12, "paddingOuter": 0.06}


def _bars(x: dict[str, Any], y: dict[str, Any]) -> Chart:
    colour = {
        "field": "within",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [True, False], "range": [CALM, CALM_SOFT]},
    }
    return {"mark": "bar", "encoding": {"x": x, "y": y, "color": colour}}


def _line(limit: Limit, bars: int, height: int) -> list[Chart]:
    """A line between two bars, by its part of the width, which is even."""
    x = {"value": {"expr": f"width * {limit.after / bars}"}}
    text = {"type": "text", "align": "left", "dx": 8, "fontWeight": 600, "text": limit.label}
    one: Chart = {"data": {"values": [{}]}}
    return [
        {
            **one,
            "mark": {"type": "rule", "color": INK, "strokeWidth": 2, "strokeDash": [7, 5]},
            "encoding": {"x": x},
        },
        {**one, "mark": text, "encoding": {"x": x, "y": {"value": 12 + 22 * height}}},
    ]
