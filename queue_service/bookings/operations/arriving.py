"""The arrival of a citizen with a booking: at the kiosk, at the counter, or by the booking's page.

A booking is no visit; its arrival issues one. However often and wherever it is repeated, there is
one visit for one booking.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final, NamedTuple

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.bookings.operations.booking import find, find_in_any, mark_arrived
from queue_service.bookings.operations.changing import branch_of
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.changes import require_open
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.errors import (
    BookedElsewhere,
    BookingNotFound,
    BookingOver,
    OtherDay,
    QueueError,
    VisitNotFound,
)
from queue_service.language.instants import rfc3339
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.booked import Arrival, Booked
from queue_service.visits.rules.command_result import CommandResult, read_answer
from queue_service.visits.rules.follow_code import follow_code
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore

CITIZEN: Final = Caller("citizen", "kiosk")
"""The caller of the public pages of appointments: bound by the hours, as at a kiosk."""


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
    try:
        done = mark_arrived(queue, _alone(command), booking.code, result.visit.id)
    except (BookingOver, BookingNotFound):
        # It was cancelled in the same moment, and its visit would wait for its place.
        with suppress(QueueError):
            visits.take_back(queue, _alone(command), result.visit.id)
        raise
    return Arrived(done.booking, _comes(branch, booking, result.visit), result)


def _here(queue: Queue, command: Command, code: str, address: str) -> Booking:
    """The booking of a code in this branch. Raises BookedElsewhere if another one has it."""
    try:
        return find(queue, command.branch, code, address)
    except BookingNotFound:
        other = find_in_any(queue, code)
        if other is None:
            raise
    name = queue.get(BranchStore).get(other[0]).name
    raise BookedElsewhere(f"The appointment is at {name}.", branch=other[0], name=name)


def _require_today(branch: Branch, booking: Booking, now: int) -> None:
    if moment(branch, now).date != moment(branch, booking.starts_at).date:
        raise OtherDay("The appointment is on another day.", starts_at=rfc3339(booking.starts_at))


def _booked(branch: Branch, booking: Booking, *, anyway: bool = False) -> Booked:
    rules = branch.bookings
    return Booked(booking.starts_at, rules.head_start_ms, rules.early_ms, rules.late_ms, anyway)


def _comes(branch: Branch, booking: Booking, visit: Visit) -> Arrival:
    if visit.booked_for is None:
        return "early"
    return (
        "in_time"
        if visit.booked_head_start_ms
        else _booked(branch, booking).arrival(visit.issued_at)
    )


def _for_booking(command: Command, booking: Booking) -> Command:
    """The command with a key of the booking, so that it is issued one visit wherever it arrives."""
    key = IdempotencyKey("booking", f"{booking.code}|{booking.starts_at}", "arrive")
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
    return Arrived(booking, _comes(branch, booking, result.visit), result)
