"""The PIN of the own account on this browser, and the switch to a colleague by theirs.

Addresses are below ``/login``, where a browser presents its device cookie also over plain http.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from queue_service.access.operations import logins
from queue_service.access.operations.attempts import device_digest
from queue_service.access.rules.credentials import is_of_provider
from queue_service.clerk_pins import operations as clerk_pins
from queue_service.clerk_pins.contract import SwitchBody
from queue_service.clerk_pins.rules import is_administrator
from queue_service.clerk_pins.store import PeopleStore
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.problems.refusals import own_path
from queue_service.web.requests import body
from queue_service.web.responses import uncached
from queue_service.web.security import sign_in_cookies
from queue_service.web.security.asked_browser import site
from queue_service.web.security.credentials import keep
from queue_service.web.security.permissions import gate
from queue_service.web.security.visitors import browser, visitor

blueprint = Blueprint("pin", __name__, url_prefix="/login")


@blueprint.get("/pin")
def pin() -> ResponseReturnValue:
    """Whether there is a PIN, and the form for one."""
    return _page()


@blueprint.post("/pin")
def set_pin() -> ResponseReturnValue:
    """Set it, or take it away if the form is empty of it."""
    here = (queue().get(PeopleStore), gate().store, g.caller, device_digest(visitor()))
    if request.form.get("remove"):
        _, refused = attempt("pin", lambda: clerk_pins.remove_pin(*here))
    else:
        _, refused = attempt("pin", lambda: clerk_pins.set_pin(*here, form_value("pin")))
    return _page(refused) if refused else redirect(_address(saved="pin" in request.form), 303)


@blueprint.get("/switch/<branch>")
def people(branch: str) -> ResponseReturnValue:
    """The people who may switch to their own login at this browser's counter, as JSON."""
    store, device = queue().get(PeopleStore), device_digest(visitor())
    found = clerk_pins.offered(store, gate().store, device, branch)
    own = logins.login_name(gate().store, g.caller)
    others = [person._asdict() for person in found if person.name != own]
    return {"people": others, "passkeys": site() is not None}


@blueprint.post("/switch/<branch>")
def switch(branch: str) -> ResponseReturnValue:
    """End the login that is here, and begin that of a colleague by their PIN."""
    given = body(SwitchBody)
    here = (queue().get(PeopleStore), gate().store, device_digest(visitor()))
    secret = clerk_pins.log_in_by_pin(
        *here, given.name, given.pin, branch, visitor(), browser=browser()
    )
    logins.log_out(gate().store, g.caller)
    response = make_response("", 204)
    keep(response, request, "staff", secret)
    if is_of_provider(g.caller.name):  # else its next login there would come back without asking
        sign_in_cookies.note_logged_out(response, request)
    return response


def _address(*, saved: bool) -> str:
    back = own_path(request.values.get("next"))
    query = {"saved": "1"} if saved else {}
    if back != "/":
        query["next"] = back
    return "/login/pin" + ("?" + urlencode(query) if query else "")


def _page(refused: FormRefused | None = None) -> Response:
    store, device = queue().get(PeopleStore), device_digest(visitor())
    person = clerk_pins.own_person(store, gate().store, g.caller, device)
    has_pin = person is not None and bool(person.pin)
    page = render_template(
        "pin.html",
        possible=person is not None,
        has_pin=has_pin,
        saved=has_pin and "saved" in request.args and refused is None,
        administrator=is_administrator(g.caller.grants),
        name=logins.login_name(gate().store, g.caller) or "",
        next=own_path(request.values.get("next")),
        log_in="/login?" + urlencode({"next": _address(saved=False)}),
        refused=refused,
        faults={e["field"]: e["reason"] for e in refused.errors} if refused else {},
    )
    return uncached(page, refused.status if refused else 200)
