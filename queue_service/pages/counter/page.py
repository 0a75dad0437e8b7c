"""The counter: a clerk calls, serves and sends on here.

The page is drawn by its scripts from the API, so that two windows and a browser that comes back
after a crash show the same. It remembers in the browser which counter it was; ``?counter=`` in
the address counts for more.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue

from queue_service.access.operations.logins import login_ends_at, login_name
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import hours_on, moment, next_opening
from queue_service.branches.store import BranchStore
from queue_service.configuration.operations import get_branch_here
from queue_service.contacts.operations import services_lately
from queue_service.mobile.store import MobileStore
from queue_service.pages.counter.texts import TEXTS
from queue_service.pages.playbook.page import sheets
from queue_service.pages.staff_page import staff_page
from queue_service.visits.rules.transitions import UNDO_START_WITHIN_MS, UNDO_WITHIN_MS
from queue_service.visits.rules.visit import OUTCOMES
from queue_service.web.compression import compressed_page
from queue_service.web.context import queue
from queue_service.web.security.permissions import gate

blueprint = Blueprint("counter", __name__, url_prefix="/counter")


@blueprint.get("/<branch>")
def counter(branch: str) -> ResponseReturnValue:
    """The page. ``?counter=`` says which counter it is for."""
    found = get_branch_here(queue(), branch)
    return staff_page(
        "counter.html",
        found,
        TEXTS,
        page_data={
            "branch": found.document,
            "next_opening": next_opening(found, queue().store.time()),
            "outcomes": OUTCOMES,
            "undo_within_ms": UNDO_WITHIN_MS,
            "undo_start_within_ms": UNDO_START_WITHIN_MS,
            "pause_reasons": pause_reasons(found),
            "taken_over": found.taken_over,
            "contacts": services_lately(queue(), found),
            "login_ends_at": login_ends_at(gate().store, g.caller),
        },
        run_by=queue().get(MobileStore).run_by(found.id),
        login_name=login_name(gate().store, g.caller),
    )


@blueprint.get("/<branch>/playbook")
def playbook(branch: str) -> ResponseReturnValue:
    """The playbook's entries for the branch's services, ready to be shown and kept, as JSON."""
    return compressed_page(jsonify(sheets(queue().get(BranchStore).get(branch))))


@blueprint.get("/<branch>/hours")
def hours(branch: str) -> ResponseReturnValue:
    """When the branch opens next (ms, null for never) and is open today, why its counters may be
    paused, and whether the central server took it over, as JSON."""
    found = get_branch_here(queue(), branch)
    now = queue().store.time()
    return {
        "next_opening": next_opening(found, now),
        "today": hours_on(found, moment(found, now).date),
        "pause_reasons": pause_reasons(found),
        "taken_over": found.taken_over,
    }


def pause_reasons(branch: Branch) -> list[dict[str, Any]]:
    """The branch's reasons of pauses, as its pages have them."""
    return [{"id": reason.id, "name": dict(reason.name)} for reason in branch.pause_reasons]
