"""Taking back the tickets of a kiosk that was stolen or misused: its numbers end together with its
access."""

from __future__ import annotations

from contextlib import suppress

from queue_service.access.audit_entries import entry_by
from queue_service.command import Command, Queue
from queue_service.errors import VisitNotFound, WrongState
from queue_service.language.instants import rfc3339
from queue_service.store.audit_log import AuditLog
from queue_service.visits.operations.visits import take_back
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore


def to_take_back(queue: Queue, branch: str, kiosk: str, since: int) -> list[Visit]:
    """The waiting, uncalled visits that a kiosk (the id of its token) has issued at ``since`` (ms)
    or later."""
    return [
        visit
        for visit in queue.get(VisitStore).open_visits(branch)
        if visit.issued_by == kiosk and visit.issued_at >= since
        if visit.state == "waiting" and visit.first_called_at is None
    ]


def end_numbers(queue: Queue, command: Command, kiosk: str, since: int, *, label: str = "") -> int:
    """The same as :func:`take_back_all`, with an entry of the audit log before it; ``label`` is
    that of the kiosk. Without any such visit nothing is recorded."""
    known = len(to_take_back(queue, command.branch, kiosk, since))
    if not known:
        return 0
    details = {"numbers": str(known), "since": rfc3339(since), "label": label}
    by, branch = command.caller, command.branch
    entry = entry_by(by, "screen.numbers_ended", branch=branch, target=kiosk, details=details)
    queue.get(AuditLog).add(entry)
    return take_back_all(queue, command, kiosk, since)


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
