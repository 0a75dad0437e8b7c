"""A branch where passports can be booked, with the time in the test's hands."""

from __future__ import annotations

from typing import Any

from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.booking import Booking
from queue_service.branches.store import BranchStore
from queue_service.command import Command
from queue_service.configuration.operations import put_branch
from tests.desks import CLERK, MORNING, Desk, document

MINUTE = 60_000
QUARTER = 15 * MINUTE
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NINE = MORNING
"""Wednesday 2026-11-25, nine in Copenhagen: when the branch opens."""
BEFORE = NINE - DAY
"""When bookings are made, if no test says otherwise."""
OWNER = "a-key-that-a-page-made-up"
OTHER = "a-key-of-another-page"


def offer(**changes: Any) -> dict[str, Any]:
    """Passports on Wednesdays from nine to twelve, one place each quarter of an hour."""
    return {"service": "pas", "week": {"wed": [["09:00", "12:00"]]}, **changes}


def offering(desk: Desk, *offers: dict[str, Any], **rules: Any) -> Desk:
    """The desk's branch with these offers, by default passports alone."""
    config = document(historic=True, bookings={"offers": list(offers) or [offer()], **rules})
    put_branch(desk.queue, desk.branch, config)
    return desk


def at(ms: int) -> Command:
    """A clerk's command at an instant."""
    return Command("raadhuset", CLERK, None, ms)


def held(desk: Desk, starts_at: int, owner: str = OWNER, *, now: int = BEFORE) -> Booking:
    """A hold of a time, by default the day before."""
    return bookings.hold(desk.queue, at(now), "pas", starts_at, owner).booking


def booked(desk: Desk, starts_at: int, *, now: int = BEFORE, **wishes: Any) -> Booking:
    """A booking, by default made the day before."""
    return bookings.book(desk.queue, at(now), "pas", starts_at, **wishes).booking


def free_places(desk: Desk, now: int = BEFORE) -> dict[int, int]:
    """The free places of passports on the day, by minutes after nine."""
    branch = desk.queue.get(BranchStore).current(desk.branch)
    found = free_slots(desk.queue, branch, "pas", now, "2026-11-25", 1)
    return {(slot.starts_at - NINE) // MINUTE: slot.places for slot in found}


def taken(desk: Desk) -> dict[str, int]:
    """The places that are held or booked, as the store counts them: ``service|starts_at`` → n."""
    found: Any = desk.queue.store.client.hgetall(BookingKeys(desk.branch).places)
    return {name: int(n) for name, n in found.items()}
