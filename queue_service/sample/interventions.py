"""The past interventions of a supervisor in the sample's library.

They are such as contradict no figure of the made-up days: no citizen was turned away or carried
over, and each counter took what it always takes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import hours_on
from queue_service.branches.rules.interventions import Intervention
from queue_service.sample import announcement

_MINUTE: Final = 60_000
_LIBRARY: Final = "biblioteket"
_BEFORE_CLOSING: Final[tuple[tuple[int, int, dict[str, Any]], ...]] = (
    (5, 0, {"kind": "pause_service", "services": ("turist",)}),
    (300, 0, {"kind": "cap_service", "services": ("pas",), "limit": 120}),
    (200, 20, {"kind": "announcement", "screens": ("kiosk", "display")}),
)
"""From and until how many minutes before the branch closed, and what."""
_DAYS_APART: Final = 5


def interventions(branch: Branch, dates: Collection[str]) -> list[Intervention]:
    """The interventions on the dates that had visits, at most one on a date; none on the last of
    them."""
    if branch.id != _LIBRARY:
        return []
    days = sorted(dates, reverse=True)[1::_DAYS_APART]
    return [_on(branch, date, *change) for date, change in zip(days, _BEFORE_CLOSING, strict=False)]


def _on(branch: Branch, date: str, begins: int, ends: int, what: dict[str, Any]) -> Intervention:
    if what["kind"] == "announcement":
        what = {**what, "texts": announcement("library")}
    opening, closing = hours_on(branch, date)[-1]
    return Intervention(
        id=f"sample-{what['kind']}",
        date=date,
        begins=max(opening, closing - begins * _MINUTE),
        ends=closing - ends * _MINUTE,
        until="time" if ends else "closing",
        asked_by="supervisor",
        **what,
    )
