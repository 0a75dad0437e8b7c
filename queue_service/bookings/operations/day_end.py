"""The end of a day for its bookings: missed ones are counted, and all of them are forgotten.

A booking lives until the end of its date. Its counts remain, and on the visit, for as long
as visits are kept, the booked time.
"""

from __future__ import annotations

from contextlib import suppress

from queue_service.access.rules.caller import PERIODIC
from queue_service.bookings.operations.arriving import settle_arrivals
from queue_service.bookings.operations.booking import mark_missed
from queue_service.bookings.operations.changing import change_booking
from queue_service.bookings.operations.closing import settle
from queue_service.bookings.rules import changes
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import hours_on, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.errors import BookingNotFound, BookingOver, BranchNotFound


def end_days(queue: Queue, at: int | None = None) -> None:
    """End the days of all branches that are over at ``at`` (ms), by default the store's time.

    Replayed days end by their own commands, and a bus has no bookings.
    """
    for branch in queue.get(BranchStore).all():
        if not (branch.historic or branch.elsewhere):
            with suppress(BranchNotFound):
                end_day(queue, branch, at)


def end_day(queue: Queue, branch: Branch, at: int | None = None) -> int:
    """End the bookings of a branch that are over at ``at`` (ms); returns how many were forgotten.

    Holds that are over end. An arrival that a process has left half done is completed. Citizens
    whose time is closed by now are asked for another one. Once the day was closed, booked citizens
    whose time was before that and who have not come are missed. Once the date is over all its
    bookings are, and are forgotten with their slots. A time that the branch could not keep counts
    as cancelled, not as missed. It may be broken off and done again at any point.
    """
    store, now = queue.get(BookingStore), queue.time(at)
    store.end_holds(branch.id, at)
    today = moment(branch, now)
    closed_at = int(queue.get(BranchStore).fact(branch.id, "closed_at") or 0)
    over = min(now, max(closed_at, today.day_begins))
    if not branch.archived:  # nothing is counted there any more
        settle_arrivals(queue, branch.id, at)
        settle(queue, branch.id, PERIODIC, at)
        command = Command(branch.id, PERIODIC, None, at)
        for booking in store.between(branch.id, 0, over):
            if booking.state == "booked":
                _end(queue, command, branch, booking)
    return store.forget(branch.id, today.day_begins)


def _end(queue: Queue, command: Command, branch: Branch, booking: Booking) -> None:
    day = moment(branch, booking.starts_at).date
    was_open = any(a <= booking.starts_at < b for a, b in hours_on(branch, day))
    with suppress(BookingNotFound, BookingOver):
        if was_open and booking.displaced_at is None:
            mark_missed(queue, command, booking.code)
        else:
            change_booking(queue, command, booking.code, changes.call_off)
