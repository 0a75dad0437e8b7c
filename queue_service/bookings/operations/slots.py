"""The times that can be booked now, and what is taken of each."""

from __future__ import annotations

from typing import Final, NamedTuple

from queue_service.bookings.rules.booking import slot_field
from queue_service.bookings.rules.changes import require_offer
from queue_service.bookings.rules.off_grid import overlapping
from queue_service.bookings.rules.slots import Slot, bookable, bookable_dates, slots_on
from queue_service.bookings.store import BookingStore, SlotUse
from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue

DAY_MS: Final = 24 * 3600 * 1000


class FreeSlot(NamedTuple):
    """A time that can be booked now, from and until (ms), and how many of its places."""

    starts_at: int
    ends_at: int
    places: int


class SlotState(NamedTuple):
    """A slot with its use: ``released`` is how many of its places can be booked at present, those
    that are taken included."""

    slot: Slot
    released: int
    use: SlotUse

    @property
    def free(self) -> int:
        """How many places can be booked now."""
        return max(0, self.released - self.use.taken - self.use.blocked)


def free_slots(
    queue: Queue,
    branch: Branch,
    service: str,
    now: int,
    first_date: str | None = None,
    days: int | None = None,
    *,
    staff: bool = False,
) -> list[FreeSlot]:
    """The free times of a service at ``now`` (ms) in order: from ``first_date``, by default today,
    over so many ``days``, by default all that can be booked.

    ``staff``: no notice binds them. Raises NotOffered.
    """
    offer = require_offer(branch, service)
    dates = bookable_dates(branch, offer, now, first_date, days)
    found = _states(queue, branch, service, dates, now, staff=staff)
    return [FreeSlot(s.slot.starts_at, s.slot.ends_at, s.free) for s in found if s.free]


def slot_states(queue: Queue, branch: Branch, service: str, day: str, now: int) -> list[SlotState]:
    """All slots of a service on a date with their use, as the staff see them. Raises NotOffered."""
    require_offer(branch, service)
    return _states(queue, branch, service, [day], now, staff=True)


def _states(
    queue: Queue, branch: Branch, service: str, dates: list[str], now: int, *, staff: bool
) -> list[SlotState]:
    offer = require_offer(branch, service)
    slots = [slot for day in dates for slot in slots_on(branch, offer, day)]
    store, at = queue.get(BookingStore), now if branch.historic else None
    fields = [slot_field(service, slot.starts_at) for slot in slots]
    times = store.off_grid(branch, now - DAY_MS)
    near = [overlapping(times, service, s.starts_at, s.ends_at) if times else () for s in slots]
    others = [field for each in near for field in each]
    used = store.use(branch.id, [*fields, *others], at)
    taken = dict(zip(others, used[len(fields) :], strict=True))
    return [
        SlotState(
            slot,
            bookable(branch, offer, slot, now, staff=staff).places,
            use._replace(taken=use.taken + sum(taken[field].taken for field in overlaps)),
        )
        for slot, use, overlaps in zip(slots, used[: len(fields)], near, strict=True)
    ]
