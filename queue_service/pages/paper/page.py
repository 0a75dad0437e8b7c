"""Numbers on paper: sheets to print beforehand, and a table to enter them in afterwards.

The table is drawn by its script from the interface. Unentered rows are kept by the browser, so that
a lost connection or a closed page loses no row.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.configuration.operations import get_branch_here
from queue_service.days.rules.period import days_after
from queue_service.errors import Invalid
from queue_service.pages.paper.texts import TEXTS
from queue_service.pages.staff_page import staff_page
from queue_service.paper.operations import take_sheets
from queue_service.paper.rules import MOST_SHEETS, TICKETS_ON_A_SHEET
from queue_service.paper.sheet import sheets_pdf
from queue_service.reports.render import NoPdf
from queue_service.runtime.phone_address import phone_address
from queue_service.visits.rules.visit import OUTCOMES
from queue_service.web.context import queue, settings
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.responses import uncached

blueprint = Blueprint("paper_page", __name__, url_prefix="/paper")


@blueprint.get("/<branch>")
def paper(branch: str) -> ResponseReturnValue:
    """The page of a branch."""
    return _page(get_branch_here(queue(), branch))


@blueprint.post("/<branch>/sheets")
def sheets(branch: str) -> ResponseReturnValue:
    """So many new sheets as a PDF, with numbers that no other sheet has."""
    found = get_branch_here(queue(), branch)
    made, refused = attempt("sheets", lambda: _sheets(found))
    if refused:
        return _page(found, refused), refused.status
    response: Response = made
    return response


def _sheets(branch: Branch) -> Response:
    wanted = form_value("sheets")
    count = int(wanted) if re.fullmatch("[0-9]{1,3}", wanted) else 0
    if not 1 <= count <= MOST_SHEETS:
        raise Invalid.at("sheets", f"It must be a whole number from 1 to {MOST_SHEETS}.")
    first = take_sheets(queue(), branch.id, count)
    try:
        pdf = sheets_pdf(branch, first, count, _address(branch))
    except NoPdf as error:
        raise Invalid(str(error)) from None
    response = uncached(pdf)
    response.headers["Content-Type"] = "application/pdf"
    name = f"{branch.id}_paper_{first}-{first + count - 1}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _address(branch: Branch) -> str:
    base = phone_address(settings()).url or request.host_url
    return f"{base.rstrip('/')}/paper/{branch.id}"


def _page(branch: Branch, refused: FormRefused | None = None) -> str:
    today = moment(branch, queue().store.time()).date
    return staff_page(
        "paper.html",
        branch,
        TEXTS,
        page_data={
            "today": today,
            "services": [{"id": s.id, "name": dict(s.name)} for s in branch.services.values()],
            "unsure": branch.unsure_service,
            "counters": [
                {"id": c.id, "name": dict(c.names) or c.name} for c in branch.counters.values()
            ],
            "teams": [{"id": t.id, "name": dict(t.name)} for t in branch.teams.values()],
            "outcomes": OUTCOMES,
        },
        today=today,
        oldest=days_after(today, -branch.retention_days),
        most_sheets=MOST_SHEETS,
        a_sheet=TICKETS_ON_A_SHEET,
        refused=refused,
    )
