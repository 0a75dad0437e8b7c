"""The page with the passkeys of the own account: what there is, one more, and one less."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from queue_service.passkeys.operations import passkeys
from queue_service.web.context import settings
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.responses import uncached
from queue_service.web.security.asked_browser import (
    asked_browser,
    keep_asked,
    needed_site,
    passkey_store,
    site,
)
from queue_service.web.security.permissions import gate
from queue_service.web.security.visitors import browser

blueprint = Blueprint("passkeys", __name__)


@blueprint.get("/passkeys")
def own_passkeys() -> ResponseReturnValue:
    """Each passkey with its beginning and its last use."""
    return _page()


@blueprint.post("/passkeys/question")
def ask() -> ResponseReturnValue:
    """The options from which this browser makes a passkey, as JSON."""
    asked = asked_browser()
    options = passkeys.ask_to_make(passkey_store(), gate().store, needed_site(), g.caller, asked)
    return keep_asked(json_of(options), asked)


@blueprint.post("/passkeys/confirmation")
def ask_to_confirm() -> ResponseReturnValue:
    """The options by which this browser confirms a change, as JSON."""
    asked = asked_browser()
    options = passkeys.ask_to_confirm(passkey_store(), needed_site(), g.caller, asked)
    return keep_asked(json_of(options), asked)


@blueprint.post("/passkeys")
def add() -> ResponseReturnValue:
    """Add the passkey that this browser made."""
    made_by = (passkey_store(), gate().store, needed_site(), g.caller, asked_browser())
    answer, label = request.form.get("answer", ""), form_value("label")
    _, refused = attempt(
        "add", lambda: passkeys.register(*made_by, answer, label=label, kind=browser())
    )
    return _page(refused) if refused else redirect("/passkeys", 303)


@blueprint.post("/passkeys/remove")
def remove() -> ResponseReturnValue:
    """Remove one of them."""
    chosen = form_value("passkey")
    _, refused = attempt("remove", lambda: passkeys.remove_own(passkey_store(), g.caller, chosen))
    return _page(refused) if refused else redirect("/passkeys", 303)


def json_of(options: str) -> Response:
    """Options for a page's script."""
    response = uncached(options)
    response.mimetype = "application/json"
    return response


def _page(refused: FormRefused | None = None) -> Response:
    found = passkeys.own_passkeys(passkey_store(), gate().store, g.caller)
    party = site()
    here = {passkey.id for passkey in found if party is not None and passkey.rp_id == party.id}
    page = render_template(
        "passkeys.html",
        passkeys=found,
        here=here,
        site=party,
        label=form_value("label") if refused else "",
        needed=settings().admin_passkeys and g.caller.role == "admin" and not here,
        refused=refused,
    )
    return make_response(uncached(page, refused.status if refused else 200))
