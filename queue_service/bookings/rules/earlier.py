"""Earlier times: to whom a time that has become free is offered, when, and for how long.

A citizen with an appointment may ask for an earlier time. A time that becomes free is then offered
to those who asked for the same service and whose own time is later, first to the one whose own time
is farthest away. It is held for that citizen for fifteen minutes; after the end or a *no* it is
offered to the next. No offer is made at night, and none that could not be used any more.

Between two citizens the time is *kept*: a hold that belongs to no booking. It ends by itself, so
that the time is free for everybody if no worker offers it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from queue_service.bookings.rules.booking import KEPT_MS, Booking, BookingPlace, slot_field
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on, moment

OFFER_MS: Final = 15 * 60_000
"""How long a time is offered to one citizen."""
OFFERS_BEGIN: Final = "08:00"
OFFERS_END: Final = "20:00"
"""The wall clock of the branch between which a whole offer lies."""

_KEPT: Final = "FREED"
"""In place of a booking's code, which has six letters."""
_MEMBER: Final = re.compile(rf"{_KEPT}\|([^|]+)\|([0-9]+)\|(.+)")


class KeptTime(NamedTuple):
    """A place of a slot that has become free and is kept for those who asked, until an instant.

    ``by`` distinguishes it from other places of the slot: the code and the sequence of the booking
    that had it, or the instant at which the staff released it. Instants are in ms.
    """

    service: str
    starts_at: int
    by: str
    until: int

    @property
    def field(self) -> str:
        """The field of its slot in the hashes of places."""
        return slot_field(self.service, self.starts_at)

    @property
    def member(self) -> str:
        """The member by which it is listed among the holds."""
        return f"{_KEPT}|{self.field}|{self.by}"


def kept_from_member(member: str, until: int) -> KeptTime | None:
    """The kept time of a member of the holds; None for the hold of a booking."""
    found = _MEMBER.fullmatch(member)
    return found and KeptTime(found[1], int(found[2]), found[3], until)


def offer_ends(branch: Branch, now: int, last: int) -> int | None:
    """The end of an offer that begins now; None at night, and if it would end after ``last``."""
    ends = now + OFFER_MS
    begin, end = _offering(branch, now)
    return ends if begin <= now and ends <= min(end, last) else None


def first_chance(branch: Branch, now: int, last: int) -> int | None:
    """The first instant, now or later, at which an offer can begin; None if none ends by ``last``.

    ``last`` is the instant from which the time cannot be booked any more.
    """
    begin, end = _offering(branch, now)
    if now + OFFER_MS > end:
        begin, _ = _offering(branch, moment(branch, now).day_ends)
    chance = max(now, begin)
    return chance if chance + OFFER_MS <= last else None


def last_chance(branch: Branch, service: str, starts_at: int) -> int:
    """The instant (ms) from which a time cannot be booked any more; 0 without an offer."""
    offer = branch.bookings.offers.get(service)
    return starts_at - offer.notice_ms if offer else 0


def freed_places(before: Booking | None, after: Booking | None) -> tuple[BookingPlace, ...]:
    """The places that a change frees: booked ones, and those of an offer.

    A hold that is given back was not yet a booking, and is free for everybody at once.
    """
    if before is None or after is None or before.state != "booked":
        return ()
    still = {place.field for place in after.places}
    return tuple(place for place in before.places if place.field not in still)


def kept_times(
    branch: Branch, freed: Iterable[BookingPlace], by: str, asking: Collection[Booking], now: int
) -> tuple[KeptTime, ...]:
    """Those freed places that are kept until they can be offered, since somebody asks for them.

    ``by`` distinguishes them from other places of their slots.
    """
    found = []
    for place in freed:
        last = last_chance(branch, place.service, place.starts_at)
        chance = first_chance(branch, now, last)
        if chance is not None and next_to_ask(asking, place.service, place.starts_at):
            found.append(KeptTime(place.service, place.starts_at, by, chance + KEPT_MS))
    return tuple(found)


def released_times(
    branch: Branch, released: Mapping[BookingPlace, int], asking: Iterable[Booking], now: int
) -> tuple[KeptTime, ...]:
    """The places that the staff no longer block and that are kept until they can be offered: at
    most one for each who asks, of all that are released. ``released`` has one place of each slot,
    with how many of it are free again."""
    left, found = [*asking], list[KeptTime]()
    for place, places in released.items():
        chance = first_chance(branch, now, last_chance(branch, place.service, place.starts_at))
        for n in range(places if chance is not None else 0):
            wants = next_to_ask(left, place.service, place.starts_at)
            if wants is None or chance is None:
                break
            left.remove(wants)
            found.append(KeptTime(place.service, place.starts_at, f"{now}.{n}", chance + KEPT_MS))
    return tuple(found)


def next_to_ask(bookings: Iterable[Booking], service: str, starts_at: int) -> Booking | None:
    """The booking to which a time is offered next: the one whose own time is farthest away.

    Of two with the same time the one that was booked first. None if no citizen with a later time of
    this service asks for an earlier one, can be reached, was not asked before, and did not move
    away from this time.
    """
    may = [one for one in bookings if _asks(one, service, starts_at)]
    return min(may, key=lambda one: (-one.starts_at, one.booked_at or 0, one.code), default=None)


def _asks(booking: Booking, service: str, starts_at: int) -> bool:
    wants = booking.state == "booked" and booking.earlier and booking.contact is not None
    return (
        wants
        and booking.offered is None
        and booking.service == service
        and booking.starts_at > starts_at
        and starts_at not in (*booking.refused, booking.moved_from)
    )


def _offering(branch: Branch, now: int) -> tuple[int, int]:
    """From when until when offers are made on the date of an instant."""
    day = moment(branch, now).date
    return clock_on(branch, day, OFFERS_BEGIN), clock_on(branch, day, OFFERS_END)
