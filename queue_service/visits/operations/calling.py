"""Calling citizens to a counter: the next one, or a chosen one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.command import ATTEMPTS, Command, Queue, exhausted, once, refusal
from queue_service.visits.operations.deciding import (
    judged,
    on_visit,
    require_counter,
    require_open,
    written,
)
from queue_service.visits.rules import transitions
from queue_service.visits.rules.answer import Answer, read_answer
from queue_service.visits.rules.events import EVENT_OF, visit_event
from queue_service.visits.rules.visit import visit_from_json
from queue_service.visits.store.visit_store import Decided, Snapshot

_AT_ONCE: Final = 8
"""Whoever was outrun offers to call this many: the first of them that nobody else has called yet.

One at a time, the last of eight counters that call together would be outrun seven times.
"""


@dataclass(frozen=True, slots=True)
class Called:
    """Who was called; ``answer`` is None when nobody the counter may take waited."""

    answer: Answer | None
    replayed: bool = False


def call_next(queue: Queue, command: Command, counter: str) -> Called:
    """Call whoever is next for a counter. Raises CounterNotFound, CounterClosed, CounterBusy."""

    def act() -> Called:
        for attempt in range(ATTEMPTS):
            called = _call_next_once(queue, command, counter, _AT_ONCE if attempt else 1)
            if called is not None:
                return called
        raise exhausted()

    return once(queue, command, act, _called_again)


def _call_next_once(queue: Queue, command: Command, counter: str, most: int) -> Called | None:
    """One attempt at the ``most`` who are next; None when others were quicker with them all."""
    branch = queue.branches.get(command.branch)
    require_counter(branch, counter)
    picked = queue.visits.pick(branch, counter, command.idempotency, command.at, most)
    if picked[0] == "none":
        return Called(None)
    if picked[0] == "replayed":
        return _called_again(picked[1])
    if picked[0] == "stale":
        queue.branches.forget(command.branch)
        return None
    if picked[0] != "picked":
        raise refusal(picked, counter)
    now, open_counter = int(picked[1]), {counter: picked[2]}
    decisions = [
        _call_to(branch, Snapshot(now, visit_from_json(raw), raw, open_counter, {}, 0), counter)
        for raw in picked[3:]
    ]
    reply = queue.visits.commit_first(branch, decisions, command.idempotency)
    answer = written(queue, command, reply, counter)
    return Called(answer, answer.replayed) if answer else None


def _called_again(text: str) -> Called:
    # An empty queue is remembered as an empty answer.
    return Called(read_answer(text, replayed=True) if text else None, replayed=True)


def call(queue: Queue, command: Command, visit_id: str, counter: str) -> Answer:
    """Call a chosen visit, whatever the counter's services. Its event says ``chosen``."""

    def commit(branch: Branch, snapshot: Snapshot) -> Answer | None:
        require_counter(branch, counter)
        decided = _call_to(branch, snapshot, counter, chosen=True)
        reply = queue.visits.commit(branch, decided, command.idempotency)
        return written(queue, command, reply, counter)

    return on_visit(queue, command, visit_id, commit)


def _call_to(branch: Branch, snapshot: Snapshot, counter: str, *, chosen: bool = False) -> Decided:
    visit = snapshot.visit
    transitions.target(visit, "call")
    after = transitions.call(visit, snapshot.now, counter, require_open(snapshot, counter))
    why = {
        "queue": f"@{visit.bound_to}" if visit.bound_to else visit.service,
        "place": visit.place,
        "head_start_seconds": visit.head_start_ms / 1000,
        "chosen": chosen,
    }
    event = EVENT_OF["call"], visit_event(after, snapshot.now, why)
    return judged(branch, snapshot, after, event)
