"""An appointment by its code: see it, move it, cancel it, and take it into a calendar.

Every link, in letters as well, opens a page and changes nothing (``by_code.py``).
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.access.rules.codes import grouped
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.calendar_file import MIMETYPE
from queue_service.bookings.rules.slot_file import time_from, time_text
from queue_service.bookings.text.calendar import appointment_file
from queue_service.branches.rules.dates_and_hours import closing_note
from queue_service.errors import (
    BookingNotFound,
    NotFound,
    NotOffered,
    RateLimited,
    SlotTaken,
    TooLate,
)
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording
from queue_service.pages.booking.arrival import EARLY, possible
from queue_service.pages.booking.by_code import (
    acting,
    back,
    elsewhere,
    found_booking,
    page_token,
    wait,
)
from queue_service.pages.booking.earlier import words_of
from queue_service.pages.booking.opened import BOOKED, OpenBranch, draw, open_branch, secret
from queue_service.pages.booking.page import shown_times
from queue_service.pages.booking.where import nothing_here
from queue_service.web.context import queue, settings
from queue_service.web.i18n import speak
from queue_service.web.qr import QrCode, qr_code
from queue_service.web.security.visitors import visitor

blueprint = Blueprint("booking", __name__, url_prefix="/booking/<branch>")
blueprint.register_error_handler(NotFound, nothing_here)

_NOTES: Final = {
    "outdated": ("warn", N_("This page was old. Below is how it is now. Try again.")),
    "moved": (
        "good",
        N_("Your appointment is moved. The code is the same. Save it in your calendar again."),
    ),
    "kept": ("good", N_("You keep your time.")),
    "gone": ("warn", N_("The earlier time is no longer free. You keep your time.")),
    "other_day": ("warn", N_("Your appointment is on another day.")),
    "closed": ("warn", N_("No numbers are given right now. Ask the staff.")),
    "late": ("warn", N_("Your time has begun, so you cannot change it here. Ask the staff.")),
}
_EARLY: Final = N_("Come back at {time}")
_TOO_EARLY: Final = N_("Your appointment is at {booked}. It is too early to wait for it.")
_DISPLACED: Final = N_("We are sorry: we cannot keep your time.")
_DISPLACED_BY: Final = N_("We are sorry: we cannot keep your time. The reason: {reason}")
_TITLES: Final = {
    "booked": N_("Your appointment"),
    "arrived": N_("You have checked in"),
    "cancelled": N_("Your appointment is cancelled"),
    "missed": N_("Your appointment is over"),
}
_BOOKED: Final = N_("Your appointment is booked")
_OVER: Final = N_("Your visit is over")
_SENT: Final = N_("We also send you the time and the code.")
_NUMBER: Final = N_("You have said that you are here. This is your number.")
_STATES: Final = {
    "cancelled": N_("Somebody else can have the time now."),
    "missed": N_("You did not come, so the time has passed. You can book another one."),
}
"""The sentences that a page may begin with, by their name in the address, with their tone."""


@blueprint.get("")
def find(branch: str) -> ResponseReturnValue:
    """The field for a code; with ``?code=`` it leads to the page of that appointment."""
    opened, typed = open_branch(branch, offers=False), request.args.get("code", "")
    if not typed:
        opened.require_offers()
        return secret(draw("booking-find.html", opened, typed="", problem=""))
    try:
        booking = bookings.find(queue(), branch, typed, visitor().address)
    except BookingNotFound:
        if (there := elsewhere(opened, typed)) is not None:
            return there
        opened.require_offers()
        problem = opened.say(N_("There is no appointment with this code. Check it and try again."))
        return secret(draw("booking-find.html", opened, 404, typed=typed[:20], problem=problem))
    except RateLimited as error:
        return wait(opened, error)
    return back(opened, booking.code)


@blueprint.get("/<code>")
def show(branch: str, code: str) -> ResponseReturnValue:
    """The appointment as it is now."""
    opened = open_branch(branch, offers=False)
    found = found_booking(opened, code)
    if isinstance(found, Response):
        return found
    if "lang" not in request.args and found.language in opened.branch.languages:
        speak(found.language)  # a letter leads here, on whatever device
        opened = opened._replace(say=Wording(found.language))
    return _page(opened, found)


@blueprint.get("/<code>/calendar.ics")
def calendar(branch: str, code: str) -> ResponseReturnValue:
    """The appointment as a calendar file."""
    opened = open_branch(branch, offers=False)
    found = found_booking(opened, code)
    if isinstance(found, Response):
        return found
    texts, origin = opened.texts(found.service), settings().public_url
    path = opened.url("booking.show", code=found.code)
    file = appointment_file(
        opened.branch,
        found,
        texts.bring if texts else (),
        f"{origin}{path}" if origin else "",
        opened.say,
        opened.now,
    )
    method = "CANCEL" if found.state in ("cancelled", "missed") else "PUBLISH"
    response = secret(Response(file, content_type=f"{MIMETYPE}; charset=utf-8; method={method}"))
    response.headers["Content-Disposition"] = f'attachment; filename="{branch}.ics"'
    return response


@blueprint.get("/<code>/move")
def move(branch: str, code: str) -> ResponseReturnValue:
    """The free times to which the appointment can be moved."""
    opened = open_branch(branch, offers=False)
    found = found_booking(opened, code)
    if isinstance(found, Response):
        return found
    if found.state != "booked" or found.service not in opened.branch.bookings.offers:
        return back(opened, found.code)
    free = free_slots(queue(), opened.branch, found.service, opened.now)
    free = [slot for slot in free if slot.starts_at != found.starts_at]
    page = draw(
        "book-times.html",
        opened,
        name=opened.name(found.service),
        texts=None,
        to=opened.url("booking.move_to", code=found.code),
        hidden={"token": page_token(found)},
        back=opened.url("booking.show", code=found.code),
        moving=opened.clock.when(found.starts_at),
        address=lambda day: opened.url("booking.move", code=found.code, day=day),
        **shown_times(opened, found.service, free),
    )
    return secret(page)


@blueprint.post("/<code>/move")
def move_to(branch: str, code: str) -> ResponseReturnValue:
    """Ask whether the appointment moves to a time, and with ``sure`` move it.

    A time that is gone leads to the nearest free one.
    """
    instant = time_from(request.form.get("time", ""))

    def act(opened: OpenBranch, booking: Booking) -> ResponseReturnValue:
        try:
            if request.form.get("sure") != "1":
                return _question(opened, booking, instant or 0)
            bookings.move(queue(), opened.command, booking.code, instant or 0)
        except (NotOffered, SlotTaken):
            wanted = time_text(instant or 0)
            return opened.back_to("booking.move", code=booking.code, time=wanted)
        except TooLate:
            return back(opened, booking.code, "late")
        return back(opened, booking.code, "moved")

    return acting(branch, code, act, lambda booking: booking.starts_at == instant)


@blueprint.post("/<code>/cancel")
def cancel(branch: str, code: str) -> ResponseReturnValue:
    """Cancel the appointment."""

    def act(opened: OpenBranch, booking: Booking) -> ResponseReturnValue:
        bookings.cancel(queue(), opened.command, booking.code)
        return back(opened, booking.code)

    return acting(branch, code, act, lambda booking: booking.state == "cancelled")


def _question(opened: OpenBranch, booking: Booking, instant: int) -> Response:
    """The old and the new time, with the button that moves. Raises NotOffered, and SlotTaken."""
    free = free_slots(queue(), opened.branch, booking.service, opened.now)
    if instant not in {slot.starts_at for slot in free}:
        raise SlotTaken("This time is no longer free.")
    page = draw(
        "book-move.html",
        opened,
        name=opened.name(booking.service),
        was=opened.clock.when(booking.starts_at),
        when=opened.clock.appointed(instant),
        to=opened.url("booking.move_to", code=booking.code),
        back=opened.url("booking.move", code=booking.code),
        token=page_token(booking),
        time=time_text(instant),
    )
    return secret(page)


def _page(opened: OpenBranch, booking: Booking) -> Response:
    arrival = possible(opened, booking, request.args.get("note", ""))
    title, note, tone = _heading(opened, booking, is_queued=bool(arrival.get("number")))
    page = draw(
        "booking.html",
        opened,
        booking=booking,
        title=title,
        code=grouped(booking.code),
        show_code=booking.state == "booked",
        displaced=booking.state == "booked" and booking.displaced_at is not None,
        qr=_squares(opened, booking),
        cancelled=booking.state == "cancelled",
        name=opened.name(booking.service),
        when=opened.clock.appointed(booking.starts_at),
        texts=opened.texts(booking.service) if booking.state == "booked" else None,
        token=page_token(booking),
        note=note,
        tone=tone,
        may=_possible(opened, booking),
        **arrival,
        earlier=words_of(opened, booking),
        offered_time=time_text(booking.offered.starts_at) if booking.offered else "",
    )
    return secret(page)


def _squares(opened: OpenBranch, booking: Booking) -> QrCode:
    """The address of the page, which ends in the code: a kiosk's scanner reads that."""
    path = url_for("booking.show", branch=opened.branch.id, code=booking.code)
    return qr_code(settings().public_url + path)


def _possible(opened: OpenBranch, booking: Booking) -> tuple[str, ...]:
    """The actions that the page offers."""
    if booking.state != "booked":
        return ("calendar",) if booking.state == "cancelled" else ()
    is_ahead = opened.now < booking.starts_at
    may_move = is_ahead and booking.service in opened.branch.bookings.offers
    calendar = () if booking.displaced_at is not None else ("calendar",)
    return (*calendar, "cancel", *(("move",) if may_move else ()))


def _sorry(opened: OpenBranch, booking: Booking) -> str:
    """The sentence about a time that is not kept, with the note of the other hours."""
    reason = opened.say.name(closing_note(opened.branch, booking.starts_at))
    if not reason:
        return opened.say(_DISPLACED)
    return opened.say(_DISPLACED_BY, reason=reason)


def _heading(opened: OpenBranch, booking: Booking, *, is_queued: bool) -> tuple[str, str, str]:
    """The title, the sentence below it, and its tone; the latter two are empty for none.

    ``is_queued``: the visit of one that has arrived is not over.
    """
    say, name, title = opened.say, request.args.get("note", ""), _TITLES[booking.state]
    if booking.state == "arrived":
        return (say(title), say(_NUMBER), "") if is_queued else (say(_OVER), "", "")
    if booking.state != "booked":
        return say(title), say(_STATES.get(booking.state, "")), ""
    if name == EARLY:
        begins = booking.starts_at - opened.branch.bookings.early_ms
        times = [say.time_of_day(at, opened.branch.timezone) for at in (begins, booking.starts_at)]
        return say(_EARLY, time=times[0]), say(_TOO_EARLY, booked=times[1]), "warn"
    tone, text = _NOTES.get(name, ("", ""))
    if not text and booking.displaced_at is not None:
        return say(title), _sorry(opened, booking), "warn"
    if name == BOOKED:
        title, tone, text = _BOOKED, "good", _SENT if booking.contact else ""
    return say(title), say(text), tone
