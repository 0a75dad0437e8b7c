"""How a figure went, from day to day, month to month or hour to hour."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any, Final

from queue_service.charts.style import (
    CALM,
    INK,
    NOTED,
    PRIMARY,
    RANGE,
    WIDE,
    Chart,
    ChartUnit,
    framed,
    value_axis,
)

_HEIGHT: Final = 300
_ROOM_OF_A_LABEL: Final = 75
_ROOM_ABOVE: Final = 1.15
"""How far the axis reaches above the highest bar where numbers are written there."""


@dataclass(frozen=True, slots=True)
class Point:
    """One place on the trend. ``label`` is the text below it.

    ``low`` and ``high`` are the ends of the value's interval and ``goal`` what it had to reach.
    A ``marked`` place has a note. A ``value`` of None leaves a gap. ``most`` is written above the
    bars.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    goal: float | None = None
    marked: bool = False
    most: int | None = None


def trend(
    points: Sequence[Point], title: str, unit: ChartUnit, language: str, width: int = WIDE
) -> Chart:
    """The points with their intervals, the goal as a stepped line, a flag where there is a note.

    Counts are bars, since nothing lies between two of them; the most that there was at once is
    written above, so that it takes no room from the bars. ``title`` names the values.
    """
    y = {"field": "value", "type": "quantitative", **value_axis(title, unit)}
    if unit == "ratio":
        y["scale"] = {"domain": [_lowest(points), 1]}
    if any(point.most is not None for point in points):
        top = max((point.value or 0 for point in points), default=0)
        y["scale"] = {"zero": True, "domainMax": top * _ROOM_ABOVE or 1}
    room = width / max(1, len(points))
    drawn = [*_bars(y), _most()] if unit == "count" else _line(y, min(7.0, room / 3))
    rows = [_row(place, point) for place, point in enumerate(points)]
    x = places([point.label for point in points], width // _ROOM_OF_A_LABEL)
    layers = [
        {**layer, "encoding": {"x": x, **layer["encoding"]}}
        for layer in (*drawn, _goal(points), _notes())
    ]
    return framed((width, _HEIGHT), rows, layers, language)


def _lowest(points: Sequence[Point]) -> float:
    """The start of the axis of shares: one half, or a tenth that lies below all of them."""
    shown = (s for point in points for s in (point.value, point.low, point.goal) if s is not None)
    return min(0.5, floor(10 * min(shown, default=0.0)) / 10)


def _row(place: int, point: Point) -> Mapping[str, Any]:
    values = (("value", point.value), ("low", point.low), ("high", point.high))
    more = (("goal", point.goal), ("most", point.most))
    known = {name: value for name, value in (*values, *more) if value is not None}
    return {"place": place, "marked": point.marked, **known}


def places(labels: Sequence[str], most: int) -> dict[str, Any]:
    """An even row of places, with as many of their labels as there is room for."""
    step = max(1, -(-len(labels) // most))
    axis = {
        "title": None,
        "labelAngle": 0,
        "ticks": False,
        "values": list(range(0, len(labels), step)),
        "labelExpr": f"{json.dumps(list(labels))}[datum.value]",
    }
    every = list(range(len(labels)))
    scale = {"domain": every, "paddingInner": 0.25, "paddingOuter": 0.15}
    return {"field": "place", "type": "ordinal", "scale": {**scale, "type": "band"}, "axis": axis}


def _line(y: dict[str, Any], stroke: float) -> list[Chart]:
    return [
        {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {
                "type": "rule",
                "color": RANGE,
                "strokeWidth": stroke,
                "strokeCap": "round",
            },
            "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "line", "color": PRIMARY, "strokeWidth": 2.5},
            "encoding": {"y": y},
        },
        {
            "mark": {
                "type": "point",
                "filled": True,
                "size": stroke**2,
                "opacity": 1,
                "color": PRIMARY,
            },
            "encoding": {"y": y},
        },
    ]


def _bars(y: dict[str, Any]) -> list[Chart]:
    return [{"mark": {"type": "bar", "color": CALM}, "encoding": {"y": y}}]


def _most() -> Chart:
    """A number at the upper edge where the maximum is shown next to the mean."""
    return {
        "transform": [{"filter": "isValid(datum.most)"}],
        "mark": {"type": "text", "color": INK, "fontWeight": 600, "baseline": "top"},
        "encoding": {
            "y": {"value": 4},
            "text": {"field": "most", "type": "quantitative", "format": ",.0f"},
        },
    }


def _goal(points: Sequence[Point]) -> Chart:
    """A line; of one place alone, which no line joins to another, a short stroke."""
    line = {"type": "line", "interpolate": "step", "strokeWidth": 2, "strokeDash": [7, 5]}
    alone = sum(point.goal is not None for point in points) == 1
    return {
        "transform": [{"filter": "isValid(datum.goal)"}],
        "mark": {**({"type": "tick", "thickness": 2} if alone else line), "color": INK},
        "encoding": {"y": {"field": "goal", "type": "quantitative"}},
    }


def _notes() -> Chart:
    """A flag at the upper edge: its shape differs, not its colour alone."""
    return {
        "transform": [{"filter": "datum.marked"}],
        "mark": {
            "type": "point",
            "shape": "triangle-down",
            "filled": True,
            "opacity": 1,
            "size": 120,
            "color": NOTED,
        },
        "encoding": {"y": {"value": 6}},
    }
