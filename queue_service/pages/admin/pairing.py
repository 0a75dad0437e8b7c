"""An administrator confirms a screen by the code that it shows."""

from __future__ import annotations

from typing import Final

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.access.operations import pairing
from queue_service.access.rules.codes import grouped
from queue_service.access.rules.credentials import (
    SCREEN_KINDS,
    Pairing,
    ScreenPlace,
    TokenRecord,
    checked_place,
    must_manage,
)
from queue_service.language.wording import Wording
from queue_service.pages.admin.forms import access_store, blueprint, show
from queue_service.pages.admin.screens import must_be_in_use
from queue_service.pages.admin.video_counters import check_video, video_counters
from queue_service.screens.text import place_names
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.i18n import current_language

CHECKLIST: Final = "checklist"
"""The page to go back to, as a form names it: that of the branch which the screen is for."""


@blueprint.get("/screens/pair")
def pair() -> ResponseReturnValue:
    """The screen that shows this code, and the question what it becomes; ``?role=`` and
    ``?branch=`` propose an answer."""
    return _page(request.args.get("code", ""))


@blueprint.post("/screens/pair")
def confirm_pair() -> ResponseReturnValue:
    """Give the screen its access."""
    code = form_value("code")
    token, refused = attempt("pair", lambda: _confirm(code))
    if refused:
        return _page(code, refused)
    if form_value("back") == CHECKLIST:
        return redirect(url_for("admin.checklist", branch=token.branch), 303)
    return redirect(url_for("admin.screens", paired=token.id), 303)


def _confirm(code: str) -> TokenRecord:
    place = _place()
    must_manage(g.caller, place.branch)
    must_be_in_use(place.branch)
    if place.counter:
        check_video(place.branch, place.counter)
    store = access_store()
    names = place_names(Wording(current_language()))
    return pairing.confirm_pairing(store, code, place, by=g.caller, now=store.now(), names=names)


def _place() -> ScreenPlace:
    """The chosen place: a kind and a branch, or the branch and counter of a booth."""
    kind, label = form_value("role"), form_value("label")
    branch, _, counter = kind.partition("/")
    if counter:
        return checked_place("kiosk", branch, label, counter)
    return checked_place(kind, form_value("branch"), label)


def _page(code: str, refused: FormRefused | None = None) -> Response:
    """The form, or the question for another code where no screen shows this one."""
    found, unknown = attempt("code", lambda: _found(code)) if code else (None, None)
    shown: tuple[str, Pairing] | None = found
    return show(
        "pair",
        unknown or refused,
        code=grouped(shown[0]) if shown else code,
        screen=shown[1] if shown else None,
        same_address=bool(shown and shown[1].address == g.caller.address),
        kinds=SCREEN_KINDS,
        video_counters=video_counters(),
    )


def _found(code: str) -> tuple[str, Pairing]:
    store = access_store()
    return pairing.find_pairing(store, code, by=g.caller, now=store.now())
