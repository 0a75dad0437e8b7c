"""Days of figures broken down into rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from queue_service.history.rules.figures import Row
from queue_service.history.rules.shifts import Pauses
from queue_service.history.rules.summary import (
    stored_cells,
    stored_counters,
    stored_pauses,
    stored_whole,
)

Breakdown = Literal["day", "hour", "service", "counter", "team"]
"""What a row stands for."""

AT_A_COUNTER: Final = frozenset({"counter", "team"})
"""Breakdowns that a visit has no place in: it is not issued at a counter."""

_KEY_INDEX: Final = {"hour": 0, "service": 1, "team": 2}
"""Where a part is in a cell's key."""


@dataclass(slots=True)
class Table:
    """Rows by key. ``total`` is all days, with the visits that stand in no row of a counter or
    team; the rows of one day do not add up to its part in an interval over days. ``pauses`` are
    by a row's key and their reason: a pause has no service, and its team is not kept."""

    by: Breakdown
    rows: dict[str, Row] = field(default_factory=dict)
    total: Row = field(default_factory=Row)
    pauses: dict[str, dict[str, Pauses]] = field(default_factory=dict)
    all_pauses: dict[str, Pauses] = field(default_factory=dict)

    def add(self, date: str, text: str) -> None:
        """Add a day from its stored summary, reading no more of it than is needed."""
        whole, day = Row(), defaultdict[str, Row](Row)
        whole.absorb_stored(stored_whole(text))
        self.total.absorb(whole.as_day())
        if self.by == "day":
            day[date] = whole
        elif self.by == "counter":
            for counter, *stored in stored_counters(text):
                day[counter].inquiries.absorb_stored(stored)
        else:
            visits, inquiries = stored_cells(text)
            index = _KEY_INDEX[self.by]
            for cell in visits if self.by != "team" else ():
                day[cell[index]].visits.absorb_stored(cell[2:])
            for cell in inquiries:
                day[cell[index]].inquiries.absorb_stored(cell[3:])
        for key, row in day.items():
            self._row(key).absorb(row.as_day())
        self._add_pauses(date, text)

    def _add_pauses(self, date: str, text: str) -> None:
        hours, counters = stored_pauses(text)
        for hour, reason, n, milliseconds in hours:
            self.all_pauses.setdefault(reason, Pauses()).absorb(n, milliseconds)
            if self.by in ("day", "hour"):
                self._pause(date if self.by == "day" else hour, reason, n, milliseconds)
        for counter, reason, n, milliseconds in counters if self.by == "counter" else ():
            self._pause(counter, reason, n, milliseconds)

    def _pause(self, key: str, reason: str, n: int, milliseconds: int) -> None:
        self._row(key)
        reasons = self.pauses.setdefault(key, {})
        reasons.setdefault(reason, Pauses()).absorb(n, milliseconds)

    def in_order(self) -> Iterator[tuple[str, Row]]:
        """The rows by their keys."""
        return iter(sorted(self.rows.items()))

    def _row(self, key: str) -> Row:
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = Row()
        return row
