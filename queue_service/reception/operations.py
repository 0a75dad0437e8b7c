"""Calling for help from a kiosk, answering it, and what a reception did over some dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from secrets import token_hex
from typing import Final, NamedTuple

from queue_service.access.store import AccessStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, once, remembered, retry
from queue_service.counters.store import CounterStore
from queue_service.days.rules.period import Period, together
from queue_service.days.rules.ranges import asked_months, months_over, require_whole_months
from queue_service.errors import Forbidden, NotFound, RateLimited, WrongState
from queue_service.reception.rules import (
    HelpCall,
    MonthlyFigures,
    figures,
    monthly,
)
from queue_service.reception.store import ReceptionStore
from queue_service.staff_calls.store import StoredCall
from queue_service.store.redis_store import Reply
from queue_service.visits.rules.refusals import require_here, require_language

DecideHelp = Callable[[HelpCall, int], HelpCall]
_HALF_BYTES: Final = 8


class HelpAnswer(NamedTuple):
    """A call for help as it is at ``now`` (ms); None if a kiosk has none that is kept."""

    call: HelpCall | None
    now: int
    replayed: bool = False


def call_for_help(queue: Queue, command: Command, language: str | None = None) -> HelpAnswer:
    """Call for help from the caller's kiosk. A kiosk that has an open call keeps it.

    Raises BranchNotFound, BranchElsewhere, Invalid for the language, RateLimited for a kiosk that
    calls again and again, and IdempotencyKeyReused.
    """
    return once(queue, command, lambda: _call(queue, command, language), _again(queue, command))


@retry
def _call(queue: Queue, command: Command, language: str | None) -> HelpAnswer | None:
    branch = queue.get(BranchStore).get(command.branch)
    require_here(branch)
    spoken = require_language(branch, language)
    now = queue.now(command)
    former = _current(
        queue, branch, queue.get(ReceptionStore).of_kiosk(branch.id, _kiosk_of(command)), now
    )
    token = queue.get(AccessStore).token_by_id(command.caller.id)
    call = HelpCall(
        id=_id_of(command),
        kiosk=_kiosk_of(command),
        place=token.label if token else "",
        language=spoken,
        date=moment(branch, now).date,
        called_at=now,
    )
    raw = former.raw if former else ""
    reply = queue.get(ReceptionStore).call(branch, call, raw, command.idempotency)
    if reply[0] == "open":
        return HelpAnswer(HelpCall.from_json(reply[1]), now)
    if reply[0] == "limited":
        raise RateLimited(
            "This screen has called for help many times in a short time; wait a moment.",
            retry_after=int(reply[1]),
        )
    return _help_answer(queue, branch.id, reply, now)


def _help_answer(queue: Queue, branch_id: str, reply: Reply, now: int) -> HelpAnswer | None:
    commit = committed(queue, branch_id, reply)
    return HelpAnswer(HelpCall.from_json(commit.answer), now, commit.replayed) if commit else None


def own_call(queue: Queue, command: Command) -> HelpAnswer:
    """The call that the caller's kiosk made last. Raises BranchNotFound."""
    branch = queue.get(BranchStore).get(command.branch)
    now = queue.now(command)
    found = _current(
        queue, branch, queue.get(ReceptionStore).of_kiosk(branch.id, _kiosk_of(command)), now
    )
    return HelpAnswer(found.call if found else None, now)


class OpenCalls(NamedTuple):
    """The calls of a branch that are open at ``now`` (ms), oldest first.

    ``heard``: a page that shows them is open; true if there is nothing to show.
    """

    calls: tuple[HelpCall, ...]
    now: int
    heard: bool


def open_calls(queue: Queue, command: Command) -> OpenCalls:
    """The branch's open calls. Raises BranchNotFound."""
    branch = queue.get(BranchStore).get(command.branch)
    now = queue.now(command)
    calls = tuple(_current_calls(queue, branch, now))
    return OpenCalls(calls, now, not calls or is_heard(queue, branch.id, now))


def is_heard(queue: Queue, branch_id: str, now: int) -> bool:
    """Whether a page that shows calls for help is open at ``now`` (ms) to somebody who can come.

    The reception, or an open counter. A paused counter is unattended, and the clerk of a video
    counter is elsewhere. Raises BranchNotFound.
    """
    pages = queue.get(ReceptionStore).listeners(branch_id, now)
    if not pages or "" in pages:
        return bool(pages)
    counters = queue.get(BranchStore).get(branch_id).counters
    here = {c for c in pages if c in counters and counters[c].video is None}
    return not here.isdisjoint(queue.get(CounterStore).states(branch_id).open)


def take(queue: Queue, command: Command, call_id: str) -> HelpAnswer:
    """Note that a guide comes. A call that is taken stays so. Raises BranchNotFound, NotFound, and
    WrongState for one that is over."""

    def decide(call: HelpCall, now: int) -> HelpCall:
        if call.state == "coming":
            return call
        if call.state != "open":
            raise _wrong(call)
        return replace(call, state="coming", taken_at=now)

    return _change(queue, command, call_id, decide)


def end(queue: Queue, command: Command, call_id: str) -> HelpAnswer:
    """A guide is there, or was. A call that has ended stays so. Raises BranchNotFound and
    NotFound."""

    def decide(call: HelpCall, now: int) -> HelpCall:
        if not call.is_open:
            return call
        # Anyone who is there without having said so before has answered by being there.
        return replace(call, state="helped", taken_at=call.taken_at or now, ended_at=now)

    return _change(queue, command, call_id, decide)


def cancel(queue: Queue, command: Command, call_id: str) -> HelpAnswer:
    """Help is not needed any more. A call that has ended stays so; a kiosk cancels its own alone.

    Raises BranchNotFound, NotFound and Forbidden.
    """

    def decide(call: HelpCall, now: int) -> HelpCall:
        if command.caller.role == "kiosk" and call.kiosk != _kiosk_of(command):
            raise Forbidden("A kiosk cancels only its own call for help.")
        return replace(call, state="cancelled", ended_at=now) if call.is_open else call

    return _change(queue, command, call_id, decide)


def expire(queue: Queue, now: int) -> None:
    """Write down which calls have expired at ``now`` (ms), so that an unanswered call counts also
    if every page was closed."""
    for branch in queue.get(BranchStore).all():
        if not branch.historic:
            _current_calls(queue, branch, now)


@dataclass(frozen=True, slots=True)
class ReceptionFigures:
    """The figures of a branch's reception in the whole ``months`` of a period that are over."""

    branch: Branch
    period: Period
    months: Period | None
    today: str
    total: MonthlyFigures

    def require_publishable(self) -> None:
        """Raises Invalid unless the period is of whole months that are over."""
        require_whole_months(self.period, self.months, self.today, "Its figures are given")


def reception_figures(
    queue: Queue, branch_id: str, first: str | None = None, last: str | None = None
) -> ReceptionFigures:
    """The notes and calls in the whole months from ``first`` to ``last`` that are over.

    By default that is the last one.

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    branch = queue.get(BranchStore).get(branch_id)
    now = queue.store.time()
    today = moment(branch, now).date
    period = asked_months(first, last, today)
    if not branch.historic:
        _current_calls(queue, branch, now)
    months = months_over(branch, period, today)
    read = [queue.get(ReceptionStore).days(branch_id, month.dates()) for month in months]
    return ReceptionFigures(branch, period, together(months), today, monthly(map(figures, read)))


def _change(queue: Queue, command: Command, call_id: str, decide: DecideHelp) -> HelpAnswer:
    return once(
        queue, command, lambda: _changed(queue, command, call_id, decide), _again(queue, command)
    )


@retry
def _changed(queue: Queue, command: Command, call_id: str, decide: DecideHelp) -> HelpAnswer | None:
    branch = queue.get(BranchStore).get(command.branch)
    require_here(branch)
    now = queue.now(command)
    found = _current(queue, branch, _by_id(queue, command, call_id), now)
    if found is None:
        raise _no_call()
    after = decide(found.call, now)
    if after is found.call:
        answer = remembered(queue, command)
        return HelpAnswer(after, now) if answer is None else _again(queue, command)(answer)
    reply = queue.get(ReceptionStore).change(branch.id, found, after, now, command.idempotency)
    return _help_answer(queue, branch.id, reply, now)


def _by_id(queue: Queue, command: Command, call_id: str) -> StoredCall[HelpCall] | None:
    found = queue.get(ReceptionStore).of_kiosk(command.branch, call_id[: 2 * _HALF_BYTES])
    return found if found and found.call.id == call_id else None


def _current(
    queue: Queue, branch: Branch, found: StoredCall[HelpCall] | None, now: int
) -> StoredCall[HelpCall] | None:
    """The call as time alone has left it, written down where that is another."""
    if found is None:
        return None
    after = found.call.at(now)
    if after is found.call:
        return found
    reply = queue.get(ReceptionStore).change(branch.id, found, after, now, None)
    if reply[0] == "done":
        return StoredCall(after, str(reply[1]))
    return queue.get(ReceptionStore).of_kiosk(branch.id, after.kiosk)


def _current_calls(queue: Queue, branch: Branch, now: int) -> list[HelpCall]:
    found = (
        _current(queue, branch, stored, now)
        for stored in queue.get(ReceptionStore).open_calls(branch.id)
    )
    return [stored.call for stored in found if stored and stored.call.is_open]


def _again(queue: Queue, command: Command) -> Callable[[str], HelpAnswer]:
    def told(document: str) -> HelpAnswer:
        return HelpAnswer(HelpCall.from_json(document), queue.now(command), replayed=True)

    return told


def _kiosk_of(command: Command) -> str:
    """Identifies the kiosk: staff see it with the call, so it is no credential's id."""
    return _digest(command.caller.id)


def _id_of(command: Command) -> str:
    """With the kiosk first, under which the call is kept; the same for a repeated request."""
    m = command.idempotency
    own = token_hex(_HALF_BYTES) if m is None else _digest(f"{command.branch} {m.scope} {m.key}")
    return _kiosk_of(command) + own


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=_HALF_BYTES).hexdigest()


def _no_call() -> NotFound:
    return NotFound("There is no such call for help any more.")


def _wrong(call: HelpCall) -> WrongState:
    return WrongState("This call for help is over.", state=call.state)
