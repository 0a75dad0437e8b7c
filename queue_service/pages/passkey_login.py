"""Logging in with a passkey: alone, or after the password of an administrator."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from queue_service.access.operations import accounts
from queue_service.access.rules.credentials import Account
from queue_service.errors import Unauthenticated
from queue_service.pages.login_form import logged_in, login_form
from queue_service.pages.passkeys import json_of
from queue_service.passkeys.operations import passkeys
from queue_service.passkeys.rules import Passkey
from queue_service.web.problems.refusals import own_path
from queue_service.web.request_limit import RequestLimit
from queue_service.web.responses import uncached
from queue_service.web.security.asked_browser import (
    asked_browser,
    keep_asked,
    needed_site,
    passkey_store,
)
from queue_service.web.security.permissions import gate
from queue_service.web.security.visitors import browser, visitor

blueprint = Blueprint("passkey_login", __name__)

QUESTIONS_PER_MINUTE: Final = 60
"""The most questions that one address is asked in a minute, by each web process."""
_LIMIT: Final = "queue_passkey_questions"


@blueprint.record_once
def _limit_questions(setup: BlueprintSetupState) -> None:
    setup.app.extensions[_LIMIT] = RequestLimit(QUESTIONS_PER_MINUTE)


@blueprint.get("/login/passkey")
def begin() -> ResponseReturnValue:
    """The login itself: this address is one that a browser shows after a refused passkey."""
    return redirect("/login", 303)


@blueprint.post("/login/passkey/question")
def ask() -> ResponseReturnValue:
    """The options by which a browser logs in with any passkey of this site, as JSON."""
    party = needed_site()
    limit = cast(RequestLimit, current_app.extensions[_LIMIT])
    limit.count(request.remote_addr or "", gate().store.now())
    asked = asked_browser()
    return keep_asked(json_of(passkeys.ask_anybody(passkey_store(), party, asked)), asked)


@blueprint.post("/login/passkey")
def log_in() -> ResponseReturnValue:
    """Log in with the answer of a passkey, and go where one was going."""
    after_password = bool(request.form.get("after_password"))
    asked = (passkey_store(), gate().store, needed_site(), asked_browser())
    answer = request.form.get("answer", "")
    try:
        account = passkeys.answer_login(*asked, answer, visitor(), after_password=after_password)
    except Unauthenticated as error:
        return login_form(401, error, by_passkey=True)
    way = "password_and_passkey" if after_password else "passkey"
    return logged_in(
        accounts.begin_login(gate().store, account, visitor(), way=way, browser=browser())
    )


def ask_after_password(account: Account, due: list[Passkey]) -> Response:
    """The page that asks an administrator for a passkey after the password."""
    asked = asked_browser()
    store, party = passkey_store(), needed_site()
    page = render_template(
        "passkey.html",
        options=passkeys.ask_after_password(store, party, account, due, asked),
        name=account.name,
        next=own_path(request.form.get("next")),
    )
    return keep_asked(uncached(page), asked)
