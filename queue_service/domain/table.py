"""Days of figures broken down into rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from queue_service.domain.figures import Cell, Row, visit_cell
from queue_service.domain.summary import stored_cells, stored_counters, stored_whole

Breakdown = Literal["day", "hour", "service", "counter", "team"]
"""What a row stands for."""

AT_A_COUNTER: Final = frozenset({"counter", "team"})
"""Breakdowns that a visit has no place in: it is not issued at a counter."""

_PLACE: Final = {"hour": 0, "service": 1, "team": 2}
"""Where a part is in a cell's key."""


@dataclass(slots=True)
class Table:
    """Rows by key. ``unplaced`` are the visits where a row is a counter or a team."""

    by: Breakdown
    rows: dict[str, Row] = field(default_factory=dict)
    unplaced: Cell = field(default_factory=visit_cell)

    def add(self, date: str, text: str) -> None:
        """Add a day from its stored summary, reading no more of it than is needed."""
        if self.by == "day":
            self._row(date).absorb_form(stored_whole(text))
        elif self.by == "counter":
            self.unplaced.absorb_form(stored_whole(text)[0])
            for counter, *form in stored_counters(text):
                self._row(counter).inquiries.absorb_form(form)
        else:
            visits, inquiries = stored_cells(text)
            place = _PLACE[self.by]
            for cell in visits:
                at = self.unplaced if self.by == "team" else self._row(cell[place]).visits
                at.absorb_form(cell[2:])
            for cell in inquiries:
                self._row(cell[place]).inquiries.absorb_form(cell[3:])

    def in_order(self) -> Iterator[tuple[str, Row]]:
        """The rows by their keys."""
        return iter(sorted(self.rows.items()))

    def total(self) -> Row:
        """All rows, and the visits that are in none."""
        total = Row()
        total.visits.absorb(self.unplaced)
        for row in self.rows.values():
            total.absorb(row)
        return total

    def _row(self, key: str) -> Row:
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = Row()
        return row
