"""The way in for staff: the login, the way out, and the start page with the pages that may be
opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, g, make_response, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from queue_service.access.operations import access, accounts, logins
from queue_service.access.rules.caller import Caller, Role
from queue_service.access.rules.credentials import is_of_provider
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.branches.visible import visible_branches
from queue_service.errors import QueueError, RateLimited, Unauthenticated
from queue_service.pages.branch_lines import branch_lines
from queue_service.web.context import settings
from queue_service.web.i18n import N_
from queue_service.web.problems.refusals import own_path
from queue_service.web.responses import uncached
from queue_service.web.security import sign_in_cookies
from queue_service.web.security.credentials import (
    drop,
    keep,
    keep_device,
    secret_in_cookie,
)
from queue_service.web.security.permissions import gate
from queue_service.web.security.visitors import browser, visitor

blueprint = Blueprint("login", __name__)


@dataclass(frozen=True, slots=True)
class BranchPage:
    """A page of a branch, and who may open it. ``live``: of no use to a historic branch."""

    path: str
    name: str
    icon: str
    roles: tuple[Role, ...]
    live: bool = True


LIFELINE: Final = "/lifeline/"
"""Only for branches with specialists."""

BRANCH_PAGES = (
    BranchPage("/counter/", N_("Counter"), "desk", ("clerk", "admin")),
    BranchPage("/reception/", N_("Reception"), "help", ("clerk", "admin")),
    BranchPage("/dashboards/", N_("Board"), "chart", ("supervisor", "admin"), live=False),
    BranchPage(LIFELINE, N_("Lifeline"), "phone", ("clerk", "supervisor", "admin")),
    BranchPage("/referrals/", N_("Referrals"), "transfer", ("clerk", "supervisor", "admin")),
    BranchPage("/paper/", N_("Numbers on paper"), "printer", ("clerk", "supervisor", "admin")),
    BranchPage("/display/", N_("Waiting-room display"), "screen", ("clerk", "supervisor", "admin")),
    BranchPage("/kiosk/", N_("Kiosk"), "ticket", ("admin",)),
    BranchPage("/feedback/", N_("Feedback terminal"), "question", ("admin",)),
)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """The pages that the account may open, branch by branch."""
    caller: Caller = g.caller
    rooms = [(branch, pages_for(caller, branch)) for branch in visible_branches()]
    remote = caller.role != "supervisor" and any(branch.has_video for branch, _ in rooms)
    return render(
        "start.html",
        rooms=[room for room in rooms if room[1]],
        remote=remote,
        lines=branch_lines(caller),
        page_as="staff",
    )


@blueprint.get("/login")
def login_page() -> ResponseReturnValue:
    """The form to log in with."""
    return _form(200)


@blueprint.post("/login")
def log_in() -> ResponseReturnValue:
    """Log in and go where one was going; a failure shows the form again."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        login = accounts.log_in(gate().store, name, password, visitor(), browser=browser())
    except (Unauthenticated, RateLimited) as error:
        return _form(401 if isinstance(error, Unauthenticated) else 429, error)
    _end_former_login()
    response = make_response(redirect(own_path(request.form.get("next")), 303))
    keep(response, request, "staff", login.secret)
    keep_device(response, request, login.device)
    return response


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    """End this browser's login."""
    logins.log_out(gate().store, g.caller)
    by_provider = is_of_provider(g.caller.name)
    response = make_response(redirect("/login?out=1" if by_provider else "/login", 303))
    drop(response, request, "staff")
    if by_provider:
        sign_in_cookies.note_logged_out(response, request)
    return response


def pages_for(caller: Caller, branch: Branch) -> list[BranchPage]:
    """The pages of a branch that the caller may open, the most used first."""
    return [
        page
        for page in BRANCH_PAGES
        if caller.role_in(branch.id) in page.roles
        and not (page.live and branch.historic)
        and (page.path != LIFELINE or lifelines_of(branch))
    ]


def _form(status: int, error: QueueError | None = None) -> Response:
    wait = error.extra.get("retry_after") if error else None
    page = render(
        "login.html",
        next=own_path(request.values.get("next")),
        name=request.form.get("name", ""),
        present=_present_login(),
        nobody=not gate().store.accounts(),
        failed=error is not None,
        must_wait=wait is not None,
        provider=settings().provider,
        out="out" in request.args and sign_in_cookies.has_logged_out(request),
    )
    response = uncached(page, status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _end_former_login() -> None:
    """Anyone who logs in on a shared screen ends the login that was there."""
    former = _former()
    if former is not None:
        logins.log_out(gate().store, former.at(request.remote_addr or ""))


def _present_login() -> str | None:
    """The account this browser is logged in to already."""
    former = _former()
    return logins.login_name(gate().store, former) if former is not None else None


def _former() -> Caller | None:
    return access.identify(gate().store, secret_in_cookie(request, "staff"))
