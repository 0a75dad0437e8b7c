"""Calls for help over HTTP: made at a kiosk, answered by a guide; and a reception's figures."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from queue_service.contract.answers import EmptyBody
from queue_service.contract.queries import DateRange
from queue_service.history.rules.confidence_intervals import share_over_days
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.reception import operations
from queue_service.reception.contract import (
    HelpCallAnswer,
    HelpCallBody,
    HelpCallList,
    OwnHelpCall,
    ReceptionFiguresAnswer,
)
from queue_service.reception.operations import HelpAnswer, ReceptionFigures
from queue_service.reception.rules import WITHIN_SECONDS, HelpCall
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body, query

blueprint = Blueprint("reception", __name__, url_prefix="/api/v1/branches/<branch>")

_CALL = {200: HelpCallAnswer}


@blueprint.post("/help-calls")
@describe(
    "Call for help from a kiosk",
    body=HelpCallBody,
    answers={201: HelpCallAnswer},
    refusals=("rate_limited",),
)
def call_for_help(branch: str) -> Response:
    """A kiosk has one open call: another press gives the same. Five in five minutes are enough."""
    payload = body(HelpCallBody)
    found = operations.call_for_help(queue(), command(branch, payload), payload.language)
    return _call_answer(branch, found, 201)


@blueprint.get("/help-calls")
@describe("The calls for help that are open", answers={200: HelpCallList})
def help_calls(branch: str) -> Response:
    """The open calls, and the calls that a guide is on the way to, oldest first."""
    found = operations.open_calls(queue(), command(branch))
    return answer(
        {
            "at": rfc3339(found.now),
            "calls": [_call_json(call, found.now, heard=found.heard) for call in found.calls],
        }
    )


@blueprint.get("/help-calls/own")
@describe("The call for help that this kiosk made last", answers={200: OwnHelpCall})
def own_call(branch: str) -> Response:
    """Also one that is over, for an hour."""
    found = operations.own_call(queue(), command(branch))
    return answer({"at": rfc3339(found.now), "call": _answer_json(branch, found)})


@blueprint.post("/help-calls/<call>/take")
@describe("Say that somebody comes", body=EmptyBody, answers=_CALL,
          refusals=("not_found", "wrong_state"))  # fmt: skip
def take(branch: str, call: str) -> Response:
    """The kiosk says so at once."""
    return _call_answer(branch, operations.take(queue(), command(branch, body(EmptyBody)), call))


@blueprint.post("/help-calls/<call>/end")
@describe("Somebody is there", body=EmptyBody, answers=_CALL, refusals=("not_found",))
def end(branch: str, call: str) -> Response:
    """Five minutes after somebody said that they come it is over by itself."""
    return _call_answer(branch, operations.end(queue(), command(branch, body(EmptyBody)), call))


@blueprint.post("/help-calls/<call>/cancel")
@describe("Help is not needed any more", body=EmptyBody, answers=_CALL, refusals=("not_found",))
def cancel(branch: str, call: str) -> Response:
    """A kiosk cancels its own. Before the limit of two minutes it is not judged."""
    return _call_answer(branch, operations.cancel(queue(), command(branch, body(EmptyBody)), call))


@blueprint.get("/reception-figures")
@describe(
    "A reception's figures over a range of dates",
    query=DateRange,
    answers={200: ReceptionFiguresAnswer},
)
def reception_figures(branch: str) -> Response:
    """Needs and reasons as they were noted, on the dates of their visits; calls for help."""
    wanted = query(DateRange)
    found = operations.reception_figures(queue(), branch, wanted.from_, wanted.to)
    found.require_publishable()
    return answer(_figures_json(found))


def _call_answer(branch: str, found: HelpAnswer, status: int = 200) -> Response:
    return answer(_answer_json(branch, found), status, replayed=found.replayed)


def _answer_json(branch: str, found: HelpAnswer) -> dict[str, Any] | None:
    call, now, _ = found
    heard = operations.is_heard(queue(), branch, now)
    return _call_json(call, now, heard=heard) if call else None


def _call_json(call: HelpCall, now: int, *, heard: bool) -> dict[str, Any]:
    until = call.taken_at or call.ended_at or now
    return {
        "id": call.id,
        "place": call.place,
        "language": call.language,
        "state": call.state,
        "heard": heard,
        "late": until - call.called_at >= WITHIN_SECONDS * 1000,
        "called_at": rfc3339(call.called_at),
        "taken_at": rfc3339_or_none(call.taken_at),
        "ended_at": rfc3339_or_none(call.ended_at),
    }


def _figures_json(found: ReceptionFigures) -> dict[str, Any]:
    row, calls = found.total, found.total.help
    share = share_over_days(calls.days, None, waits=True)
    counts = {
        "calls": calls.calls,
        **calls.results,
        "judged": calls.judged,
        "within": calls.within,
    }
    return {
        "branch": found.branch.id,
        "from": found.period.first,
        "to": found.period.last,
        "needs": row.needs,
        "first_in_line": row.first,
        "help_calls": {
            **(dict.fromkeys(counts) if row.help_hidden else counts),
            "within_seconds": WITHIN_SECONDS,
            "ratio": share.ratio,
            "low": share.low,
            "high": share.high,
            "interval": share.interval,
            "p50_seconds": calls.median_seconds(),
        },
    }
