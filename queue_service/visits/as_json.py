"""Visits as the JSON of the outside contract."""

from __future__ import annotations

from typing import Any

from queue_service.access.rules.caller import Role
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.visits.rules.booked import arrival_of
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.errands import wanted
from queue_service.visits.rules.visit import Inquiry, Visit


def answer_json(
    branch: str, answer: CommandResult, role: Role = "clerk", bookings_ahead: int | None = None
) -> dict[str, Any]:
    """A command's answer: the visit, its position, and the bookings that may be called before."""
    if role == "kiosk":
        answer = _for_kiosks(answer)
    estimate = answer.estimate
    return visit_json(
        branch,
        answer.visit,
        answer.now,
        position=answer.position,
        estimate=None if estimate is None else {"low": estimate[0], "high": estimate[1]},
        bookings_ahead=bookings_ahead,
    )


def _for_kiosks(answer: CommandResult) -> CommandResult:
    """A visit as a kiosk receives it: that it waits, is called, and that its call is over.

    From then on it is ``serving``, whatever becomes of it, until it is called again. With the time,
    outcome and end of its service a kiosk could time the cases of each counter.
    """
    visit = answer.visit
    seen = visit._replace(needs=(), priority_reason=None, inquiries=(Inquiry(visit.service),))
    if visit.started_at is not None:  # later waits would reveal how long it was served before them
        first_wait = visit.first_wait(visit.first_called_at) or 0
        seen = seen._replace(started_at=None, waited_ms=first_wait)
    if visit.came:
        over = seen._replace(state="serving", counter=None, team=None, ended_at=None, errands=())
        over = over.with_inquiry(Inquiry(visit.issued_service))
        return CommandResult(over, answer.now, replayed=answer.replayed)
    return answer._replace(visit=seen)


def visit_json(
    branch: str,
    visit: Visit,
    now: int,
    *,
    position: int | None = None,
    estimate: dict[str, int] | None = None,
    bookings_ahead: int | None = None,
) -> dict[str, Any]:
    """A visit as it is at ``now`` (ms)."""
    waits = visit.state == "waiting"
    return {
        "id": visit.id,
        "number": visit.number,
        "branch": branch,
        "service": visit.service,
        "state": visit.state,
        "counter": visit.counter,
        "for_counter": visit.bound if waits else None,
        "for_team": visit.for_team if waits else None,
        "team": visit.team,
        "language": visit.language,
        "channel": visit.channel,
        "priority": visit.priority,
        "position": position,
        "bookings_ahead": bookings_ahead,
        "estimated_wait_seconds": estimate,
        "business_date": visit.date,
        "issued_at": rfc3339(visit.issued_at),
        "called_at": rfc3339_or_none(visit.called_at),
        "started_at": rfc3339_or_none(visit.started_at),
        "ended_at": rfc3339_or_none(visit.ended_at),
        "held_until": rfc3339_or_none(visit.held_until),
        "not_before": rfc3339_or_none(visit.not_before),
        "booked_for": rfc3339_or_none(visit.booked_for),
        "came_late": arrival_of(visit) == "late",
        "recalls": visit.recalls,
        "recalled_at": rfc3339_or_none(visit.recalled_at),
        "waiting_seconds": visit.waited(now) / 1000,
        "source": visit.source,
        "inquiries": [_inquiry_json(inquiry) for inquiry in visit.inquiries],
        "wanted": [errand._asdict() for errand in wanted(visit)],
        "needs": list(visit.needs),
        "priority_reason": visit.priority_reason,
    }


def _inquiry_json(inquiry: Inquiry) -> dict[str, Any]:
    done = inquiry.outcome is not None
    return {
        "service": inquiry.service,
        "outcome": None if inquiry.outcome == "unknown" else inquiry.outcome,
        "handling_seconds": inquiry.handled_ms / 1000 if done else None,
        "started_at": rfc3339_or_none(inquiry.started_at),
        "running_since": rfc3339_or_none(inquiry.running_since),
        "handled_before_seconds": inquiry.handled_ms / 1000,
    }
