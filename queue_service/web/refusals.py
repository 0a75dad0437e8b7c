"""What a refused request sees: a problem document for programs, a page that helps for people."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _

from queue_service.domain.caller import Caller, Role
from queue_service.domain.errors import Forbidden, QueueError, StoreUnavailable, Unauthenticated

_MACHINE_PATHS = ("/api/", "/metrics")
_SCREENS: frozenset[Role] = frozenset({"kiosk", "display"})


def is_page() -> bool:
    """Whether a person asks, with a browser, for something to look at."""
    return not request.path.startswith(_MACHINE_PATHS)


def why_not(known: Sequence[Caller], shown: bool) -> QueueError:
    """The reason for opening to none of the callers; ``shown``: whether there was a secret."""
    if known:
        return Forbidden("Use a token or login whose role and branch allow this.")
    if shown:
        return Unauthenticated("This token or login is unknown or has ended: get a new one.")
    return Unauthenticated("Send the header Authorization: Bearer TOKEN, or log in.")


def page_for(error: QueueError, roles: frozenset[Role]) -> Response:
    """The page that stands in for a refused one; raises the error where none fits."""
    if isinstance(error, Unauthenticated):
        return _not_set_up() if roles & _SCREENS and request.method == "GET" else _to_login()
    if isinstance(error, Forbidden):
        return _forbidden()
    if isinstance(error, StoreUnavailable):
        return _store_away()
    raise error


def own_path(wanted: str | None) -> str:
    """Where to go after logging in: a path of this service, never another site."""
    path = wanted or "/"
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    return path


def login_address() -> str:
    """The login page, with the way back to what was asked for."""
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return "/login" if back == "/" else "/login?" + urlencode({"next": back})


def _to_login() -> Response:
    return make_response(redirect(login_address(), 303))


def _not_set_up() -> Response:
    return _message(
        401,
        icon_name="screen",
        heading=_("This screen is not set up yet"),
        sentence=_("It has to be told once which branch it belongs to."),
        steps=[
            _("Let an administrator open the page Administration and make a link for this screen."),
            _("Open the link on this screen within 15 minutes."),
            _("Press the button. The screen remembers from then on."),
        ],
        action_href=login_address(),
        action_text=_("Log in instead"),
    )


def _forbidden() -> Response:
    return _message(
        403,
        icon_name="key",
        heading=_("You may not open this page"),
        sentence=_("Your login is for other pages or another branch."),
        action_href="/",
        action_text=_("See what you can open"),
    )


def _store_away() -> Response:
    response = _message(
        503,
        icon_name="repeat",
        heading=_("The queue is not answering right now"),
        sentence=_("This page tries again by itself every five seconds."),
    )
    response.headers["Refresh"] = "5"
    response.headers["Retry-After"] = "5"
    return response


def _message(status: int, **texts: object) -> Response:
    response = make_response(render_template("message.html", **texts), status)
    response.headers["Cache-Control"] = "no-store"
    return response
