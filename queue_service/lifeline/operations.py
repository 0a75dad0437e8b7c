"""Ringing a lifeline, answering it, and the figures of both.

A call is kept in the slot of the branch where the specialists sit. The counter's own branch notes
first which call the counter makes, so that no counter makes two; only then does it ring. A note
without a call is one that was broken off, and counts for :data:`BROKEN_OFF_MS`.

A call goes with its visit: once that is no longer at the counter, every reader sees it as ended.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from secrets import token_hex
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.calendar import moment
from queue_service.branches.rules.lifelines import (
    Lifeline,
    answers_at,
    answers_next,
    covering,
    lifeline_of,
    lifelines_of,
    reaches,
)
from queue_service.branches.store import BranchStore, no_branch
from queue_service.calls.store import StoredCall
from queue_service.command import Command, Queue, committed, once, retry
from queue_service.counters.store import CounterStore
from queue_service.days.rules.period import between
from queue_service.errors import (
    BranchClosed,
    BranchNotFound,
    CounterNotFound,
    Invalid,
    NotFound,
    VisitNotFound,
    WrongState,
)
from queue_service.history.operations.statistics import statistics
from queue_service.language.instants import rfc3339_or_none
from queue_service.lifeline.rules import (
    PLACES,
    CallCount,
    LifelineCall,
    left,
    read_day,
)
from queue_service.lifeline.store import LifelineStore
from queue_service.visits.rules.refusals import known_service
from queue_service.visits.rules.visit import AT_COUNTER, Visit
from queue_service.visits.store.visit_store import VisitStore

BROKEN_OFF_MS: Final = 10_000
"""How long a counter waits for a call that was noted and never rang."""


class Reached(NamedTuple):
    """A lifeline with its branch, and whether it answers now; if it does not, when it does next
    (ms; None if that is not known).

    ``rings``: it can be rung from here; on a bus those of the central server are dialled by
    telephone.
    """

    answering: Branch
    lifeline: Lifeline
    open: bool
    rings: bool
    opens_at: int | None


class Rung(NamedTuple):
    """A call with the branch of its lifeline, at ``now`` (ms)."""

    answering: Branch
    call: LifelineCall
    now: int
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter's view: the lifelines for a service, and the call it made last, if kept."""

    now: int
    lifelines: tuple[Reached, ...]
    rung: Rung | None


def lifelines_for(
    queue: Queue, branch_id: str, service: str, at: int | None = None
) -> list[Reached]:
    """The lifelines that clerks of a branch may ring about a service: those that answer now first,
    and before others those that name the service. Raises BranchNotFound."""
    asking = queue.get(BranchStore).get(branch_id)
    now = queue.time(at)
    here = queue.get(BranchStore).all()
    home = queue.get(BranchStore).central_branches(branch.id for branch in here)
    found = [
        _reached(answering, line, now, rings=rings)
        for candidates, rings in ((here, True), (home, False))
        for answering, line in covering(asking, candidates, service)
    ]
    return sorted(found, key=lambda each: (not each.open, service not in each.lifeline.services))


def _reached(answering: Branch, line: Lifeline, now: int, *, rings: bool = True) -> Reached:
    is_open = answers_at(answering, line, now)
    return Reached(
        answering, line, is_open, rings, None if is_open else answers_next(answering, line, now)
    )


def desk(queue: Queue, command: Command, counter: str, service: str | None) -> Desk:
    """The lifelines for a service, by default that of the visit at the counter, and its call.

    Raises BranchNotFound, CounterNotFound and ServiceNotFound.
    """
    branch = queue.get(BranchStore).get(command.branch)
    _known_counter(branch, counter)
    if service is not None:
        known_service(branch, service)
    now = queue.now(command)
    asked = service or _service_at(queue, branch, counter)
    reached = lifelines_for(queue, branch.id, asked, now) if asked else []
    return Desk(now, tuple(reached), _call_of(queue, branch.id, counter, now))


def ring(
    queue: Queue, command: Command, counter: str, visit_id: str, answering_id: str, lifeline_id: str
) -> Rung:
    """Ring a lifeline about the visit at a counter.

    A call of the counter that is still talked about ends with it. Raises BranchNotFound,
    CounterNotFound, VisitNotFound, NotFound for a lifeline that is not there or does not know of
    the service, BranchClosed out of its hours (``extra["telephone"]`` is what to dial), WrongState
    while the visit is not at the counter or the counter's call still rings, and
    IdempotencyKeyReused.
    """
    answering = queue.get(BranchStore).get(answering_id)

    def again(noted: str) -> Rung:
        now = queue.now(command)
        return Rung(
            answering, _kept(queue, answering_id, _noted(noted)[1]).call, now, replayed=True
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
) -> Rung | None:
    branch = queue.get(BranchStore).get(command.branch)
    _known_counter(branch, counter)
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
    _announce(queue, answering.id, rung, now)
    return Rung(answering, rung, now, claimed.replayed)


def cancel(queue: Queue, command: Command, counter: str, call_id: str | None = None) -> Rung:
    """Stop ringing. A call that was cancelled already stays so. Raises NotFound for a counter
    without a call, and WrongState when somebody took it, it was missed, or the counter has made
    another than ``call_id`` since."""

    def decide(call: LifelineCall, now: int) -> LifelineCall:
        if call.state == "cancelled":
            return call
        if call.state != "ringing":
            raise _wrong(call)
        return replace(call, state="cancelled", ended_at=now)

    return _by_counter(queue, command, counter, call_id, decide)


def end_at_counter(
    queue: Queue, command: Command, counter: str, call_id: str | None = None
) -> Rung:
    """The clerk is done talking. A call that has ended stays so. Raises NotFound, and WrongState
    while it still rings or the counter has made another than ``call_id`` since."""
    return _by_counter(queue, command, counter, call_id, _ended)


@dataclass(frozen=True, slots=True)
class SpecialistsView:
    """The specialists' view of a branch: the open calls, oldest first, and the day's missed calls
    that were not acknowledged, latest first."""

    now: int
    lifelines: tuple[Reached, ...]
    calls: tuple[Rung, ...]
    missed: tuple[Rung, ...]


def specialists_view(queue: Queue, command: Command) -> SpecialistsView:
    """The specialists' view of a branch now. Raises BranchNotFound."""
    answering = queue.get(BranchStore).get(command.branch)
    now = queue.now(command)
    opened = _current_calls(queue, answering.id, now)
    today = moment(answering, now).date
    missed = (
        call for call in queue.get(LifelineStore).missed_calls(answering.id) if call.date == today
    )
    return SpecialistsView(
        now,
        tuple(_reached(answering, line, now) for line in lifelines_of(answering)),
        tuple(Rung(answering, call, now) for call in opened),
        tuple(Rung(answering, call, now) for call in missed if call.is_unanswered),
    )


def calls(queue: Queue, command: Command) -> list[Rung]:
    """The open calls at a branch's lifelines, oldest first. Raises BranchNotFound."""
    return list(specialists_view(queue, command).calls)


def acknowledge(queue: Queue, command: Command, call_id: str) -> Rung:
    """Say that a missed call is known of, so that no specialist is shown it any more. An
    acknowledged call stays so. Raises BranchNotFound, NotFound, and WrongState for one that was not
    missed."""

    def decide(call: LifelineCall, now: int) -> LifelineCall:
        if call.state != "missed":
            raise _wrong(call)
        return replace(call, acknowledged_at=now) if call.is_unanswered else call

    answering = queue.get(BranchStore).get(command.branch)
    return _repeatable(queue, command, lambda: _change(queue, command, answering, call_id, decide))


def sit(queue: Queue, command: Command, page: str, wanted: int | None = None) -> int:
    """The number of the place that a specialists' page has from now on, for :data:`SAT_MS` after it
    last asked: ``wanted`` if no other page has it, else its own, else the first that is free.

    Raises BranchNotFound, and WrongState if all places are taken.
    """
    answering = queue.get(BranchStore).get(command.branch)
    reply = queue.get(LifelineStore).sit(answering.id, page, wanted or 0, queue.now(command))
    if reply[0] == "gone":
        queue.get(BranchStore).forget(answering.id)
        raise no_branch(answering.id)
    if reply[0] == "full":
        raise WrongState(f"All {PLACES} places are taken; close a page.", state="full")
    return int(reply[1])


def take(queue: Queue, command: Command, call_id: str, place: int) -> Rung:
    """Take a call that rings, at a numbered place of the specialists.

    Of several who take it at once one gets it. Raises BranchNotFound, NotFound, Invalid for a place
    that cannot be, WrongState for all others (``extra["place"]`` is the place that has it), and
    IdempotencyKeyReused.
    """
    if not 1 <= place <= PLACES:
        raise Invalid.at("place", f"It must be a number from 1 to {PLACES}.")

    def decide(call: LifelineCall, now: int) -> LifelineCall:
        if call.state != "ringing":
            raise _wrong(call)
        return replace(call, state="taken", place=place, taken_at=now)

    answering = queue.get(BranchStore).get(command.branch)
    return _repeatable(queue, command, lambda: _change(queue, command, answering, call_id, decide))


def end(queue: Queue, command: Command, call_id: str) -> Rung:
    """The specialist is done talking. A call that has ended stays so. Raises BranchNotFound,
    NotFound, and WrongState while it still rings."""
    answering = queue.get(BranchStore).get(command.branch)
    return _repeatable(queue, command, lambda: _change(queue, command, answering, call_id, _ended))


def expire(queue: Queue, now: int) -> None:
    """Write down which calls are over at ``now`` (ms), so that one that was missed counts also
    where every page was closed."""
    for answering in queue.get(BranchStore).all():
        _current_calls(queue, answering.id, now)


@dataclass(frozen=True, slots=True)
class LifelineFigures:
    """The calls to a branch's lifelines from the first date to the last, both inclusive."""

    answering: Branch
    lifelines: tuple[Lifeline, ...]
    first: str
    last: str
    cells: tuple[CallCount, ...]


def lifeline_figures(
    queue: Queue, branch_id: str, first: str | None = None, last: str | None = None
) -> LifelineFigures:
    """The calls of the dates from ``first`` to ``last``, by default today.

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    asked = statistics(queue, branch_id, first, last)
    answering = asked.branch
    _current_calls(queue, answering.id, queue.store.time())
    dates = between(asked.first, asked.last).dates()
    cells: list[CallCount] = []
    for date, stored in queue.get(LifelineStore).days(answering.id, dates).items():
        cells += read_day(date, stored)
    return LifelineFigures(
        answering, lifelines_of(answering), asked.first, asked.last, tuple(cells)
    )


class LifelineNames(NamedTuple):
    """The names of a call's parts, by language if they have several; the id of a removed part."""

    lifeline: Translations
    telephone: str
    branch: str
    counter: str | dict[str, str]
    service: Translations


def names_of(queue: Queue, rung: Rung) -> LifelineNames:
    """The names of a call's parts. The page that shows it has one branch's names only."""
    call = rung.call
    line = lifeline_of(rung.answering, call.lifeline)
    name: Translations = line.name if line else {"": call.lifeline}
    telephone = line.telephone if line else ""
    branch = _known(queue, call.branch)
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


DecideCall = Callable[[LifelineCall, int], LifelineCall]


def _repeatable(queue: Queue, command: Command, act: Callable[[], Rung]) -> Rung:
    def again(document: str) -> Rung:
        answering = queue.get(BranchStore).get(command.branch)
        call = LifelineCall.from_json(document)
        return Rung(answering, call, queue.now(command), replayed=True)

    return once(queue, command, act, again)


@retry
def _change(
    queue: Queue, command: Command, answering: Branch, call_id: str, decide: DecideCall
) -> Rung | None:
    now = queue.now(command)
    stored = _kept(queue, answering.id, call_id)
    before = stored.call
    overdue = _current(queue, before, now)
    after = overdue if overdue is not before else decide(before, now)
    if after is before:
        return Rung(answering, before, now)
    key = command.idempotency if overdue is before and command.branch == answering.id else None
    reply = queue.get(LifelineStore).change(answering.id, stored, after, now, key)
    commit = committed(queue, answering.id, reply)
    if commit is None:
        return None
    done = LifelineCall.from_json(commit.answer)
    _announce(queue, answering.id, done, now)
    # Once an overdue call is over, the decision is made on that.
    return Rung(answering, done, now, commit.replayed) if overdue is before else None


def _by_counter(
    queue: Queue, command: Command, counter: str, wanted: str | None, decide: DecideCall
) -> Rung:
    branch = queue.get(BranchStore).get(command.branch)
    _known_counter(branch, counter)
    answering_id, call_id = _noted(queue.get(LifelineStore).asking(branch.id, counter))
    if not call_id:
        raise NotFound("This counter has made no call.")
    if wanted not in (None, call_id):
        raise WrongState("This counter has made another call since; look at that.", state="ended")
    return _change(queue, command, queue.get(BranchStore).get(answering_id), call_id, decide)


def _ended(call: LifelineCall, now: int) -> LifelineCall:
    if call.state == "ringing":
        raise _wrong(call)
    return replace(call, state="ended", ended_at=now) if call.state == "taken" else call


def _current(queue: Queue, call: LifelineCall, now: int) -> LifelineCall:
    """The call at ``now``: over by time, over because its visit has left the counter, or as it
    was."""
    after = call.at(now)
    if after is not call or not call.is_open:
        return after
    found = queue.get(VisitStore).many(call.branch, [call.visit])
    there = found and found[0].state in AT_COUNTER and found[0].counter == call.counter
    return call if there else left(call, now)


def _current_calls(queue: Queue, answering_id: str, now: int) -> list[LifelineCall]:
    """The open calls, after those that are over by now are written as such."""
    found = []
    for stored in queue.get(LifelineStore).open_calls(answering_id):
        after = _current(queue, stored.call, now)
        if after is stored.call:
            found.append(after)
            continue
        reply = queue.get(LifelineStore).change(answering_id, stored, after, now, None)
        if reply[0] == "done":
            _announce(queue, answering_id, after, now)
    return found


def _call_of(queue: Queue, branch_id: str, counter: str, now: int) -> Rung | None:
    """The call that a counter made last, at ``now``; None if it is not kept."""
    answering_id, call_id = _noted(queue.get(LifelineStore).asking(branch_id, counter))
    answering = _known(queue, answering_id) if call_id else None
    if answering is None:
        return None
    with suppress(NotFound):
        return _present(queue, answering, call_id, now)
    return None


@retry
def _present(queue: Queue, answering: Branch, call_id: str, now: int) -> Rung | None:
    stored = _kept(queue, answering.id, call_id)
    after = _current(queue, stored.call, now)
    if after is stored.call:
        return Rung(answering, after, now)
    queue.get(LifelineStore).change(answering.id, stored, after, now, None)
    return None


def _free_to_ring(queue: Queue, branch_id: str, counter: str, call_id: str, now: int) -> str:
    """The note of a counter that may ring now. Raises WrongState while its call rings."""
    noted = queue.get(LifelineStore).asking(branch_id, counter)
    answering_id, before = _noted(noted)
    if not before or before == call_id:
        return noted
    rung = _call_of(queue, branch_id, counter, now)
    at = int(noted.rpartition("|")[2])
    if rung is None and _known(queue, answering_id) and 0 <= now - at < BROKEN_OFF_MS:
        raise WrongState("This counter is about to ring; wait a moment.", state="ringing")
    if rung is not None and rung.call.state == "ringing":
        raise WrongState("This counter rings already; cancel that first.", state="ringing")
    if rung is not None and rung.call.state == "taken":
        _end_before(queue, rung, now)
    return noted


def _end_before(queue: Queue, rung: Rung, now: int) -> None:
    stored = queue.get(LifelineStore).load(rung.answering.id, rung.call.id)
    if stored is not None:
        after = _ended(stored.call, now)
        queue.get(LifelineStore).change(rung.answering.id, stored, after, now, None)


def _announce(queue: Queue, answering_id: str, call: LifelineCall, now: int) -> None:
    if call.branch != answering_id:
        queue.get(LifelineStore).announce(call.branch, answering_id, call, now)


def _known(queue: Queue, branch_id: str) -> Branch | None:
    """The branch; None if it is gone, or its removal was broken off."""
    with suppress(BranchNotFound):
        return queue.get(BranchStore).get(branch_id)
    return None


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


def _known_counter(branch: Branch, counter: str) -> None:
    if counter not in branch.counters:
        raise CounterNotFound(f"The branch has no counter “{counter}”; check the address.")


def _kept(queue: Queue, answering_id: str, call_id: str) -> StoredCall[LifelineCall]:
    stored = queue.get(LifelineStore).load(answering_id, call_id)
    if stored is None:
        raise NotFound("There is no such call; it is older than a day.")
    return stored


def _wrong(call: LifelineCall) -> WrongState:
    sentences = {
        "ringing": "The call still rings; cancel it, or wait until it is taken.",
        "taken": f"Place {call.place} has taken this call.",
        "cancelled": "The counter has cancelled this call.",
        "missed": "This call was not taken in time; the counter has the telephone number.",
        "ended": "This call is over.",
    }
    return WrongState(sentences[call.state], state=call.state, place=call.place)
