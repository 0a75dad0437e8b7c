"""A file on the page: what it is, how far it has got, and what it was asked for with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from queue_service.branches.rules.branch import Branch
from queue_service.exports.order import CONTENTS, REPORTS, order_from_text
from queue_service.exports.store import KEPT_MS, Record, State
from queue_service.tables.writing import Writing


@dataclass(frozen=True, slots=True)
class Shown:
    """``percent`` is None until the first step is done; ``wish`` has the form's fields again."""

    id: str
    title: str
    period: str
    format: str
    language: str
    state: State
    asked: str
    until: str
    size: str
    percent: int | None
    problem: str
    wish: Mapping[str, str]


def shown(entry: Record, branch: Branch, language: str) -> Shown:
    """A file as the page shows it, in the branch's time."""
    order = order_from_text(entry.order)
    writing = Writing(language)
    wish = {"content": order.content, "from": order.first, "to": order.last}
    return Shown(
        id=entry.id,
        title=writing({**CONTENTS, **REPORTS}[order.content]),
        period=writing.period(order.period),
        format="ZIP" if order.zipped else order.format.upper(),
        language=order.language,
        state=entry.state,
        asked=writing.time_of_day(entry.asked_at, branch.timezone),
        until=_day_and_clock(entry.touched_at + KEPT_MS, branch.timezone, writing),
        size=writing.size(entry.size),
        percent=round(100 * entry.done / entry.of) if entry.of else None,
        problem=entry.problem,
        wish={**wish, "format": order.format, "language": order.language},
    )


def _day_and_clock(instant: int, zone: str, writing: Writing) -> str:
    return f"{writing.short_day_at(instant, zone)} {writing.time_of_day(instant, zone)}"
