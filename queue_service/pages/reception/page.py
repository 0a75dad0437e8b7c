"""The reception: a guide on the floor with a tablet.

The page is drawn by its scripts from the API: it gives tickets with the citizen's needs, shows the
waiting visits, receives calls for help from kiosks and counts help with self-service.
"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.dates_and_hours import next_opening
from queue_service.configuration.operations import get_branch_here
from queue_service.pages.reception.texts import TEXTS
from queue_service.pages.staff_page import staff_page
from queue_service.visits.rules.needs import NEEDS, PRIORITY_REASONS
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from queue_service.web.context import queue

blueprint = Blueprint("reception_page", __name__, url_prefix="/reception")


@blueprint.get("/<branch>")
def reception(branch: str) -> ResponseReturnValue:
    """The page."""
    found = get_branch_here(queue(), branch)
    return staff_page(
        "reception.html",
        found,
        TEXTS,
        page_data={
            "branch": found.document,
            "next_opening": next_opening(found, queue().store.time()),
            "needs": NEEDS,
            "reasons": PRIORITY_REASONS,
            "undo_within_ms": UNDO_WITHIN_MS,
        },
    )


@blueprint.get("/<branch>/setup")
def setup(branch: str) -> ResponseReturnValue:
    """The configuration again, and when the branch opens next (ms, null for never), as JSON."""
    found = get_branch_here(queue(), branch)
    opening = next_opening(found, queue().store.time())
    return jsonify({"branch": found.document, "next_opening": opening})
