"""A citizen with an appointment is here, and says so on a phone: the number, and its page."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.bookings.operations import arriving
from queue_service.bookings.rules.booking import Booking
from queue_service.errors import (
    BranchClosed,
    BranchElsewhere,
    NotFound,
    OtherDay,
    ServiceClosed,
    ServiceFull,
    ServiceInactive,
    ServicePaused,
    TooEarly,
    VisitNotFound,
)
from queue_service.language.catalogues import N_
from queue_service.pages.booking.by_code import acting, back
from queue_service.pages.booking.opened import OpenBranch
from queue_service.pages.booking.where import nothing_here
from queue_service.visits.operations.listing import one_visit
from queue_service.visits.rules.visit import OPEN_STATES
from queue_service.web.context import queue

blueprint = Blueprint("booking_arrival", __name__, url_prefix="/booking/<branch>")
blueprint.register_error_handler(NotFound, nothing_here)

_NO_NUMBERS: Final = (
    BranchClosed, BranchElsewhere, ServiceClosed, ServiceFull, ServiceInactive, ServicePaused,
)  # fmt: skip
EARLY: Final = "early"
"""The note on the page of a citizen who came too early, who may wait as the others do."""


@blueprint.post("/<code>/arrive")
def arrive(branch: str, code: str) -> ResponseReturnValue:
    """The citizen is here: to the page that follows the number, the same each time."""
    return acting(branch, code, _arrive)


def possible(opened: OpenBranch, booking: Booking, note: str) -> dict[str, Any]:
    """The values of the page's template about the arrival; ``note`` is the name of its note.

    ``here``: it has a button. ``anyway``: the button is for one who came too early. ``here_from``
    says from when there is one.
    """
    if booking.state != "booked":
        return {"here": False, "number": _number(opened, booking)}
    clock, begins = opened.clock, booking.starts_at - opened.branch.bookings.early_ms
    early = opened.now < begins
    if clock.date_of(booking.starts_at) != clock.today:
        text = opened.say(N_("On the day you can check in here."))
        return {"here": False, "here_from": text}
    time = opened.say.time_of_day(begins, opened.branch.timezone)
    text = opened.say(N_("You can check in here from {time}."), time=time)
    return {"here": not early or note == EARLY, "anyway": early, "here_from": text}


def _number(opened: OpenBranch, booking: Booking) -> str:
    """The number of the visit while it is open; empty for none."""
    with suppress(VisitNotFound):
        visit = one_visit(queue(), opened.branch.id, booking.visit or "").visit
        if visit.state in OPEN_STATES:
            return visit.number
    return ""


def _arrive(opened: OpenBranch, booking: Booking) -> ResponseReturnValue:
    anyway = request.form.get("anyway") == "1"
    try:
        arrived = arriving.arrive(queue(), opened.command, booking.code, anyway=anyway, follow=True)
    except TooEarly:
        return back(opened, booking.code, EARLY)
    except OtherDay:
        return back(opened, booking.code, "other_day")
    except _NO_NUMBERS:
        return back(opened, booking.code, "closed")
    except VisitNotFound:
        return back(opened, booking.code)
    to = url_for("ticket.ticket", code=arrived.result.code, lang=opened.say.language)
    return redirect(to, 303)
