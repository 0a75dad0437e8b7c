"""The expected day by hour: arrivals with their range, and counters as steps below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    hours: Sequence[ExpectedHour], titles: ExpectedTitles, language: str, width: int = WIDE
) -> Chart:
    """Bars with their range; below them the counters needed as a solid line with numbers, and those
    that were open before as a dashed one."""
    rows = [_row(place, hour) for place, hour in enumerate(hours)]
    x = places([hour.label for hour in hours], width // _ROOM_OF_A_LABEL)
    plain = {**x, "axis": None}
    most = max(hour.high for hour in hours)
    highest = max(max(hour.counters or 0, hour.opened or 0) for hour in hours)
    bars, steps = _bars(titles, most), _steps(titles, highest * _ROOM_ABOVE)
    arrivals = [{**layer, "encoding": {"x": plain, **layer["encoding"]}} for layer in bars]
    counters = [{**layer, "encoding": {"x": x, **layer["encoding"]}} for layer in steps]
    inner = width - _AXIS - 8
    parts = [
        {"width": inner, "height": _ARRIVALS, "layer": arrivals},
        {"width": inner, "height": _COUNTERS, "layer": counters},
    ]
    return stacked(parts, rows, language)


def _row(place: int, hour: ExpectedHour) -> Mapping[str, Any]:
    row = {"place": place, "arrivals": hour.arrivals, "low": hour.low, "high": hour.high}
    more = (("counters", hour.counters), ("opened", hour.opened))
    return row | {name: value for name, value in more if value is not None}


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
    line = {"type": "line", "interpolate": "step"}
    before = {**line, "color": INK, "strokeWidth": 2, "strokeDash": [4, 4]}
    text = {"type": "text", "dy": -10, "fontWeight": 700, "color": PRIMARY}
    number = {"field": "counters", "type": "quantitative", "format": ",.0f"}
    known = [{"filter": "isValid(datum.counters)"}]
    known_before = [{"filter": "isValid(datum.opened)"}]
    return [
        {
            "transform": known_before,
            "mark": before,
            "encoding": {"y": {**y, "field": "opened"}},
        },
        {
            "transform": known,
            "mark": {**line, "color": PRIMARY, "strokeWidth": 3},
            "encoding": {"y": y},
        },
        {"transform": known, "mark": text, "encoding": {"y": y, "text": number}},
    ]
