"""Lifelines over HTTP: rung from a counter, answered where the specialists sit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from queue_service.contract.answers import EmptyBody
from queue_service.contract.queries import DateRange
from queue_service.history.rules.confidence_intervals import share_over_days
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.lifeline.contract import (
    CallAnswer,
    CallList,
    DeskAnswer,
    DeskQuery,
    LifelineCallBody,
    LifelineFiguresAnswer,
    PlaceAnswer,
    RingBody,
    SitBody,
    TakeBody,
)
from queue_service.lifeline.operations import answering, current_call, ringing
from queue_service.lifeline.operations import figures as figures_of
from queue_service.lifeline.operations.current_call import BranchCall
from queue_service.lifeline.operations.figures import LifelineFigures
from queue_service.lifeline.operations.reachable import ReachableLifeline
from queue_service.lifeline.rules import RINGS_MS, figures
from queue_service.staff_calls.rules import Answered
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body, query

blueprint = Blueprint("lifeline", __name__, url_prefix="/api/v1/branches/<branch>")

_CALL = {200: CallAnswer}


@blueprint.get("/counters/<counter>/lifelines")
@describe(
    "The lifelines that a counter may ring, and its last call",
    query=DeskQuery,
    answers={200: DeskAnswer},
    refusals=("counter_not_found", "service_not_found"),
)
def desk(branch: str, counter: str) -> Response:
    """The lifelines of all branches that cover the service. Outside their hours they have a
    telephone."""
    wanted = query(DeskQuery)
    found = ringing.desk(queue(), command(branch), counter, wanted.service)
    return answer(
        {
            "at": rfc3339(found.now),
            "lifelines": [_reached_json(each) for each in found.lifelines],
            "call": _call_json(found.rung) if found.rung else None,
        }
    )


@blueprint.post("/counters/<counter>/lifeline-call")
@describe(
    "Ring a lifeline about the visit at the counter",
    body=RingBody,
    answers={201: CallAnswer},
    refusals=("counter_not_found", "visit_not_found", "not_found", "wrong_state", "branch_closed"),
)
def ring(branch: str, counter: str) -> Response:
    """It rings for three minutes at most. A counter has one call at a time."""
    payload = body(RingBody)
    rung = ringing.ring(
        queue(), command(branch, payload), counter, payload.visit, payload.branch, payload.lifeline
    )
    return answer(_call_json(rung), 201, replayed=rung.replayed)


@blueprint.post("/counters/<counter>/lifeline-call/cancel")
@describe(
    "Stop ringing",
    body=LifelineCallBody,
    answers=_CALL,
    refusals=("counter_not_found", "not_found", "wrong_state"),
)
def cancel(branch: str, counter: str) -> Response:
    """Before somebody takes it. A call that is cancelled before the limit is not judged."""
    payload = body(LifelineCallBody)
    return _rung(ringing.cancel(queue(), command(branch, payload), counter, payload.call))


@blueprint.post("/counters/<counter>/lifeline-call/end")
@describe(
    "The clerk is done talking",
    body=LifelineCallBody,
    answers=_CALL,
    refusals=("counter_not_found", "not_found", "wrong_state"),
)
def end_at_counter(branch: str, counter: str) -> Response:
    """The call that was taken is over."""
    payload = body(LifelineCallBody)
    done = ringing.end_at_counter(queue(), command(branch, payload), counter, payload.call)
    return _rung(done)


@blueprint.get("/lifeline-calls")
@describe("The open and missed calls of the branch's lifelines", answers={200: CallList})
def calls(branch: str) -> Response:
    """The ringing and the taken calls, oldest first, and the day's missed calls that were not
    acknowledged."""
    found = answering.specialists_view(queue(), command(branch))
    return answer(
        {
            "at": rfc3339(found.now),
            "lifelines": [_reached_json(each) for each in found.lifelines],
            "calls": [_call_json(rung) for rung in found.calls],
            "missed": [_call_json(rung) for rung in found.missed],
        }
    )


@blueprint.post("/lifeline-places")
@describe(
    "Sit down at a place of the specialists",
    body=SitBody,
    answers={200: PlaceAnswer},
    refusals=("wrong_state",),
)
def sit(branch: str) -> Response:
    """The place that is asked for if it is free, else the first that is. It is held for three
    minutes after the page last asked, and nothing of it is kept after that."""
    payload = body(SitBody)
    place = answering.sit(queue(), command(branch, payload), payload.page, payload.place)
    return answer({"place": place})


@blueprint.post("/lifeline-calls/<call>/take")
@describe("Take a call", body=TakeBody, answers=_CALL, refusals=("not_found", "wrong_state"))
def take(branch: str, call: str) -> Response:
    """Of several who take it at once one gets it. The others receive which place has it."""
    payload = body(TakeBody)
    return _rung(answering.take(queue(), command(branch, payload), call, payload.place))


@blueprint.post("/lifeline-calls/<call>/end")
@describe(
    "The specialist is done talking",
    body=EmptyBody,
    answers=_CALL,
    refusals=("not_found", "wrong_state"),
)
def end(branch: str, call: str) -> Response:
    """The call that was taken is over."""
    return _rung(answering.end(queue(), command(branch, body(EmptyBody)), call))


@blueprint.post("/lifeline-calls/<call>/acknowledge")
@describe(
    "Say that a missed call is known of",
    body=EmptyBody,
    answers=_CALL,
    refusals=("not_found", "wrong_state"),
)
def acknowledge(branch: str, call: str) -> Response:
    """The specialists are not shown it any more."""
    return _rung(answering.acknowledge(queue(), command(branch, body(EmptyBody)), call))


@blueprint.get("/lifeline-figures")
@describe(
    "How fast the branch's lifelines are answered",
    query=DateRange,
    answers={200: LifelineFiguresAnswer},
)
def lifeline_figures(branch: str) -> Response:
    """Answered in less than the limit, of those judged, for each lifeline."""
    wanted = query(DateRange)
    found = figures_of.lifeline_figures(queue(), branch, wanted.from_, wanted.to)
    return answer(
        {
            "branch": found.answering.id,
            "from": found.first,
            "to": found.last,
            "lifelines": [
                _row_json(found, key, row) for key, row in figures(found.cells, "lifeline").items()
            ],
        }
    )


def _rung(rung: BranchCall) -> Response:
    return answer(_call_json(rung), replayed=rung.replayed)


def _reached_json(reached: ReachableLifeline) -> dict[str, Any]:
    return {
        "branch": reached.answering.id,
        "branch_name": reached.answering.name,
        "id": reached.lifeline.id,
        "name": dict(reached.lifeline.name),
        "telephone": reached.lifeline.telephone,
        "open": reached.open,
        "rings": reached.rings,
        "opens_at": rfc3339_or_none(reached.opens_at),
        "answer_within_seconds": reached.lifeline.answer_within_seconds,
    }


def _call_json(rung: BranchCall) -> dict[str, Any]:
    call, names = rung.call, current_call.names_of(queue(), rung)
    return {
        "id": call.id,
        "state": call.state,
        "hall": rung.answering.id,
        "hall_name": rung.answering.name,
        "lifeline": call.lifeline,
        "lifeline_name": dict(names.lifeline),
        "telephone": names.telephone,
        "branch": call.branch,
        "branch_name": names.branch,
        "counter": call.counter,
        "counter_name": names.counter,
        "number": call.number,
        "service": call.service,
        "service_name": dict(names.service),
        "place": call.place,
        "rang_at": rfc3339(call.rang_at),
        "taken_at": rfc3339_or_none(call.taken_at),
        "ended_at": rfc3339_or_none(call.ended_at),
        "missed_at": rfc3339(call.rang_at + RINGS_MS),
        "acknowledged_at": rfc3339_or_none(call.acknowledged_at),
        "answer_within_seconds": call.within_ms / 1000,
    }


def _row_json(found: LifelineFigures, key: str, row: Answered) -> dict[str, Any]:
    target = next((line.target_ratio for line in found.lifelines if line.id == key), None)
    share = share_over_days(row.days, target, waits=True)
    return {
        "lifeline": key,
        "calls": row.calls,
        **row.results,
        "judged": row.judged,
        "within": row.within,
        "ratio": share.ratio,
        "low": share.low,
        "high": share.high,
        "interval": share.interval,
        "verdict": share.verdict,
        "target_ratio": target,
        "median_seconds": row.median_seconds(),
    }
