"""How satisfied citizens are, over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response

from queue_service.feedback.rules import QUESTIONS, Answers, FeedbackBreakdown, FeedbackTotals
from queue_service.goals.rules.verdicts import Share
from queue_service.history.operations.answers import share_of_answers
from queue_service.satisfaction.contract import FeedbackAnswer, FeedbackQuery
from queue_service.satisfaction.operations import Feedback, feedback
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import query

blueprint = Blueprint("satisfaction_api", __name__, url_prefix="/api/v1/branches/<branch>/feedback")


@blueprint.get("")
@describe(
    "Citizens' answers over a range of dates",
    operation_id="feedback_figures",
    query=FeedbackQuery,
    answers={200: FeedbackAnswer},
)
def figures(branch: str) -> Response:
    """By day; by hour of the day, service or team in whole months that are over.

    The running day is left out. Dates with fewer than ten answers to a question are put together
    until they have ten, within their month, and count on the date that makes them ten; the rest of
    a month is in no figure. Of hours, services and teams what has fewer than ten in a month is not
    shown, nor what would reveal it with the others.
    """
    wanted = query(FeedbackQuery)
    found = feedback(queue(), branch, wanted.from_, wanted.to)
    found.require_publishable(wanted.by)
    return answer(_json(found, wanted.by))


def _json(found: Feedback, by: FeedbackBreakdown) -> dict[str, Any]:
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


def _row_json(key: str, row: FeedbackTotals) -> dict[str, Any]:
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
