"""The form to log in with, and the answer to somebody who has proved who they are."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request

from queue_service.access.operations import access, logins
from queue_service.access.operations.accounts import Login
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import Account, digest
from queue_service.clerk_pins.operations import remember
from queue_service.clerk_pins.store import PeopleStore
from queue_service.errors import QueueError
from queue_service.web.context import queue, settings
from queue_service.web.problems.refusals import own_path
from queue_service.web.responses import uncached
from queue_service.web.security import sign_in_cookies
from queue_service.web.security.asked_browser import site
from queue_service.web.security.credentials import keep, keep_device, secret_in_cookie
from queue_service.web.security.permissions import gate


def login_form(
    status: int, error: QueueError | None = None, *, by_passkey: bool = False
) -> Response:
    """The form; ``by_passkey``: the error is about a passkey, not about name and password."""
    wait = error.extra.get("retry_after") if error else None
    page = render_template(
        "login.html",
        next=own_path(request.values.get("next")),
        name=request.values.get("name", "")[:64],
        present=present_login(),
        nobody=settings().provider is None and not gate().store.accounts(),
        failed=error is not None and not by_passkey,
        passkey_failed=error.detail if error is not None and by_passkey else "",
        passkeys=site() is not None,
        must_wait=wait is not None,
        provider=settings().provider,
        out="out" in request.args and sign_in_cookies.has_logged_out(request),
    )
    response = uncached(page, status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def logged_in(login: Login) -> Response:
    """Keep the login in this browser, in place of the one that was there, and go where one was
    going."""
    end_former_login()
    response = make_response(redirect(own_path(request.form.get("next")), 303))
    keep(response, request, "staff", login.secret)
    know_browser(response, login.account, login.device)
    return response


def know_browser(response: Response, account: Account, device: str) -> None:
    """Have the browser of a full login be known again by a new secret, and its person with it."""
    keep_device(response, request, device)
    remember(queue().get(PeopleStore), account, digest(device), gate().store.now())


def end_former_login() -> None:
    """Anyone who logs in on a shared screen ends the login that was there."""
    former = _former()
    if former is not None:
        logins.log_out(gate().store, former.at(request.remote_addr or ""))


def present_login() -> str | None:
    """The account this browser is logged in to already."""
    former = _former()
    return logins.login_name(gate().store, former) if former is not None else None


def _former() -> Caller | None:
    return access.identify(gate().store, secret_in_cookie(request, "staff"))
