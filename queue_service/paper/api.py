"""Paper tickets over HTTP: entered after an outage, by staff."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from queue_service.language.instants import rfc3339
from queue_service.paper import operations
from queue_service.paper.contract import (
    EnteredAnswer,
    PaperBody,
    PaperDate,
    PaperRow,
    PaperVisits,
    RemoveBody,
    Removed,
)
from queue_service.paper.rules import MOMENTS, REMOVED_WITHIN_MS, SheetDay, Written, clock_of
from queue_service.visits.as_json import visit_json
from queue_service.visits.rules.visit import Visit
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body, query

blueprint = Blueprint("paper", __name__, url_prefix="/api/v1/branches/<branch>/paper-visits")


@blueprint.post("")
@describe(
    "Enter paper tickets of a business day",
    body=PaperBody,
    answers={201: EnteredAnswer},
    refusals=("branch_elsewhere", "day_final"),
)
def enter(branch: str) -> Response:
    """All of them or none; a number that was entered before stays as it is, and its row says so."""
    payload = body(PaperBody)
    tickets = [_written(row) for row in payload.rows]
    done = operations.enter(queue(), command(branch, payload), payload.date, tickets)
    rows = [
        {
            "number": row.visit.number,
            "status": "entered" if row.new else "already",
            "differs": row.differs,
            "visit": visit_json(branch, row.visit, done.day.now),
            "times": _times(done.day, row.visit),
        }
        for row in done.rows
    ]
    return answer({"date": payload.date, "rows": rows}, 201, replayed=done.replayed)


@blueprint.get("")
@describe(
    "The paper tickets that were entered for a business day",
    query=PaperDate,
    answers={200: PaperVisits},
)
def entered(branch: str) -> Response:
    """By number; by default today's."""
    day, visits = operations.entered(queue(), branch, query(PaperDate).date)
    return answer({"date": day.date, "visits": [_kept(branch, day, v) for v in visits]})


@blueprint.post("/remove")
@describe(
    "Remove a paper ticket that was entered wrongly",
    body=RemoveBody,
    answers={200: Removed},
    refusals=("branch_elsewhere", "day_final", "not_found", "wrong_state"),
)
def remove(branch: str) -> Response:
    """Within a day after it was entered; then it can be entered again."""
    payload = body(RemoveBody)
    left = operations.remove(queue(), command(branch, payload), payload.date, payload.number)
    return answer({"number": payload.number, "left": left})


def _written(row: PaperRow) -> Written:
    return Written(
        number=row.number,
        service=row.service or "",
        ended=row.ended,
        times={name: getattr(row, name) or "" for name in MOMENTS},
        outcome=row.outcome,
        counter=row.counter,
        team=row.team,
    )


def _kept(branch: str, day: SheetDay, visit: Visit) -> dict[str, Any]:
    entered_at = visit.entered_at or 0
    return {
        "visit": visit_json(branch, visit, day.now),
        "times": _times(day, visit),
        "entered_at": rfc3339(entered_at),
        "removable_until": rfc3339(entered_at + REMOVED_WITHIN_MS),
    }


def _times(day: SheetDay, visit: Visit) -> dict[str, str | None]:
    instants = visit.issued_at, visit.called_at, visit.started_at, visit.ended_at
    clocks = (clock_of(day, at) or None for at in instants)
    return dict(zip(MOMENTS, clocks, strict=True))
