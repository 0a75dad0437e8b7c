"""The page at which staff change the password of their own account.

Its address is below ``/login``, where a browser presents its device cookie also over plain http.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from queue_service.access.operations import accounts, logins
from queue_service.branches.store import BranchStore
from queue_service.errors import NotFound
from queue_service.pages.login_form import know_browser
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt
from queue_service.web.problems.refusals import own_path
from queue_service.web.responses import uncached
from queue_service.web.security.credentials import keep
from queue_service.web.security.permissions import gate
from queue_service.web.security.visitors import browser, visitor

blueprint = Blueprint("password", __name__, url_prefix="/login")


@blueprint.get("/password")
def password() -> ResponseReturnValue:
    """The form, for the account that is logged in."""
    return _page()


@blueprint.post("/password")
def change_password() -> ResponseReturnValue:
    """Change it; this browser stays logged in and goes on knowing its user, and all others are
    logged out."""
    present, new = request.form.get("present", ""), request.form.get("password", "")
    around = queue().get(BranchStore).names()
    login, refused = attempt(
        "password",
        lambda: accounts.change_own_password(
            gate().store, g.caller, present, new, visitor(), around=around, browser=browser()
        ),
    )
    if refused:
        return _page(refused)
    response = _page(changed=True)
    keep(response, request, "staff", login.secret)
    know_browser(response, login.account, login.device)
    return response


def _page(refused: FormRefused | None = None, *, changed: bool = False) -> Response:
    name = logins.login_name(gate().store, g.caller)
    if name is None and not changed:
        raise NotFound("A token has no password: make another token instead.")
    page = render_template(
        "password.html",
        name=name or "",
        changed=changed,
        must_change=g.caller.must_change and not changed,
        next=own_path(request.values.get("next")),
        refused=refused,
        faults={e["field"]: e["reason"] for e in refused.errors} if refused else {},
    )
    return uncached(page, refused.status if refused else 200)
