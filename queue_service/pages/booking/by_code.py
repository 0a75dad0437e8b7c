"""The appointment of a code, for each address below it: who sees it, and who acts on it.

A change is a form with the token of the page that showed the appointment as it is: programs that
follow links change nothing, and a page that another tab has overtaken shows how things are.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from http import HTTPStatus

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.rules.booking import Booking
from queue_service.errors import BookingNotFound, BookingOver, RateLimited
from queue_service.language.catalogues import N_
from queue_service.pages.booking.opened import OpenBranch, message, open_branch
from queue_service.web.context import queue
from queue_service.web.security.visitors import visitor


def page_token(booking: Booking) -> str:
    """The token with which the page of an appointment acts: of its code, and of how it is now."""
    key = f"{booking.owner}|{booking.created_at}".encode()
    shown = f"{booking.code}|{booking.sequence}|{booking.state}".encode()
    return hmac.digest(key, shown, hashlib.sha256).hex()


def _is_shown(booking: Booking, token: str) -> bool:
    return hmac.compare_digest(token.encode(), page_token(booking).encode())


def acting(
    branch_id: str,
    code: str,
    act: Callable[[OpenBranch, Booking], ResponseReturnValue],
    is_so: Callable[[Booking], bool] = lambda _: False,
) -> ResponseReturnValue:
    """Act on an appointment for its page; ``is_so``: it is as wanted already, and stays so."""
    opened = open_branch(branch_id, offers=False)
    found = found_booking(opened, code)
    if isinstance(found, Response):
        return found
    if is_so(found):
        return back(opened, found.code)
    # Of one that has arrived nothing can be changed: pressing again leads to the same number.
    if found.state != "arrived" and not _is_shown(found, request.form.get("token", "")):
        return back(opened, found.code, "outdated")
    try:
        return act(opened, found)
    except BookingOver:
        return back(opened, found.code, "outdated")


def found_booking(opened: OpenBranch, code: str) -> Booking | Response:
    """The booking of a code, or the page that says that there is none.

    A code of another branch leads to its page there.
    """
    try:
        return bookings.find(queue(), opened.branch.id, code, visitor().address)
    except BookingNotFound:
        return elsewhere(opened, code) or unknown(opened)
    except RateLimited as error:
        return wait(opened, error)


def elsewhere(opened: OpenBranch, code: str) -> Response | None:
    """The way to the appointment of a code at another branch; None if there is none."""
    found = bookings.find_in_any(queue(), code, visitor().address)
    if found is None or found[0] == opened.branch.id:
        return None
    branch, booking = found
    lang = opened.say.language
    address = url_for("booking.show", branch=branch, code=booking.code, lang=lang)
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))


def back(opened: OpenBranch, code: str, note: str = "") -> ResponseReturnValue:
    """To the page of the appointment."""
    return opened.back_to("booking.show", code=code, **({"note": note} if note else {}))


def unknown(opened: OpenBranch) -> Response:
    """The page for a code of no appointment. Raises NotFound if nothing can be booked here."""
    opened.require_offers()
    return message(
        opened,
        404,
        heading=opened.say(N_("There is no appointment with this code")),
        sentence=opened.say(N_("An appointment can be seen here until the day after it.")),
        action_href=opened.url("booking.find"),
        action_text=opened.say(N_("Type the code")),
    )


def wait(opened: OpenBranch, error: RateLimited) -> Response:
    """The page after many unknown codes."""
    response = message(
        opened,
        429,
        heading=opened.say(N_("Wait a moment")),
        sentence=opened.say(
            N_("Many codes that do not exist were tried from here. Try again in five minutes.")
        ),
    )
    response.headers["Retry-After"] = str(error.extra["retry_after"])
    return response
