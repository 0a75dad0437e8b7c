"""The pages that citizens see, in their languages, in place of one that cannot be shown now."""

from __future__ import annotations

from typing import cast

from flask import Response, request

from queue_service.errors import QueueError, RateLimited, StoreUnavailable
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import Wording
from queue_service.web.i18n import current_language
from queue_service.web.responses import message_page

_MINUTE_SECONDS = 60
_AGAIN_SECONDS = 5


def page_for_citizens(error: QueueError, status: int) -> Response | None:
    """The page in place of a refused one; None for a refusal that is none of these."""
    if isinstance(error, RateLimited):
        return _wait(status, cast(int, error.extra["retry_after"]))
    return _away(status) if isinstance(error, StoreUnavailable) else None


def _wait(status: int, seconds: int) -> Response:
    say = Wording(current_language())
    again = NN_(
        "There is much traffic from here. Try again in {n} minute.",
        "There is much traffic from here. Try again in {n} minutes.",
    )
    return message_page(
        status,
        icon_name="clock",
        heading=say(N_("Wait a moment")),
        sentence=say.counted(again, -(-seconds // _MINUTE_SECONDS)),
    )


def _away(status: int) -> Response:
    say, is_form = Wording(current_language()), request.method != "GET"
    response = message_page(
        status,
        icon_name="repeat",
        heading=say(N_("The page does not work right now")),
        sentence=say(
            N_("Go back, and press again in a moment.")
            if is_form
            else N_("It tries again by itself every five seconds.")
        ),
    )
    if not is_form:
        response.headers["Refresh"] = str(_AGAIN_SECONDS)
    response.headers["Retry-After"] = str(_AGAIN_SECONDS)
    return response
