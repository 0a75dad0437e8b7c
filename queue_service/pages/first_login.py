"""The page at which the first administrator of a new service makes a login."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from queue_service.access.operations import accounts
from queue_service.access.operations.first_login import check_first_login, make_first_login
from queue_service.branches.store import BranchStore
from queue_service.errors import NotFound
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.i18n import gettext as _
from queue_service.web.responses import message_page, uncached
from queue_service.web.security.credentials import keep, keep_device
from queue_service.web.security.permissions import gate
from queue_service.web.security.visitors import browser, visitor

NOT_FOUND = 404

blueprint = Blueprint("first_login", __name__, url_prefix="/first")


@blueprint.get("/<code>")
def ask(code: str) -> ResponseReturnValue:
    """The form. Opening it changes nothing."""
    try:
        check_first_login(gate().store, code)
    except NotFound:
        return _too_late()
    return _form(None)


@blueprint.post("/<code>")
def make(code: str) -> ResponseReturnValue:
    """Make the login, log in with it, and go on to the first branch."""
    store, password = gate().store, request.form.get("password", "")
    branches = queue().get(BranchStore)
    account, refused = attempt(
        "first",
        lambda: make_first_login(
            store,
            code,
            form_value("name"),
            password,
            address=request.remote_addr or "",
            around=branches.names(),
        ),
    )
    if refused:
        return _too_late() if refused.status == NOT_FOUND else _form(refused)
    login = accounts.log_in(store, account.name, password, visitor(), browser=browser())
    response = make_response(redirect("/admin" if branches.ids() else "/admin/new", 303))
    keep(response, request, "staff", login.secret)
    keep_device(response, request, login.device)
    return response


def _form(refused: FormRefused | None) -> Response:
    faults = {error["field"]: error["reason"] for error in refused.errors} if refused else {}
    page = render(
        "first-login.html",
        name=request.form.get("name", "admin"),
        faults=faults,
        refused=refused,
    )
    return uncached(page, refused.status if refused else 200)


def _too_late() -> Response:
    return message_page(
        NOT_FOUND,
        icon_name="key",
        heading=_("This link no longer works"),
        sentence=_("It makes the first login of a service, once, and within a day."),
        steps=[
            _("If somebody has made a login: log in, or ask that administrator for one."),
            _("Otherwise start the service again: it prints another link."),
        ],
    )
