"""The places that a change frees and that are kept for those who ask for an earlier time."""

from __future__ import annotations

from queue_service.bookings.earlier_store import EarlierStore
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.earlier import KeptTime, freed_places, kept_times
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue


def asking(queue: Queue, branch_id: str) -> list[Booking]:
    """The bookings whose citizens ask for an earlier time, the farthest first."""
    return queue.get(BookingStore).by_code(branch_id, queue.get(EarlierStore).asking(branch_id))


def freed_by(after: Booking) -> str:
    """The mark on a place that a change has freed: the booking as it is after it."""
    return f"{after.code}.{after.sequence}"


def kept_by(
    queue: Queue, branch: Branch, before: Booking | None, after: Booking | None, now: int
) -> tuple[KeptTime, ...]:
    """The times that a change keeps for others than its own citizen."""
    freed = freed_places(before, after)
    if not freed or before is None or after is None:
        return ()
    others = [one for one in asking(queue, branch.id) if one.code != before.code]
    return kept_times(branch, freed, freed_by(after), others, now)
