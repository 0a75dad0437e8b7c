"""The response to a refused request: a problem document for programs, a page that helps for
people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from flask import Response, current_app, g, make_response, redirect, render_template, request

from queue_service.access.operations import logins
from queue_service.access.rules.caller import Caller, Role
from queue_service.access.rules.credentials import SCREEN_KINDS, SCREEN_ROLES
from queue_service.errors import (
    BranchArchived,
    BranchElsewhere,
    BranchTakenOver,
    ConfiguredCentrally,
    Forbidden,
    QueueError,
    StoreUnavailable,
    Unauthenticated,
)
from queue_service.store.keys import BRANCHES
from queue_service.web.context import queue
from queue_service.web.i18n import gettext as _
from queue_service.web.i18n import is_for_citizens
from queue_service.web.problems.citizens import page_for_citizens
from queue_service.web.responses import message_page, uncached
from queue_service.web.security import confirmation
from queue_service.web.security.asked_browser import may_confirm
from queue_service.web.security.credentials import (
    ConfirmFirst,
    FirstPassword,
    NotFromOurPage,
    OtherOrigin,
    PasskeyFirst,
    secret_in_cookie,
)
from queue_service.web.security.route_roles import Rule

_MACHINE_PATHS = ("/api/", "/metrics", "/healthz", "/readyz")
_SCRIPTS_ALONE = frozenset(
    {
        "display.unlock",
        "passkeys.ask",
        "passkeys.ask_to_confirm",
        "passkey_login.ask",
        "pin.people",
        "pin.switch",
    }
)
"""Views outside the API that only a page's script asks, never a form."""
_LOOK_AGAIN_SECONDS = 20
"""How soon a page looks again whether its branch is run here."""
_SCREENS: frozenset[Role] = frozenset({"kiosk", "display"})


def is_page() -> bool:
    """Whether the request is for a page, from a person's browser."""
    by_script = request.endpoint in _SCRIPTS_ALONE
    return not (by_script or request.path.startswith(_MACHINE_PATHS))


def why_not(known: Sequence[Caller], rule: Rule, *, has_credentials: bool) -> QueueError:
    """The reason why no caller is accepted; ``has_credentials``: whether the request sent any."""
    if rule.all_branches and any(caller.acting(rule.roles, None) for caller in known):
        return Forbidden("It belongs to all branches: use a token or login that is bound to none.")
    if known:
        return Forbidden("Use a token or login whose role and branch allow this.")
    if has_credentials:
        return Unauthenticated("This token or login is unknown or has ended: get a new one.")
    return Unauthenticated("Send the header Authorization: Bearer TOKEN, or log in.")


def page_of(error: QueueError, status: int) -> Response:
    """The page shown instead of a refused one; it says how to get access."""
    if isinstance(error, Unauthenticated):
        return _unknown()
    if is_for_citizens() and (answer := page_for_citizens(error, status)) is not None:
        return answer
    for kind, page in _PAGES.items():
        if isinstance(error, kind):
            return page(status)
    if status == HTTPStatus.NOT_FOUND:
        return _not_found(status)
    return message_page(status, heading=_("That did not work"), sentence=_(error.detail))


def own_path(wanted: str | None) -> str:
    """The destination after logging in: a path of this service, never another site."""
    path = wanted or "/"
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    return path


def login_address() -> str:
    """The login page, with the way back to the requested page."""
    return _with_way_back("/login")


def _with_way_back(path: str) -> str:
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return path if back == "/" else f"{path}?" + urlencode({"next": back})


def present_login() -> str | None:
    """The account that the browser of a refused request is logged in to now."""
    callers: Sequence[Caller] = g.get("known") or ([g.caller] if "caller" in g else [])
    return next((name for name in map(_login_name, callers) if name is not None), None)


def _login_name(caller: Caller) -> str | None:
    return logins.login_name(current_app.extensions["queue_access"].store, caller)


def _unknown() -> Response:
    roles: frozenset[Role] = g.get("roles", frozenset())
    if roles & _SCREENS and request.method == "GET":
        if not _branch_is_here():
            return _no_branch()
        page = _not_set_up(HTTPStatus.UNAUTHORIZED)
        was_set_up = any(secret_in_cookie(request, role) for role in SCREEN_ROLES)
        return _goes_to_its_code(page) if was_set_up else page
    return make_response(redirect(login_address(), HTTPStatus.SEE_OTHER))


def _branch_is_here() -> bool:
    branch = (request.view_args or {}).get("branch")
    if branch is None:
        return True
    (known,) = queue().store.read(lambda p: p.sismember(BRANCHES, branch))
    return bool(known)


def _no_branch() -> Response:
    return message_page(
        HTTPStatus.NOT_FOUND,
        icon_name="search",
        heading=_("There is no such branch"),
        sentence=_("Check the end of the address, or ask an administrator for a new link."),
        aside_href=login_address(),
        aside_text=_("Are you staff? Log in"),
    )


def _goes_to_its_code(page: Response) -> Response:
    """The page of a screen whose access has ended, which goes on without a press of its button."""
    page.headers["Refresh"] = f"{_LOOK_AGAIN_SECONDS}; url=/pair"
    return page


def _not_set_up(status: int) -> Response:
    return message_page(
        status,
        icon_name="screen",
        heading=_("This screen is not set up yet"),
        sentence=_("It has to be assigned to a branch once."),
        steps=[
            _("Show a code on this screen."),
            _("Let an administrator scan it, or type it under Screens and tokens."),
            _("The screen goes on by itself, and remembers it from then on."),
        ],
        action_href=_pairing_address(),
        action_text=_("Show a code"),
        aside_href=login_address(),
        aside_text=_("Are you staff? Log in"),
    )


def _pairing_address() -> str:
    """The page with a code, which proposes to the administrator what was opened here."""
    kind, branch = request.path.split("/")[1], (request.view_args or {}).get("branch")
    if branch is None or kind not in SCREEN_KINDS:
        return "/pair"
    return f"/pair?{urlencode({'role': kind, 'branch': branch})}"


def _forbidden(status: int) -> Response:
    name = present_login()
    heading = _("You may not open this page")
    if name is None:
        sentence = _("This screen is set up for another page.")
        aside = {"aside_href": login_address(), "aside_text": _("Log in")}
        return message_page(status, icon_name="key", heading=heading, sentence=sentence, **aside)
    return message_page(
        status,
        icon_name="key",
        heading=heading,
        sentence=_(
            "You are logged in as %(name)s. That login is for other pages or another branch.",
            name=name,
        ),
        action_href="/",
        action_text=_("See what you can open"),
        aside_href=login_address(),
        aside_text=_("Log in as somebody else"),
    )


def _first_password(_status: int) -> Response:
    return make_response(redirect(_with_way_back("/login/password"), HTTPStatus.SEE_OTHER))


def _passkey_first(_status: int) -> Response:
    return make_response(redirect("/passkeys", HTTPStatus.SEE_OTHER))


def _confirm_first(status: int) -> Response:
    page = render_template(
        "confirm.html",
        fields=confirmation.refused_fields(),
        name=present_login() or "",
        wrong=confirmation.FIELD in request.form,
        refused=confirmation.ANSWER in request.form,
        passkeys=may_confirm(g.caller.id),
    )
    return uncached(page, status)


def _page_outdated(status: int) -> Response:
    return message_page(
        status,
        icon_name="repeat",
        heading=_("Load the page again"),
        sentence=_("The page was opened before you logged in. Nothing was changed."),
        action_href=request.path if request.path == "/login" else "/",
        action_text=_("Load again"),
    )


def _other_origin(status: int) -> Response:
    return message_page(
        status,
        heading=_("This form came from another address"),
        sentence=_(
            "Open the page by its own address and try again. If this is its address: the operator "
            "sets QUEUE_PUBLIC_URL to it, or lets the proxy pass the header Host on."
        ),
        action_href=request.path if request.path == "/login" else "/",
        action_text=_("Load again"),
    )


def _elsewhere(status: int) -> Response:
    """Instead of a page where one acts: the branch's bus does that. It comes back by itself."""
    caller: Caller = g.caller
    ways: dict[str, str] = {}
    if caller.role in _SCREENS:
        more = _("This screen goes on by itself when the branch is run here.")
    else:
        more = _("Everything comes here by itself, and the board shows it.")
        ways = {"action_href": "/", "action_text": _("Go to the start page")}
    if caller.role in ("supervisor", "admin"):
        board = "/dashboards/" + (request.view_args or {}).get("branch", "")
        ways = {"action_href": board, "action_text": _("See the board")}
        ways |= {"aside_href": "/", "aside_text": _("Go to the start page")}
    response = message_page(
        status,
        icon_name="screen",
        heading=_("This branch runs on its own machine (the bus)"),
        sentence=" ".join((_("Numbers are given and called on the bus."), more)),
        **ways,
    )
    response.headers["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return response


def _archived(status: int) -> Response:
    """Instead of a page where one acts: the branch is out of use, and leaders read its past. A
    screen shows the code by which it is set up elsewhere."""
    caller: Caller = g.caller
    if caller.role in _SCREENS and request.method == "GET":
        # Its access ends a moment later. A page that is loaded in between goes on by itself.
        return _goes_to_its_code(_not_set_up(status))
    ways = {"action_href": "/", "action_text": _("Go to the start page")}
    if caller.role in ("supervisor", "admin"):
        history = f"/dashboards/{(request.view_args or {}).get('branch', '')}/history"
        ways = {"action_href": history, "action_text": _("See its history")}
    return message_page(
        status,
        icon_name="info",
        heading=_("This branch is archived"),
        sentence=_(
            "It gives no numbers, has no screens, and is in no list of every day. Its figures stay."
        ),
        **ways,
    )


def _configured_centrally(status: int) -> Response:
    return message_page(
        status,
        icon_name="home",
        heading=_("This is changed on the central server"),
        sentence=_("What is changed there comes out to the bus by itself. Nothing was changed."),
        action_href="/",
        action_text=_("Go to the start page"),
    )


def _taken_over(status: int) -> Response:
    """The kiosk on a bus whose branch the central server has taken over. It comes back by
    itself."""
    response = message_page(
        status,
        icon_name="people",
        heading=_("No new numbers are given here right now"),
        sentence=_(
            "If you have a number, you will be called. If you have none, ask the staff: they know"
            " where to go."
        ),
    )
    response.headers["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return response


def _not_found(status: int) -> Response:
    return message_page(
        status,
        icon_name="search",
        heading=_("There is nothing here"),
        sentence=_("Check the address, or begin from the start page."),
        action_href="/",
        action_text=_("Go to the start page"),
    )


def _store_away(status: int) -> Response:
    sentence = _("This page tries again by itself every five seconds.")
    if request.method != "GET":
        sentence = _(
            "What you sent may not be saved. Go back in the browser, where it is still "
            "filled in, and send it again in a moment."
        )
    response = message_page(
        status,
        icon_name="repeat",
        heading=_("The queue is not answering right now"),
        sentence=sentence,
    )
    if request.method == "GET":
        response.headers["Refresh"] = "5"
    response.headers["Retry-After"] = "5"
    return response


_PAGES: Final[Mapping[type[QueueError], Callable[[int], Response]]] = {
    StoreUnavailable: _store_away,
    OtherOrigin: _other_origin,
    NotFromOurPage: _page_outdated,
    FirstPassword: _first_password,
    PasskeyFirst: _passkey_first,
    ConfirmFirst: _confirm_first,
    Forbidden: _forbidden,
    BranchArchived: _archived,
    BranchElsewhere: _elsewhere,
    BranchTakenOver: _taken_over,
    ConfiguredCentrally: _configured_centrally,
}
"""Refusals with a page of their own; the first that fits counts."""
