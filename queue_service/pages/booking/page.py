"""Booking an appointment: choose a service, choose a time, hold it, confirm it.

The pages need no script, no cookie and no login. The page of times has a key of its own: a time
that is sent with it is held for it, and its holder alone confirms it. So a form that is sent twice,
*back* and a second tab lose no time and take none twice. Each form is answered by a redirection,
and opening an address changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from secrets import token_urlsafe
from typing import Any, Final, NamedTuple, cast

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from queue_service.bookings.api import letter_ways
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.slots import FreeSlot, free_slots
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.letters import day_before
from queue_service.bookings.rules.slot_file import time_from, time_text
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.errors import (
    AlreadyBooked,
    BookingNotFound,
    BookingOver,
    FieldError,
    HoldEnded,
    Invalid,
    NotFound,
    NotOffered,
    SlotTaken,
    TooLate,
)
from queue_service.language.catalogues import N_, NN_
from queue_service.language.languages import name_in
from queue_service.pages.booking.contact import NO_WISHES, Wishes, wishes_of
from queue_service.pages.booking.days import chosen_day, nearest, times_on, weeks
from queue_service.pages.booking.opened import (
    BOOKED,
    OpenBranch,
    draw,
    message,
    nothing,
    open_branch,
    secret,
)
from queue_service.pages.booking.where import nothing_here
from queue_service.web.context import queue, settings
from queue_service.web.security.visitors import visitor

blueprint = Blueprint("book", __name__, url_prefix="/book/<branch>")
blueprint.register_error_handler(NotFound, nothing_here)

KEY_BYTES: Final = 16
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NONE: Final = NN_(
    "There is no free time in the next {n} day.", "There is no free time in the next {n} days."
)


class ServiceChoice(NamedTuple):
    """A service that can be booked, and its next free time in words."""

    id: str
    name: str
    description: str
    next: str


@blueprint.get("")
def services(branch: str) -> ResponseReturnValue:
    """The services that can be booked, each with its next free time."""
    opened = open_branch(branch)
    choices = list(_choices(opened))
    if len(choices) == 1:
        return opened.back_to("book.times", service=choices[0].id)
    return draw("book-services.html", opened, services=choices)


@blueprint.get("/<service>")
def times(branch: str, service: str) -> ResponseReturnValue:
    """The free times of a service. ``?day=`` shows those of a date, ``?time=`` offers one first."""
    opened = open_branch(branch)
    known = opened.service(service)
    free = free_slots(queue(), opened.branch, service, opened.now)
    here = partial(opened.url, "book.times", service=service)
    return draw(
        "book-times.html",
        opened,
        name=opened.name(known.id),
        texts=opened.texts(service),
        to=here(),
        hidden={"key": token_urlsafe(KEY_BYTES)},
        back=_back(opened),
        moving="",
        address=lambda day: here(day=day),
        **shown_times(opened, service, free),
    )


def _back(opened: OpenBranch) -> str:
    """The page before the times; empty if there is none: a single service has no choice of it."""
    if len(opened.branch.bookings.offers) > 1:
        return opened.url("book.services")
    if opened.branch.is_public:
        return opened.url("public_page.branch")
    return ""


def shown_times(opened: OpenBranch, service: str, free: list[FreeSlot]) -> dict[str, Any]:
    """The values of the template for free times, and for their absence."""
    wanted, day = time_from(request.args.get("time", "")), request.args.get("day", "")
    clock, offer = opened.clock, opened.branch.bookings.offers[service]
    near = nearest(free, wanted)
    if near is None:
        return {
            "near": None,
            "taken": wanted is not None,
            "no_time": opened.say.counted(_NONE, offer.days_ahead),
            "same_day": offer.same_day_percent > 0,
        }
    chosen = chosen_day(free, day if _DAY.fullmatch(day) else "", near, clock)
    return {
        "near": clock.time(near.starts_at),
        "is_wanted": near.starts_at == wanted,
        "taken": wanted is not None and near.starts_at != wanted,
        "weeks": weeks(free, chosen, clock),
        "chosen": clock.day(chosen),
        "times": times_on(free, chosen, clock),
    }


@blueprint.post("/<service>")
def hold(branch: str, service: str) -> ResponseReturnValue:
    """Hold a time for the page with this key; one that is gone leads to the nearest free one."""
    opened = open_branch(branch)
    opened.service(service)
    key = request.form.get("key", "")
    instant = time_from(request.form.get("time", ""))
    if instant is None or not _KEY.fullmatch(key):
        return opened.back_to("book.times", service=service)
    try:
        bookings.hold(
            queue(), opened.command, service, instant, key,
            language=opened.say.language, channel="web", address=visitor().address,
        )  # fmt: skip
    except AlreadyBooked as error:
        return _to_booking(opened, str(error.extra["booking"]))
    except (HoldEnded, NotOffered, SlotTaken, TooLate):
        return _gone(opened, service, instant)
    return opened.back_to("book.held", service=service, key=key)


@blueprint.get("/<service>/<key>")
def held(branch: str, service: str, key: str) -> ResponseReturnValue:
    """The time that is held for a key, to confirm it."""
    opened = open_branch(branch)
    opened.service(service)
    booking = _of_key(opened, key)
    if booking is None or booking.service != service:
        return _ended(opened, service)
    if booking.state != "held":
        return _to_booking(opened, booking.code)
    return _confirmation(opened, booking, key)


@blueprint.post("/<service>/<key>")
def confirm(branch: str, service: str, key: str) -> ResponseReturnValue:
    """Book the time that is held for a key, once; sending it again leads to the same booking.

    If the hold has ended the time is booked all the same while it is free.
    """
    opened = open_branch(branch)
    opened.service(service)
    booking, instant = _of_key(opened, key), time_from(request.form.get("time", ""))
    if booking is None or booking.service != service:
        return _ended(opened, service) if instant is None else _gone(opened, service, instant)
    if booking.state != "held":
        return _to_booking(opened, booking.code)
    if booking.starts_at != instant:
        note = opened.say(N_("In another window you have chosen this time. Is it right?"))
        return _confirmation(opened, booking, key, note, status=409)
    wishes = wishes_of(request.form)
    try:
        contact = wishes.contact(settings())
    except Invalid as error:
        wrong = tuple(fault["field"] for fault in cast("list[FieldError]", error.extra["errors"]))
        note = opened.say(error.detail)
        return _confirmation(opened, booking, key, note, wishes, wrong, status=422)
    try:
        bookings.confirm(
            queue(), opened.command, booking.code, key,
            contact=contact, earlier=wishes.earlier, starts_at=instant,
        )  # fmt: skip
    except (HoldEnded, SlotTaken, TooLate, NotOffered, BookingNotFound):
        return _gone(opened, service, instant)
    except BookingOver:
        pass  # booked, and cancelled in another tab: its page says so
    return _to_booking(opened, booking.code)


@blueprint.post("/<service>/<key>/release")
def release(branch: str, service: str, key: str) -> ResponseReturnValue:
    """Give the held time back, and choose another."""
    opened = open_branch(branch)
    opened.service(service)
    booking = _of_key(opened, key)
    if booking is not None and booking.state != "held":
        return _to_booking(opened, booking.code)
    if booking is not None:
        bookings.release_hold(queue(), opened.command, booking.code, key)
    return opened.back_to("book.times", service=service)


def _choices(opened: OpenBranch) -> Iterator[ServiceChoice]:
    say, clock = opened.say, opened.clock
    for service_id, offer in opened.branch.bookings.offers.items():
        service = opened.branch.services[service_id]
        if not service.active:
            continue
        near = nearest(free_slots(queue(), opened.branch, service_id, opened.now), None)
        text = say.counted(_NONE, offer.days_ahead)
        if near is not None:
            text = say(N_("Next free time: {when}"), when=clock.soon(near.starts_at))
        description = name_in(service.description, say.language, *opened.branch.languages)
        yield ServiceChoice(service_id, opened.name(service_id), description, text)


def _of_key(opened: OpenBranch, key: str) -> Booking | None:
    """The booking of a key. Raises NotFound for a text that is none."""
    if not _KEY.fullmatch(key):
        raise nothing()
    return bookings.of_owner(queue(), opened.branch.id, key)


def _confirmation(
    opened: OpenBranch,
    booking: Booking,
    key: str,
    problem: str = "",
    typed: Wishes = NO_WISHES,
    wrong: tuple[str, ...] = (),
    *,
    status: int = 200,
) -> Response:
    """The page that asks for the confirmation; ``wrong``: the fields that the problem is about."""
    where = {"service": booking.service, "key": key}
    until = opened.say.time_of_day(booking.held_until or 0, opened.branch.timezone)
    page = draw(
        "book-hold.html",
        opened,
        status,
        name=opened.name(booking.service),
        when=opened.clock.appointed(booking.starts_at),
        until=until,
        ended=opened.now >= (booking.held_until or 0),
        time=time_text(booking.starts_at),
        texts=opened.texts(booking.service),
        channels=letter_ways(settings()).channels,
        reminds=moment(opened.branch, opened.now).date
        < day_before(opened.branch, booking.starts_at),
        to=opened.url("book.confirm", **where),
        release=opened.url("book.release", **where),
        typed=typed,
        problem=problem,
        wrong=wrong,
    )
    return secret(page)


def _to_booking(opened: OpenBranch, code: str) -> ResponseReturnValue:
    return opened.back_to("booking.show", code=code, note=BOOKED)


def _gone(opened: OpenBranch, service: str, instant: int) -> ResponseReturnValue:
    """To the free times, with the one nearest to a time that is not free any more."""
    return opened.back_to("book.times", service=service, time=time_text(instant))


def _ended(opened: OpenBranch, service: str) -> Response:
    say = opened.say
    return message(
        opened,
        404,
        heading=say(N_("No time is held for you here")),
        sentence=say(N_("Nothing is booked. Choose a time again.")),
        action_href=opened.url("book.times", service=service),
        action_text=say(N_("Choose a time")),
    )
