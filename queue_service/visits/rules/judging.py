"""Whether an inquiry or a wait was within its goal's limit: under six minutes, or not.

A goal judges once, with the threshold in force at that moment, and what it found stays with the
visit or inquiry.
"""

from __future__ import annotations

from collections.abc import Iterable

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import weekly
from queue_service.goals.rules.goal import Goal
from queue_service.goals.rules.indicators import InquiryFacts
from queue_service.visits.rules.visit import FIRST_CONTACT, Inquiry, Judgement, Visit


def judge(branch: Branch, before: Visit, after: Visit) -> Visit:
    """``after`` with the goals' judgement on the inquiry or wait that has just been called, left or
    completed."""
    waited = after.wait_ended_since(before)
    if waited is not None:
        called = after.first_called_at or 0
        after = after._replace(judged=_waiting_judged(branch, after, waited, called))
    elif after.left_uncalled:
        gave_up = after.first_wait(after.ended_at)
        left = after.ended_at or 0
        after = after._replace(judged=_gave_up_judged(branch, after, gave_up or 0, left))
    return after._replace(inquiries=tuple(_judged(branch, i) for i in after.inquiries))


def in_force(branch: Branch, goal: Goal, at: int) -> bool:
    """Whether an instant lies in the hours of a goal, if it has any."""
    return not goal.hours or weekly(goal.hours, branch.timezone, at)


def _goals(branch: Branch, service: str, at: int) -> Iterable[Goal]:
    """The goals that have an opinion about a service at this time."""
    return (g for g in branch.goals if g.judges(service) and in_force(branch, g, at))


def _waiting_goals(branch: Branch, visit: Visit, at: int) -> Iterable[Goal]:
    goals = _goals(branch, visit.issued_service, at)
    in_time = _came_in_time(visit)
    return (g for g in goals if g.judges_waits or (g.judges_booked and in_time))


def _came_in_time(visit: Visit) -> bool:
    """Whether its citizen came for a booking, and not too late for the place that it gives."""
    if visit.booked_for is None:
        return False
    return visit.issued_at <= visit.booked_for or visit.booked_head_start_ms > 0


def _waiting_judged(branch: Branch, visit: Visit, waited: int, at: int) -> Judgement | None:
    return {g.id: waited < g.limit_ms for g in _waiting_goals(branch, visit, at)} or None


def _gave_up_judged(branch: Branch, visit: Visit, waited: int, at: int) -> Judgement | None:
    goals = _waiting_goals(branch, visit, at)
    return {g.id: False for g in goals if waited > g.limit_ms} or None


def _judged(branch: Branch, inquiry: Inquiry) -> Inquiry:
    """An inquiry with its judgement, if it has been completed just now."""
    if not inquiry.outcome or inquiry.judged is not None:
        return inquiry
    known = branch.outcomes_known and inquiry.outcome != "unknown"
    goals = [
        goal
        for goal in _goals(branch, inquiry.service, inquiry.completed_at or 0)
        if goal.indicator.within and (known or not goal.indicator.needs_outcome)
    ]
    timed = [goal for goal in goals if goal.indicator.has_limit]
    # An empty judgement is kept: a goal that is added later judges nothing of the past.
    return inquiry._replace(
        judged={goal.id: _within(goal, inquiry, inquiry.handled_ms) for goal in goals},
        judged_parked={
            goal.id: _within(goal, inquiry, inquiry.handled_ms + inquiry.stood_ms) for goal in timed
        }
        or None,
    )


def _within(goal: Goal, inquiry: Inquiry, handled_ms: int) -> bool:
    facts = InquiryFacts(handled_ms, inquiry.outcome in FIRST_CONTACT)
    return goal.indicator.within is not None and goal.indicator.within(facts, goal.limit_ms)
