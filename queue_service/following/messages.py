"""A followed number as the message to its phone."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json

from queue_service.following.rules import FEWEST_RANGES, BranchNow, Places
from queue_service.visits.rules.visit import Visit
from queue_service.visits.rules.wait_estimate import shown_minutes


def followed_json(places: Places, visit: Visit) -> dict[str, Any]:
    """Everything that the phone of a visit shows; times in ms, a wait in whole minutes.

    The service of a private one is null: the slip with the code may be left behind.
    """
    now = places.now
    found = places.followed(visit)
    judged, held = now.held_ranges
    return {
        "state": found.state,
        "number": found.number,
        "service": None if now.branch.is_private(found.service) else found.service,
        "ahead": found.ahead,
        "wait": found.wait and shown_minutes(*found.wait),
        "held": held / judged if judged >= FEWEST_RANGES else None,
        "counter": found.counter,
        "at": found.at,
        "until": found.until,
        "recalls": found.recalls,
        "errands": [errand._asdict() for errand in found.errands],
        "may": list(found.may),
        "calls": _calls(now),
        "revision": now.branch.revision,
    }


def message(places: Places, visit: Visit) -> bytes:
    """The same as a server-sent event. It is another exactly when what is shown is another."""
    return b"data: " + to_json(followed_json(places, visit)) + b"\n\n"


def _calls(now: BranchNow) -> list[dict[str, Any]]:
    return [{"number": one.number, "counter": one.counter, "at": one.at} for one in now.calls]
