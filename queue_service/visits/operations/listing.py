"""Looking at visits without changing them."""

from __future__ import annotations

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue, kept_answer
from queue_service.errors import VisitNotFound
from queue_service.visits.rules.ahead import order, people_ahead
from queue_service.visits.rules.command_result import CommandResult, read_answer
from queue_service.visits.rules.visit import OPEN_STATES, Visit
from queue_service.visits.store.visit_store import VisitStore


def one_visit(queue: Queue, branch_id: str, visit_id: str) -> CommandResult:
    """A visit with its place in the queue. Raises VisitNotFound."""
    branch = queue.get(BranchStore).get(branch_id)
    visits = queue.get(VisitStore).many(branch_id, [visit_id])
    reply = queue.get(VisitStore).standing(branch, visits[0], None) if visits else ""
    if not reply:
        raise VisitNotFound("There is no such visit; it may be older than what is kept.")
    return read_answer(reply)


def visit_by_key(queue: Queue, branch_id: str, idempotency: IdempotencyKey) -> CommandResult:
    """The visit that the caller made with this idempotency key. Raises VisitNotFound.

    For a caller that lost the reply: shows whether there is a ticket, without issuing one.
    """
    stored = kept_answer(queue, branch_id, idempotency)
    try:
        answer = read_answer(stored[1]) if stored else None
    except (ValueError, KeyError):  # the answer to another kind of request, e.g. to an opening
        answer = None
    if answer is None:
        raise VisitNotFound("No ticket was made with this key.")
    return one_visit(queue, branch_id, answer.visit.id)


def visits_of_today(
    queue: Queue,
    branch_id: str,
    *,
    state: str | None = None,
    number: str | None = None,
    at: int | None = None,
) -> list[CommandResult]:
    """The business day's visits and whatever is still open, in the order they would be called.

    Waiting ones come first, each with its position; those held back for a delay after the others.
    ``at`` is the present of a historic branch, in ms; elsewhere the store's clock counts.
    """
    branch = queue.get(BranchStore).get(branch_id, at)
    now = queue.time(at)
    visits = {v.id: v for v in queue.get(VisitStore).open_visits(branch_id)}
    if state is None or state not in OPEN_STATES:
        today = queue.get(VisitStore).of_day(branch_id, moment(branch, now).date)
        visits |= {v.id: v for v in today}
    wanted = [v for v in visits.values() if state in (None, v.state)]
    ordered = sorted(wanted, key=lambda visit: _order(visit, now))
    waiting = [v for v in ordered if v.state == "waiting"]
    opened, busy = queue.get(VisitStore).counters(branch_id)
    others = queue.get(VisitStore).left_to_others(branch) if waiting else set()
    called_here = [v for v in waiting if v.id not in others]
    ahead = people_ahead(called_here, branch, opened, busy, now)
    answers = [CommandResult(visit, now, ahead.get(visit.id)) for visit in ordered]
    return [a for a in answers if number in (None, a.visit.number)]


def _order(visit: Visit, now: int) -> tuple[bool, int, int]:
    if visit.state != "waiting":
        return True, 0, visit.issued_at
    return False, *order(visit, now)
