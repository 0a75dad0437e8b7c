"""Calling citizens to a counter: the next one, or a chosen one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from queue_service.branches.store import BranchStore
from queue_service.command import ATTEMPTS, Command, Queue, exhausted, once, refusal
from queue_service.errors import BranchTakenOver
from queue_service.visits.operations.deciding import decision_on, operation, result_in
from queue_service.visits.rules import transitions
from queue_service.visits.rules.answer import CommandResult, read_answer
from queue_service.visits.rules.refusals import Case, require_counter, require_here
from queue_service.visits.rules.transitions import Decision
from queue_service.visits.rules.visit import OF_HOME, visit_from_json
from queue_service.visits.store.visit_store import Snapshot, VisitStore

_MOST_AT_ONCE: Final = 8
"""After losing a race a caller offers more visits, and gets the first that is still waiting.

One at a time, the last of eight counters that call together would lose seven times.
"""


@dataclass(frozen=True, slots=True)
class Called:
    """The called visit; ``answer`` is None if no visit that the counter may take waited."""

    answer: CommandResult | None
    replayed: bool = False


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
    act = partial(_call_next, queue, command, counter, not_after, silent)
    return once(queue, command, act, _called_again)


def _call_next(
    queue: Queue, command: Command, counter: str, not_after: int | None, silent: bool
) -> Called:
    with queue.get(VisitStore).turn_to_pick(command.branch):
        for attempt in range(ATTEMPTS):
            most = min(2**attempt, _MOST_AT_ONCE)
            called = _call_next_once(queue, command, counter, most, not_after, silent)
            if called is not None:
                return called
    raise exhausted()


def _call_next_once(
    queue: Queue, command: Command, counter: str, most: int, not_after: int | None, silent: bool
) -> Called | None:
    """One attempt at the ``most`` who are next; None when others were quicker with them all."""
    branch = queue.get(BranchStore).get(command.branch, command.at)
    require_here(branch)
    require_counter(branch, counter)
    picked = queue.get(VisitStore).pick(branch, counter, command.idempotency, command.at, most)
    if picked[0] == "picked" and (then := branch.at(int(picked[1]))) is not branch:
        # By the store's clock a counter is no longer lent, or just now.
        branch = then
        picked = queue.get(VisitStore).pick(branch, counter, command.idempotency, command.at, most)
    if picked[0] == "none":
        return Called(None)
    if picked[0] == "replayed":
        return _called_again(picked[1])
    if picked[0] == "stale":
        queue.get(BranchStore).forget(command.branch)
        return None
    if picked[0] != "picked":
        raise refusal(picked, counter)
    now, open_counter = int(picked[1]), {counter: picked[2]}
    candidates = [Snapshot(now, visit_from_json(raw), raw, open_counter, 0) for raw in picked[3:]]
    if not_after is not None:
        candidates = [one for one in candidates if one.visit.place <= not_after]
        if not candidates:
            return Called(None)
    decide = partial(_to_counter, counter=counter, silent=silent)
    decisions = [decision_on(branch, command, snapshot, decide) for snapshot in candidates]
    reply = queue.get(VisitStore).commit_first(branch, decisions, command.idempotency)
    result = result_in(queue, command, reply, counter)
    return Called(result, result.replayed) if result else None


def _called_again(text: str) -> Called:
    # An empty queue is remembered as an empty answer.
    return Called(read_answer(text, replayed=True) if text else None, replayed=True)


def _to_counter(
    case: Case, counter: str, *, chosen: bool = False, silent: bool = False
) -> Decision:
    """The call, with what explains it: ``chosen`` is one that did not follow the queue."""
    visit = case.visit
    why = {
        "queue": f"@{visit.bound_to}" if visit.bound_to else visit.service,
        "place": visit.place,
        "head_start_seconds": visit.head_start_ms / 1000,
        "chosen": chosen,
    }
    return transitions.CALL(case, counter, silent=silent)._replace(why=why)


_call_chosen = operation(partial(_to_counter, chosen=True))


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
