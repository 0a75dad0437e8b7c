"""A screen that is not set up shows a code, and waits for an administrator who confirms it.

``/pair`` may be the one address of a screen: once the screen has its access, the address leads to
its page, and shows a new code when that access ends. The screen's own secret is in a cookie that no
script reads. Opening the page with it takes what an administrator has given, and repeating that
changes nothing.
"""

from __future__ import annotations

from time import time
from typing import Any, Final, NamedTuple, cast

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from queue_service.access.operations import pairing
from queue_service.access.rules.codes import grouped
from queue_service.access.rules.credentials import (
    SCREEN_KINDS,
    SCREEN_ROLES,
    Pairing,
    ScreenRole,
    TokenRecord,
    digest,
)
from queue_service.branches.store import BranchStore
from queue_service.errors import Invalid
from queue_service.language.wording import Wording
from queue_service.pages.enrol import must_be_in_use, page_of, set_up
from queue_service.screens.text import place_names
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.i18n import current_language
from queue_service.web.qr import qr_code
from queue_service.web.request_limit import RequestLimit
from queue_service.web.responses import uncached
from queue_service.web.security.credentials import (
    drop_pairing,
    keep_pairing,
    pairing_secret,
    secret_in_cookie,
)
from queue_service.web.security.origin import own_address
from queue_service.web.security.permissions import gate
from queue_service.web.security.visitors import browser, visitor

blueprint = Blueprint("pair", __name__, url_prefix="/pair")

_EXTENSION: Final = "queue_pair"
CODES_PER_MINUTE: Final = 60
"""New codes of an address in a minute: as many screens may be switched on at once behind it."""
LOOKS_PER_MINUTE: Final = 1200
"""How often the waiting screens of an address may ask in a minute, each 20 times."""


class _Limits(NamedTuple):
    codes: RequestLimit
    looks: RequestLimit


@blueprint.record
def _remember(setup: BlueprintSetupState) -> None:
    limits = _Limits(RequestLimit(CODES_PER_MINUTE), RequestLimit(LOOKS_PER_MINUTE))
    setup.app.extensions[_EXTENSION] = limits


def _limits() -> _Limits:
    return cast(_Limits, current_app.extensions[_EXTENSION])


@blueprint.get("")
def wait() -> ResponseReturnValue:
    """The code of this screen; its page once it is set up. ``?new=1`` shows a code all the same;
    ``?role=`` and ``?branch=`` are proposed to the administrator who scans it."""
    return _confirmed() or _page()


@blueprint.get("/state")
def state() -> ResponseReturnValue:
    """Whether this screen still waits, as JSON: ``waiting``, ``confirmed`` or ``over``."""
    _count(_limits().looks)
    code, secret = pairing_secret(request)
    if _given(secret) is not None:
        return uncached(jsonify(state="confirmed"))
    store = gate().store
    shown = pairing.waiting(store, code, secret, now=store.now())
    return uncached(jsonify(state="waiting" if shown else "over"))


@blueprint.post("")
def type_code() -> ResponseReturnValue:
    """Set this screen up by the short code of an administrator's link."""
    store = gate().store
    result, refused = attempt(
        "typed",
        lambda: pairing.enrol_by_letters(
            store,
            form_value("code"),
            visitor(),
            now=store.now(),
            names=place_names(Wording(current_language())),
            check=must_be_in_use,
        ),
    )
    if refused:
        return _page(refused)
    enrolment, secret = result
    response = set_up(enrolment, enrolment.role, secret)
    drop_pairing(response, request)
    return response


def _confirmed() -> Response | None:
    """The answer that gives this screen its access, or leads to its page; None while it waits."""
    _, secret = pairing_secret(request)
    token = _given(secret)
    if token is not None:
        response = set_up(token, cast(ScreenRole, token.role), secret)
        drop_pairing(response, request)
        return response
    known = [found for role in SCREEN_ROLES if (found := _given(secret_in_cookie(request, role)))]
    if known and "new" not in request.args:
        latest = max(known, key=lambda token: token.created_at)
        return uncached(cast(Response, redirect(page_of(latest), 303)))
    return None


def _given(secret: str) -> TokenRecord | None:
    """The access of a screen with this secret."""
    token = gate().store.token(digest(secret)) if secret else None
    return token if token is not None and token.device else None


def _page(refused: FormRefused | None = None) -> Response:
    store = gate().store
    now = store.now()
    code, secret = pairing_secret(request)
    shown = pairing.waiting(store, code, secret, now=now)
    if shown is None:
        _count(_limits().codes)
        address = request.remote_addr or ""
        shown, code, secret = pairing.begin_pairing(
            store, now=now, address=address, browser=browser()
        )
    response = uncached(_drawn(code, shown, refused), refused.status if refused else 200)
    keep_pairing(response, request, code, secret)
    return response


def _drawn(code: str, shown: Pairing, refused: FormRefused | None) -> str:
    try:
        here = own_address()
    except Invalid:  # nothing vouches for the host: the code has to be typed
        here = ""
    address = here + url_for("admin.pair", code=code, **_proposed()) if here else ""
    return render_template(
        "pair.html",
        code=grouped(code),
        qr=qr_code(address) if address else None,
        address=here.partition("//")[2] + url_for("admin.screens") if here else "",
        screen=shown,
        refused=refused,
        typed=form_value("code"),
    )


def _proposed() -> dict[str, Any]:
    """The kind and the branch of this page's address, which a scan of the code proposes."""
    role, branch = request.args.get("role", ""), request.args.get("branch", "")
    if role not in SCREEN_KINDS or queue().get(BranchStore).find(branch) is None:
        return {}
    return {"role": role, "branch": branch}


def _count(limit: RequestLimit) -> None:
    limit.count(request.remote_addr or "", int(time() * 1000))
