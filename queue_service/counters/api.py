"""Counters over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response

from queue_service.contract.answers import EmptyBody
from queue_service.counters.as_json import counter_json
from queue_service.counters.contract import (
    CallNextBody,
    CounterAnswer,
    OpenCounterBody,
    PauseBody,
    ServeBody,
)
from queue_service.counters.operations import counters
from queue_service.visits.api import visit_response
from queue_service.visits.contract import VisitAnswer
from queue_service.visits.operations import calling, issuing
from queue_service.web.commands import answer, command, no_content
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body

blueprint = Blueprint("counters", __name__, url_prefix="/api/v1/branches/<branch>/counters")

_COUNTER = {200: CounterAnswer}


def _view(branch: str, view: counters.CounterView) -> Response:
    return answer(counter_json(branch, view), replayed=view.replayed)


@blueprint.get("/<counter>")
@describe("A counter and its visits", answers=_COUNTER, refusals=("counter_not_found",))
def look(branch: str, counter: str) -> Response:
    """The state of a counter, for a browser that starts again after a crash."""
    return _view(branch, counters.view(queue(), command(branch), counter))


@blueprint.post("/<counter>/open")
@describe("Open a counter", body=OpenCounterBody, answers=_COUNTER,
          refusals=("counter_not_found",))  # fmt: skip
def open_counter(branch: str, counter: str) -> Response:
    """Open, or hand over to another team; the visit stays, a pause is over."""
    payload = body(OpenCounterBody)
    done = counters.open_counter(queue(), command(branch, payload), counter, payload.team)
    return _view(branch, done)


@blueprint.post("/<counter>/close")
@describe("Close a counter", body=EmptyBody, answers=_COUNTER,
          refusals=("counter_not_found", "counter_busy"))  # fmt: skip
def close_counter(branch: str, counter: str) -> Response:
    """Not while somebody is called or served there."""
    payload = body(EmptyBody)
    return _view(branch, counters.close_counter(queue(), command(branch, payload), counter))


@blueprint.post("/<counter>/pause")
@describe("Pause a counter", body=PauseBody, answers=_COUNTER,
          refusals=("counter_not_found", "counter_closed"))  # fmt: skip
def pause_counter(branch: str, counter: str) -> Response:
    """At once, or after the visit that is called or served there. No visit is called meanwhile."""
    payload = body(PauseBody)
    done = counters.pause_counter(queue(), command(branch, payload), counter, payload.reason)
    return _view(branch, done)


@blueprint.post("/<counter>/resume")
@describe("Go on at a paused counter", body=EmptyBody, answers=_COUNTER,
          refusals=("counter_not_found", "counter_closed"))  # fmt: skip
def resume_counter(branch: str, counter: str) -> Response:
    """With the same team; also takes back a pause to come. Opening the counter does the same."""
    payload = body(EmptyBody)
    return _view(branch, counters.resume_counter(queue(), command(branch, payload), counter))


@blueprint.post("/<counter>/call-next")
@describe(
    "Call the next citizen",
    body=CallNextBody,
    answers={200: VisitAnswer, 204: ""},
    refusals=("counter_not_found", "counter_busy", "counter_closed", "counter_paused"),
)
def call_next(branch: str, counter: str) -> Response:
    """204 if no visit that it may take waits."""
    payload = body(CallNextBody)
    done = calling.call_next(queue(), command(branch, payload), counter, silent=payload.silent)
    if done.answer is None:
        return no_content(replayed=done.replayed)
    return visit_response(branch, done.answer)


@blueprint.post("/<counter>/serve")
@describe(
    "Serve a walk-in or a phone call at once",
    body=ServeBody,
    answers={201: VisitAnswer},
    refusals=("counter_not_found", "counter_busy", "counter_closed", "counter_paused",
              "service_not_found", "service_inactive"),
)  # fmt: skip
def serve(branch: str, counter: str) -> Response:
    """Never announced, in no waiting figure."""
    payload = body(ServeBody)
    done = issuing.serve(
        queue(),
        command(branch, payload),
        counter,
        payload.service,
        channel=payload.channel,
        language=payload.language,
    )
    return visit_response(branch, done, 201)
