"""A date of a service: its slots with those who have booked, and whom fewer places meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from queue_service.bookings.rules.booking import Booking, BookingState, slot_field
from queue_service.bookings.rules.slots import Slot

COMING: Final[frozenset[BookingState]] = frozenset({"booked", "arrived"})
"""The states of a booking whose citizen is expected, or here."""


class DaySlot(NamedTuple):
    """A slot of a date. ``bookable`` of its places can be booked now, booked ones included.

    ``taken`` are held or booked, ``blocked`` closed by the staff. ``bookings`` are all but those
    that are held. ``former`` of the taken are bookings at a former time that overlaps with it.
    ``lost`` of the bookings have no room: the branch is closed then, or has too few places.
    """

    slot: Slot
    bookings: tuple[Booking, ...]
    bookable: int
    taken: int
    blocked: int
    former: int = 0
    lost: int = 0

    @property
    def room(self) -> int:
        """How many of its places are not taken by bookings at a former time."""
        return max(0, self.slot.places - self.former)

    @property
    def free(self) -> int:
        """How many more can be booked now."""
        return max(0, self.bookable - self.taken - self.blocked)

    @property
    def held(self) -> int:
        """How many places are held for somebody who has not confirmed yet."""
        return max(0, self.taken - self.former - self.coming)

    @property
    def coming(self) -> int:
        """How many citizens are expected, or here."""
        return sum(booking.state in COMING for booking in self.bookings)

    @property
    def walk_in(self) -> int:
        """How many places are kept for walk-ins, without those that are blocked or needed."""
        return max(0, min(self.slot.walk_in, self.room - self.blocked - self.coming))

    @property
    def crowded(self) -> bool:
        """Whether more are expected than there are counters for."""
        return self.lost > 0


class DayTotals(NamedTuple):
    """A date in figures: bookings by their state, and places.

    ``walk_in`` has the places of times that are not over.
    """

    booked: int
    arrived: int
    missed: int
    free: int
    walk_in: int
    blocked: int


def totals(slots: Iterable[DaySlot], now: int) -> DayTotals:
    """The figures of these slots together, at ``now`` (ms)."""
    known = [*slots]
    states = [booking.state for slot in known for booking in slot.bookings]
    return DayTotals(
        booked=states.count("booked"),
        arrived=states.count("arrived"),
        missed=states.count("missed"),
        free=sum(slot.free for slot in known),
        walk_in=sum(one.walk_in for one in known if now < one.slot.ends_at),
        blocked=sum(slot.blocked for slot in known),
    )


class ComingTime(NamedTuple):
    """A booked time (ms) that is to come, and how many citizens are expected then."""

    starts_at: int
    citizens: int


class BookedToday(NamedTuple):
    """The bookings of a date: all that were not cancelled, of those the citizens who came and those
    who did not come in time, and the times of the others in order.

    A citizen who was asked for another time and did not come counts as one who has cancelled, as in
    all figures of the day once it is over.
    """

    booked: int
    arrived: int
    not_come: int
    coming: tuple[ComingTime, ...]


def booked_today(bookings: Iterable[Booking], late_ms: int, now: int) -> BookedToday:
    """The bookings of a date at ``now`` (ms). A citizen can come until ``late_ms`` after the time,
    and is not counted as missing before."""

    def can_come(booking: Booking) -> bool:
        return booking.state == "booked" and now <= booking.starts_at + late_ms

    found = [
        booking
        for booking in bookings
        if booking.state in {*COMING, "missed"}
        and (booking.displaced_at is None or booking.state == "arrived" or can_come(booking))
    ]
    awaited = Counter(booking.starts_at for booking in found if can_come(booking))
    arrived = sum(booking.state == "arrived" for booking in found)
    return BookedToday(
        booked=len(found),
        arrived=arrived,
        not_come=len(found) - arrived - awaited.total(),
        coming=tuple(ComingTime(at, awaited[at]) for at in sorted(awaited)),
    )


def by_slot(bookings: Iterable[Booking]) -> dict[str, list[Booking]]:
    """The bookings of each slot by its field, without those that are held."""
    found: dict[str, list[Booking]] = {}
    for booking in bookings:
        if booking.state != "held":
            found.setdefault(slot_field(booking.service, booking.starts_at), []).append(booking)
    return found
