"""How one figure went over a period: by hour of a day, by day, or by month in a longer one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dashboards.history.charts import Drawing
from dashboards.history.picked import picked
from queue_service.charts.look import NARROW, WIDE, Chart, Unit
from queue_service.charts.trend import Point, trend
from queue_service.history.operations.history import Past
from queue_service.history.rules.period import Period
from queue_service.language.catalogues import N_
from queue_service.tables.build import table
from queue_service.tables.model import Table, Value
from queue_service.tables.writing import Writing, clock

MOST_DAYS: Final = 62
"""A longer period is shown by month."""

GOAL: Final = "goal:"
"""Begins the choice of a goal."""

_OTHERS: Final[Mapping[str, tuple[str, Unit, str, tuple[str, ...]]]] = {
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
CHOICES: Final[Mapping[str, str]] = {
    "visits": N_("Visits"),
    "waiting": N_("Waiting"),
    "handling": N_("Handling"),
}
"""What can be shown beside the goals, and what the choice is called."""

QUEUE: Final = ("queue_mean", "queue_most")
"""What is told of the people waiting."""

_GOAL_COLUMNS: Final = ("judged", "within", "share", "low", "high", "target", "verdict")
Step = Literal["hours", "days", "months"]


@dataclass(frozen=True, slots=True)
class Trend:
    """The figure that was chosen: its table, and its chart to draw."""

    choice: str
    title: str
    table: Table
    drawing: Drawing


def step_of(period: Period) -> Step:
    """What a period is divided into."""
    if len(period) == 1:
        return "hours"
    return "days" if len(period) <= MOST_DAYS else "months"


def choices(past: Past, writing: Writing) -> dict[str, str]:
    """What can be chosen, the goals first."""
    known = past.book.latest()
    goals = {
        GOAL + goal: writing.say.goal(past, known[goal]) for goal in past.targets() if goal in known
    }
    return goals | {name: writing.say(title) for name, title in CHOICES.items()}


def made(past: Past, choice: str, noted: Collection[str], writing: Writing) -> Trend:
    """The trend of a choice, with flags on the dates in ``noted``."""
    shown = _shown(past, choice, writing)
    found = table(past, step_of(past.period), writing.say.language)
    points = list(_points(past, found, shown, noted, writing))
    heads = ("date", "weekday") if found.id == "days" else (found.columns[0].key,)

    def drawn(width: int) -> Chart:
        return trend(points, shown.title, shown.unit, writing.say.language, width)

    drawing = Drawing(drawn(WIDE), drawn(NARROW), _said(points, shown, writing))
    return Trend(choice, shown.title, picked(found, (*heads, *shown.columns)), drawing)


def queue_by_hour(past: Past, writing: Writing) -> Trend | None:
    """How many people waited, by hour of the day; None where that is not known."""
    found = table(past, "hours", writing.say.language)
    if not any(record["queue_most"] for record in found.records()):
        return None
    title = writing.say(N_("People waiting: on average (bar) and at most (line)"))
    shown = _Shown(title, "count", "queue_mean", QUEUE, high="queue_most")
    records = found.by_key()
    points = [
        Point(
            writing.say(N_("{hour}:00"), hour=key),
            _number(records[key]["queue_mean"], "count") if key in records else None,
            high=_number(records[key]["queue_most"], "count") if key in records else None,
        )
        for key in _places(past, found)
    ]

    def drawn(width: int) -> Chart:
        return trend(points, title, "count", writing.say.language, width)

    most = max(points, key=lambda point: point.high or 0)
    said = writing.say(
        N_("People waiting by hour of the day. At most {n}, at {hour}."),
        n=writing.count(most.high or 0),
        hour=most.label,
    )
    return Trend(
        "queue", shown.title, picked(found, ("hour", *QUEUE)),
        Drawing(drawn(WIDE), drawn(NARROW), said),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shown:
    """A figure by the columns of a table that it is in."""

    title: str
    unit: Unit
    value: str
    columns: tuple[str, ...]
    low: str = ""
    high: str = ""
    target: str = ""


def _shown(past: Past, choice: str, writing: Writing) -> _Shown:
    if not choice.startswith(GOAL):
        title, unit, value, columns = _OTHERS[choice]
        return _Shown(writing.say(title), unit, value, columns)
    goal = choice.removeprefix(GOAL)
    title = writing.say.goal(past, past.book.latest()[goal])
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
        yield Point(
            _label(key, past.period, writing),
            _number(record.get(shown.value), shown.unit),
            _number(record.get(shown.low), "ratio"),
            _number(record.get(shown.high), "ratio"),
            _number(record.get(shown.target), "ratio"),
            marked=key in noted,
        )


def _places(past: Past, found: Table) -> list[str]:
    """Every hour from the first to the last, every date up to today, or every month."""
    if found.id == "hours":
        hours = [int(key) for key in found.keys]
        return [f"{hour:02}" for hour in range(min(hours), max(hours) + 1)] if hours else []
    dates = [day for day in past.period.dates() if past.branch.historic or day <= past.today]
    if found.id == "days":
        return dates
    first = min(found.keys, default="")
    return [month for month in sorted({day[:7] for day in dates}) if month >= first]


def _label(key: str, period: Period, writing: Writing) -> str:
    if len(period) == 1:
        return writing.say(N_("{hour}:00"), hour=key)
    if len(period) <= MOST_DAYS:
        return writing.short_day(key)
    return writing.month(f"{key}-01", with_year=period.first[:4] != period.last[:4])


def _number(value: Value | None, unit: Unit) -> float | None:
    if not isinstance(value, int | float):
        return None
    return value / 60 if unit == "minutes" else value


def _said(points: list[Point], shown: _Shown, writing: Writing) -> str:
    """The chart in a sentence, for whoever does not see it."""
    known = [(point.value, point.label) for point in points if point.value is not None]
    if not known:
        return writing.say(N_("{figure}: no figures."), figure=shown.title)
    (low, low_at), (high, high_at) = min(known), max(known)
    return writing.say(
        N_("{figure}: lowest {low} ({low_at}), highest {high} ({high_at})."),
        figure=shown.title,
        low=_written(low, shown.unit, writing),
        low_at=low_at,
        high=_written(high, shown.unit, writing),
        high_at=high_at,
    )


def _written(value: float, unit: Unit, writing: Writing) -> str:
    if unit == "ratio":
        return writing.percent(value)
    return writing.count(value) if unit == "count" else clock(value * 60)
