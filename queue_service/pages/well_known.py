"""Addresses known everywhere: robots.txt, security.txt (RFC 9116) and ``/was``, the accessibility
statement of Danish authorities."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect
from flask.typing import ResponseReturnValue

from queue_service.access.store import AccessStore
from queue_service.errors import NotFound
from queue_service.language.instants import rfc3339
from queue_service.web.context import queue, settings
from queue_service.web.i18n import gettext as _
from queue_service.web.i18n import offer_languages
from queue_service.web.responses import message_page

blueprint = Blueprint("well_known", __name__)

VALID_FOR_MS: Final = 30 * 24 * 3600 * 1000
"""How far ahead ``Expires`` is; RFC 9116 recommends less than a year."""


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """The contact for reports of vulnerabilities. Raises NotFound without
    ``QUEUE_SECURITY_CONTACT``."""
    contact = settings().security_contact
    if not contact:
        raise NotFound("This installation names no contact for vulnerabilities.")
    lines = [
        f"Contact: {contact}",
        f"Expires: {rfc3339(queue().get(AccessStore).now() + VALID_FOR_MS)}",
        "Preferred-Languages: da, en",
    ]
    if address := settings().public_url:
        lines.append(f"Canonical: {address}/.well-known/security.txt")
    return _text(lines)


@blueprint.get("/was")
def accessibility() -> ResponseReturnValue:
    """The way to the accessibility statement; without ``QUEUE_ACCESSIBILITY_URL`` a page that says
    that there is none."""
    offer_languages()
    if address := settings().accessibility_url:
        return redirect(address)
    return message_page(
        404,
        heading=_("There is no accessibility statement here"),
        sentence=_("Ask the municipality for it, and tell them what you cannot use."),
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    """No page is meant for search engines, unless ``QUEUE_SEARCH_ENGINES`` lets them in."""
    return _text(["User-agent: *", "Disallow:" if settings().search_engines else "Disallow: /"])


def _text(lines: list[str]) -> Response:
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
