"""Pauses of counters: how many and how long, by hour and reason."""

from __future__ import annotations

from typing import Final

from queue_service.history.operations.history import Past
from queue_service.tables.measures import column
from queue_service.tables.model import Table
from queue_service.tables.words import Words

_COLUMNS: Final = ("hour", "pause_reason", "pauses_begun", "paused_time")


def pauses_table(past: Past, say: Words, title: str) -> Table:
    """A row for each hour of the day and reason; none if they may be one person's."""
    found = past.pauses()
    rows = [
        (
            say.hour(hour),
            say.pause(past, reason),
            pauses.n,
            pauses.hours,
        )
        for (hour, reason), pauses in found.items()
    ]
    columns = tuple(column(say, name) for name in _COLUMNS)
    keys = tuple(f"{hour}-{reason}" for hour, reason in found)
    return Table("pauses", say(title), columns, keys, tuple(rows))
