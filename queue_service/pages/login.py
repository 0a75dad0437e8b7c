"""The way in for staff: the login, the way out, and the start page with the pages that may be
opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, g, make_response, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from queue_service.access.operations import accounts, logins
from queue_service.access.rules.caller import Caller, Role
from queue_service.access.rules.credentials import is_of_provider
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.branches.visible import visible_branches
from queue_service.errors import RateLimited, Unauthenticated
from queue_service.pages.branch_lines import branch_lines
from queue_service.pages.login_form import logged_in, login_form
from queue_service.pages.passkey_login import ask_after_password
from queue_service.passkeys.operations import passkeys
from queue_service.web.i18n import N_
from queue_service.web.security import sign_in_cookies
from queue_service.web.security.asked_browser import passkey_store, site
from queue_service.web.security.credentials import drop
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
BOOKINGS: Final = "/bookings/"
"""Only for branches where something can be booked."""
BOOK: Final = "/book/"
"""Only for branches where citizens can book."""
PUBLIC: Final = "/b/"
"""Only for branches that have switched it on."""

BRANCH_PAGES = (
    BranchPage("/counter/", N_("Counter"), "desk", ("clerk", "admin")),
    BranchPage("/reception/", N_("Reception"), "help", ("clerk", "admin")),
    BranchPage(BOOKINGS, N_("Appointments"), "calendar", ("clerk", "supervisor", "admin")),
    BranchPage("/dashboards/", N_("Board"), "chart", ("supervisor", "admin"), live=False),
    BranchPage(LIFELINE, N_("Lifeline"), "phone", ("clerk", "supervisor", "admin")),
    BranchPage("/referrals/", N_("Referrals"), "transfer", ("clerk", "supervisor", "admin")),
    BranchPage("/paper/", N_("Numbers on paper"), "printer", ("clerk", "supervisor", "admin")),
    BranchPage("/display/", N_("Waiting-room display"), "screen", ("clerk", "supervisor", "admin")),
    BranchPage("/kiosk/", N_("Kiosk"), "ticket", ("admin",)),
    BranchPage(BOOK, N_("Booking for citizens"), "calendar", ("supervisor", "admin")),
    BranchPage(PUBLIC, N_("Page for everybody"), "globe", ("supervisor", "admin")),
    BranchPage("/feedback/", N_("Satisfaction (feedback terminal)"), "question", ("admin",)),
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
    return login_form(200)


@blueprint.post("/login")
def log_in() -> ResponseReturnValue:
    """Log in and go where one was going; a failure shows the form again."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    store = gate().store
    try:
        account = accounts.prove(store, name, password, visitor())
    except (Unauthenticated, RateLimited) as error:
        return login_form(401 if isinstance(error, Unauthenticated) else 429, error)
    due = passkeys.due_after_password(passkey_store(), site(), account)
    if due:
        return ask_after_password(account, due)
    return logged_in(accounts.begin_login(store, account, visitor(), browser=browser()))


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
        and (page.path != BOOKINGS or branch.bookings.offers)
        and (page.path != BOOK or branch.is_bookable)
        and (page.path != PUBLIC or branch.is_public)
    ]
