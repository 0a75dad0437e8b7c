"""The checklist of a new branch: its steps, which tick themselves off, each with one button."""

from __future__ import annotations

from http import HTTPStatus

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import moment, next_opening
from queue_service.configuration.operations import put_branch
from queue_service.days.store import DayStore
from queue_service.errors import InUse
from queue_service.language.wording import Wording
from queue_service.pages.admin.branches import fresh_branch
from queue_service.pages.admin.forms import blueprint, show
from queue_service.pages.admin.screens import pair_address
from queue_service.pages.admin.steps import setup_of, steps
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt
from queue_service.web.i18n import current_language


@blueprint.get("/branches/<branch>/checklist")
def checklist(branch: str) -> ResponseReturnValue:
    """The steps of a branch. The page asks for itself again while something is left."""
    return _page(fresh_branch(branch))


@blueprint.post("/branches/<branch>/checklist/open-today")
def open_today(branch: str) -> ResponseReturnValue:
    """Open a branch that never issued a ticket for the whole of today, so that it can be tried."""
    found = fresh_branch(branch)
    _, refused = attempt("open-today", lambda: _open_today(found))
    if refused:
        return _page(found, refused)
    return redirect(url_for("admin.checklist", branch=branch), HTTPStatus.SEE_OTHER)


def _page(branch: Branch, refused: FormRefused | None = None) -> ResponseReturnValue:
    setup, now, say = setup_of(branch), queue().store.time(), Wording(current_language())
    opens = None if moment(branch, now).open else next_opening(branch, now)
    shown = [*steps(branch, setup)]
    return show(
        "checklist",
        refused,
        branch=branch,
        steps=shown,
        left=sum(not step.done for step in shown),
        closed=not moment(branch, now).open,
        opens=_in_words(branch, opens, say) if opens else "",
        issued=setup.issued,
        pair_address=pair_address(),
    )


def _in_words(branch: Branch, instant: int, say: Wording) -> str:
    day = say.weekday_and_day(moment(branch, instant).date)
    return f"{day}, {say.time_of_day(instant, branch.timezone)}"


def _open_today(branch: Branch) -> None:
    if queue().get(DayStore).dates(branch.id):
        raise InUse("The branch has issued numbers: change its opening hours instead.")
    today = moment(branch, queue().store.time()).date
    others = [each for each in branch.document["hours_exceptions"] if each["date"] != today]
    opened = {"date": today, "hours": [["00:00", "24:00"]]}
    document = {**branch.document, "hours_exceptions": [*others, opened]}
    put_branch(queue(), branch.id, parse_config(document), if_match=branch.edition, by=g.caller)
