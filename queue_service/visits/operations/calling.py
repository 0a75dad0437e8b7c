"""Calling citizens to a counter: the next one, or a chosen one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, once, refusal, retry
from queue_service.errors import BranchTakenOver
from queue_service.store.redis_store import Reply
from queue_service.visits.operations.deciding import decision_on, operation, result_in
from queue_service.visits.rules import transitions
from queue_service.visits.rules.ahead import leaves_to_another
from queue_service.visits.rules.command_result import CommandResult, read_answer
from queue_service.visits.rules.refusals import require_counter, require_here
from queue_service.visits.rules.visit import OF_HOME, visit_from_json
from queue_service.visits.store.visit_store import Snapshot, VisitStore

_MOST_PASSED: Final = 16
"""Each visit that is passed over costs a message to the store."""


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
    act = partial(_call_next, queue, command, counter, not_after, silent=silent)
    return once(queue, command, act, _called_again)


@retry
def _call_next(
    queue: Queue, command: Command, counter: str, not_after: int | None, *, silent: bool
) -> Called | None:
    store = queue.get(VisitStore)
    branch = queue.get(BranchStore).get(command.branch, command.at)
    if branch.ever_lends:  # what the counter takes depends on the time: it is the store's
        branch = branch.at(queue.now(command))
    require_here(branch)
    require_counter(branch, counter)
    # With a limit the visit may be left to other counters, so it is not offered to this one.
    offer = not_after is None
    picked = store.offer_next(branch, counter, command.idempotency, command.at, offer=offer)
    if offer and picked[0] == "picked":
        picked = _after_those_with_more(store, branch, command, counter, picked)
    if picked[0] == "none":
        return Called(None)
    if picked[0] == "replayed":
        return _called_again(picked[1])
    if picked[0] == "stale":
        queue.get(BranchStore).forget(command.branch)
        return None
    if picked[0] != "picked":
        raise refusal(picked, counter)
    _, now, team, raw = picked
    snapshot = Snapshot(int(now), visit_from_json(raw), raw, {counter: team}, 0)
    if not_after is not None and snapshot.visit.place > not_after:
        return Called(None)
    decide = partial(transitions.call, counter=counter, silent=silent)
    decided = decision_on(branch, command, snapshot, decide)
    reply = store.commit(branch, decided, command.idempotency)
    result = result_in(queue, command, reply, counter)
    return Called(result, result.replayed) if result else None


def _after_those_with_more(
    store: VisitStore, branch: Branch, command: Command, counter: str, picked: Reply
) -> Reply:
    """The next visit after those that a counter leaves to another one, which takes all their
    errands; without another visit, the first of them."""
    found, passed = picked, list[str]()
    opened: Mapping[str, str] = {}
    while found[0] == "picked":
        visit = visit_from_json(found[3])
        if visit.also_wanted and not opened:
            opened, _ = store.counters(branch.id)
        if not leaves_to_another(branch, visit, counter, opened) or len(passed) == _MOST_PASSED:
            return found
        passed.append(visit.id)
        found = store.offer_next(
            branch, counter, command.idempotency, command.at, offer=True, passed=passed
        )
    return picked if found[0] == "none" else found


def _called_again(text: str) -> Called:
    """The call that a repeated request made, from its answer."""
    # An empty queue is remembered as an empty answer.
    return Called(read_answer(text, replayed=True) if text else None, replayed=True)


_call_chosen = operation(partial(transitions.call, chosen=True))


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
