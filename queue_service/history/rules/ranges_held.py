"""How often the ranges of waits held, as citizens see it."""

from __future__ import annotations

from typing import Final, NamedTuple

FEWEST_JUDGED: Final = 20
"""How many ranges that are over the share of a month needs."""


class RangesHeld(NamedTuple):
    """Of a month (``2026-11``), how many ranges of the wait are over, and how many held.

    Days that are not over count nothing: two answers shortly after each other would reveal one
    citizen's wait.
    """

    month: str
    judged: int
    held: int

    @property
    def ratio(self) -> float:
        """The share that held."""
        return self.held / self.judged


def ranges_held(*months: RangesHeld) -> RangesHeld | None:
    """The first of these months with at least :data:`FEWEST_JUDGED` ranges; None without one."""
    return next((month for month in months if month.judged >= FEWEST_JUDGED), None)
