"""The state of a branch over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from queue_service.board.as_json import state_json
from queue_service.board.contract import StateAnswer
from queue_service.board.operations.state import staff_state, state
from queue_service.visits.rules.events import SCREENS
from queue_service.web.access import allow
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.etags import matches, tagged
from queue_service.web.openapi import describe

blueprint = Blueprint("state", __name__, url_prefix="/api/v1/branches")


@blueprint.get("/<branch>/state")
@allow()
@describe(
    "The branch as every page shows it",
    operation_id="branches_get_state",
    answers={200: StateAnswer, 304: ""},
    headers=("If-None-Match",),
)
def get_state(branch: str) -> Response:
    """Its ETag changes with whatever happens, and not with the time alone.

    A contact without a ticket changes it as well, and leaves no event.
    """
    tell = state if g.caller.role in SCREENS else staff_state
    found = tell(queue(), command(branch))
    if matches(request.headers.get("If-None-Match"), found.tag):
        return tagged(Response(status=304), found.tag)
    return tagged(answer(state_json(found, g.caller.role)), found.tag)
