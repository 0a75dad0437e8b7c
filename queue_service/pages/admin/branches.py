"""Branches: all of them with their pages, and one with its settings."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.audit.operations import recent_refusals
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.branches.store import BranchStore
from queue_service.branches.visible import visible_branches
from queue_service.closing.operations.day_end import close_day
from queue_service.command import Command
from queue_service.configuration.archiving import archive, unarchive
from queue_service.configuration.holidays import configured_here, not_entered
from queue_service.configuration.operations import STILL_OPEN, current_revision, get_branch
from queue_service.configuration.trial import in_trial
from queue_service.errors import Invalid
from queue_service.language.wording import Wording
from queue_service.mobile.operations import receiving
from queue_service.mobile.operations.state import mobile_state
from queue_service.mobile.text import heard, warnings
from queue_service.pages.admin.forms import blueprint, show
from queue_service.pages.admin.parts import PARTS
from queue_service.pages.admin.parts.week import WEEKDAYS
from queue_service.pages.admin.steps import missing, setup_of
from queue_service.pages.admin.webhooks import webhooks_late
from queue_service.pages.login import pages_for
from queue_service.removal.api import remover
from queue_service.removal.operations import removable
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.i18n import current_language
from queue_service.web.responses import framing
from queue_service.web.security.origin import own_address


@blueprint.get("")
def branches() -> ResponseReturnValue:
    """Every branch with its pages and its configuration."""
    rooms = [(branch, pages_for(g.caller, branch)) for branch in visible_branches()]
    gone = request.args.get("removed", "")
    removed = gone if gone not in {branch.id for branch, _ in rooms} else ""
    unfinished = [gone for gone in queue().get(BranchStore).unfinished() if g.caller.may_see(gone)]
    return show(
        "branches",
        None,
        rooms=rooms,
        archived=[branch for branch in visible_branches(past=True) if branch.archived],
        removed=removed,
        unfinished=unfinished,
        webhooks_late=webhooks_late(),
        refusals=recent_refusals(queue(), g.caller),
        holidays_missing=_holidays_missing(),
    )


def _holidays_missing() -> tuple[int, int]:
    own = configured_here(queue(), visible_branches())
    return not_entered(own, queue().store.time())


@blueprint.get("/branches/<branch>")
def configuration(branch: str) -> ResponseReturnValue:
    """The configuration of a branch, part by part."""
    return _configuration(fresh_branch(branch))


@blueprint.post("/branches/<branch>/remove")
def remove_branch(branch: str) -> ResponseReturnValue:
    """Remove a branch with everything of it, and go to those that are left."""
    _, refused = attempt("remove", lambda: remover().remove(branch, by=g.caller))
    if refused:
        return _configuration(fresh_branch(branch), refused)
    return redirect(url_for("admin.branches", removed=branch), 303)


@blueprint.post("/branches/<branch>/archive")
def archive_branch(branch: str) -> ResponseReturnValue:
    """Take a branch out of use; its figures stay."""
    return _changed(branch, "archive", lambda: archive(queue(), branch, by=g.caller))


@blueprint.post("/branches/<branch>/unarchive")
def unarchive_branch(branch: str) -> ResponseReturnValue:
    """Put an archived branch into use again."""
    return _changed(branch, "archive", lambda: unarchive(queue(), branch, by=g.caller))


@blueprint.post("/branches/<branch>/hand-over")
def hand_over(branch: str) -> ResponseReturnValue:
    """Let the central server run a bus' branch, or give it back; ``?close=1`` ends the day here
    first."""
    to = "home" if form_value("to") == "home" else "bus"
    return _changed(branch, "hand-over", lambda: _hand_over(branch, to))


def _changed(branch: str, form: str, change: Callable[[], object]) -> ResponseReturnValue:
    """The branch's page after a change, with the reason where it was refused."""
    _, refused = attempt(form, change)
    if refused:
        return _configuration(fresh_branch(branch), refused)
    return redirect(url_for("admin.configuration", branch=branch), 303)


def _hand_over(branch: str, to: str) -> None:
    if to == "bus" and request.args.get("close"):
        close_day(queue(), Command(branch, g.caller), force=True)
    receiving.hand_over(queue(), branch, to, by=g.caller)


def fresh_branch(branch: str) -> Branch:
    """The branch as it is now, whichever process has changed it. Raises BranchNotFound."""
    current_revision(queue(), branch)
    return get_branch(queue(), branch)


def _own_address() -> str:
    """The address of this service for a bus; an example if it is not certain."""
    try:
        return own_address()
    except Invalid:
        return "https://…"


def _configuration(branch: Branch, refused: FormRefused | None = None) -> Response:
    now = queue().store.time()
    today, bus = moment(branch, now).date, mobile_state(queue(), branch, now)
    say = Wording(current_language())
    coming = sorted(e.date for e in branch.hours_exceptions if e.date >= today)
    exceptions = {e.date: e for e in branch.hours_exceptions}
    saved = request.args.get("saved", "")
    page = show(
        "configuration",
        refused,
        branch=branch,
        pages=pages_for(g.caller, branch),
        weekdays=WEEKDAYS,
        exceptions=[exceptions[date] for date in coming],
        lifelines=lifelines_of(branch),
        saved=saved if saved in PARTS else "",
        trial=in_trial(branch, now),
        removable=removable(queue(), branch),
        mobile=bus,
        mobile_words=" ".join([heard(bus, branch, now, say), *warnings(bus, say)]) if bus else "",
        at_home=queue().get(BranchStore).fact(branch.id, "home"),
        own_address=_own_address(),
        missing=missing(branch, setup_of(branch)),
        visits_open=refused is not None and refused.detail == STILL_OPEN,
    )
    return framing(page)
