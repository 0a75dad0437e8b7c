"""How it went, over HTTP: answered at a terminal, read by supervisors."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response

from queue_service.errors import NotFound
from queue_service.feedback.codes import make_code
from queue_service.feedback.contract import (
    FeedbackAnswer,
    FeedbackBody,
    FeedbackCode,
    FeedbackCodeBody,
    FeedbackCounted,
    FeedbackQuery,
)
from queue_service.feedback.operations import Feedback, feedback, give_feedback
from queue_service.feedback.rules import QUESTIONS, Answers, Breakdown, Row, printed_code
from queue_service.goals.rules.shares import Share
from queue_service.history.operations.answers import share_of_answers
from queue_service.language.instants import rfc3339
from queue_service.runtime.phone_address import phone_address
from queue_service.web.access import allow
from queue_service.web.commands import answer, command
from queue_service.web.context import queue, settings
from queue_service.web.openapi import describe
from queue_service.web.qr import qr_code
from queue_service.web.requests import body, query

blueprint = Blueprint("feedback", __name__, url_prefix="/api/v1/branches/<branch>/feedback")


@blueprint.post("")
@allow("kiosk", "admin")
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
    # The answer is no part of what an idempotency key is kept with, so that it tells nothing.
    ratings = {q: rating for q in QUESTIONS if (rating := getattr(payload, q)) is not None}
    given = give_feedback(
        queue(), command(branch), ratings, service=payload.service, team=payload.team
    )
    return answer({"counted": given.counted}, 201, replayed=given.replayed)


@blueprint.post("/codes")
@allow("kiosk", "admin")
@describe(
    "Make the code of a slip",
    body=FeedbackCodeBody,
    answers={201: FeedbackCode},
    refusals=("service_not_found", "not_found", "rate_limited"),
)
def codes(branch: str) -> Response:
    """Where the branch's slips carry one, and the service has an address that phones reach.

    It answers once, until the end of the next day, and is kept with the service alone. A repeated
    request gets another code, since nothing may tell which ticket a code belongs to.
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


@blueprint.get("")
@allow("supervisor", "admin")
@describe(
    "What citizens answered in a range of dates",
    query=FeedbackQuery,
    answers={200: FeedbackAnswer},
)
def figures(branch: str) -> Response:
    """By day; by hour of the day, service or team in whole months that are over.

    The running day is left out. Dates with fewer than ten answers to a question are put together
    until they have ten, within their month, and count on the date that makes them ten; what a month
    leaves over is in no figure. Of hours, services and teams what has fewer than ten in a month is
    not told, nor what the others would tell of it.
    """
    wanted = query(FeedbackQuery)
    found = feedback(queue(), branch, wanted.from_, wanted.to)
    found.require_told(wanted.by)
    return answer(_json(found, wanted.by))


def _json(found: Feedback, by: Breakdown) -> dict[str, Any]:
    return {
        "branch": found.branch.id,
        "from": found.period.first,
        "to": found.period.last,
        "by": by,
        "rows": [_row_json(key, row) for key, row in found.rows(by).items()],
        "total": _total_json(found),
        "completed": found.completed,
        "set_aside": found.set_aside,
    }


def _row_json(key: str, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"key": key, "people": row.people}
    return found | {q: _question_json(row.answers[q]) for q in QUESTIONS}


def _total_json(found: Feedback) -> dict[str, Any]:
    """The total, whose intervals are those of the pages: over days, from five dates on."""
    total = found.total
    shown: dict[str, Any] = {"key": None, "people": total.people}
    for question in QUESTIONS:
        share = share_of_answers(found.answers[question])
        shown[question] = _question_json(total.answers[question], share)
    return shown


def _question_json(answers: Answers, of_all: Share | None = None) -> dict[str, Any]:
    share = asdict(of_all or answers.very_satisfied())
    told = answers.shown and answers.n > 0
    return {
        "answers": answers.n,
        "counts": answers.counts if told else None,
        "very_satisfied": {n: share[n] for n in ("ratio", "low", "high")} if told else None,
    }
