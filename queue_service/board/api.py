"""The state of a branch over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from queue_service.access.rules.caller import Caller
from queue_service.board.as_json import screen_tag, state_json
from queue_service.board.contract import StateAnswer
from queue_service.board.operations.state import screen_state, staff_state
from queue_service.visits.rules.events import SCREENS
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.etags import matches, tagged

blueprint = Blueprint("state", __name__, url_prefix="/api/v1/branches")


@blueprint.get("/<branch>/state")
@describe(
    "The branch as every page shows it",
    operation_id="branches_get_state",
    answers={200: StateAnswer, 304: ""},
    headers=("If-None-Match",),
)
def get_state(branch: str) -> Response:
    """Its ETag changes with whatever happens, and not with the time alone.

    A contact without a ticket changes it as well, and leaves no event. Of a kiosk or display the
    state, its ``event_id`` and its ETag change only with the data that these receive: with those
    who wait, calls and that they are over, and not with events while somebody is served.
    """
    caller: Caller = g.caller
    screen = caller.role in SCREENS
    found = (screen_state if screen else staff_state)(queue(), command(branch))
    document = state_json(found, caller.role, caller.counter)
    tag = screen_tag(document) if screen else found.tag
    if matches(request.headers.get("If-None-Match"), tag):
        return tagged(Response(status=304), tag)
    return tagged(answer(document), tag)
