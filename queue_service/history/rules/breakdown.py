"""A history broken down into rows of one kind, as the statistics show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, Literal

from queue_service.days.rules.figures import Row
from queue_service.days.rules.shifts import Pauses
from queue_service.history.rules.history import History

Breakdown = Literal["day", "hour", "service", "counter", "team", "came_by"]
"""The subject of a row."""

AT_A_COUNTER: Final = frozenset({"counter", "team"})
"""Breakdowns that a visit has no place in: it is not issued at a counter."""


def rows_by(history: History, by: Breakdown) -> dict[str, Row]:
    """The rows by their keys, of those that have something.

    An open counter or team alone makes no row, and neither does a counter or team that is left out
    of all weeks.
    """
    if by == "hour":
        hours: dict[str, Row] = defaultdict(Row)
        for (_, hour), row in history.hours.items():
            hours[hour].absorb(row)
        found = dict(hours)
    elif by in AT_A_COUNTER:
        at = history.counters if by == "counter" else history.teams
        found = {key: _at_work(row) for key, row in at.items() if row.inquiries.durations.n}
    elif by == "came_by":
        found = dict(history.ways)
    else:
        found = dict(history.days if by == "day" else history.services)
    for key in pauses_by(history, by):
        found.setdefault(key, Row())
    return found


def _at_work(row: Row) -> Row:
    """The completed work, without the time in which counters were open for it."""
    return Row(inquiries=row.inquiries, days=row.days, worked=row.worked)


def pauses_by(history: History, by: Breakdown) -> dict[str, dict[str, Pauses]]:
    """Pauses by the rows' keys and their reason: none by day, as one may be one person's; one has
    no service, and its team is not kept."""
    of_keys: Mapping[str, Mapping[tuple[str, str], Pauses]] = {
        "hour": history.pauses,
        "counter": history.pauses_at,
    }
    found: dict[str, dict[str, Pauses]] = defaultdict(dict)
    for (key, reason), pauses in of_keys.get(by, {}).items():
        found[key][reason] = pauses
    return dict(found)


def all_pauses(history: History) -> dict[str, Pauses]:
    """Pauses by their reason."""
    found: dict[str, Pauses] = defaultdict(Pauses)
    for (_, reason), pauses in history.pauses.items():
        found[reason].absorb(pauses.n, pauses.ms)
    return dict(found)
