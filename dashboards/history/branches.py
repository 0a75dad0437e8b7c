"""The page of all branches: the figures of each, side by side over the same period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.tables.model import Table, Value
from queue_service.tables.writing import Writing

_FIGURES: Final = (
    *("branch", "issued", "inquiries", "contacts", "all_contacts", "contacts_share"),
    *("waiting_p50", "waiting_p90", "handling_p50", "handling_p90"),
)
"""The figures of each branch, before its goals."""


@dataclass(frozen=True, slots=True)
class GoalCell:
    """How a branch does on a goal: its share, of how many, and the verdict with its id."""

    share: str
    of: str
    verdict: str
    said: str


@dataclass(frozen=True, slots=True)
class BranchRows:
    """The figures, and below each goal's name its cells by branch (None: it has no such goal)."""

    figures: Table
    goals: Mapping[str, tuple[GoalCell | None, ...]]


def rows_of_branches(table: Table, write: Writing) -> BranchRows:
    """A goal takes one column: four of them fit a desk's page, each share with its number."""
    groups = {column.goal: column.group for column in table.columns if column.goal}
    goals = {
        group: tuple(_cell(row, goal, write) for row in table.records())
        for goal, group in groups.items()
    }
    return BranchRows(table.select(_FIGURES), goals)


def _cell(row: Mapping[str, Value], goal: str, write: Writing) -> GoalCell | None:
    share, within, judged, verdict = (row[f"{goal}:{part}"] for part in _GOAL)
    if not isinstance(judged, int) or not isinstance(within, int) or not judged:
        return None
    said = write.value(verdict, "verdict") if verdict else ""
    return GoalCell(write.value(share, "ratio"), write.part_of(within, judged), str(verdict), said)


_GOAL: Final = ("share", "within", "judged", "verdict")
