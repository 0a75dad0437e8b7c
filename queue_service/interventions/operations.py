"""Beginning and ending interventions, and their automatic changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from secrets import token_hex
from typing import Final

from queue_service.access.audit_entries import entry_by
from queue_service.access.rules.caller import PERIODIC
from queue_service.bookings.operations.closing import (
    PlannedClosing,
    plan_closing,
    require_agreed,
    settle,
)
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.interventions import (
    Asker,
    Intervention,
    in_force,
    interventions_from_text,
)
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, once, remembered, retry
from queue_service.errors import Invalid, NotFound, QueueError, VisitNotFound, WrongState
from queue_service.interventions import rules
from queue_service.interventions.note_text import note_of
from queue_service.interventions.rules import InterventionPlan, Wanted
from queue_service.interventions.screen_text import not_today_texts
from queue_service.interventions.store import InterventionStore
from queue_service.notes.rules import Note
from queue_service.notes.store import NoteStore
from queue_service.store.audit_log import AuditEntry
from queue_service.visits.operations.visits import carry, carry_no_more
from queue_service.visits.rules.refusals import require_here
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore

_ID_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class InterventionResult:
    """An intervention that was begun or ended."""

    one: Intervention
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A branch's interventions at ``now`` (ms): those in force, latest first, then those over.

    ``issued`` has for a service how many tickets its cap has counted, ``carried`` for an
    intervention how many wait who are carried over by it.
    """

    branch: Branch
    now: int
    interventions: tuple[Intervention, ...]
    issued: dict[str, int]
    carried: dict[str, int]


def listed(queue: Queue, command: Command) -> Listed:
    """A branch's interventions. Raises BranchNotFound."""
    branch = queue.get(BranchStore).current(command.branch, command.at)
    now = queue.now(command)
    ordered = sorted(branch.interventions, key=lambda i: (not i.in_force(now), -i.begins))
    carried = {one.id: len(_carried_to(queue, branch, one)) for one in ordered if _carries(one)}
    issued = queue.get(InterventionStore).issued(branch, now)
    return Listed(branch, now, tuple(ordered), issued, carried)


def kiosk_issued(queue: Queue, command: Command) -> dict[str, int]:
    """By service: the tickets that kiosks have issued today, as a cap that begins now counts it.

    Raises BranchNotFound.
    """
    branch = queue.get(BranchStore).current(command.branch, command.at)
    visits = queue.get(VisitStore).of_day(branch.id, moment(branch, queue.now(command)).date)
    return Counter(visit.issued_service for visit in visits if visit.issued_by)


def waiting_now(queue: Queue, command: Command) -> int:
    """How many wait in the branch, whose places a ``carry_over`` keeps. Raises BranchNotFound."""
    branch = queue.get(BranchStore).current(command.branch, command.at)
    return sum(visit.state == "waiting" for visit in queue.get(VisitStore).open_visits(branch.id))


def begin(
    queue: Queue, command: Command, wanted: Wanted, *, agreed: int | None = None
) -> InterventionResult:
    """Begin an intervention. ``agreed`` is how many appointments the caller expects to be met, None
    for any number.

    Raises AppointmentsMet if there are others, CounterNotFound, ServiceNotFound, Overlapping,
    BranchElsewhere, and Invalid for any other impossible one, such as one in replayed days.
    """
    asked_by: Asker = "admin" if command.caller.role == "admin" else "supervisor"
    new_id = token_hex(_ID_BYTES)

    def plan(branch: Branch, now: int) -> InterventionPlan:
        whole = rules.with_said_before(branch, wanted, now)
        texts = not_today_texts(branch, whole.numbers) if whole.numbers else None
        planned = rules.begin(branch, whole, new_id, asked_by, now, texts)
        require_agreed(_planned(queue, branch, planned, now), agreed)
        return planned

    return _changed(queue, command, plan)


def end(queue: Queue, command: Command, intervention: str) -> InterventionResult:
    """End an intervention; one that is over stays so.

    Raises NotFound, BranchElsewhere, and Invalid for replayed days.
    """

    def plan(branch: Branch, now: int) -> InterventionPlan | Intervention:
        known = next((one for one in branch.interventions if one.id == intervention), None)
        if known is None:
            raise NotFound("There is no such intervention; it may have been over for long.")
        return rules.end(branch, known, now) or known

    return _changed(queue, command, plan)


BRIEF_MS: Final = 5 * 60_000
"""Whatever is ended sooner is not noted on its day."""

MakePlan = Callable[[Branch, int], InterventionPlan | Intervention]
"""The new value to store, or the unchanged one."""


def _changed(queue: Queue, command: Command, plan: MakePlan) -> InterventionResult:
    done = once(queue, command, partial(_change, queue, command, plan), _done_before)
    # Again after a repetition, too: the first time may have been broken off after its commit.
    branch, now = queue.get(BranchStore).get(command.branch, command.at), queue.now(command)
    look_after(queue, branch, now)
    if _carries(done.one):
        settle(queue, command.branch, command.caller, command.at)
    return done


@retry
def _change(queue: Queue, command: Command, make_plan: MakePlan) -> InterventionResult | None:
    branch = queue.get(BranchStore).current(command.branch, command.at)
    require_here(branch)
    _require_running(branch, command)
    now = queue.now(command)
    plan = make_plan(branch, now)
    if isinstance(plan, Intervention):
        earlier = remembered(queue, command)
        return InterventionResult(plan) if earlier is None else _done_before(earlier)
    note = _note_of(branch, plan.one)
    entry = _entry(command, plan.one, _planned(queue, branch, plan, now))
    reply = queue.get(InterventionStore).put(branch, plan, note, now, command.idempotency, entry)
    queue.get(BranchStore).forget(command.branch)
    commit = committed(queue, branch.id, reply)
    if commit is None:
        return None
    (one,) = interventions_from_text(commit.answer)
    return InterventionResult(one, replayed=commit.replayed)


def plan_close_today(queue: Queue, command: Command) -> PlannedClosing:
    """The effect of a ``carry_over`` on appointments; none if it is refused.

    Raises BranchNotFound.
    """
    branch, now = queue.get(BranchStore).current(command.branch, command.at), queue.now(command)
    try:
        plan = rules.begin(branch, Wanted("carry_over"), "", "admin", now)
    except QueueError:
        return PlannedClosing()
    return _planned(queue, branch, plan, now)


def _planned(queue: Queue, branch: Branch, plan: InterventionPlan, now: int) -> PlannedClosing:
    if not _carries(plan.one):
        return PlannedClosing()
    return plan_closing(queue, replace(branch, closures=plan.closures), now)


def _entry(command: Command, one: Intervention, met: PlannedClosing) -> AuditEntry:
    """The entry of the audit log, without the texts that screens show."""
    return entry_by(
        command.caller,
        "intervention.begun" if one.ended_at is None else "intervention.ended",
        branch=command.branch,
        target=one.kind,
        details={
            "until": str(one.until),
            "counter": one.counter or "",
            "team": one.team or "",
            "services": ", ".join(one.services),
            "limit": "" if one.limit is None else str(one.limit),
            **met.details,
        },
    )


def _require_running(branch: Branch, command: Command) -> None:
    """Raises Invalid for replayed days, unless a replay changes them at a time of its own."""
    if branch.historic and command.at is None:
        raise Invalid("This branch holds replayed days, in which nothing can be changed.")


def _done_before(text: str) -> InterventionResult:
    (one,) = interventions_from_text(text)
    return InterventionResult(one, replayed=True)


def look_after(queue: Queue, branch: Branch, now: int) -> None:
    """Carry over who has begun to wait since a branch was closed, and return how many they are.

    It may be broken off and done again at any point.
    """
    command = Command(branch.id, PERIODIC, None, now)
    for one in branch.interventions:
        if _carries(one):
            _look_after_carrying(queue, command, branch, one, now)
            if one.in_force(now):
                _count_in_note(queue, branch, one)


def _look_after_carrying(
    queue: Queue, command: Command, branch: Branch, one: Intervention, now: int
) -> None:
    if one.in_force(now):
        for visit in queue.get(VisitStore).open_visits(branch.id):
            if visit.state == "waiting" and visit.carried_to != one.ends:
                with suppress(WrongState, VisitNotFound):
                    carry(queue, command, visit.id, one.begins, one.ends)
    elif _taken_back(branch, one) and one.ends not in _still_carried(branch, now):
        for visit in _carried_to(queue, branch, one):
            with suppress(WrongState, VisitNotFound):
                carry_no_more(queue, command, visit.id, one.ends)


def _taken_back(branch: Branch, one: Intervention) -> bool:
    """Whether it was ended on its day. Later, waiting visits have seen a closed branch already."""
    return one.ended_at is not None and moment(branch, one.ended_at).date == one.date


def _carries(one: Intervention) -> bool:
    return one.kind == "carry_over"


def _still_carried(branch: Branch, now: int) -> set[int]:
    return {one.ends for one in in_force(branch.interventions, now, "carry_over")}


def _carried_to(queue: Queue, branch: Branch, one: Intervention) -> list[Visit]:
    found = queue.get(VisitStore).open_visits(branch.id)
    return [v for v in found if v.state == "waiting" and v.carried_to == one.ends]


def _note_of(branch: Branch, one: Intervention) -> Note | None:
    """The note of an intervention as it begins or ends; None if the note stays as it was.

    A note without a text is removed: a change that is taken back within moments explains no figure
    of the day. The note of a book bus is kept, since it may have been sent already.
    """
    told_already = _carries(one) and one.ended_at is not None and not _taken_back(branch, one)
    if told_already:
        return None
    note = note_of(branch, one)
    brief = one.ended_at is not None and one.ended_at - one.begins < BRIEF_MS
    return note._replace(text="", texts={}) if brief and not branch.stops else note


def _count_in_note(queue: Queue, branch: Branch, one: Intervention) -> None:
    """Note how many are carried over now. A note that somebody removed does not come back."""
    note = note_of(branch, one, len(_carried_to(queue, branch, one)))
    known = queue.get(NoteStore).all(branch.id).get(note.date, ())
    if note in known or not any(other.id == note.id for other in known):
        return
    queue.get(NoteStore).change(
        branch.id, note.date, lambda notes: [note if n.id == note.id else n for n in notes]
    )
