"""The events of a booking: enough for letters of the municipality's own, and never the contact."""

from __future__ import annotations

import json
from typing import Any

from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations import earlier, letters
from queue_service.bookings.rules.booking import BookingContact
from queue_service.events.contract import EVENTS, FOR_WEBHOOKS
from queue_service.store.keys import BranchKeys
from tests.bookings.booked import DAY, HOUR, MINUTE, NINE, at, booked, offering
from tests.desks import Desk

MAIL = BookingContact("mail", "borger@example.dk")
NOON = NINE - DAY + 3 * HOUR
WEEK_BEFORE = NINE - 7 * DAY


def events(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    """The events of bookings in the branch's log, in their order."""
    found: Any = desk.queue.store.client.xrange(BranchKeys(desk.branch).events)
    named = [(entry["event"], json.loads(entry["data"])) for _, entry in found]
    return [(name, data) for name, data in named if name.startswith("booking.")]


def test_each_step_is_an_event_for_webhooks_without_the_contact(desk: Desk) -> None:
    offering(desk)
    first = booked(desk, NINE, now=WEEK_BEFORE)
    mine = booked(desk, NINE + HOUR, now=WEEK_BEFORE, contact=MAIL, earlier=True)
    bookings.move(desk.queue, at(WEEK_BEFORE), mine.code, NINE + 2 * HOUR)
    for _ in range(2):
        letters.remind(desk.queue, NOON)
    bookings.cancel(desk.queue, at(NOON), first.code)
    earlier.offer_next(desk.queue, desk.branch, NOON)
    letters.displace(desk.queue, at(NOON), mine.code)
    found = events(desk)
    assert [name for name, data in found if data["code"] == mine.code] == [
        "booking.booked", "booking.moved", "booking.reminded", "booking.offered",
        "booking.displaced",
    ]  # fmt: skip
    # Also of a booking without a contact.
    assert [name for name, data in found if data["code"] == first.code] == [
        "booking.booked", "booking.reminded", "booking.cancelled",
    ]  # fmt: skip
    for name, data in found:
        told = EVENTS[name].told
        assert name in FOR_WEBHOOKS
        assert told is not None
        told.model_validate({**data, "at": "2026-11-24T11:00:00.000Z"})
        assert data.keys() <= {
            "at", "code", "service", "starts_at", "language", "channel", "was", "by", "offered",
            "until",
        }  # fmt: skip
    offered = next(data for name, data in found if name == "booking.offered")
    assert (offered["offered"], offered["until"]) == (
        "2026-11-25T08:00:00.000Z", "2026-11-24T11:15:00.000Z",
    )  # fmt: skip


def test_a_time_that_was_booked_on_the_day_before_needs_no_reminder(desk: Desk) -> None:
    offering(desk)
    booked(desk, NINE, now=NOON - 5 * HOUR)
    early = booked(desk, NINE + 15 * MINUTE, now=NOON - 2 * DAY)
    letters.remind(desk.queue, NOON)
    reminded = [data["code"] for name, data in events(desk) if name == "booking.reminded"]
    assert reminded == [early.code]
