"""The page with the logins of the own account: where one is logged in, and how to end that."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from queue_service.access.operations import logins
from queue_service.clerk_pins.rules import is_administrator
from queue_service.errors import NotFound
from queue_service.web.responses import uncached
from queue_service.web.security.permissions import gate

blueprint = Blueprint("logins", __name__)


@blueprint.get("/logins")
def own_logins() -> ResponseReturnValue:
    """Each login with the kind of its browser, its beginning and its last use."""
    found = logins.own_logins(gate().store, g.caller)
    if not found:
        raise NotFound("A token has no logins: log in to see yours.")
    has_pins = not is_administrator(g.caller.grants)
    return uncached(render_template("logins.html", logins=found, has_pins=has_pins), 200)


@blueprint.post("/logins/end")
def end() -> ResponseReturnValue:
    """End one login, or all but this one."""
    store, chosen = gate().store, request.form.get("login", "")
    if chosen:
        logins.end_login(store, g.caller, chosen)
    else:
        logins.end_other_logins(store, g.caller)
    return redirect("/logins", 303)
