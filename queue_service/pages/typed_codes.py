"""The answer to an address that has tried many codes which do not exist."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response

from queue_service.errors import RateLimited
from queue_service.web.i18n import gettext as _
from queue_service.web.responses import message_page


def too_many_codes(error: RateLimited) -> Response:
    """The page for a citizen, who may have done nothing: others share the address."""
    page = message_page(
        HTTPStatus.TOO_MANY_REQUESTS,
        icon_name="clock",
        heading=_("Wait a moment"),
        sentence=_("Many codes that do not exist were tried from here. Try again in five minutes."),
    )
    page.headers["Retry-After"] = str(error.extra["retry_after"])
    return page
