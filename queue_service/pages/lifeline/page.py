"""The specialists' page: calls that ring, the oldest first, and one key that takes it.

It is drawn by its scripts from the API. The browser remembers the number of the place and which of
the branch's lifelines it rings for; nothing says who sits there.
"""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.configuration.operations import get_branch
from queue_service.lifeline.rules import PLACES
from queue_service.pages.lifeline.texts import TEXTS
from queue_service.pages.staff_page import staff_page
from queue_service.web.context import queue

blueprint = Blueprint("lifeline_page", __name__, url_prefix="/lifeline")


@blueprint.get("/<branch>")
def lifeline(branch: str) -> ResponseReturnValue:
    """The page for specialists who answer a branch's lifelines."""
    found = get_branch(queue(), branch)
    lines = lifelines_of(found)
    return staff_page(
        "lifeline.html",
        found,
        TEXTS,
        page_data={"lifelines": [line.id for line in lines], "timezone": found.timezone},
        lifelines=lines,
        places=PLACES,
    )
