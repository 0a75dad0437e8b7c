"""Bookings over HTTP: free times for everybody, bookings for programs and the staff."""

from __future__ import annotations

from time import time
from typing import Any, Final, cast

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from queue_service.bookings.as_json import block_json, booking_json, day_json, slot_json
from queue_service.bookings.contract import (
    ArriveBody,
    ArrivedAnswer,
    BlockAnswer,
    BlockBody,
    BookBody,
    BookedDayAnswer,
    BookingAnswer,
    BookingContactBody,
    CancelBody,
    ConfirmBody,
    DayQuery,
    EarlierBody,
    MoveBody,
    OfferedBody,
    OwnerBody,
    SlotsAnswer,
    SlotsQuery,
    milliseconds_of,
)
from queue_service.bookings.operations import arriving, earlier
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.arriving import Arrived
from queue_service.bookings.operations.blocking import Block, block_places, plan_block
from queue_service.bookings.operations.changing import BookingResult
from queue_service.bookings.operations.day import booking_day
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.booking import BookingContact, ContactKind
from queue_service.bookings.rules.contact import LetterWays, checked_contact
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.errors import Invalid
from queue_service.language.instants import rfc3339
from queue_service.runtime.phone_address import phone_address
from queue_service.runtime.settings import Settings
from queue_service.visits.api import follow_json, visit_answer
from queue_service.visits.rules.refusals import require_here
from queue_service.web.commands import answer, command, no_content
from queue_service.web.context import queue, settings
from queue_service.web.description.openapi import describe
from queue_service.web.request_limit import RequestLimit, counted_address
from queue_service.web.requests import body, query

blueprint = Blueprint("bookings", __name__, url_prefix="/api/v1/branches/<branch>/bookings")

_EXTENSION: Final = "queue_booking_limit"
_ONE = {200: BookingAnswer}


@blueprint.record
def _remember(setup: BlueprintSetupState) -> None:
    known = setup.app.extensions
    known[_EXTENSION] = RequestLimit(known["queue_settings"].public_requests_per_minute)


@blueprint.get("/slots")
@describe(
    "The free times of a service",
    query=SlotsQuery,
    answers={200: SlotsAnswer},
    refusals=("branch_not_found", "branch_archived", "not_offered", "rate_limited"),
)
def slots(branch: str) -> Response:
    """As they are now, for everybody. A time that is listed may be taken a moment later: only a
    hold is sure.

    The free times of all services at once are in the public file ``/b/{branch}/slots.ndjson``
    (SMART Scheduling Links), which caches may keep for 15 seconds.
    """
    limit = cast(RequestLimit, current_app.extensions[_EXTENSION])
    limit.count(request.remote_addr or "", int(time() * 1000))
    wanted = query(SlotsQuery)
    found = queue().get(BranchStore).get(branch)
    require_here(found)
    now = queue().store.time()
    free = free_slots(queue(), found, wanted.service, now, wanted.from_, wanted.days)
    return answer(
        {
            "branch": branch,
            "service": wanted.service,
            "at": rfc3339(now),
            "slots": [slot_json(slot) for slot in free],
        }
    )


@blueprint.get("")
@describe("The bookings of a date", query=DayQuery, answers={200: BookedDayAnswer})
def day(branch: str) -> Response:
    """Each time of each service with its bookings, and what is free, held, blocked and kept for
    walk-ins. Bookings of a date that is over are forgotten."""
    found, now = queue().get(BranchStore).current(branch), queue().store.time()
    date = query(DayQuery).date or moment(found, now).date
    return answer(day_json(branch, booking_day(queue(), found, date, now), now))


@blueprint.post("/blocks")
@describe(
    "Block places of a date, or release them",
    body=BlockBody,
    answers={200: BlockAnswer},
    refusals=("not_offered",),
)
def block(branch: str) -> Response:
    """As for a sick colleague. Existing bookings stay; the answer lists the bookings that have
    no place any more, and those that have one again."""
    payload = body(BlockBody)
    wanted = Block(payload.service, payload.date, payload.from_, payload.until, payload.places)
    if payload.preview:
        found = queue().get(BranchStore).current(branch)
        planned = plan_block(queue(), found, wanted, queue().store.time())
    else:
        by = command(branch, payload)
        planned = block_places(queue(), by, wanted, letters=payload.letters)
    document = block_json(branch, planned, preview=payload.preview)
    return answer(document, replayed=planned.replayed)


@blueprint.post("")
@describe(
    "Book a time, or hold it",
    body=BookBody,
    answers={201: BookingAnswer},
    refusals=(
        "service_not_found", "service_inactive", "not_offered", "slot_taken", "too_late",
        "hold_ended", "already_booked",
    ),
)  # fmt: skip
def book(branch: str) -> Response:
    """A time that is held is confirmed by its owner; the same owner's next hold gives it back. The
    staff's channels, ``phone`` and ``desk``, book until the time begins."""
    payload = body(BookBody)
    if payload.hold and payload.owner is None:
        raise Invalid.at("owner", "It is missing: who may confirm what is held?")
    place = (payload.service, milliseconds_of(payload.starts_at))
    if payload.hold:
        done = bookings.hold(
            queue(),
            command(branch, payload),
            *place,
            payload.owner or "",
            language=payload.language,
            channel=payload.channel,
        )
    else:
        done = bookings.book(
            queue(),
            command(branch, payload),
            *place,
            language=payload.language,
            channel=payload.channel,
            contact=_contact(payload.contact),
            earlier=payload.earlier,
            owner=payload.owner or "",
        )
    return _response(branch, done, 201)


@blueprint.get("/<code>")
@describe("A booking by its code", answers=_ONE, refusals=("unknown_code", "rate_limited"))
def find(branch: str, code: str) -> Response:
    """In whatever state, until its day is over. Unknown codes are counted, and slowed down."""
    found = bookings.find(queue(), branch, code, counted_address(request.remote_addr or ""))
    return answer(booking_json(branch, found))


@blueprint.post("/<code>/confirm")
@describe(
    "Confirm what is held",
    body=ConfirmBody,
    answers=_ONE,
    refusals=("unknown_code", "hold_ended", "too_late", "booking_over"),
)
def confirm(branch: str, code: str) -> Response:
    """A hold that has ended is confirmed if its place is still free."""
    payload = body(ConfirmBody)
    done = bookings.confirm(
        queue(),
        command(branch, payload),
        code,
        payload.owner,
        contact=_contact(payload.contact),
        earlier=payload.earlier,
        starts_at=milliseconds_of(payload.starts_at) if payload.starts_at else 0,
    )
    return _response(branch, done)


@blueprint.post("/<code>/release")
@describe("Give back what is held", body=OwnerBody, answers={204: ""}, refusals=("hold_ended",))
def release(branch: str, code: str) -> Response:
    """Nothing happens to a time that is booked, or no longer held."""
    payload = body(OwnerBody)
    bookings.release_hold(queue(), command(branch, payload), code, payload.owner)
    return no_content()


@blueprint.post("/<code>/move")
@describe(
    "Move a booking to another time",
    body=MoveBody,
    answers=_ONE,
    refusals=("unknown_code", "not_offered", "slot_taken", "too_late", "booking_over"),
)
def move(branch: str, code: str) -> Response:
    """The new time is taken and the old one given back in one step."""
    payload = body(MoveBody)
    starts_at = milliseconds_of(payload.starts_at)
    done = bookings.move(
        queue(),
        command(branch, payload),
        code,
        starts_at,
        staff=True,
        by_staff=payload.by == "staff",
    )
    return _response(branch, done)


@blueprint.post("/<code>/cancel")
@describe(
    "Cancel a booking", body=CancelBody, answers=_ONE, refusals=("unknown_code", "booking_over")
)
def cancel(branch: str, code: str) -> Response:
    """A cancelled booking stays so."""
    payload = body(CancelBody)
    by_staff = payload.by == "staff"
    done = bookings.cancel(queue(), command(branch, payload), code, staff=by_staff)
    return _response(branch, done)


@blueprint.post("/<code>/earlier")
@describe(
    "Ask for an earlier time, or no longer",
    body=EarlierBody,
    answers=_ONE,
    refusals=("unknown_code", "booking_over"),
)
def ask(branch: str, code: str) -> Response:
    """It needs a contact, by which the citizen is asked. An offer stays until it is answered."""
    payload = body(EarlierBody)
    by = command(branch, payload)
    return _response(branch, earlier.ask(queue(), by, code, wanted=payload.wanted))


@blueprint.post("/<code>/offered")
@describe(
    "Answer an earlier time that is offered",
    body=OfferedBody,
    answers=_ONE,
    refusals=("unknown_code", "hold_ended", "booking_over"),
)
def answer_offer(branch: str, code: str) -> Response:
    """Accepted, the booking is moved there; else the time is offered to the next. An offer that is
    over cannot be accepted."""
    payload = body(OfferedBody)
    by, starts_at = command(branch, payload), milliseconds_of(payload.starts_at)
    act = earlier.accept if payload.accept else earlier.decline
    return _response(branch, act(queue(), by, code, starts_at))


@blueprint.post("/<code>/arrive")
@describe(
    "The arrival of a citizen with a booking",
    body=ArriveBody,
    answers={200: ArrivedAnswer, 201: ArrivedAnswer},
    refusals=(
        "unknown_code", "booked_elsewhere", "booking_over", "other_day", "too_early",
        "branch_closed", "service_not_found", "service_inactive", "rate_limited",
    ),
)  # fmt: skip
def arrive(branch: str, code: str) -> Response:
    """Issues the visit of the booking: 201 the first time, and 200 with the same visit later."""
    payload = body(ArriveBody)
    phones = phone_address(settings()).url
    done = arriving.arrive(
        queue(),
        command(branch, payload),
        code,
        anyway=payload.anyway,
        language=payload.language,
        address=counted_address(request.remote_addr or ""),
    )
    return answer(
        arrived_json(branch, done, phones),
        200 if done.result.replayed else 201,
        replayed=done.result.replayed,
    )


def arrived_json(branch: str, done: Arrived, phones: str) -> dict[str, Any]:
    """The visit of an arrival with its booking; ``phones``: the address where phones follow it."""
    return {
        **visit_answer(branch, done.result),
        "follow": follow_json(phones, done.result.code),
        "replayed": done.result.replayed,
        "booking": {
            "code": done.booking.code,
            "starts_at": rfc3339(done.booking.starts_at),
            "arrival": done.comes,
        },
    }


def letter_ways(settings: Settings) -> LetterWays:
    """The ways by which this installation sends letters."""
    offered: dict[ContactKind, bool] = {
        "text": bool(settings.sms_url),
        "mail": bool(settings.smtp_url),
    }
    channels = tuple(kind for kind, is_offered in offered.items() if is_offered)
    return LetterWays(channels, settings.sms_countries)


def _contact(given: BookingContactBody | None) -> BookingContact | None:
    return checked_contact(given.mail, given.text, letter_ways(settings())) if given else None


def _response(branch: str, done: BookingResult, status: int = 200) -> Response:
    return answer(booking_json(branch, done.booking), status, replayed=done.replayed)
