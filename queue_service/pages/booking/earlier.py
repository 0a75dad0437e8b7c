"""A citizen who asks for an earlier time on the page of an appointment, and answers an offer."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from queue_service.bookings.api import letter_ways
from queue_service.bookings.operations import earlier
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.slot_file import time_from
from queue_service.bookings.text.earlier import EarlierWords, earlier_words
from queue_service.errors import HoldEnded, Invalid, NotFound
from queue_service.pages.booking.by_code import acting, back
from queue_service.pages.booking.opened import OpenBranch
from queue_service.pages.booking.where import nothing_here
from queue_service.web.context import queue, settings

blueprint = Blueprint("booking_earlier", __name__, url_prefix="/booking/<branch>/<code>")
blueprint.register_error_handler(NotFound, nothing_here)


@blueprint.post("/earlier")
def ask(branch: str, code: str) -> ResponseReturnValue:
    """Ask for an earlier time, or no longer."""
    wanted = request.form.get("wanted") == "1"

    def act(opened: OpenBranch, booking: Booking) -> ResponseReturnValue:
        try:
            earlier.ask(queue(), opened.command, booking.code, wanted=wanted)
        except Invalid:  # no contact is known, and the page has no such button
            return back(opened, booking.code, "outdated")
        return back(opened, booking.code)

    return acting(branch, code, act, lambda booking: booking.earlier == wanted)


@blueprint.post("/answer")
def answer(branch: str, code: str) -> ResponseReturnValue:
    """Take the time that is offered, or leave it to the next."""
    instant, accepted = time_from(request.form.get("time", "")), request.form.get("answer") == "yes"

    def act(opened: OpenBranch, booking: Booking) -> ResponseReturnValue:
        if not accepted:
            earlier.decline(queue(), opened.command, booking.code, instant or 0)
            return back(opened, booking.code, "kept")
        try:
            earlier.accept(queue(), opened.command, booking.code, instant or 0)
        except HoldEnded:
            return back(opened, booking.code, "gone")
        return back(opened, booking.code, "moved")

    return acting(branch, code, act, lambda booking: booking.starts_at == instant)


def words_of(opened: OpenBranch, booking: Booking) -> EarlierWords | None:
    """The part of the page about earlier times; None if the installation sends no letters."""
    if not letter_ways(settings()).channels:
        return None
    counts = earlier.counts(queue(), opened.branch.id)
    asking = next((one.asking for one in counts if one.service == booking.service), 0)
    return earlier_words(opened.branch, booking, asking, opened.say.language, opened.now)
