"""Screens and programs: links that set a screen up, tokens, and taking either back."""

from __future__ import annotations

from flask import Response, g, redirect, url_for
from flask.typing import ResponseReturnValue

from queue_service.access.operations import access
from queue_service.access.rules.credentials import ROLES, SCREEN_ROLES, Enrolment
from queue_service.errors import Forbidden
from queue_service.pages.admin.forms import access_store, blueprint, selected_branch, show
from queue_service.video.operations import video_counter
from queue_service.web.access import allow
from queue_service.web.context import queue, visible_branches
from queue_service.web.forms import Refused, attempt, form_value
from queue_service.web.origin import own_address


@blueprint.get("/screens")
@allow("admin")
def screens() -> ResponseReturnValue:
    """Every screen and token that the administrator manages."""
    return _page()


@blueprint.post("/screens/link")
@allow("admin")
def make_link() -> ResponseReturnValue:
    """Make a link that sets up one screen, and show it."""
    result, refused = attempt("link", _make_link)
    if refused:
        return _page(refused)
    enrolment, address = result
    return _page(enrolment=enrolment, address=address)


@blueprint.post("/screens/token")
@allow("admin")
def make_token() -> ResponseReturnValue:
    """Make a token for a program, and show it this once."""
    result, refused = attempt("token", _make_token)
    return _page(refused) if refused else _page(**result)


@blueprint.post("/screens/<token_id>/revoke")
@allow("admin")
def revoke(token_id: str) -> ResponseReturnValue:
    """Take a screen's or a program's access back."""
    _, refused = attempt(
        "revoke", lambda: access.revoke_token(access_store(), token_id, by=g.caller)
    )
    return _page(refused) if refused else redirect(url_for("admin.screens"), 303)


def _make_token() -> dict[str, object]:
    """The token with its secret, and for a bus the address that it calls."""
    store, role = access_store(), form_value("role")
    home = own_address() if role == "mobile" else ""
    token, secret = access.create_token(
        store, role, selected_branch(), now=store.now(), label=form_value("label"), by=g.caller
    )
    return {"token": token, "secret": secret, "home": home}


def _make_link() -> tuple[Enrolment, str]:
    store, here = access_store(), own_address()
    branch, _, counter = form_value("screen").partition("/")
    if counter:
        _check_video(branch, counter)
    enrolment, code = access.create_enrolment(
        store,
        "kiosk" if counter else form_value("role"),
        branch or form_value("branch"),
        now=store.now(),
        label=form_value("label"),
        counter=counter,
        by=g.caller,
    )
    return enrolment, here + url_for("enrol.ask", code=code)


def _check_video(branch: str, counter: str) -> None:
    if not g.caller.may_see(branch):
        raise Forbidden("You manage one branch only: ask an administrator of all branches.")
    video_counter(queue(), branch, counter)


def _page(refused: Refused | None = None, **result: object) -> Response:
    known = access.list_tokens(access_store(), by=g.caller)
    return show(
        "screens",
        refused,
        screens=[token for token in known if token.device],
        tokens=[token for token in known if not token.device],
        roles=ROLES,
        screen_roles=SCREEN_ROLES,
        video_counters=[
            (branch, counter)
            for branch in visible_branches()
            if branch.has_video
            for counter in branch.counters.values()
            if counter.video is not None
        ],
        **result,
    )
