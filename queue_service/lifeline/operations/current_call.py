"""A call as it is now, and its change.

A call goes with its visit: once that is no longer at the counter, every reader sees it as ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.lifelines import lifeline_of
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, retry
from queue_service.errors import NotFound, WrongState
from queue_service.lifeline.rules import LifelineCall, left
from queue_service.lifeline.store import LifelineStore
from queue_service.staff_calls.store import StoredCall
from queue_service.visits.rules.visit import AT_COUNTER
from queue_service.visits.store.visit_store import VisitStore


class BranchCall(NamedTuple):
    """A call with the branch of its lifeline, at ``now`` (ms)."""

    answering: Branch
    call: LifelineCall
    now: int
    replayed: bool = False


DecideCall = Callable[[LifelineCall, int], LifelineCall]


@retry
def change(
    queue: Queue, command: Command, answering: Branch, call_id: str, decide: DecideCall
) -> BranchCall | None:
    now = queue.now(command)
    stored = kept(queue, answering.id, call_id)
    before = stored.call
    overdue = _current(queue, before, now)
    after = overdue if overdue is not before else decide(before, now)
    if after is before:
        return BranchCall(answering, before, now)
    key = command.idempotency if overdue is before and command.branch == answering.id else None
    reply = queue.get(LifelineStore).change(answering.id, stored, after, now, key)
    commit = committed(queue, answering.id, reply)
    if commit is None:
        return None
    done = LifelineCall.from_json(commit.answer)
    announce(queue, answering.id, done, now)
    # Once an overdue call is over, the decision is made on that.
    return BranchCall(answering, done, now, commit.replayed) if overdue is before else None


def kept(queue: Queue, answering_id: str, call_id: str) -> StoredCall[LifelineCall]:
    stored = queue.get(LifelineStore).load(answering_id, call_id)
    if stored is None:
        raise NotFound("There is no such call; it is older than a day.")
    return stored


def wrong(call: LifelineCall) -> WrongState:
    sentences = {
        "ringing": "The call still rings; cancel it, or wait until it is taken.",
        "taken": f"Place {call.place} has taken this call.",
        "cancelled": "The counter has cancelled this call.",
        "missed": "This call was not taken in time; the counter has the telephone number.",
        "ended": "This call is over.",
    }
    return WrongState(sentences[call.state], state=call.state, place=call.place)


def ended(call: LifelineCall, now: int) -> LifelineCall:
    if call.state == "ringing":
        raise wrong(call)
    return replace(call, state="ended", ended_at=now) if call.state == "taken" else call


def announce(queue: Queue, answering_id: str, call: LifelineCall, now: int) -> None:
    if call.branch != answering_id:
        queue.get(LifelineStore).announce(call.branch, answering_id, call, now)


def current_calls(queue: Queue, answering_id: str, now: int) -> list[LifelineCall]:
    """The open calls, after those that are over by now are written as such."""
    found = []
    for stored in queue.get(LifelineStore).open_calls(answering_id):
        after = _current(queue, stored.call, now)
        if after is stored.call:
            found.append(after)
            continue
        reply = queue.get(LifelineStore).change(answering_id, stored, after, now, None)
        if reply[0] == "done":
            announce(queue, answering_id, after, now)
    return found


@retry
def present(queue: Queue, answering: Branch, call_id: str, now: int) -> BranchCall | None:
    stored = kept(queue, answering.id, call_id)
    after = _current(queue, stored.call, now)
    if after is stored.call:
        return BranchCall(answering, after, now)
    queue.get(LifelineStore).change(answering.id, stored, after, now, None)
    return None


def _current(queue: Queue, call: LifelineCall, now: int) -> LifelineCall:
    """The call at ``now``: over by time, over because its visit has left the counter, or as it
    was."""
    after = call.at(now)
    if after is not call or not call.is_open:
        return after
    found = queue.get(VisitStore).many(call.branch, [call.visit])
    there = found and found[0].state in AT_COUNTER and found[0].counter == call.counter
    return call if there else left(call, now)


def expire(queue: Queue, now: int) -> None:
    """Write down which calls are over at ``now`` (ms), so that one that was missed counts also
    if every page was closed."""
    for answering in queue.get(BranchStore).all():
        current_calls(queue, answering.id, now)


class LifelineNames(NamedTuple):
    """The names of a call's parts, by language if they have several; the id of a removed part."""

    lifeline: Translations
    telephone: str
    branch: str
    counter: str | dict[str, str]
    service: Translations


def names_of(queue: Queue, rung: BranchCall) -> LifelineNames:
    """The names of a call's parts. The page that shows it has one branch's names only."""
    call = rung.call
    line = lifeline_of(rung.answering, call.lifeline)
    name: Translations = line.name if line else {"": call.lifeline}
    telephone = line.telephone if line else ""
    branch = queue.get(BranchStore).find(call.branch)
    if branch is None:
        return LifelineNames(name, telephone, call.branch, call.counter, {"": call.service})
    counter, service = branch.counters.get(call.counter), branch.services.get(call.service)
    return LifelineNames(
        name,
        telephone,
        branch.name,
        (dict(counter.names) or counter.name) if counter else call.counter,
        service.name if service else {"": call.service},
    )
