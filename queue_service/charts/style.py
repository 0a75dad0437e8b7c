"""How every chart looks: the colours and sizes of the pages' own tokens, on a clear ground.

The colours differ in lightness as well, so a page printed in black still reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from queue_service.palette import PALETTE

Chart = dict[str, Any]
"""A chart, or a layer of one, in Vega-Lite."""

ChartUnit = Literal["ratio", "count", "minutes"]
"""The unit of the values along an axis; a ratio lies between 0 and 1 and is written in percent."""

FONT: Final = "Atkinson Hyperlegible Next"
INK: Final = PALETTE["ink"]
INK_SOFT: Final = PALETTE["ink-soft"]
LINE: Final = PALETTE["line"]
LINE_STRONG: Final = PALETTE["line-strong"]
BACKGROUND: Final = PALETTE["surface"]
PRIMARY: Final = PALETTE["primary"]
CALM: Final = PALETTE["calm"]
RANGE: Final = PALETTE["chart-range"]
NOTED: Final = PALETTE["chart-noted"]

WIDE: Final = 660
NARROW: Final = 340
WIDEST: Final = 1150
"""Widths: of a desk's page or a sheet of paper, of a phone, and of a chart that has a desk's page
for itself. Letters are as large in all of them."""

_FONT_SIZE: Final = 15
_FORMATS: Final[Mapping[ChartUnit, str]] = {"ratio": ".0%", "count": ",.0f", "minutes": ",.3~f"}
_SCALES: Final[Mapping[ChartUnit, Mapping[str, Any]]] = {
    "ratio": {"domain": [0, 1]},
    "count": {"zero": True, "nice": True},
    "minutes": {"zero": True, "nice": True},
}


def value_axis(title: str, unit: ChartUnit) -> Mapping[str, Any]:
    """The upright axis: its name lies flat above it, where it is read without turning."""
    axis = {"format": _FORMATS[unit], "tickCount": 5, "tickMinStep": 1 if unit == "count" else 0}
    named = {"title": title, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "start"}
    placed = {"titleX": 0, "titleY": -14, "titleBaseline": "bottom"}
    return {"scale": _SCALES[unit], "axis": {**axis, **named, **placed}}


def framed(
    size: tuple[int, int],
    rows: Sequence[Mapping[str, Any]],
    layers: Sequence[Chart],
    language: str,
) -> Chart:
    """The layers over the rows as one chart, with numbers as a language writes them."""
    return {
        "width": size[0],
        "height": size[1],
        "background": None,
        "padding": 4,
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": list(rows)},
        "layer": list(layers),
        "config": _CONFIG,
        "usermeta": {"language": language},
    }


def stacked(parts: Sequence[Chart], rows: Sequence[Mapping[str, Any]], language: str) -> Chart:
    """Parts of one chart below each other, over the same rows."""
    return {
        "background": None,
        "padding": 4,
        "spacing": 34,
        "data": {"values": list(rows)},
        "vconcat": list(parts),
        "config": _CONFIG,
        "usermeta": {"language": language},
    }


_CONFIG: Final = {
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": _FONT_SIZE,
        "titleFontSize": _FONT_SIZE,
        "titleFontWeight": 600,
        "labelColor": INK_SOFT,
        "titleColor": INK_SOFT,
        "domainColor": LINE_STRONG,
        "gridColor": LINE,
        "labelPadding": 8,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "text": {"fontSize": _FONT_SIZE, "color": INK},
}
