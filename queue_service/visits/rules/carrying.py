"""Visits that are carried over while the branch is closed for the day, to its next opening."""

from __future__ import annotations

from queue_service.branches.rules.interventions import in_force
from queue_service.visits.rules.refusals import Case
from queue_service.visits.rules.visit import Visit


def kept_over(case: Case, after: Visit) -> Visit:
    """The result of a decision while the branch is closed for the day: a waiting visit is carried
    over at once, so that a queue never has others before those who are."""
    for one in in_force(case.branch.interventions, case.now, "carry_over"):
        if after.state == "waiting":
            after = carried(case._replace(visit=after), one.begins, one.ends)
    return after


def carried(case: Case, begins: int, opens: int) -> Visit:
    """Keep number and place until the branch opens again; it was closed from ``begins``.

    The closed time is no waiting. The estimate made at issue no longer applies.
    """
    visit = case.visit
    if visit.carried_to == opens:
        return visit
    came = visit.issued_at if visit.first_called_at is None else visit.queued_at
    since = min(max(begins, came, visit.carried_to or 0), opens)
    return visit._replace(
        closed=(*visit.closed, (since, opens)),
        carried_to=opens,
        waited_ms=visit.waited(since),
        queued_at=max(opens, visit.queued_at),
        estimate=None,
    )


def carried_no_more(case: Case, opens: int) -> Visit:
    """Take the carrying until ``opens`` back, on the day on which it began."""
    return opened_again(case.visit) if case.visit.carried_to == opens else case.visit


def opened_again(visit: Visit) -> Visit:
    """The visit as if the last time over which it was carried had been waiting after all."""
    *earlier, (since, _) = visit.closed
    return visit._replace(
        closed=tuple(earlier),
        carried_to=earlier[-1][1] if earlier else None,
        queued_at=max(since, visit.held_until or 0, visit.booked_for or 0),
    )
