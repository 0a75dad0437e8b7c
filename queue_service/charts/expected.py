"""The expected day by hour: arrivals with their range, and counters as steps below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from queue_service.charts.style import CALM, INK, PRIMARY, RANGE, WIDE, Chart, stacked, value_axis
from queue_service.charts.trend import places

_ARRIVALS: Final = 170
_COUNTERS: Final = 110
_ROOM_OF_A_LABEL: Final = 75
_AXIS: Final = 44
_ROOM_ABOVE: Final = 1.35
"""How far the axis of counters reaches above the highest step, where its number is."""


@dataclass(frozen=True, slots=True)
class ExpectedHour:
    """An hour with its label: expected arrivals and their range, the counters that it needs, and
    how many were open before; None if that is not known."""

    label: str
    arrivals: float
    low: int
    high: int
    counters: int | None
    opened: float | None


@dataclass(frozen=True, slots=True)
class ExpectedTitles:
    """The texts above the two parts of the chart."""

    arrivals: str
    counters: str


def expected_day(
    hours: Sequence[ExpectedHour | None],
    titles: ExpectedTitles,
    language: str,
    width: int = WIDE,
) -> Chart:
    """Bars with their range; below them the counters needed as a solid line with numbers, and those
    that were open before as a dashed one. None is a time between hours in which it is closed."""
    known = [hour for hour in hours if hour is not None]
    rows = list(_rows(hours))
    labels = ["" if hour is None else hour.label for hour in hours]
    x = places(labels, width // _ROOM_OF_A_LABEL)
    most = max(hour.high for hour in known)
    highest = max(max(hour.counters or 0, hour.opened or 0) for hour in known)
    bars, steps = _bars(titles, most), _steps(titles, highest * _ROOM_ABOVE)
    # Bands without gaps, so that steps meet, whose middles are those of the bars above.
    joined = {**x, "scale": {**x["scale"], "paddingInner": 0, "paddingOuter": 0.025}}
    above = {**x, "axis": None}
    arrivals = [{**layer, "encoding": {"x": above, **layer["encoding"]}} for layer in bars]
    counters = [_placed(layer, joined) for layer in steps]
    inner = width - _AXIS - 8
    parts = [
        {"width": inner, "height": _ARRIVALS, "layer": arrivals},
        {"width": inner, "height": _COUNTERS, "layer": counters},
    ]
    return stacked(parts, rows, language)


def _rows(hours: Sequence[ExpectedHour | None]) -> Iterator[Mapping[str, Any]]:
    before: ExpectedHour | None = None
    for place, hour in enumerate(hours):
        if hour is not None:
            row = {"place": place, "arrivals": hour.arrivals, "low": hour.low, "high": hour.high}
            more = {
                "counters": hour.counters,
                "opened": hour.opened,
                "counters_before": before and before.counters,
                "opened_before": before and before.opened,
            }
            yield row | {name: value for name, value in more.items() if value is not None}
        before = hour


def _placed(layer: Chart, x: Mapping[str, Any]) -> Chart:
    """A layer at its places: at their middle, over their whole width, or at their beginning."""
    wide: Chart = {"x": {**x, "bandPosition": 0}, "x2": {"field": "place", "bandPosition": 1}}
    over: dict[str, Chart] = {
        "middle": {"x": x},
        "whole": wide,
        "beginning": {"x": wide["x"]},
    }
    rest = {name: value for name, value in layer.items() if name != "over"}
    return {**rest, "encoding": {**over[layer["over"]], **layer["encoding"]}}


def _axis(field: str, title: str, most: float) -> dict[str, Any]:
    found = value_axis(title, "count")
    axis = {**found["axis"], "minExtent": _AXIS, "maxExtent": _AXIS, "tickCount": 4}
    scale = {"zero": True, "domainMax": most or 1}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _bars(titles: ExpectedTitles, most: float) -> list[Chart]:
    y = _axis("arrivals", titles.arrivals, most)
    rule = {"type": "rule", "color": INK, "strokeWidth": 2}
    return [
        {"mark": {"type": "bar", "color": RANGE, "stroke": CALM}, "encoding": {"y": y}},
        {"mark": rule, "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}}},
    ]


def _steps(titles: ExpectedTitles, most: float) -> list[Chart]:
    y = _axis("counters", titles.counters, most)
    before = {"type": "rule", "color": INK, "strokeWidth": 2, "strokeDash": [4, 4]}
    needed = {"type": "rule", "color": PRIMARY, "strokeWidth": 3, "strokeCap": "square"}
    text = {"type": "text", "dy": -11, "fontWeight": 700, "color": PRIMARY}
    number = {"field": "counters", "type": "quantitative", "format": ",.0f"}
    return [
        *_step_line("opened", before, y),
        *_step_line("counters", needed, y),
        {
            "over": "middle",
            "transform": [{"filter": "isValid(datum.counters)"}],
            "mark": text,
            "encoding": {"y": y, "text": number},
        },
    ]


def _step_line(field: str, mark: Chart, y: Mapping[str, Any]) -> Iterator[Chart]:
    """A level for each hour, and a stroke from that of the hour before, if they meet."""
    yield {
        "over": "whole",
        "transform": [{"filter": f"isValid(datum.{field})"}],
        "mark": mark,
        "encoding": {"y": {**y, "field": field}},
    }
    both = f"isValid(datum.{field}) && isValid(datum.{field}_before)"
    yield {
        "over": "beginning",
        "transform": [{"filter": both}],
        "mark": mark,
        "encoding": {"y": {**y, "field": field}, "y2": {"field": f"{field}_before"}},
    }
