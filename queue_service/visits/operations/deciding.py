"""How every change of a visit is made: load, decide, commit, and again if it changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Concatenate, ParamSpec

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import ATTEMPTS, Command, Queue, committed, exhausted, once
from queue_service.errors import QueueError, VisitNotFound
from queue_service.store.redis_store import Reply
from queue_service.visits.rules.carrying import kept_over
from queue_service.visits.rules.command_result import CommandResult, read_answer
from queue_service.visits.rules.counting import count
from queue_service.visits.rules.events import visit_event
from queue_service.visits.rules.judging import judge
from queue_service.visits.rules.refusals import Case, require_here, require_not_paper
from queue_service.visits.rules.transitions import Decision
from queue_service.visits.rules.visit import AT_COUNTER, Visit
from queue_service.visits.store.visit_store import Decided, Snapshot, VisitStore, snapshot_in

Decide = Callable[[Case], Decision]
Params = ParamSpec("Params")


def operation(
    decide: Callable[Concatenate[Case, Params], Decision], *, by_kept: bool = False
) -> Callable[Concatenate[Queue, Command, str, Params], CommandResult]:
    """The operation that carries out a verb, or what else decides a case, on the visit of an id."""

    def operate(
        queue: Queue,
        command: Command,
        visit_id: str,
        /,
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> CommandResult:
        return change(
            queue, command, visit_id, lambda case: decide(case, *args, **kwargs), by_kept=by_kept
        )

    return operate


def change(
    queue: Queue, command: Command, visit_id: str, decide: Decide, *, by_kept: bool = False
) -> CommandResult:
    """Change a visit as ``decide`` says, which may be asked several times, or refuses."""
    act = partial(_change, queue, command, visit_id, decide, by_kept)
    return once(queue, command, act, partial(read_answer, replayed=True))


def _change(
    queue: Queue, command: Command, visit_id: str, decide: Decide, by_kept: bool
) -> CommandResult:
    store = queue.get(VisitStore)
    snapshot = store.kept(command.branch, visit_id, command.at) if by_kept else None
    # Not @retry: the next attempt decides about the visit that a refused commit returned.
    for _ in range(ATTEMPTS):
        branch = queue.get(BranchStore).get(command.branch, command.at)
        snapshot = snapshot or store.load(command.branch, visit_id, command.at)
        if snapshot is None:
            raise VisitNotFound("There is no such visit; it may be older than what is kept.")
        try:
            decided = decision_on(branch, command, snapshot, decide)
        except QueueError:
            if not snapshot.kept:
                raise
            snapshot = None  # only what the store has refuses
            continue
        reply = store.commit(branch, decided, command.idempotency)
        result = result_in(queue, command, reply, decided.after.counter)
        if result is not None:
            return result
        snapshot = snapshot_in(reply)
    raise exhausted()


def decision_on(branch: Branch, command: Command, snapshot: Snapshot, decide: Decide) -> Decided:
    """The decision with its judgement by the branch's goals, what it counts and its event."""
    require_here(branch)
    require_not_paper(snapshot.visit)
    visit, now = _with_present_team(snapshot), snapshot.now
    case = Case(branch, command.caller, visit, now, snapshot.open_counters, snapshot.closed_at)
    decision = decide(case)
    after = judge(branch, snapshot.visit, kept_over(case, decision.after))
    event = (
        decision.event,
        visit_event(
            after,
            now,
            decision.why,
            private=branch.is_private(after.service),
            before=snapshot.visit,
        ),
    )
    return Decided(snapshot, after, count(snapshot.visit, after), event)


def result_in(
    queue: Queue, command: Command, reply: Reply, counter: str | None
) -> CommandResult | None:
    """The result in the reply of a script that changes a visit, as :func:`committed` reads it."""
    commit = committed(queue, command.branch, reply, counter or "")
    return read_answer(commit.answer, replayed=commit.replayed) if commit else None


def _with_present_team(snapshot: Snapshot) -> Visit:
    # After a shift change the counter's new team finishes what the old one began.
    visit = snapshot.visit
    team = snapshot.open_counters.get(visit.counter or "")
    if visit.state in AT_COUNTER and team is not None:
        return visit._replace(team=team or None)
    return visit
