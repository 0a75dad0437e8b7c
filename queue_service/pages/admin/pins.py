"""An administrator sets the PIN that opens the settings of a branch's displays."""

from __future__ import annotations

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue

from queue_service.access.operations import display_pins
from queue_service.branches.store import BranchStore
from queue_service.pages.admin.forms import access_store, blueprint
from queue_service.pages.admin.screens import screens_page
from queue_service.web.context import queue
from queue_service.web.forms import attempt, form_value


@blueprint.post("/screens/pin")
def set_pin() -> ResponseReturnValue:
    """Give the displays of a branch a PIN; without one they ask for a login again."""
    _, refused = attempt("pin", _set)
    return screens_page(refused) if refused else redirect(url_for("admin.screens", pin=1), 303)


def _set() -> None:
    branch, pin = form_value("branch"), form_value("pin")
    queue().get(BranchStore).get(branch)
    if pin:
        display_pins.set_pin(access_store(), branch, pin, by=g.caller)
    else:
        display_pins.remove_pin(access_store(), branch, by=g.caller)
