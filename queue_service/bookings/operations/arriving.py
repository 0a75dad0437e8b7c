"""The arrival of a citizen with a booking: at the kiosk, at the counter, or by the booking's page.

A booking is no visit; its arrival issues one. However often and wherever it is repeated, there is
one visit for one booking.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final, NamedTuple

from queue_service.access.rules.caller import PERIODIC, Caller, IdempotencyKey
from queue_service.bookings.operations.booking import find, find_in_any, mark_arrived
from queue_service.bookings.operations.changing import BookingResult, branch_of
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.changes import require_open
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.errors import (
    BookedElsewhere,
    BookingNotFound,
    BookingOver,
    HoldEnded,
    OtherDay,
    QueueError,
    VisitNotFound,
)
from queue_service.language.instants import rfc3339
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.booked import Arrival, Booked, arrival_of
from queue_service.visits.rules.command_result import CommandResult, read_answer
from queue_service.visits.rules.follow_code import follow_code
from queue_service.visits.store.visit_store import VisitStore

CITIZEN: Final = Caller("citizen", "kiosk")
"""The caller of the public pages of appointments: bound by the hours, as at a kiosk."""


_IN_VAIN: Final = (BookingNotFound, BookingOver, HoldEnded, OtherDay)
"""The refusals of a booking that does not take a visit, now or later."""


class Arrived(NamedTuple):
    """A booking with the visit that its arrival has issued.

    ``comes``: how it is queued. ``in_time``: by the booked time (``visits/rules/booked.py``);
    ``late``: by the arrival alone; ``early``: as anyone who walks in.
    """

    booking: Booking
    comes: Arrival
    result: CommandResult


def arrive(
    queue: Queue,
    command: Command,
    code: str,
    *,
    anyway: bool = False,
    follow: bool = True,
    language: str | None = None,
    address: str = "",
) -> Arrived:
    """The visit of a booking; one that has arrived already has its visit as it is now.

    ``code`` is as somebody typed it; unknown ones are counted on ``address``, the sender's.
    ``anyway``: a citizen who comes too early waits as anyone who walks in. ``follow``: with a code
    for the citizen's phone, which only the first arrival makes. The visit is called in
    ``language``, by default that of the booking.

    Raises BookingNotFound, RateLimited, BookedElsewhere, BookingOver for one that is cancelled or
    missed, OtherDay, TooEarly, and what :func:`issuing.issue` raises.
    """
    booking = _here(queue, command, code, address)
    branch = branch_of(queue, command)
    if booking.state == "arrived":
        return _again(queue, command, branch, booking)
    require_open(booking)
    _require_today(branch, booking, queue.now(command))
    wanted = language or booking.language
    result = issuing.issue(
        queue,
        _for_booking(command, booking),
        booking.service,
        language=wanted if language or wanted in branch.languages else None,
        channel="kiosk" if command.caller.role == "kiosk" else "desk",
        follow=follow,
        booked=_booked(branch, booking, anyway=anyway),
    )
    done = _note(queue, command, booking.code, booking.starts_at, result.visit.id)
    return Arrived(done.booking, arrival_of(result.visit), result)


def settle_arrivals(queue: Queue, branch_id: str, at: int | None = None) -> None:
    """Give bookings the visits of their arrivals, of which they do not know because a process ended
    between the two; ``at`` is in ms, by default the store's time.

    Raises BranchNotFound and BranchArchived.
    """
    command = Command(branch_id, PERIODIC, None, at)
    for arrival, visit_id in queue.get(BookingStore).arriving(branch_id).items():
        code, _, starts_at = arrival.partition("|")
        with suppress(*_IN_VAIN):
            _note(queue, command, code, int(starts_at), visit_id)


def _note(
    queue: Queue, command: Command, code: str, starts_at: int, visit_id: str
) -> BookingResult:
    """Note the visit on the booking. If that was cancelled or moved in the same moment the visit is
    taken back, since it would wait for the former place."""
    try:
        return mark_arrived(queue, _alone(command), code, visit_id, starts_at)
    except _IN_VAIN:
        with suppress(QueueError):
            visits.take_back(queue, _alone(command), visit_id)
        queue.get(BookingStore).end_arrival(command.branch, f"{code}|{starts_at}")
        raise


def _here(queue: Queue, command: Command, code: str, address: str) -> Booking:
    """The booking of a code in this branch. Raises BookedElsewhere if another one has it."""
    try:
        return find(queue, command.branch, code, address)
    except BookingNotFound:
        other = find_in_any(queue, code)
        if other is None:
            raise
    there = queue.get(BranchStore).get(other[0])
    known = {"street_address": there.street_address} if there.street_address else {}
    detail = f"The appointment is at {there.place}."
    raise BookedElsewhere(detail, branch=there.id, name=there.name, **known)


def _require_today(branch: Branch, booking: Booking, now: int) -> None:
    if moment(branch, now).date != moment(branch, booking.starts_at).date:
        raise OtherDay("The appointment is on another day.", starts_at=rfc3339(booking.starts_at))


def _booked(branch: Branch, booking: Booking, *, anyway: bool) -> Booked:
    rules = branch.bookings
    return Booked(
        booking.starts_at,
        rules.head_start_ms,
        rules.early_ms,
        rules.late_ms,
        anyway,
        booking.arrival,
    )


def _for_booking(command: Command, booking: Booking) -> Command:
    """The command with a key of the booking, so that it is issued one visit wherever it arrives."""
    key = IdempotencyKey("booking", booking.arrival, "arrive")
    return command._replace(idempotency=key)


def _alone(command: Command) -> Command:
    return command._replace(idempotency=None)


def _again(queue: Queue, command: Command, branch: Branch, booking: Booking) -> Arrived:
    found = queue.get(VisitStore).many(branch.id, [booking.visit or ""])
    reply = queue.get(VisitStore).standing(branch, found[0], command.at) if found else ""
    if not reply:
        raise VisitNotFound("There is no such visit; it may be older than what is kept.")
    key = _for_booking(command, booking).idempotency
    code = follow_code(branch.id, found[0].id, key)
    result = read_answer(reply, replayed=True)._replace(code=code)
    return Arrived(booking, arrival_of(result.visit), result)
