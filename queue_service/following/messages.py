"""A followed number as the message to its phone."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.following.rules import BranchNow, Places
from queue_service.visits.rules.visit import Visit
from queue_service.visits.rules.wait_estimate import shown_minutes


def followed_json(places: Places, visit: Visit) -> dict[str, Any]:
    """Everything that the phone of a visit shows; times in ms, a wait in whole minutes."""
    return {**_own_json(places, visit), **_shared_json(places.now)}


class Messages:
    """The messages of a branch's phones at one instant, as server-sent events.

    The part that all of them share is encoded once.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._shared = to_json(_shared_json(places.now))[1:]

    def of(self, visit: Visit) -> bytes:
        """The message of a visit. It is another exactly when another state is shown."""
        own = to_json(_own_json(self._places, visit))[:-1]
        return b"data: %b,%b\n\n" % (own, self._shared)


def _own_json(places: Places, visit: Visit) -> dict[str, Any]:
    """The part of one phone. No private service is named: the slip with the code may be left
    behind."""
    found, is_private = places.followed(visit), places.now.branch.is_private
    bookings = {
        "booked_for": found.booked_for,
        "came_late": found.came_late,
        "bookings_ahead": found.bookings_ahead,
    }
    return {
        "state": found.state,
        "number": found.number,
        "service": None if is_private(found.service) else found.service,
        "ahead": found.ahead,
        "wait": found.wait and shown_minutes(*found.wait),
        "counter": found.counter,
        "at": found.at,
        "until": found.until,
        "recalls": found.recalls,
        "errands": [one._asdict() for one in found.errands if not is_private(one.service)],
        "may": found.may,
        **{name: value for name, value in bookings.items() if value},
    }


def _shared_json(now: BranchNow) -> dict[str, Any]:
    """The part of all phones of the branch."""
    return {
        "held": now.held,
        "calls": [call._asdict() for call in now.calls],
        # With another, the phone loads its page again: names, services and hours are others.
        "revision": f"{now.branch.revision}.{moment(now.branch, now.now).date}",
    }
