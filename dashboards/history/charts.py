"""The charts of a page: how figures went, how long things took; drawn when a browser asks.

A page names each chart by its digest. A browser fetches the pictures it comes to see, so a page
never waits for one.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import queue_service.web
from queue_service.charts.lengths import LengthBar, Limit, lengths
from queue_service.charts.renderer import Renderer
from queue_service.charts.store import ChartStore
from queue_service.charts.style import FONT, NARROW, WIDE, Chart, ChartUnit
from queue_service.charts.trend import Point, trend
from queue_service.days.rules.period import Period
from queue_service.days.rules.suppression import SMALLEST
from queue_service.errors import NotFound
from queue_service.history.operations.history import Past
from queue_service.language.catalogues import N_
from queue_service.language.wording import stopwatch
from queue_service.tables.build import table
from queue_service.tables.model import Table, Value
from queue_service.tables.writing import Writing

RENDERER: Final = Renderer()
"""One for each process."""

_FONTS: Final = Path(queue_service.web.__file__).parent / "static/fonts"
_FONT_FILE: Final = _FONTS / "atkinson-hyperlegible-next-latin-wght-normal.woff2"
_ZERO: Final = "Queue Plain Zero"
"""The typeface of the zero without a stroke, as in css/tokens.css."""
_ZERO_FILE: Final = _FONTS / "plain-zero-wght-normal.woff2"

MOST_DAYS: Final = 62
"""A longer period is shown by month."""

GOAL: Final = "goal:"
"""Begins the choice of a goal."""

_OTHERS: Final[Mapping[str, tuple[str, ChartUnit, str, tuple[str, ...]]]] = {
    "visits": (N_("Visits"), "count", "issued", ("issued", "completed", "no_show", "abandoned")),
    "waiting": (
        N_("Waiting time, nine in ten at most (minutes)"),
        "minutes",
        "waiting_p90",
        ("waits", "waiting_mean", "waiting_p50", "waiting_p90"),
    ),
    "handling": (
        N_("Handling time, half at most (minutes)"),
        "minutes",
        "handling_p50",
        ("inquiries", "handling_mean", "handling_p50", "handling_p90"),
    ),
}
TRENDS: Final[Mapping[str, str]] = {
    "visits": N_("Visits"),
    "waiting": N_("Waiting"),
    "handling": N_("Handling"),
}
"""The figures that can be shown next to the goals, and the name of each choice."""

QUEUE: Final = ("queue_mean", "queue_most")
"""The series of the chart of waiting people."""

_GOAL_COLUMNS: Final = ("judged", "within", "share", "low", "high", "target", "verdict")
Step = Literal["hours", "days", "months"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of a page: two digests, for a wide and a narrow screen, and what it says in words."""

    wide: str
    narrow: str
    description: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart before it is kept: its two sizes, and what it says in words."""

    wide: Chart
    narrow: Chart
    description: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The figure that was chosen: its table, and its chart to draw."""

    choice: str
    title: str
    table: Table
    drawing: Drawing


def step_of(period: Period) -> Step:
    """The steps into which a period is divided."""
    if len(period) == 1:
        return "hours"
    return "days" if len(period) <= MOST_DAYS else "months"


def trend_choices(past: Past, writing: Writing) -> dict[str, str]:
    """The choices, the goals first."""
    of_dates = step_of(past.period) != "hours"
    known = past.goal_history.latest()
    goals = {
        GOAL + goal: writing.goal(past, known[goal])
        for goal in past.targets()
        if goal in known and (not known[goal].of_dates or of_dates)
    }
    return goals | {name: writing(title) for name, title in TRENDS.items()}


def trend_of(past: Past, choice: str, noted: Collection[str], writing: Writing) -> Trend:
    """The trend of a choice, with flags on the dates in ``noted``."""
    shown = _shown(past, choice, writing)
    found = table(past, step_of(past.period), writing.language)
    points = list(_points(past, found, shown, noted, writing))
    if found.id == "hours":
        points = _without_empty_ends(points)
    key_columns = ("date", "weekday") if found.id == "days" else (found.columns[0].key,)

    def drawn(width: int) -> Chart:
        return trend(points, shown.title, shown.unit, writing.language, width)

    drawing = Drawing(drawn(WIDE), drawn(NARROW), _trend_description(points, shown, writing))
    return Trend(choice, shown.title, found.select((*key_columns, *shown.columns)), drawing)


def queue_by_hour(past: Past, writing: Writing) -> Trend | None:
    """How many people waited, by hour of the day; None if that is not known."""
    found = table(past, "hours", writing.language)
    records = found.by_key()
    waited = [key for key, record in records.items() if record["queue_most"]]
    if not waited:
        return None
    title = writing(N_("On average (bar), at most (number)"))
    points = [
        Point(
            writing.wall(f"{key}:00"),
            _in_unit(records[key]["queue_mean"], "count") if key in records else None,
            most=int(_number(records[key]["queue_most"])) if key in waited else None,
        )
        for key in _hours(waited)
    ]

    def drawn(width: int) -> Chart:
        return trend(points, title, "count", writing.language, width)

    most = max(points, key=lambda point: point.most or 0)
    description = writing(
        N_("People waiting by hour of the day. At most {n}, at {hour}."),
        n=writing.count(most.most or 0),
        hour=most.label,
    )
    return Trend(
        "queue", title, found.select(("hour", *QUEUE)),
        Drawing(drawn(WIDE), drawn(NARROW), description),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shown:
    """A figure by the columns of a table that it is in."""

    title: str
    unit: ChartUnit
    value: str
    columns: tuple[str, ...]
    low: str = ""
    high: str = ""
    target: str = ""


def _shown(past: Past, choice: str, writing: Writing) -> _Shown:
    if not choice.startswith(GOAL):
        title, unit, value, columns = _OTHERS[choice]
        return _Shown(writing(title), unit, value, columns)
    goal = choice.removeprefix(GOAL)
    title = writing.goal(past, past.goal_history.latest()[goal])
    value, low, high, target = (f"{goal}:{part}" for part in ("share", "low", "high", "target"))
    columns = tuple(f"{goal}:{column}" for column in _GOAL_COLUMNS)
    return _Shown(title, "ratio", value, columns, low, high, target)


def _points(
    past: Past, found: Table, shown: _Shown, noted: Collection[str], writing: Writing
) -> Iterator[Point]:
    records = found.by_key()
    nothing: Mapping[str, Value] = {}
    for key in _places(past, found):
        record = records.get(key, nothing)
        values = nothing if found.id == "hours" and _of_few(record, shown) else record
        yield Point(
            _label(key, past.period, writing),
            _in_unit(values.get(shown.value), shown.unit),
            _in_unit(values.get(shown.low), "ratio"),
            _in_unit(values.get(shown.high), "ratio"),
            _in_unit(record.get(shown.target), "ratio"),
            marked=key in noted,
        )


def _without_empty_ends(points: list[Point]) -> list[Point]:
    """Without hours at both ends in which nothing is drawn, such as that after closing."""
    drawn = [nth for nth, point in enumerate(points) if point.value]
    return points[drawn[0] : drawn[-1] + 1] if drawn else points


def _of_few(record: Mapping[str, Value], shown: _Shown) -> bool:
    """Whether an hour's share is of so few that a single one would bend the line: what is completed
    after closing, mostly."""
    if shown.unit != "ratio":
        return False
    return _number(record.get(shown.value.replace(":share", ":judged"))) < SMALLEST


def _places(past: Past, found: Table) -> list[str]:
    """Every hour from the first to the last, every date up to today, or every month."""
    if found.id == "hours":
        return _hours(found.keys)
    dates = [day for day in past.period.dates() if past.branch.historic or day <= past.today]
    if found.id == "days":
        return dates
    first = min(found.keys, default="")
    return [month for month in sorted({day[:7] for day in dates}) if month >= first]


def _hours(keys: Collection[str]) -> list[str]:
    """Every hour from the first of these to the last."""
    hours = [int(key) for key in keys]
    return [f"{hour:02}" for hour in range(min(hours), max(hours) + 1)] if hours else []


def _label(key: str, period: Period, writing: Writing) -> str:
    if len(period) == 1:
        return writing.wall(f"{key}:00")
    if len(period) <= MOST_DAYS:
        return writing.short_day(key)
    return writing.month(f"{key}-01", with_year=period.first[:4] != period.last[:4])


def _in_unit(value: Value | None, unit: ChartUnit) -> float | None:
    if not isinstance(value, int | float):
        return None
    return value / 60 if unit == "minutes" else value


def _trend_description(points: list[Point], shown: _Shown, writing: Writing) -> str:
    """The chart in a sentence, for users who do not see it."""
    known = [(point.value, point.label) for point in points if point.value is not None]
    if not known:
        return writing(N_("{figure}: no figures."), figure=shown.title)
    (low, low_at), (high, high_at) = min(known), max(known)
    return writing(
        N_("{figure}: lowest {low} ({low_at}), highest {high} ({high_at})."),
        figure=shown.title,
        low=_written(low, shown.unit, writing),
        low_at=low_at,
        high=_written(high, shown.unit, writing),
        high_at=high_at,
    )


def _written(value: float, unit: ChartUnit, writing: Writing) -> str:
    if unit == "ratio":
        return writing.percent(value)
    return writing.count(value) if unit == "count" else stopwatch(value * 60)


Which = Literal["handling", "waiting"]

BOTH: Final[tuple[Which, ...]] = ("handling", "waiting")
"""The distributions there are."""

_LENGTH_COLUMNS: Final = ("bucket", "count", "count_share", "cumulative", "line")
_HEIGHTS: Final[Mapping[Which, str]] = {
    "handling": N_("Share of inquiries for each minute"),
    "waiting": N_("Share of waits for each minute"),
}
_OVER: Final[Mapping[Which, str]] = {
    "handling": N_("{share} took longer than {length}"),
    "waiting": N_("{share} waited longer than {length}"),
}
_UNDER: Final[Mapping[Which, str]] = {
    "handling": N_("{share} took under {length}"),
    "waiting": N_("{share} waited under {length}"),
}
_MINUTE: Final = 60
_QUARTER: Final = 15
_MOST: Final = 0.95


@dataclass(frozen=True, slots=True)
class Lengths:
    """The table of a distribution and its chart to draw."""

    table: Table
    drawing: Drawing


def lengths_of(past: Past, which: Which, writing: Writing) -> Lengths | None:
    """The distribution; None if it is empty."""
    found = table(past, which, writing.language)
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
            title=writing(_HEIGHTS[which]),
            below=writing(N_("Minutes")),
            over=over_text(which, bars[-1].ends, over, writing),
            language=writing.language,
            width=width,
        )

    drawing = Drawing(drawn(WIDE), drawn(NARROW), _lengths_description(which, found, writing))
    return Lengths(found.select(_LENGTH_COLUMNS), drawing)


def spans(rows: Sequence[Mapping[str, Value]]) -> tuple[list[LengthBar], float]:
    """The bars to draw, and what share took longer than the last of them.

    A bar is a minute at least, unless a goal's limit cuts it. They end at a quarter of an hour, or
    where the last goal's limit and nineteen of twenty are within.
    """
    bars: list[LengthBar] = []
    begins = share = drawn = 0.0
    for nth, row in enumerate(rows):
        if row["to_seconds"] is None or (bars and _enough(bars, drawn, rows[nth:])):
            break
        ends = _number(row["to_seconds"]) / _MINUTE
        share += _number(row["count_share"])
        if ends - begins >= 1 or row["line"]:
            bars.append(LengthBar(begins, ends, share))
            drawn += share
            begins, share = ends, 0.0
    return bars, max(0.0, 1 - drawn)


def _enough(bars: Sequence[LengthBar], drawn: float, left: Sequence[Mapping[str, Value]]) -> bool:
    lines_left = any(row["line"] for row in left)
    return bars[-1].ends >= _QUARTER and drawn >= _MOST and not lines_left


def over_text(which: Which, minutes: float, share: float, writing: Writing) -> str:
    """The share beyond the last bar, which ends at ``minutes``; empty for none."""
    if round(share, 3) <= 0:
        return ""
    length = writing.length(minutes * _MINUTE)
    return writing(_OVER[which], share=writing.percent(share), length=length)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _limit(seconds: Value, writing: Writing) -> str:
    length = writing.length(float(seconds) if isinstance(seconds, int | float) else 0)
    return writing(N_("The goal's limit: {length}"), length=length)


def _lengths_description(which: Which, found: Table, writing: Writing) -> str:
    """The chart in a sentence: the part within each goal's limit."""
    parts = [
        writing(
            _UNDER[which],
            share=writing.value(row["cumulative"], "ratio"),
            length=writing.length(float(row["to_seconds"] or 0)),
        )
        for row in found.records()
        if row["line"]
    ]
    return f"{found.title}. {'; '.join(parts)}" if parts else found.title


def keep(store: ChartStore, branch: str, drawings: Mapping[str, Drawing]) -> dict[str, Picture]:
    """The pictures of a page, by their names on it."""
    charts = [chart for drawing in drawings.values() for chart in (drawing.wide, drawing.narrow)]
    digests = store.keep(branch, charts) if charts else []
    pairs: Iterable[tuple[str, str]] = zip(digests[::2], digests[1::2], strict=True)
    return {
        name: Picture(wide, narrow, drawing.description)
        for (name, drawing), (wide, narrow) in zip(drawings.items(), pairs, strict=True)
    }


def picture(store: ChartStore, branch: str, digest: str) -> str:
    """A chart's SVG, whole in itself. Raises NotFound, and NotDrawn when it cannot be drawn."""
    found = store.find(branch, digest)
    if found is None:
        raise NotFound("There is no such chart any more; load its page again.")
    spec, svg = found
    if svg is None:
        svg = RENDERER.draw(_chart(spec))
        store.drawn(branch, digest, svg)
    return with_font(svg)


def with_font(svg: str) -> str:
    """A standalone picture has to embed its typeface: it may load nothing."""
    head, mark, rest = svg.partition(">")
    return f"{head}{mark}<style>{_font_face()}</style>{rest}"


def _chart(spec: Any) -> Chart:
    return dict(spec)


@cache
def _font_face() -> str:
    faces = _face(FONT, _FONT_FILE) + _face(_ZERO, _ZERO_FILE, "unicode-range:U+0030")
    return f'{faces}text{{font-family:"{_ZERO}","{FONT}",sans-serif}}'


def _face(name: str, file: Path, more: str = "") -> str:
    data = b64encode(file.read_bytes()).decode()
    source = f'src:url("data:font/woff2;base64,{data}") format("woff2")'
    return f'@font-face{{font-family:"{name}";font-weight:200 800;{source};{more}}}'
