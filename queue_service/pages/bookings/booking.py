"""Booking for a citizen on the telephone or at the desk, and one booking afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from secrets import token_urlsafe
from typing import Any, Final, NamedTuple, cast

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.bookings.api import letter_ways
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations import earlier as earlier_times
from queue_service.bookings.operations.arriving import arrive
from queue_service.bookings.operations.changing import unknown_code
from queue_service.bookings.operations.slots import FreeSlot, free_slots
from queue_service.bookings.rules.booking import Booking, BookingChannel, BookingContact
from queue_service.bookings.rules.contact import checked_contact
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.errors import BookingOver, Invalid, NotFound, TooEarly
from queue_service.language.catalogues import N_
from queue_service.language.languages import SOURCE
from queue_service.language.wording import Wording
from queue_service.pages.bookings.frame import (
    asked_date,
    attempt,
    blueprint,
    command,
    offered,
    opened,
    show,
    today,
    when,
)
from queue_service.pages.bookings.texts import ASKED
from queue_service.playbook.operations import in_force
from queue_service.visits.rules.booked import arrival_of
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore
from queue_service.web.context import queue, settings
from queue_service.web.forms import FormRefused, form_value
from queue_service.web.i18n import current_language

KEY_BYTES: Final = 16
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{22}")
DAYS_SHOWN: Final = 7
"""How many dates with free times a page shows."""
_MOST_DIGITS: Final = 14
"""Of an instant (ms)."""
_VERBS: Final = ("confirm", "release", "contact", "forget", "move", "cancel", "arrive")


class FreeDay(NamedTuple):
    """A date and its free times."""

    date: str
    slots: Sequence[FreeSlot]


@blueprint.get("/<branch>/new")
def new(branch: str) -> ResponseReturnValue:
    """Choose a service and one of its free times. The key is this page's own: the time that it
    holds twice is held once."""
    return _choose(opened(branch))


@blueprint.post("/<branch>/new")
def hold(branch: str) -> ResponseReturnValue:
    """Hold the chosen time, while the citizen thinks about it."""
    found, key = opened(branch), _key()
    result, refused = attempt(
        lambda: bookings.hold(
            queue(), command(found), form_value("service"), _instant(), key,
            language=form_value("language") or None, channel=_channel(),
        )
    )  # fmt: skip
    if result is None:
        return _choose(found, refused)
    return redirect(_address(found, result.booking.code, key=key), 303)


@blueprint.get("/<branch>/<code>")
def one(branch: str, code: str) -> ResponseReturnValue:
    """A booking: while it is held to be confirmed, afterwards with its code to read aloud."""
    found = opened(branch)
    return _page(found, _booking(found, code))


@blueprint.get("/<branch>/<code>/move")
def choose_other(branch: str, code: str) -> ResponseReturnValue:
    """The free times that a booking can be moved to; one that is over has none."""
    found = opened(branch)
    booking = _booking(found, code)
    if booking.state != "booked":
        return redirect(_address(found, booking.code), 303)
    return _choose_other(found, booking)


@blueprint.post("/<branch>/<code>/<verb>")
def act(branch: str, code: str, verb: str) -> ResponseReturnValue:
    """Confirm, release, move or cancel it, change its address, or note that the citizen is here."""
    if verb not in _VERBS:
        raise NotFound("There is nothing at this address; check it.")
    found = opened(branch)
    booking = _booking(found, code)
    if verb == "release":
        return _release(found, booking)
    done, refused = attempt(lambda: _act(found, booking, verb))
    if refused and verb == "move" and refused.form != BookingOver.code:
        return _choose_other(found, booking, refused)
    if refused:
        return _page(found, _booking(found, code), refused)
    return redirect(_address(found, booking.code, done=done), 303)


def _release(branch: Branch, booking: Booking) -> ResponseReturnValue:
    """Give the held time back, and choose another."""
    by, key = command(branch), form_value("key")
    _, refused = attempt(lambda: bookings.release_hold(queue(), by, booking.code, key))
    if refused:
        return _page(branch, booking, refused)
    return redirect(url_for("bookings_page.new", branch=branch.id, service=booking.service), 303)


def _act(branch: Branch, booking: Booking, verb: str) -> str:
    """Carry out a verb; returns what has become of the booking, for the next page."""
    by, code = command(branch), booking.code
    if verb == "confirm":
        contact, earlier = _contact(), form_value("earlier") == "1"
        key = form_value("key")
        bookings.confirm(queue(), by, code, key, contact=contact, earlier=earlier)
        return "booked"
    if verb == "contact":
        wants_earlier = form_value("earlier") == "1"
        bookings.set_contact(queue(), by, code, _given_contact(), earlier=wants_earlier)
        return "contact"
    if verb == "forget":
        bookings.set_contact(queue(), by, code, None)
        return "forgotten"
    if verb == "move":
        bookings.move(queue(), by, code, _instant(), staff=True)
        return "moved"
    if verb == "cancel":
        after = bookings.cancel(queue(), by, code, staff=True).booking
        return "kept" if earlier_times.is_kept(queue(), branch.id, after) else "cancelled"
    return arrive(queue(), by, code, anyway=form_value("anyway") == "1").comes


def _contact() -> BookingContact | None:
    """The address of letters that the form has, if any. Raises Invalid."""
    written = {way: form_value(way) for way in letter_ways(settings()).channels}
    return checked_contact(written.get("mail"), written.get("text"), letter_ways(settings()))


def _given_contact() -> BookingContact:
    """The same, where one has to be given."""
    contact = _contact()
    if contact is None:
        raise Invalid.at("contact", "It needs a mail address or a telephone number.")
    return contact


def _booking(branch: Branch, code: str) -> Booking:
    """The booking of an address, a held one too. Raises BookingNotFound."""
    found = queue().get(BookingStore).load(branch.id, None, code=code).booking
    if found is None:
        raise unknown_code()
    return found


def _page(
    branch: Branch, booking: Booking, refused: FormRefused | None = None
) -> ResponseReturnValue:
    key = request.values.get("key", "")
    day = moment(branch, booking.starts_at).date
    visit = _visit(branch, booking)
    return show(
        "bookings-one.html",
        branch,
        refused=refused,
        booking=booking,
        name=_name(branch, booking.service),
        when=when(branch, booking.starts_at),
        date=day,
        is_today=day == today(branch),
        key=key if _KEY.fullmatch(key) else "",
        asked={name: form_value(name) for name in ("mail", "text", "earlier")},
        ways=letter_ways(settings()).channels,
        bring=_bring(branch, booking.service),
        number=visit.number if visit else "",
        queued=_queued(visit) if visit else "",
        done=request.args.get("done", ""),
        too_early=_too_early(branch, booking, refused),
        may_write=queue().store.time() < booking.starts_at,
    )


def _too_early(branch: Branch, booking: Booking, refused: FormRefused | None) -> str:
    """The time of day at which a citizen who came too early can report; empty for another
    refusal."""
    if refused is None or refused.form != TooEarly.code:
        return ""
    opens = booking.starts_at - branch.bookings.early_ms
    return Wording(current_language()).time_of_day(opens, branch.timezone)


def _choose(branch: Branch, refused: FormRefused | None = None) -> ResponseReturnValue:
    services = offered(branch)
    service = request.values.get("service", "")
    if service not in services:
        service = next(iter(services)) if len(services) == 1 else ""
    key = request.values.get("key", "")
    key = key if _KEY.fullmatch(key) else token_urlsafe(KEY_BYTES)
    channel = request.values.get("channel", ASKED[0])
    return show(
        "bookings-new.html",
        branch,
        refused=refused,
        offered=services,
        service=service,
        key=key,
        asked=ASKED,
        channel=channel,
        language=request.values.get("language", branch.languages[0]),
        **(_times(branch, service, key=key, channel=channel) if service else {}),
    )


def _choose_other(
    branch: Branch, booking: Booking, refused: FormRefused | None = None
) -> ResponseReturnValue:
    return show(
        "bookings-move.html",
        branch,
        refused=refused,
        booking=booking,
        name=_name(branch, booking.service),
        when=when(branch, booking.starts_at),
        **_times(branch, booking.service, code=booking.code),
    )


def _times(branch: Branch, service: str, **kept: Any) -> dict[str, Any]:
    """The free times of the next dates that have some, from ``?from=`` on, and the ways to others.

    ``kept`` are the parts of the address that stay.
    """
    now = queue().store.time()
    free = free_slots(queue(), branch, service, now, staff=True)
    days = [*_by_date(branch, free)]
    first = asked_date(branch, "from")
    shown = [one for one in days if one.date >= first][:DAYS_SHOWN]
    before = [one.date for one in days if one.date < first][-DAYS_SHOWN:]
    after = [one.date for one in days if shown and one.date > shown[-1].date]

    def address(begin: str) -> str:
        if "code" in kept:
            to = "bookings_page.choose_other"
            return url_for(to, branch=branch.id, code=kept["code"], **_from_date(begin))
        return url_for(
            "bookings_page.new", branch=branch.id, service=service, **kept, **_from_date(begin)
        )

    return {
        "days": shown,
        "earlier": address(before[0]) if before else "",
        "later": address(after[0]) if after else "",
    }


def _from_date(begin: str) -> dict[str, Any]:
    return {"from": begin}


def _by_date(branch: Branch, free: Sequence[FreeSlot]) -> Iterator[FreeDay]:
    for day, slots in groupby(free, key=lambda one: moment(branch, one.starts_at).date):
        yield FreeDay(day, [*slots])


def _name(branch: Branch, service: str) -> Any:
    known = branch.services.get(service)
    return known.name if known else {SOURCE: service}


def _bring(branch: Branch, service: str) -> Sequence[str]:
    """The things that the citizen brings, by the playbook, to be read aloud."""
    entry = in_force(queue(), branch).get(service)
    return entry.content.text(current_language()).bring if entry else ()


def _visit(branch: Branch, booking: Booking) -> Visit | None:
    """The visit that the arrival made, while it is kept."""
    if booking.visit is None:
        return None
    return next(iter(queue().get(VisitStore).many(branch.id, [booking.visit])), None)


def _queued(visit: Visit) -> str:
    """How the visit of an arrival is queued: by the appointment, or by the arrival alone.

    Empty once it waits no longer, or waits for a later time.
    """
    if visit.state != "waiting" or visit.not_before is not None:
        return ""
    if visit.booked_for is None:
        return N_("The citizen waits from now on as those without an appointment.")
    if arrival_of(visit) == "late":
        return N_("The citizen came late: queued by the arrival.")
    return N_("The citizen is called by this number, by the booked time.")


def _address(branch: Branch, code: str, **more: Any) -> str:
    return url_for("bookings_page.one", branch=branch.id, code=code, **more)


def _key() -> str:
    key = form_value("key")
    if not _KEY.fullmatch(key):
        raise Invalid.at("key", "Open the page again, then choose a time.")
    return key


def _instant() -> int:
    text = form_value("starts_at")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _channel() -> BookingChannel:
    chosen = form_value("channel")
    return cast(BookingChannel, chosen if chosen in ASKED else ASKED[0])
