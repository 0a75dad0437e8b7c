"""The end of the day over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response

from queue_service.closing.contract import ClosedAnswer
from queue_service.closing.operations import day_end
from queue_service.contract.answers import EmptyBody
from queue_service.language.instants import rfc3339
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body

blueprint = Blueprint("closing", __name__, url_prefix="/api/v1/branches")


@blueprint.post("/<branch>/close-day")
@describe(
    "Close the day",
    body=EmptyBody,
    answers={200: ClosedAnswer},
    refusals=("in_use",),
    operation_id="branches_close_day",
)
def close_day(branch: str) -> Response:
    """Close every counter and end every open visit, unless somebody is called or served.

    A refusal has done nothing.
    """
    payload = body(EmptyBody)
    done = day_end.close_day(queue(), command(branch, payload))
    return answer({"branch": branch, "closed_at": rfc3339(done.at)}, replayed=done.replayed)
