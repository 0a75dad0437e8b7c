"""The names of what happens, as the branch's log and the open pages hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from queue_service.domain.visit import Visit

EVENT_OF: Final[Mapping[str, str]] = {
    "call": "visit.called",
    "recall": "visit.recalled",
    "start": "visit.started",
    "serve": "visit.started",
    "reclassify": "visit.reclassified",
    "complete": "visit.completed",
    "continue": "visit.continued",
    "transfer": "visit.transferred",
    "park": "visit.parked",
    "resume": "visit.resumed",
    "mark_no_show": "visit.no_show",
    "requeue": "visit.requeued",
    "release": "visit.requeued",
    "abandon": "visit.abandoned",
    "set_language": "visit.language_changed",
    "undo": "visit.undone",
}
"""Verb → event name."""

CLOSED_WITH_THE_DAY: Final[Mapping[str, str]] = {
    "abandoned": "visit.abandoned",
    "no_show": "visit.no_show",
    "incomplete": "visit.incomplete",
}
"""State that closing the day led to → event name."""

PRIVATE_FIELDS: Final = frozenset({"id", "why"})
"""What a display or kiosk never sees of an event."""


def visit_event(visit: Visit, now: int, why: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The data of a visit's event. It names no account, and ``why`` only explains a call."""
    data: dict[str, Any] = {
        "id": visit.id,
        "number": visit.number,
        "service": visit.service,
        "state": visit.state,
        "counter": visit.counter,
        "language": visit.language,
        "recalls": visit.recalls,
        "at": now,
    }
    if why is not None:
        data["why"] = dict(why)
    return data
