"""The live board: is the goal being met right now, and if not, where.

The page is drawn by its scripts from ``/dashboards/<branch>/now``, which has all it shows from one
instant.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, g, jsonify
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from dashboards.alerts.view import AlertView
from dashboards.board.answers import board_json
from dashboards.board.not_reached import not_reached_json
from dashboards.board.pace import pace_json
from dashboards.board.texts import TEXTS
from dashboards.frame.context import show
from queue_service.alerts.operations.alerts import open_alerts
from queue_service.board.operations.board import Boards
from queue_service.board.operations.state import BranchState
from queue_service.bookings.operations.day import booked_today
from queue_service.command import Command
from queue_service.configuration.operations import get_branch
from queue_service.language.wording import Wording
from queue_service.mobile.operations.state import mobile_state
from queue_service.pages.bookings.today import today_line
from queue_service.web.context import queue
from queue_service.web.i18n import current_language
from queue_service.web.responses import uncached
from queue_service.web.texts import PLACE_TEXTS, page_texts

blueprint = Blueprint("board", __name__, url_prefix="/dashboards")

_EXTENSION = "queue_boards"


@blueprint.record
def _remember(setup: BlueprintSetupState) -> None:
    setup.app.extensions[_EXTENSION] = Boards(setup.app.extensions["queue"])


@blueprint.get("/<branch>")
def board(branch: str) -> ResponseReturnValue:
    """The page. Of replayed days nothing is now: there it leads to their history."""
    known = get_branch(queue(), branch)
    if known.historic:
        return show("board-past", known, page_class="")
    return show(
        "board",
        known,
        page_class="board",
        page_texts=page_texts({**PLACE_TEXTS, **TEXTS}),
    )


@blueprint.get("/<branch>/now")
def now(branch: str) -> Response:
    """The board's content, as JSON."""
    found = _boards().board(Command(branch, g.caller))
    raised = open_alerts(queue(), branch)
    say = Wording(current_language())
    shown = {
        "alerts": AlertView(found.state.branch).board(raised),
        "alerts_open": len(raised),
        "booked": _booked(found.state, say),
    }
    mobile = mobile_state(queue(), found.state.branch, found.state.now)
    pace = pace_json(queue(), found.state, say) if mobile is None else None
    not_reached = not_reached_json(queue(), found.state, say) if mobile is None else []
    return uncached(jsonify(board_json(found, say, mobile, pace, not_reached) | shown))


def _booked(state: BranchState, say: Wording) -> dict[str, str] | None:
    """Today's appointments in words; None for a branch that offers none."""
    branch = state.branch
    if not branch.bookings.offers:
        return None
    return today_line(booked_today(queue(), branch, state.now), branch, say)._asdict()


def _boards() -> Boards:
    return cast(Boards, current_app.extensions[_EXTENSION])
