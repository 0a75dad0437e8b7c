"""How it went, over HTTP: answered at a terminal or on a phone."""

from __future__ import annotations

from flask import Blueprint, Response

from queue_service.errors import NotFound
from queue_service.feedback.codes import make_code
from queue_service.feedback.contract import (
    FeedbackBody,
    FeedbackCode,
    FeedbackCodeBody,
    FeedbackCounted,
)
from queue_service.feedback.operations import give_feedback
from queue_service.feedback.rules import QUESTIONS, printed_code
from queue_service.language.instants import rfc3339
from queue_service.runtime.phone_address import phone_address
from queue_service.web.commands import answer, command
from queue_service.web.context import queue, settings
from queue_service.web.description.openapi import describe
from queue_service.web.qr import qr_code
from queue_service.web.requests import body

blueprint = Blueprint("feedback", __name__, url_prefix="/api/v1/branches/<branch>/feedback")


@blueprint.post("")
@describe(
    "Count what a citizen answered",
    body=FeedbackBody,
    answers={201: FeedbackCounted},
    refusals=("service_not_found", "rate_limited"),
)
def give(branch: str) -> Response:
    """Of one terminal, answers within five seconds of each other are repeats, and no more than ten
    in five minutes are counted."""
    payload = body(FeedbackBody)
    # The answer is not kept with the idempotency key, so that it reveals nothing.
    ratings = {q: rating for q in QUESTIONS if (rating := getattr(payload, q)) is not None}
    given = give_feedback(
        queue(), command(branch), ratings, service=payload.service, team=payload.team
    )
    return answer({"counted": given.counted}, 201, replayed=given.replayed)


@blueprint.post("/codes")
@describe(
    "Make the code of a slip",
    body=FeedbackCodeBody,
    answers={201: FeedbackCode},
    refusals=("service_not_found", "not_found", "rate_limited"),
)
def codes(branch: str) -> Response:
    """A feedback code, if the branch's slips carry one and the service has an address that phones
    reach.

    It answers once, until the end of the next day, and is kept with the service alone. A repeated
    request gets another code, since nothing may reveal which ticket a code belongs to.
    """
    payload = body(FeedbackCodeBody)
    found_at = phone_address(settings())
    if found_at.reached_from == "nowhere":
        raise NotFound("Phones have no address to answer at: set QUEUE_PUBLIC_URL.")
    made = make_code(queue(), command(branch, payload), payload.service)
    code = printed_code(made.code)
    address = f"{found_at.url}/answer/{branch}/{code}"
    found = {
        "code": code,
        "address": address,
        "expires_at": rfc3339(made.expires),
        "qr": qr_code(address),
    }
    return answer(found, 201)
