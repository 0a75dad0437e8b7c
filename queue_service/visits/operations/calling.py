"""Calling citizens to a counter: the next one, or a chosen one."""

from __future__ import annotations

from functools import partial

from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, once
from queue_service.errors import BranchTakenOver
from queue_service.visits.operations.deciding import operation
from queue_service.visits.operations.simultaneous_calls import (
    Called,
    call_first_waiting,
    called_again,
)
from queue_service.visits.rules.answer import CommandResult
from queue_service.visits.rules.calling import to_counter
from queue_service.visits.rules.visit import OF_HOME
from queue_service.visits.store.visit_store import VisitStore


def call_next(
    queue: Queue,
    command: Command,
    counter: str,
    not_after: int | None = None,
    *,
    silent: bool = False,
) -> Called:
    """Call the next visit for a counter, but none whose place is after ``not_after``
    (microseconds).

    A ``silent`` call is shown, and not heard.
    Raises CounterNotFound, CounterClosed, CounterPaused, CounterBusy.
    """
    act = partial(call_first_waiting, queue, command, counter, not_after, silent=silent)
    return once(queue, command, act, called_again)


_call_chosen = operation(partial(to_counter, chosen=True))


def call(
    queue: Queue, command: Command, visit_id: str, counter: str, *, silent: bool = False
) -> CommandResult:
    """Call a chosen visit, whatever the counter's services.

    Raises BranchTakenOver on a bus for a number that the central server has called or moved.
    """
    branch = queue.get(BranchStore).get(command.branch, command.at)
    if (
        branch.taken_over
        and queue.get(VisitStore).holds(branch.id).get(visit_id, ("", 0))[0] == OF_HOME
    ):
        raise BranchTakenOver(
            "The central server has called this number; it is served there,"
            f" not in “{branch.name}”."
        )
    return _call_chosen(queue, command, visit_id, counter, silent=silent)
