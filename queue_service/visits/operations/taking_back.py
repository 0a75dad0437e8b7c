"""Taking back the tickets of a kiosk that was stolen or misused: its numbers end together with its
access."""

from __future__ import annotations

from contextlib import suppress

from queue_service.command import Command, Queue
from queue_service.errors import VisitNotFound, WrongState
from queue_service.visits.operations.visits import take_back
from queue_service.visits.store.visit_store import VisitStore


def take_back_all(queue: Queue, command: Command, kiosk: str, since: int) -> int:
    """End the uncalled visits that a kiosk (the id of its token) has issued at ``since`` (ms) or
    later; returns their number.

    Raises BranchNotFound and BranchElsewhere.
    """
    return sum(
        _is_taken_back(queue, command, visit.id)
        for visit in queue.get(VisitStore).open_visits(command.branch)
        if visit.issued_by == kiosk and visit.issued_at >= since
    )


def _is_taken_back(queue: Queue, command: Command, visit_id: str) -> bool:
    with suppress(WrongState, VisitNotFound):  # it was called meanwhile, or has ended
        take_back(queue, command, visit_id)
        return True
    return False
