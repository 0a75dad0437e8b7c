"""A counter rings a lifeline, cancels a call and ends it.

A call is kept in the slot of the branch of the specialists. The counter's own branch notes first
which call the counter makes, so that no counter makes two; only then does it ring. A note without
a call is one that was broken off, and counts for :data:`BROKEN_OFF_MS`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from secrets import token_hex
from typing import Final
from zoneinfo import ZoneInfo

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.lifelines import (
    Lifeline,
    answers_at,
    answers_next,
    lifeline_of,
    reaches,
)
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, once, retry
from queue_service.counters.store import CounterStore
from queue_service.errors import BranchClosed, NotFound, VisitNotFound, WrongState
from queue_service.language.instants import rfc3339_or_none
from queue_service.lifeline.operations.current_call import (
    BranchCall,
    DecideCall,
    announce,
    change,
    ended,
    kept,
    present,
    wrong,
)
from queue_service.lifeline.operations.reachable import ReachableLifeline, lifelines_for
from queue_service.lifeline.rules import LifelineCall
from queue_service.lifeline.store import LifelineStore
from queue_service.visits.rules.refusals import known_service, require_counter
from queue_service.visits.rules.visit import AT_COUNTER, Visit
from queue_service.visits.store.visit_store import VisitStore

BROKEN_OFF_MS: Final = 10_000
"""How long a counter waits for a call that was noted and never rang."""


@dataclass(frozen=True, slots=True)
class CounterLifelines:
    """A counter's view: the lifelines for a service, and the call it made last, if kept."""

    now: int
    lifelines: tuple[ReachableLifeline, ...]
    rung: BranchCall | None


def desk(queue: Queue, command: Command, counter: str, service: str | None) -> CounterLifelines:
    """The lifelines for a service, by default that of the visit at the counter, and its call.

    Raises BranchNotFound, CounterNotFound and ServiceNotFound.
    """
    branch = queue.get(BranchStore).get(command.branch)
    require_counter(branch, counter)
    if service is not None:
        known_service(branch, service)
    now = queue.now(command)
    asked = service or _service_at(queue, branch, counter)
    reached = lifelines_for(queue, branch.id, asked, now) if asked else []
    return CounterLifelines(now, tuple(reached), _call_of(queue, branch.id, counter, now))


def ring(
    queue: Queue, command: Command, counter: str, visit_id: str, answering_id: str, lifeline_id: str
) -> BranchCall:
    """Ring a lifeline about the visit at a counter.

    A call of the counter that is still talked about ends with it. Raises BranchNotFound,
    CounterNotFound, VisitNotFound, NotFound for a lifeline that is not there or does not know of
    the service, BranchClosed out of its hours (``extra["telephone"]`` is the number to dial),
    WrongState while the visit is not at the counter or the counter's call still rings, and
    IdempotencyKeyReused.
    """
    answering = queue.get(BranchStore).get(answering_id)

    def again(noted: str) -> BranchCall:
        now = queue.now(command)
        return BranchCall(
            answering, kept(queue, answering_id, _noted(noted)[1]).call, now, replayed=True
        )

    act = partial(
        _ring, queue, command, _id_of(command), counter, visit_id, answering_id, lifeline_id
    )
    return once(queue, command, act, again)


@retry
def _ring(
    queue: Queue,
    command: Command,
    call_id: str,
    counter: str,
    visit_id: str,
    answering_id: str,
    lifeline_id: str,
) -> BranchCall | None:
    branch = queue.get(BranchStore).get(command.branch)
    require_counter(branch, counter)
    now = queue.now(command)
    visit = _visit_at(queue, branch, counter, visit_id)
    answering, line = _lifeline(queue, branch, answering_id, lifeline_id, visit.service)
    if not answers_at(answering, line, now):
        opens_at = answers_next(answering, line, now)
        sentence = f"This lifeline is closed now; dial {line.telephone} in its hours."
        raise BranchClosed(sentence, telephone=line.telephone, opens_at=rfc3339_or_none(opens_at))
    before = _free_to_ring(queue, branch.id, counter, call_id, now)
    note = f"{answering.id}|{call_id}|{now}"
    reply = queue.get(LifelineStore).claim(
        branch, counter, visit.id, before, note, command.idempotency
    )
    if reply[0] == "elsewhere":
        raise _elsewhere(visit)
    claimed = committed(queue, branch.id, reply, counter)
    if claimed is None:
        return None
    call = _new_call(call_id, line, branch, counter, visit)
    rung = queue.get(LifelineStore).ring(answering, _begun(answering, call, now))
    if rung is None:
        queue.get(BranchStore).forget(answering.id)
        return None
    announce(queue, answering.id, rung, now)
    return BranchCall(answering, rung, now, claimed.replayed)


def cancel(queue: Queue, command: Command, counter: str, call_id: str | None = None) -> BranchCall:
    """Stop ringing. A call that was cancelled already stays so. Raises NotFound for a counter
    without a call, and WrongState when somebody took it, it was missed, or the counter has made
    another than ``call_id`` since."""

    def decide(call: LifelineCall, now: int) -> LifelineCall:
        if call.state == "cancelled":
            return call
        if call.state != "ringing":
            raise wrong(call)
        return replace(call, state="cancelled", ended_at=now)

    return _by_counter(queue, command, counter, call_id, decide)


def end_at_counter(
    queue: Queue, command: Command, counter: str, call_id: str | None = None
) -> BranchCall:
    """The clerk is done talking. A call that has ended stays so. Raises NotFound, and WrongState
    while it still rings or the counter has made another than ``call_id`` since."""
    return _by_counter(queue, command, counter, call_id, ended)


def _by_counter(
    queue: Queue, command: Command, counter: str, wanted: str | None, decide: DecideCall
) -> BranchCall:
    branch = queue.get(BranchStore).get(command.branch)
    require_counter(branch, counter)
    answering_id, call_id = _noted(queue.get(LifelineStore).asking(branch.id, counter))
    if not call_id:
        raise NotFound("This counter has made no call.")
    if wanted not in (None, call_id):
        raise WrongState("This counter has made another call since; look at that.", state="ended")
    return change(queue, command, queue.get(BranchStore).get(answering_id), call_id, decide)


def _call_of(queue: Queue, branch_id: str, counter: str, now: int) -> BranchCall | None:
    """The call that a counter made last, at ``now``; None if it is not kept."""
    answering_id, call_id = _noted(queue.get(LifelineStore).asking(branch_id, counter))
    answering = queue.get(BranchStore).find(answering_id) if call_id else None
    if answering is None:
        return None
    with suppress(NotFound):
        return present(queue, answering, call_id, now)
    return None


def _free_to_ring(queue: Queue, branch_id: str, counter: str, call_id: str, now: int) -> str:
    """The note of a counter that may ring now. Raises WrongState while its call rings."""
    noted = queue.get(LifelineStore).asking(branch_id, counter)
    answering_id, before = _noted(noted)
    if not before or before == call_id:
        return noted
    rung = _call_of(queue, branch_id, counter, now)
    at = int(noted.rpartition("|")[2])
    if rung is None and queue.get(BranchStore).find(answering_id) and 0 <= now - at < BROKEN_OFF_MS:
        raise WrongState("This counter is about to ring; wait a moment.", state="ringing")
    if rung is not None and rung.call.state == "ringing":
        raise WrongState("This counter rings already; cancel that first.", state="ringing")
    if rung is not None and rung.call.state == "taken":
        _end_before(queue, rung, now)
    return noted


def _end_before(queue: Queue, rung: BranchCall, now: int) -> None:
    stored = queue.get(LifelineStore).load(rung.answering.id, rung.call.id)
    if stored is not None:
        after = ended(stored.call, now)
        queue.get(LifelineStore).change(rung.answering.id, stored, after, now, None)


def _noted(noted: str) -> tuple[str, str]:
    """The branch and the id of a call that a counter made; both empty for none."""
    answering, _, rest = noted.partition("|")
    return answering, rest.partition("|")[0]


def _id_of(command: Command) -> str:
    """The same for a repeated request, which therefore rings once."""
    m = command.idempotency
    if m is None:
        return token_hex(8)
    return blake2b(f"{command.branch} {m.scope} {m.key}".encode(), digest_size=8).hexdigest()


def _new_call(
    call_id: str, line: Lifeline, branch: Branch, counter: str, visit: Visit
) -> LifelineCall:
    return LifelineCall(
        id=call_id,
        lifeline=line.id,
        branch=branch.id,
        counter=counter,
        number=visit.number,
        service=visit.service,
        visit=visit.id,
        rang_at=0,
        within_ms=line.answer_within_seconds * 1000,
        date="",
        hour="",
    )


def _begun(answering: Branch, call: LifelineCall, now: int) -> LifelineCall:
    """The call as it begins to ring, in the calendar of the specialists."""
    local = datetime.fromtimestamp(now / 1000, ZoneInfo(answering.timezone))
    return replace(call, rang_at=now, date=moment(answering, now).date, hour=f"{local.hour:02d}")


def _lifeline(
    queue: Queue, branch: Branch, answering_id: str, lifeline_id: str, service: str
) -> tuple[Branch, Lifeline]:
    answering = queue.get(BranchStore).get(answering_id)
    line = lifeline_of(answering, lifeline_id)
    if line is None or not reaches(branch, answering) or not line.covers(service):
        raise NotFound("There is no such lifeline for this service; choose another.")
    return answering, line


def _visit_at(queue: Queue, branch: Branch, counter: str, visit_id: str) -> Visit:
    found = queue.get(VisitStore).many(branch.id, [visit_id])
    if not found:
        raise VisitNotFound("There is no such visit; it may be older than what is kept.")
    if found[0].state not in AT_COUNTER or found[0].counter != counter:
        raise _elsewhere(found[0])
    return found[0]


def _elsewhere(visit: Visit) -> WrongState:
    sentence = f"{visit.number} is not at this counter now; call it or serve it first."
    return WrongState(sentence, state=visit.state)


def _service_at(queue: Queue, branch: Branch, counter: str) -> str:
    """The service of the visit at a counter; empty if there is none."""
    busy = queue.get(CounterStore).states(branch.id).busy.get(counter)
    found = queue.get(VisitStore).many(branch.id, [busy]) if busy else []
    return found[0].service if found else ""
