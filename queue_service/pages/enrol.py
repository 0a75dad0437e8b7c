"""Setting up a screen: a one-time link becomes the screen's own lasting access."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from queue_service.access.operations import access
from queue_service.access.rules.credentials import Enrolment, ScreenRole, TokenRecord
from queue_service.configuration.operations import get_branch
from queue_service.errors import NotFound
from queue_service.language.wording import Wording
from queue_service.screens.text import place_names
from queue_service.web.context import queue
from queue_service.web.i18n import current_language
from queue_service.web.i18n import gettext as _
from queue_service.web.responses import message_page, uncached
from queue_service.web.security.credentials import keep, secret_in_cookie
from queue_service.web.security.permissions import gate

blueprint = Blueprint("enrol", __name__, url_prefix="/enrol")


def page_of(record: Enrolment | TokenRecord) -> str:
    """The address of the page that a screen is set up to show."""
    if record.counter:
        return f"/screen/{record.branch}/{record.counter}"
    page = "feedback" if record.feedback else record.role
    return f"/{page}/{record.branch}"


@blueprint.get("/<code>")
def ask(code: str) -> ResponseReturnValue:
    """The effect of the link on this screen. Opening it changes nothing."""
    store = gate().store
    try:
        enrolment = access.find_enrolment(store, code, now=store.now())
    except NotFound:
        return _too_late()
    branch = get_branch(queue(), enrolment.branch)
    if branch.archived:
        return _too_late()
    return uncached(render("enrol.html", enrolment=enrolment, branch=branch), 200)


@blueprint.post("/<code>")
def enrol(code: str) -> ResponseReturnValue:
    """Set the screen up, once, and show its page."""
    store = gate().store
    try:
        enrolment, secret = access.enrol(
            store,
            code,
            now=store.now(),
            address=request.remote_addr or "",
            names=place_names(Wording(current_language())),
            check=must_be_in_use,
        )
    except NotFound:
        return _too_late()
    return set_up(enrolment, enrolment.role, secret)


def must_be_in_use(branch: str) -> None:
    """Raises NotFound for an archived branch: a link that was made before is worth nothing then."""
    if get_branch(queue(), branch).archived:
        raise NotFound("This link has been used or is too old: ask for a new one.")


def set_up(record: Enrolment | TokenRecord, role: ScreenRole, secret: str) -> Response:
    """The answer by which a screen gets its access and shows its page.

    A screen that is set up again gives its former access back.
    """
    kept = secret_in_cookie(request, role)
    former = access.identify(gate().store, kept) if kept != secret else None
    if former is not None and former.session is None:
        address = request.remote_addr or ""
        access.revoke_token(gate().store, former.id, by=former.at(address))
    response = make_response(redirect(page_of(record), 303))
    keep(response, request, role, secret)
    return response


def _too_late() -> Response:
    return message_page(
        404,
        icon_name="clock",
        heading=_("This link no longer works"),
        sentence=_("A link sets up one screen, once, and within 15 minutes."),
        steps=[
            _("Ask an administrator for a new link."),
            _("Open it on this screen and press the button."),
        ],
    )
