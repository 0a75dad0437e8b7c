"""Calls of the next visit at several counters at once: each counter calls another visit.

The store's script takes the first of the offered visits that is still waiting. A counter whose
visits were all called meanwhile offers the next ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from queue_service.branches.store import BranchStore
from queue_service.command import ATTEMPTS, Command, Queue, exhausted, refusal
from queue_service.visits.operations.deciding import decision_on, result_in
from queue_service.visits.rules.answer import CommandResult, read_answer
from queue_service.visits.rules.calling import to_counter
from queue_service.visits.rules.refusals import require_counter, require_here
from queue_service.visits.rules.visit import visit_from_json
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


def call_first_waiting(
    queue: Queue, command: Command, counter: str, not_after: int | None, *, silent: bool
) -> Called:
    """Call the first visit that is still waiting for a counter.

    A call that another counter made meanwhile is found by the script, and the visit after it is
    called instead.

    Raises StoreUnavailable if other counters are quicker 64 times.
    """
    with queue.get(VisitStore).turn_to_pick(command.branch):
        # Not @retry: each attempt after a lost race offers more visits.
        for attempt in range(ATTEMPTS):
            most = min(2**attempt, _MOST_AT_ONCE)
            called = _attempt(queue, command, counter, most, not_after, silent)
            if called is not None:
                return called
    raise exhausted()


def _attempt(
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
        return called_again(picked[1])
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
    decide = partial(to_counter, counter=counter, silent=silent)
    decisions = [decision_on(branch, command, snapshot, decide) for snapshot in candidates]
    reply = queue.get(VisitStore).commit_first(branch, decisions, command.idempotency)
    result = result_in(queue, command, reply, counter)
    return Called(result, result.replayed) if result else None


def called_again(text: str) -> Called:
    """The call that a repeated request made, from its answer."""
    # An empty queue is remembered as an empty answer.
    return Called(read_answer(text, replayed=True) if text else None, replayed=True)
