"""A library where passports can be booked tomorrow, whatever day and hour it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from queue_service.bookings.operations.slots import FreeSlot, free_slots
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.sample import documents
from tests.desks import in_two_languages
from tests.web.service import ALWAYS
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp

OFFER: Final[Mapping[str, Any]] = {
    "service": "pas",
    "week": {day: [["10:00", "12:00"]] for day in WEEKDAYS},
    "length_minutes": 30,
    "at_once": 2,
    "walk_in_percent": 25,
}
"""Each day four times with two places, of which two of eight are for walk-ins."""
BOOKINGS: Final[Mapping[str, Any]] = {"offers": [OFFER]}


def offer_bookings(
    web_app: WebApp, bookings: Mapping[str, Any] = BOOKINGS, **changes: Any
) -> Queue:
    """Let the library be open around the clock, and offer these bookings."""
    queue: Queue = web_app.app.extensions["queue"]
    document = in_two_languages(documents()[LIBRARY])
    document |= {"opening_hours": ALWAYS, "hours_exceptions": [], "bookings": bookings} | changes
    put_branch(queue, LIBRARY, parse_config(document))
    return queue


def offer_nothing(web_app: WebApp) -> None:
    """Let the town hall have no appointments."""
    queue: Queue = web_app.app.extensions["queue"]
    document = {**queue.get(BranchStore).current(TOWN_HALL).document, "bookings": None}
    put_branch(queue, TOWN_HALL, parse_config(document))


def tomorrow(queue: Queue, branch_id: str = LIBRARY) -> str:
    """The date after the branch's present one."""
    branch = queue.get(BranchStore).current(branch_id)
    today = moment(branch, queue.store.time()).date
    return (date.fromisoformat(today) + timedelta(1)).isoformat()


def free_tomorrow(queue: Queue, branch_id: str = LIBRARY) -> list[FreeSlot]:
    """The free times of passports tomorrow."""
    branch = queue.get(BranchStore).current(branch_id)
    day = tomorrow(queue, branch_id)
    return free_slots(queue, branch, "pas", queue.store.time(), day, 1)
