"""The checklist of a new branch: its steps, which tick themselves off, each with one button."""

from __future__ import annotations

from http import HTTPStatus

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment, next_opening
from queue_service.configuration.trial import end_trial, in_trial, open_for_trial
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
    _, refused = attempt("trial", lambda: open_for_trial(queue(), found, by=g.caller))
    return _page(found, refused) if refused else _again(branch)


@blueprint.post("/branches/<branch>/checklist/close-today")
def close_today(branch: str) -> ResponseReturnValue:
    """Give today the hours back that it had before the branch was opened to be tried."""
    found = fresh_branch(branch)
    _, refused = attempt("trial", lambda: end_trial(queue(), found, by=g.caller))
    return _page(found, refused) if refused else _again(branch)


def _again(branch: str) -> ResponseReturnValue:
    return redirect(url_for("admin.checklist", branch=branch), HTTPStatus.SEE_OTHER)


def _page(branch: Branch, refused: FormRefused | None = None) -> ResponseReturnValue:
    setup, now, say = setup_of(branch), queue().store.time(), Wording(current_language())
    today = moment(branch, now)
    opens = None if today.open else next_opening(branch, now)
    shown = [*steps(branch, setup)]
    return show(
        "checklist",
        refused,
        branch=branch,
        steps=shown,
        left=sum(not step.done for step in shown),
        closed=not today.open,
        trial=in_trial(branch, now),
        opens=_in_words(branch, opens, say) if opens else "",
        issued=setup.issued,
        pair_address=pair_address(),
    )


def _in_words(branch: Branch, instant: int, say: Wording) -> str:
    day = say.weekday_and_day(moment(branch, instant).date)
    return f"{day}, {say.time_of_day(instant, branch.timezone)}"
