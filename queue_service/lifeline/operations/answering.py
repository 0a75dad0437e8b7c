"""Specialists take calls, end them and acknowledge missed ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue, once
from queue_service.errors import Invalid, WrongState
from queue_service.lifeline.operations.current_call import (
    BranchCall,
    change,
    current_calls,
    ended,
    wrong,
)
from queue_service.lifeline.operations.reachable import ReachableLifeline, reachable
from queue_service.lifeline.rules import PLACES, LifelineCall
from queue_service.lifeline.store import LifelineStore


@dataclass(frozen=True, slots=True)
class SpecialistsView:
    """The specialists' view of a branch: the open calls, oldest first, and the day's missed calls
    that were not acknowledged, latest first."""

    now: int
    lifelines: tuple[ReachableLifeline, ...]
    calls: tuple[BranchCall, ...]
    missed: tuple[BranchCall, ...]


def specialists_view(queue: Queue, command: Command) -> SpecialistsView:
    """The specialists' view of a branch now. Raises BranchNotFound."""
    answering = queue.get(BranchStore).get(command.branch)
    now = queue.now(command)
    opened = current_calls(queue, answering.id, now)
    today = moment(answering, now).date
    missed = (
        call for call in queue.get(LifelineStore).missed_calls(answering.id) if call.date == today
    )
    return SpecialistsView(
        now,
        tuple(reachable(answering, line, now) for line in lifelines_of(answering)),
        tuple(BranchCall(answering, call, now) for call in opened),
        tuple(BranchCall(answering, call, now) for call in missed if call.is_unanswered),
    )


def calls(queue: Queue, command: Command) -> list[BranchCall]:
    """The open calls at a branch's lifelines, oldest first. Raises BranchNotFound."""
    return list(specialists_view(queue, command).calls)


def acknowledge(queue: Queue, command: Command, call_id: str) -> BranchCall:
    """Say that a missed call is known of, so that no specialist is shown it any more. An
    acknowledged call stays so. Raises BranchNotFound, NotFound, and WrongState for one that was not
    missed."""

    def decide(call: LifelineCall, now: int) -> LifelineCall:
        if call.state != "missed":
            raise wrong(call)
        return replace(call, acknowledged_at=now) if call.is_unanswered else call

    answering = queue.get(BranchStore).get(command.branch)
    return _repeatable(queue, command, lambda: change(queue, command, answering, call_id, decide))


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


def take(queue: Queue, command: Command, call_id: str, place: int) -> BranchCall:
    """Take a call that rings, at a numbered place of the specialists.

    Of several who take it at once one gets it. Raises BranchNotFound, NotFound, Invalid for a place
    that cannot be, WrongState for all others (``extra["place"]`` is the place that has it), and
    IdempotencyKeyReused.
    """
    if not 1 <= place <= PLACES:
        raise Invalid.at("place", f"It must be a number from 1 to {PLACES}.")

    def decide(call: LifelineCall, now: int) -> LifelineCall:
        if call.state != "ringing":
            raise wrong(call)
        return replace(call, state="taken", place=place, taken_at=now)

    answering = queue.get(BranchStore).get(command.branch)
    return _repeatable(queue, command, lambda: change(queue, command, answering, call_id, decide))


def end(queue: Queue, command: Command, call_id: str) -> BranchCall:
    """The specialist is done talking. A call that has ended stays so. Raises BranchNotFound,
    NotFound, and WrongState while it still rings."""
    answering = queue.get(BranchStore).get(command.branch)
    return _repeatable(queue, command, lambda: change(queue, command, answering, call_id, ended))


def _repeatable(queue: Queue, command: Command, act: Callable[[], BranchCall]) -> BranchCall:
    def again(document: str) -> BranchCall:
        answering = queue.get(BranchStore).get(command.branch)
        call = LifelineCall.from_json(document)
        return BranchCall(answering, call, queue.now(command), replayed=True)

    return once(queue, command, act, again)
