"""A call of a visit to a counter, and its explanation."""

from __future__ import annotations

from queue_service.visits.rules import transitions
from queue_service.visits.rules.refusals import Case
from queue_service.visits.rules.transitions import Decision


def to_counter(case: Case, counter: str, *, chosen: bool = False, silent: bool = False) -> Decision:
    """The call, with its explanation: ``chosen`` is one that did not follow the queue."""
    visit = case.visit
    why = {
        "queue": f"@{visit.bound_to}" if visit.bound_to else visit.service,
        "place": visit.place,
        "head_start_seconds": visit.head_start_ms / 1000,
        "chosen": chosen,
    }
    return transitions.CALL(case, counter, silent=silent)._replace(why=why)
