"""Visits over HTTP: issued by kiosks, changed by clerks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.command import Command, Queue
from queue_service.contract.answers import EmptyBody
from queue_service.runtime.phone_address import phone_address
from queue_service.visits.as_json import answer_json
from queue_service.visits.contract import (
    AddErrandBody,
    CallBody,
    CompleteBody,
    ContinueBody,
    IssueBody,
    IssuedAnswer,
    KeyQuery,
    LanguageBody,
    NeedsBody,
    ParkBody,
    PostponeBody,
    PriorityBody,
    RecallBody,
    ReclassifyBody,
    RequeueBody,
    ResumeBody,
    TransferBody,
    VisitAnswer,
    VisitList,
    VisitsQuery,
)
from queue_service.visits.operations import calling, errands, issuing, listing, visits
from queue_service.visits.operations.coming import ahead_of
from queue_service.visits.rules.command_result import CommandResult
from queue_service.web.commands import answer, command
from queue_service.web.context import queue, settings
from queue_service.web.description.openapi import describe
from queue_service.web.qr import qr_code
from queue_service.web.requests import body, query

blueprint = Blueprint("visits", __name__, url_prefix="/api/v1/branches/<branch>/visits")

Act = Callable[[Queue, Command, str], CommandResult]
_VISIT = {200: VisitAnswer}


def visit_response(branch: str, done: CommandResult, status: int = 200) -> Response:
    """The response to a command on a visit."""
    return answer(visit_answer(branch, done), status, replayed=done.replayed)


def visit_answer(branch: str, done: CommandResult) -> dict[str, Any]:
    """The content of that response."""
    return answer_json(branch, done, g.caller.role, ahead_of(queue(), branch, done))


def _act(branch: str, visit_id: str, act: Act) -> Response:
    payload = body(EmptyBody)
    return visit_response(branch, act(queue(), command(branch, payload), visit_id))


@blueprint.post("")
@describe(
    "Issue a ticket",
    body=IssueBody,
    answers={201: IssuedAnswer},
    refusals=("service_not_found", "service_inactive", "branch_closed", "rate_limited",
              "counter_not_found", "counter_closed", "counter_paused", "too_many_errands",
              "service_closed", "service_paused", "service_full"),
)  # fmt: skip
def issue(branch: str) -> Response:
    """A ticket for a service; a kiosk issues only while the branch is open."""
    payload = body(IssueBody)
    phones = phone_address(settings()).url if payload.follow else ""
    done = issuing.issue(
        queue(),
        command(branch, payload),
        payload.service,
        language=payload.language,
        channel=payload.channel,
        priority=payload.priority,
        noted=payload.noted(),
        counter=payload.counter,
        people=payload.people,
        errands=payload.wanted(),
        follow=bool(phones),
    )
    issued = visit_answer(branch, done) | {"follow": follow_json(phones, done.code)}
    return answer(issued, 201, replayed=done.replayed)


def follow_json(phones: str, code: str) -> dict[str, Any] | None:
    """The code that follows a visit on a phone, with its address; None without any of them."""
    if not code or not phones:
        return None
    address = f"{phones}/t/{code}"
    return {"code": code, "address": address, "qr": qr_code(address)}


@blueprint.get("")
@describe(
    "List the business day's visits, in the order they would be called",
    query=VisitsQuery,
    answers={200: VisitList},
)
def list_visits(branch: str) -> Response:
    """The visits of a state or with a number, or all of them."""
    wanted = query(VisitsQuery)
    found = listing.visits_of_today(queue(), branch, state=wanted.state, number=wanted.number)
    return answer({"visits": [answer_json(branch, one) for one in found]})


@blueprint.get("/by-key")
@describe(
    "The visit that was issued with an Idempotency-Key",
    query=KeyQuery,
    answers=_VISIT,
    refusals=("visit_not_found",),
)
def visit_by_key(branch: str) -> Response:
    """For a caller that lost the response: shows whether there is a ticket, and issues none."""
    key = query(KeyQuery).key
    return visit_response(
        branch, listing.visit_by_key(queue(), branch, IdempotencyKey(g.caller.id, key, ""))
    )


@blueprint.get("/<visit_id>")
@describe("One visit", answers=_VISIT, refusals=("visit_not_found",))
def one_visit(branch: str, visit_id: str) -> Response:
    """A visit as it is now, with its place in the queue.

    A kiosk receives that it waits, is called or missed, and from when somebody has come to its call
    that it is ``serving``, whatever becomes of it, until it is called again.
    """
    return visit_response(branch, listing.one_visit(queue(), branch, visit_id))


@blueprint.post("/<visit_id>/call")
@describe(
    "Call a chosen visit",
    body=CallBody,
    answers=_VISIT,
    refusals=("visit_not_found", "counter_not_found", "wrong_state", "counter_busy",
              "counter_closed", "counter_paused"),
)  # fmt: skip
def call(branch: str, visit_id: str) -> Response:
    """Whatever the counter's services are; the event says that it was chosen."""
    payload = body(CallBody)
    return visit_response(
        branch,
        calling.call(
            queue(), command(branch, payload), visit_id, payload.counter, silent=payload.silent
        ),
    )


@blueprint.post("/<visit_id>/recall")
@describe("Call once more", body=RecallBody, answers=_VISIT, refusals=("wrong_state",))
def recall(branch: str, visit_id: str) -> Response:
    """At the same counter; aloud, unless it is silent or these are quiet hours."""
    payload = body(RecallBody)
    return visit_response(
        branch,
        visits.recall(queue(), command(branch, payload), visit_id, silent=payload.silent),
    )


@blueprint.post("/<visit_id>/start")
@describe("Start serving", body=EmptyBody, answers=_VISIT, refusals=("wrong_state",))
def start(branch: str, visit_id: str) -> Response:
    """The citizen has come to the counter."""
    return _act(branch, visit_id, visits.start)


@blueprint.post("/<visit_id>/no-show")
@describe("Mark a no-show", body=EmptyBody, answers=_VISIT, refusals=("wrong_state",))
def no_show(branch: str, visit_id: str) -> Response:
    """The citizen did not come."""
    return _act(branch, visit_id, visits.mark_no_show)


@blueprint.post("/<visit_id>/park")
@describe("Park", body=ParkBody, answers=_VISIT,
          refusals=("wrong_state", "counter_not_found", "counter_closed",
                    "counter_paused"))  # fmt: skip
def park(branch: str, visit_id: str) -> Response:
    """Stop the clock and free the counter.

    A parked visit is handed to another open ``counter``, where it stays parked.
    """
    payload = body(ParkBody)
    done = visits.park(queue(), command(branch, payload), visit_id, counter=payload.counter)
    return visit_response(branch, done)


@blueprint.post("/<visit_id>/abandon")
@describe("Note that the citizen left", body=EmptyBody, answers=_VISIT,
          refusals=("wrong_state",))  # fmt: skip
def abandon(branch: str, visit_id: str) -> Response:
    """From the queue or while parked.

    A kiosk takes back only what its own token issued, within ten minutes, while it waits and was
    never called; anything else is ``forbidden``.
    """
    return _act(branch, visit_id, visits.abandon)


@blueprint.post("/<visit_id>/language")
@describe("Call in another language", body=LanguageBody, answers=_VISIT,
          refusals=("wrong_state",))  # fmt: skip
def set_language(branch: str, visit_id: str) -> Response:
    """While it waits; a kiosk under the same rule as for abandoning."""
    payload = body(LanguageBody)
    return visit_response(
        branch, visits.set_language(queue(), command(branch, payload), visit_id, payload.language)
    )


@blueprint.post("/<visit_id>/needs")
@describe("Note what the citizen needs", body=NeedsBody, answers=_VISIT, refusals=("wrong_state",))
def set_needs(branch: str, visit_id: str) -> Response:
    """In place of the earlier note, until the visit has ended."""
    payload = body(NeedsBody)
    return visit_response(
        branch, visits.set_needs(queue(), command(branch, payload), visit_id, payload.needs)
    )


@blueprint.post("/<visit_id>/priority")
@describe("Let a visit come before others, or not any more", body=PriorityBody, answers=_VISIT,
          refusals=("wrong_state",))  # fmt: skip
def set_priority(branch: str, visit_id: str) -> Response:
    """While it waits: with the branch's head start, as if the citizen had come so much earlier."""
    payload = body(PriorityBody)
    act = command(branch, payload)
    if payload.reason is None:
        return visit_response(branch, visits.take_priority_back(queue(), act, visit_id))
    return visit_response(branch, visits.prioritise(queue(), act, visit_id, payload.reason))


@blueprint.post("/<visit_id>/undo")
@describe(
    "Undo a completion, a departure or a later time within two minutes, a start within 30 seconds",
    body=EmptyBody,
    answers=_VISIT,
    refusals=("wrong_state", "counter_busy", "counter_closed", "counter_paused"),
)
def undo(branch: str, visit_id: str) -> Response:
    """The time since then counts. After a start the visit is called as before; a walk-in that was
    served at once has left. A visit that was postponed waits in its earlier place."""
    return _act(branch, visit_id, visits.undo)


@blueprint.post("/<visit_id>/resume")
@describe(
    "Resume a parked visit",
    body=ResumeBody,
    answers=_VISIT,
    refusals=(
        "wrong_state",
        "counter_not_found",
        "counter_busy",
        "counter_closed",
        "counter_paused",
    ),
)
def resume(branch: str, visit_id: str) -> Response:
    """By default at the counter it was parked at."""
    payload = body(ResumeBody)
    return visit_response(
        branch, visits.resume(queue(), command(branch, payload), visit_id, payload.counter)
    )


@blueprint.post("/<visit_id>/requeue")
@describe("Put back in the queue", body=RequeueBody, answers=_VISIT, refusals=("wrong_state",))
def requeue(branch: str, visit_id: str) -> Response:
    """In its old place, skipped until the delay has passed."""
    payload = body(RequeueBody)
    delay_ms = round(payload.delay_seconds * 1000)
    return visit_response(
        branch, visits.requeue(queue(), command(branch, payload), visit_id, delay_ms)
    )


@blueprint.post("/<visit_id>/errands")
@describe(
    "Add an errand, or take one back",
    body=AddErrandBody,
    answers=_VISIT,
    refusals=("wrong_state", "service_not_found", "service_inactive", "service_closed",
              "service_paused", "service_full", "too_many_errands"),
)  # fmt: skip
def add_errand(branch: str, visit_id: str) -> Response:
    """Until the visit has ended; a kiosk under the same rule as for abandoning."""
    payload = body(AddErrandBody)
    act = command(branch, payload)
    return visit_response(
        branch, errands.add_errand(queue(), act, visit_id, payload.service, payload.people)
    )


@blueprint.post("/<visit_id>/postpone")
@describe("Call no earlier than at a time of today", body=PostponeBody, answers=_VISIT,
          refusals=("wrong_state",))  # fmt: skip
def postpone(branch: str, visit_id: str) -> Response:
    """While it waits: queued as if it had come at that time, so that no other visit waits longer.

    Null takes the request back within two minutes. Later it says that the citizen is here before
    that time: as if they had come now. A kiosk under the same rule as for abandoning.
    """
    payload = body(PostponeBody)
    act = command(branch, payload)
    if payload.not_before is None:
        return visit_response(branch, visits.come_back(queue(), act, visit_id))
    return visit_response(branch, visits.postpone(queue(), act, visit_id, payload.not_before))


@blueprint.post("/<visit_id>/reclassify")
@describe(
    "Correct the service",
    body=ReclassifyBody,
    answers=_VISIT,
    refusals=("wrong_state", "service_not_found", "service_inactive"),
)
def reclassify(branch: str, visit_id: str) -> Response:
    """The wrong one was chosen; the clock runs on."""
    payload = body(ReclassifyBody)
    return visit_response(
        branch, visits.reclassify(queue(), command(branch, payload), visit_id, payload.service)
    )


@blueprint.post("/<visit_id>/complete")
@describe("Complete", body=CompleteBody, answers=_VISIT, refusals=("wrong_state",))
def complete(branch: str, visit_id: str) -> Response:
    """With an outcome."""
    payload = body(CompleteBody)
    return visit_response(
        branch, visits.complete(queue(), command(branch, payload), visit_id, payload.outcome)
    )


@blueprint.post("/<visit_id>/continue")
@describe(
    "Complete this inquiry and begin another at the same counter",
    body=ContinueBody,
    answers=_VISIT,
    refusals=("wrong_state", "service_not_found", "service_inactive"),
)
def proceed(branch: str, visit_id: str) -> Response:
    """The visit with a new inquiry."""
    payload = body(ContinueBody)
    act = command(branch, payload)
    return visit_response(
        branch, visits.continue_visit(queue(), act, visit_id, payload.outcome, payload.service)
    )


@blueprint.post("/<visit_id>/transfer")
@describe(
    "Send on to a service, a counter or a team",
    body=TransferBody,
    answers=_VISIT,
    refusals=("wrong_state", "service_not_found", "service_inactive", "counter_not_found",
              "counter_closed", "counter_paused"),
)  # fmt: skip
def transfer(branch: str, visit_id: str) -> Response:
    """Waiting again, in its place by the time of issue. A parked visit goes without outcome."""
    payload = body(TransferBody)
    done = visits.transfer(
        queue(),
        command(branch, payload),
        visit_id,
        service=payload.service,
        counter=payload.counter,
        team=payload.team,
        outcome=payload.outcome,
    )
    return visit_response(branch, done)
