"""The way in with the town's accounts: to the provider, back from it, and out of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, cast

from flask import Blueprint, Response, current_app, g, jsonify, make_response, redirect, request
from flask import render_template as render
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from queue_service.access.operations.attempts import known_from_now_on
from queue_service.access.operations.provider_client import ProviderClient
from queue_service.access.operations.provider_sign_in import Answer, Provider
from queue_service.access.rules.sign_in_refusals import SignInRefused
from queue_service.access.sign_in_store import SignInStore
from queue_service.branches.store import BranchStore
from queue_service.errors import NotFound
from queue_service.pages.login_form import end_former_login, know_browser, present_login
from queue_service.web.context import queue, settings
from queue_service.web.i18n import gettext as _
from queue_service.web.problems.refusals import own_path
from queue_service.web.request_limit import RequestLimit
from queue_service.web.responses import message_page, uncached
from queue_service.web.security import sign_in_cookies
from queue_service.web.security.credentials import keep
from queue_service.web.security.permissions import gate
from queue_service.web.security.visitors import browser, visitor

blueprint = Blueprint("provider_login", __name__)

REQUESTS_PER_MINUTE: Final = 600
"""The most requests of sign-ins and log-outs that one address makes in a minute, in each web
process: all staff of a town may have one address."""
_CLIENT: Final = "queue_provider"
_LIMIT: Final = "queue_provider_requests"
_RETURN: Final = "/login/provider/return"


@blueprint.record
def _install(setup: BlueprintSetupState) -> None:
    """Make the client of the provider once for a process."""
    known = setup.app.extensions
    provider = known["queue_settings"].provider
    known[_CLIENT] = ProviderClient(provider) if provider else None
    known[_LIMIT] = RequestLimit(REQUESTS_PER_MINUTE)


@blueprint.get("/login/provider")
def begin() -> ResponseReturnValue:
    """Lead the browser to the provider. After a log-out here the person logs in there again."""
    _count()
    return _led_away(
        own_path(request.args.get("next")), again=sign_in_cookies.has_logged_out(request)
    )


@blueprint.get("/login/provider/confirm")
def confirm() -> ResponseReturnValue:
    """Lead the browser to the provider, where the person logs in once more."""
    session = g.caller.session
    if session is None:
        raise NotFound("A token has no login to confirm.")
    return _led_away("/login/provider/confirmed", again=True, session=session)


@blueprint.get("/login/provider/confirmed")
def confirmed() -> ResponseReturnValue:
    """The end of a confirmation: the form waits in the other window."""
    return message_page(
        HTTPStatus.OK,
        icon_name="check",
        heading=_("Confirmed"),
        sentence=_("Close this window and press “Go on” in the one before."),
    )


@blueprint.get(_RETURN)
def come_back() -> ResponseReturnValue:
    """Log the person in whom the provider sends back, and go where they were going."""
    _count()
    answer = Answer(
        state=request.args.get("state", ""),
        code=request.args.get("code", ""),
        error=request.args.get("error", ""),
        issuer=request.args.get("iss", ""),
        browser=sign_in_cookies.secret(request),
    )
    branches, sender = queue().get(BranchStore).ids(), request.remote_addr or ""
    try:
        finished = _provider().finish(answer, branches, sender, browser=browser())
    except SignInRefused as error:
        return _refused(error)
    response = make_response(redirect(finished.next, HTTPStatus.SEE_OTHER))
    if finished.secret:
        end_former_login()
        keep(response, request, "staff", finished.secret)
        store, name = gate().store, finished.account.name
        device = known_from_now_on(store, name, visitor(), store.now())
        know_browser(response, finished.account, device)
        sign_in_cookies.drop(response, request)
    return response


@blueprint.get("/login/provider/end")
def log_out() -> ResponseReturnValue:
    """End the login at the provider as well."""
    try:
        url = _provider().logout_url(settings().public_url + "/login")
    except SignInRefused as error:
        return _refused(error)
    return redirect(url or "/login", HTTPStatus.SEE_OTHER)


@blueprint.post("/login/provider/backchannel-logout")
def backchannel_logout() -> ResponseReturnValue:
    """End a person's logins when the provider says so (OpenID Connect Back-Channel Logout)."""
    _count()
    try:
        _provider().end_logins(request.form.get("logout_token", ""))
    except SignInRefused as error:
        answer = jsonify(error="invalid_request", error_description=error.reason)
        return answer, _status(error)
    return "", HTTPStatus.OK


def _led_away(next_path: str, *, again: bool, session: str = "") -> Response:
    present = sign_in_cookies.secret(request)
    try:
        begun = _provider().begin(next_path, browser=present, again=again, session=session)
    except SignInRefused as error:
        return _refused(error)
    response = make_response(redirect(begun.url, HTTPStatus.SEE_OTHER))
    sign_in_cookies.keep(response, request, begun.browser)
    return response


def _provider() -> Provider:
    client = cast("ProviderClient | None", current_app.extensions[_CLIENT])
    if client is None:
        raise NotFound("The town’s accounts are not set up here: QUEUE_OIDC_ISSUER names none.")
    back_to = settings().public_url + _RETURN
    return Provider(client, gate().store, queue().get(SignInStore), back_to)


def _count() -> None:
    limit: RequestLimit = current_app.extensions[_LIMIT]
    limit.count(request.remote_addr or "", queue().store.time())


def _refused(error: SignInRefused) -> Response:
    page = render(
        "sign_in_refused.html",
        sentence=_(error.detail),
        reason=error.reason,
        present=present_login() is not None,
        next=own_path(request.args.get("next")),
    )
    return uncached(page, _status(error))


def _status(error: SignInRefused) -> int:
    away = error.reason == "provider_away"
    return HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.BAD_REQUEST
