"""What a change adds to the counts: derived from the visit before and after it.

Two sets of counts are kept with every commit. The *totals* are for Prometheus and never fall. The
*day* is what pages show, corrected when a press is undone. Field names are joined with ``|``,
which no id contains.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Count
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.branches.rules.branch import Branch, Goal
from queue_service.branches.rules.calendar import weekly
from queue_service.visits.rules.visit import ENDED_STATES, FIRST_CONTACT, Inquiry, Visit

HANDLING_BUCKETS: Final = (
    15, 30, 60, 90, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 3600, 7200,
)  # fmt: skip
"""Upper bounds in seconds, inclusive; exact at the goals, within 1–2 % at p50 and p90."""
WAITING_BUCKETS: Final = (
    5, 10, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 420, 480, 600, 720, 900, 1200, 1500,
    1800, 2700, 3600, 7200,
)  # fmt: skip
"""Upper bounds in seconds, inclusive."""

Judgement = Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Tally:
    """Increments by field. ``waited_ms`` is set by the call that ended a visit's first wait."""

    totals: Mapping[str, int]
    day: Mapping[str, int]
    waited_ms: int | None = None


def judge(branch: Branch, before: Visit, after: Visit) -> Visit:
    """``after`` with the goals' judgement on what has just been called, left or completed."""
    waited = _ended_wait(before, after)
    if waited is not None:
        called = after.first_called_at or 0
        after = after._replace(judged=_waiting_judged(branch, after, waited, called))
    elif after.left_uncalled:
        gave_up = after.first_wait(after.ended_at)
        left = after.ended_at or 0
        after = after._replace(judged=_gave_up_judged(branch, after, gave_up or 0, left))
    return after._replace(inquiries=tuple(_judged(branch, i) for i in after.inquiries))


def tally(before: Visit, after: Visit) -> Tally:
    """The counts that turning ``before`` into ``after`` adds."""
    totals: Count[str] = Count()
    day: Count[str] = Count()
    _count_ending(before, after, totals, day)
    _count_judged(before.issued_service, before.judged, after.judged, totals, day)
    for index, inquiry in enumerate(after.inquiries):
        was = before.inquiries[index] if index < len(before.inquiries) else Inquiry("")
        _count_judged(inquiry.service, was.judged, inquiry.judged, totals, day)
        if inquiry.outcome and not was.outcome:
            totals[f"inquiry|{inquiry.service}|{inquiry.outcome}"] += 1
            _observe("handling", inquiry.service, inquiry.handled_ms, HANDLING_BUCKETS, totals)
    waited = _ended_wait(before, after)
    if waited is not None:
        _observe("waiting", after.issued_service, waited, WAITING_BUCKETS, totals)
    return Tally(totals, day, waited)


def _ended_wait(before: Visit, after: Visit) -> int | None:
    """The first wait, if this change has ended it by a call."""
    return after.first_wait(after.first_called_at) if before.first_called_at is None else None


def bucket_index(milliseconds: int, bounds: tuple[int, ...]) -> int:
    """The first bucket whose upper bound holds the duration; ``len(bounds)`` is +Inf."""
    return bisect_left(bounds, milliseconds / 1000)


def _observe(
    name: str, service: str, milliseconds: int, bounds: tuple[int, ...], totals: Count[str]
) -> None:
    totals[f"{name}|{service}|{bucket_index(milliseconds, bounds)}"] += 1
    totals[f"{name}|{service}|sum"] += milliseconds


def _count_ending(before: Visit, after: Visit, totals: Count[str], day: Count[str]) -> None:
    if before.state == after.state:
        return
    if before.state in ENDED_STATES:
        totals[f"returned|{before.issued_service}|{before.state}"] += 1
        day[before.state] -= 1
    if after.state in ENDED_STATES:
        totals[f"ended|{after.issued_service}|{after.state}"] += 1
        day[after.state] += 1


def _count_judged(
    service: str,
    before: Judgement | None,
    after: Judgement | None,
    totals: Count[str],
    day: Count[str],
) -> None:
    if before == after:
        return
    for goal, within in (before or {}).items():
        day[f"judged|{goal}"] -= 1
        day[f"within|{goal}"] -= within
        totals[f"unjudged|{service}|{goal}"] += 1
        totals[f"unwithin|{service}|{goal}"] += within
    for goal, within in (after or {}).items():
        day[f"judged|{goal}"] += 1
        day[f"within|{goal}"] += within
        totals[f"judged|{service}|{goal}"] += 1
        totals[f"within|{service}|{goal}"] += within


def _goals(branch: Branch, service: str, at: int) -> Iterable[Goal]:
    """The goals that have an opinion about a service at this time."""
    return (g for g in branch.goals if g.judges(service) and in_force(branch, g, at))


def _waiting_goals(branch: Branch, visit: Visit, at: int) -> Iterable[Goal]:
    goals = _goals(branch, visit.issued_service, at)
    return (g for g in goals if g.indicator == "waiting_time_within")


def _waiting_judged(branch: Branch, visit: Visit, waited: int, at: int) -> Judgement | None:
    return {g.id: waited < limit_ms(g) for g in _waiting_goals(branch, visit, at)} or None


def _gave_up_judged(branch: Branch, visit: Visit, waited: int, at: int) -> Judgement | None:
    goals = _waiting_goals(branch, visit, at)
    return {g.id: False for g in goals if waited > limit_ms(g)} or None


def _judged(branch: Branch, inquiry: Inquiry) -> Inquiry:
    """An inquiry with its judgement, if it has been completed just now."""
    if not inquiry.outcome or inquiry.judged is not None:
        return inquiry
    goals = [
        goal
        for goal in _goals(branch, inquiry.service, inquiry.completed_at or 0)
        if goal.indicator != "waiting_time_within"
        and (branch.outcomes_known or goal.indicator != "first_contact")
    ]
    timed = [goal for goal in goals if goal.indicator == "handling_time_within"]
    whole = inquiry.handled_ms + inquiry.stood_ms
    # An empty judgement is kept: a goal that is added later judges nothing of the past.
    return inquiry._replace(
        judged={goal.id: _inquiry_within(goal, inquiry) for goal in goals},
        judged_parked={goal.id: whole < limit_ms(goal) for goal in timed} or None,
    )


def _inquiry_within(goal: Goal, inquiry: Inquiry) -> bool:
    if goal.indicator == "first_contact":
        return inquiry.outcome in FIRST_CONTACT
    return inquiry.handled_ms < limit_ms(goal)


def in_force(branch: Branch, goal: Goal, at: int) -> bool:
    """Whether an instant lies in the hours of a goal, if it has any."""
    return not goal.hours or weekly(goal.hours, branch.timezone, at)


def limit_ms(goal: Goal) -> int:
    """The goal's threshold in milliseconds; 0 for a goal without one."""
    return (goal.threshold_seconds or 0) * 1000
