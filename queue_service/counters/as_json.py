"""Counters as the JSON of the outside contract."""

from __future__ import annotations

from typing import Any

from queue_service.counters.operations.counters import CounterView
from queue_service.counters.rules import Pause
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.visits.as_json import visit_json


def counter_json(branch: str, view: CounterView) -> dict[str, Any]:
    """A counter with its current and parked visits."""
    return {
        "id": view.id,
        "name": view.name,
        "state": view.state,
        "open": view.open,
        "pause": pause_json(view.pause),
        "team": view.team,
        "services": list(view.services),
        "at": rfc3339(view.now),
        "current": visit_json(branch, view.current, view.now) if view.current else None,
        "parked": [visit_json(branch, visit, view.now) for visit in view.parked],
    }


def pause_json(pause: Pause | None) -> dict[str, Any] | None:
    """A pause by its reason and its beginning, where there is one."""
    return pause and {"reason": pause.reason, "since": rfc3339_or_none(pause.since)}
