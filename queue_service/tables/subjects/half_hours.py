"""When people come and how many counters are open, by the half hour of the week."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from queue_service.branches.rules.dates_and_hours import open_minutes, open_part
from queue_service.history.operations.history import Past
from queue_service.history.rules.history import HalfHourSum
from queue_service.tables.figures.figure import ratio
from queue_service.tables.measures import column
from queue_service.tables.model import Table, Value
from queue_service.tables.words import Words

_COLUMNS: Final = (
    "weekday", "half_hour", "half_hour_days", "arrivals", "open_minutes", "staffed",
    "staffed_per_day", "issued",
)  # fmt: skip
_HOUR_MS: Final = 3_600_000
_HALF_HOURS: Final = 2


def half_hours_table(past: Past, say: Words, title: str) -> Table:
    """A row for each half hour of the week with anything, of the dates that have half hours.

    Completed inquiries are in none: by the half hour that is often the work of one person.
    """
    keys = sorted(past.history.half_hours)
    columns = tuple(column(say, figure) for figure in _COLUMNS)
    rows = tuple(tuple(_row(past, say, *key)) for key in keys)
    names = tuple(f"{weekday}-{half}" for weekday, half in keys)
    return Table("half_hours", say(title), columns, names, rows)


def _row(past: Past, say: Words, weekday: int, half: str) -> Iterator[Value]:
    found = past.history.half_hours[weekday, half]
    running = past.history.running_on(weekday)
    now = running.half_hours.get((weekday, half), HalfHourSum())
    days = past.history.half_hour_days.get(weekday, 0)
    over = days - running.half_hour_days.get(weekday, 0)
    week = past.branch.opening_hours
    opened = found.open_ms / _HOUR_MS
    at_once = (opened - now.open_ms / _HOUR_MS) * _HALF_HOURS / open_part(week, weekday, half)
    per_day = ratio(found.issued - now.issued, over)
    yield from (say.weekday(weekday), say.half_hour(half), days, per_day)
    yield from (open_minutes(week, weekday, half), opened, ratio(at_once, over), found.issued)
